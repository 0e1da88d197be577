from __future__ import annotations

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from dunning.invoice import Invoice
from dunning.money import Money
from intake.credits import Credit, CreditAllocation, Netting, OpenInvoice, net_credits
from intake.portfolio import PortfolioOptions, read_portfolio


def invoice(number: str, balance: str, due: date, customer: str = "C1", currency: str = "EUR") -> OpenInvoice:
    """An open invoice."""
    money = Money.of(balance, currency)
    return OpenInvoice(
        invoice=Invoice(
            creditor_id="demo",
            invoice_id=number,
            number=number,
            customer_id=customer,
            amount=money,
            issue_date=date(2026, 1, 1),
            due_date=due,
        ),
        balance=money,
    )


def credit(amount: str, text: str = "", customer: str = "C1", named: str | None = None) -> Credit:
    """A credit of a customer."""
    return Credit(
        credit_id="credit-1",
        customer_id=customer,
        amount=Money.of(amount, "EUR"),
        reference="AV1",
        text=text,
        credited_number=named,
        line=9,
    )


def shares(netting: Netting) -> dict[str, Decimal]:
    """What each invoice got."""
    return {part.invoice_id: part.amount.amount for part in netting.allocations}


OLD, NEW = invoice("F-10", "100", date(2026, 2, 1)), invoice("F-11", "100", date(2026, 3, 1))


def test_a_credit_goes_to_the_invoice_it_names() -> None:
    """Its own column or the number in its text decides, also against an older invoice."""
    assert shares(net_credits([OLD, NEW], [credit("60", "Avoir sur facture F 11")])) == {"F-11": Decimal(60)}
    assert shares(net_credits([OLD, NEW], [credit("60", named="F-11")])) == {"F-11": Decimal(60)}


def test_a_credit_without_a_name_goes_to_the_oldest() -> None:
    """Due dates decide; what exceeds the first invoice goes to the next."""
    assert shares(net_credits([NEW, OLD], [credit("130")])) == {"F-10": Decimal(100), "F-11": Decimal(30)}


def test_what_a_named_invoice_cannot_take_goes_to_the_oldest() -> None:
    """The rest of a credit is not lost."""
    assert shares(net_credits([OLD, NEW], [credit("130", named="F-11")])) == {
        "F-11": Decimal(100),
        "F-10": Decimal(30),
    }


def test_other_customers_and_currencies_get_nothing() -> None:
    """A credit stays with its customer and in its currency; what nobody can use is left over."""
    others = [
        invoice("F-1", "50", date(2026, 1, 2), "C2"),
        invoice("F-2", "50", date(2026, 1, 2), "C1", "USD"),
    ]
    netting = net_credits(others, [credit("20")])
    assert not netting.allocations
    assert [str(rest.amount) for rest in netting.left_over] == ["20.00 EUR"]


def test_netting_twice_allocates_nothing_new() -> None:
    """What an earlier import booked is used up, also after its invoice has left the file."""
    first = net_credits([OLD, NEW], [credit("130")])
    assert not net_credits([OLD, NEW], [credit("130")], first.allocations).allocations
    later = net_credits([NEW], [credit("130")], first.allocations)
    assert not later.allocations
    assert not later.left_over


def test_the_rest_of_a_credit_is_a_new_event() -> None:
    """A credit that grew gives a second part to the same invoice under another id."""
    first = net_credits([OLD], [credit("30")])
    second = net_credits([OLD], [credit("50")], first.allocations)
    assert shares(second) == {"F-10": Decimal(20)}
    assert second.allocations[0].event_id != first.allocations[0].event_id


def test_a_numbered_credit_keeps_its_id_while_it_is_used_up() -> None:
    """The accounting program shows less of it at the next export; it is still the same credit."""
    header = "Facture;Client;Date;Échéance;Montant;Solde\n"
    found = [
        read_portfolio(
            f"{header}AV1;Blanc;01/02/2026;;-100;{left}\n".encode(), PortfolioOptions(creditor_id="demo")
        ).credits[0]
        for left in (-100, -40)
    ]
    assert found[0].credit_id == found[1].credit_id
    assert found[0].amount > found[1].amount


def test_equal_deposits_without_a_number_are_two() -> None:
    """Two deposits of one amount on one day are both kept; a numbered row given twice is one."""
    header = "Facture;Client;Date;Échéance;Montant\n"
    deposits = header + ";Blanc;01/02/2026;;-100\n" * 2
    notes = header + "AV1;Blanc;01/02/2026;;-100\n" * 2
    options = PortfolioOptions(creditor_id="demo")
    assert len({found.credit_id for found in read_portfolio(deposits.encode(), options).credits}) == 2
    assert len(read_portfolio(notes.encode(), options).credits) == 1


AMOUNTS = st.decimals(min_value=Decimal("0.01"), max_value=Decimal(500), places=2).map(str)


@given(st.lists(AMOUNTS, max_size=5), st.lists(AMOUNTS, max_size=5))
def test_no_cent_appears_or_disappears(balances: list[str], amounts: list[str]) -> None:
    """Allocated and left over add up to the credits, and no invoice gets more than its balance."""
    invoices = [invoice(f"F-{nth}", owed, date(2026, 2, 1)) for nth, owed in enumerate(balances)]
    credits_ = [
        credit(amount).model_copy(update={"credit_id": f"credit-{nth}"}) for nth, amount in enumerate(amounts)
    ]
    netting = net_credits(invoices, credits_)
    given_out: dict[str, Decimal] = {}
    parts: list[CreditAllocation] = list(netting.allocations)
    for part in parts:
        given_out[part.invoice_id] = given_out.get(part.invoice_id, Decimal(0)) + part.amount.amount
    assert all(given_out.get(item.invoice.invoice_id, 0) <= item.balance.amount for item in invoices)
    left = sum(rest.amount.amount for rest in netting.left_over)
    assert sum(given_out.values()) + left == sum(found.amount.amount for found in credits_)
    assert len({part.event_id for part in parts}) == len(parts)
