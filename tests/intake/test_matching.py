from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from dunning.money import Money
from dunning.party import Language
from intake.bank import BankLine
from intake.matching import OpenItem, Proposal, match
from intake.numbers import names_number
from intake.phrases import Phrase


def item(
    number: str, balance: str, customer: str = "Dupont SARL", due: int = 1, invoice_id: str | None = None
) -> OpenItem:
    """An open invoice due on a day of May."""
    return OpenItem(
        invoice_id=invoice_id or number,
        number=number,
        customer_id=f"C-{customer.split(maxsplit=1)[0].lower()}",
        customer_name=customer,
        siren="732829320" if customer == "Noir SA" else None,
        balance=Money.of(balance, "EUR"),
        due_date=date(2026, 5, due),
    )


def line(amount: str, text: str, currency: str = "EUR") -> BankLine:
    """A bank line."""
    return BankLine(date=date(2026, 6, 1), amount=Money.of(amount, currency), text=text, line_key=f"{text}-1")


def propose(amount: str, text: str, *items: OpenItem) -> Proposal:
    """The proposal for one line."""
    return match([line(amount, text)], items)[0]


def shares(proposal: Proposal) -> dict[str, Decimal]:
    """What each invoice would get."""
    return {part.invoice_id: part.amount.amount for part in proposal.allocations}


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("VIR FACTURE F-12", "F-12"),
        ("vir f 12 merci", "F-12"),
        ("REF:F12", "F-12"),
        ("F-0012", "F-12"),
        ("FA 2026 0012", "FA-2026/0012"),
        ("FA20260012", "FA2026-0012"),
        ("facture fa2026-12.", "FA-2026-0012"),
        ("paiement 611365", "611365"),
        ("FACT611365", "611365"),
        ("facture n° 12", "12"),
        ("F12, F13", "F-13"),
    ],
)
def test_a_number_is_found_however_it_is_typed(text: str, number: str) -> None:
    """Spaces, dashes, slashes, case, leading zeros and a word before it do not matter."""
    assert names_number(text, number)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("F-123", "F-12"),
        ("F-112", "F-12"),
        ("AF-12", "F-12"),
        ("F-12-3", "F-12"),
        ("XF12", "F-12"),
        ("le 12 mai", "12"),
        ("31/12/2026", "2026"),
        ("virement 2026", "2026"),
        ("1611365", "611365"),
        ("6113650", "611365"),
        ("acompte", "ABC"),
    ],
)
def test_a_number_must_stand_as_a_whole(text: str, number: str) -> None:
    """Longer numbers, other letters before it, dates and years are not taken for it."""
    assert not names_number(text, number)


def test_a_named_invoice_and_its_balance_are_sure() -> None:
    """Number and amount together need no person, whoever pays."""
    proposal = propose("120", "VIR TIERS PAYEUR F 12", item("F-12", "120"), item("F-123", "120"))
    assert (proposal.sure, proposal.phrase) == (True, Phrase.MATCH_EXACT)
    assert shares(proposal) == {"F-12": Decimal(120)}
    assert proposal.unallocated == Money.zero("EUR")
    assert "F-12" in proposal.reason


def test_several_invoices_in_one_transfer() -> None:
    """Named invoices whose balances add up to the amount are all paid."""
    proposal = propose("300", "F-12 F-13", item("F-12", "120"), item("F-13", "180"), item("F-14", "300"))
    assert (proposal.sure, proposal.phrase) == (True, Phrase.MATCH_SUM)
    assert shares(proposal) == {"F-12": Decimal(120), "F-13": Decimal(180)}


def test_a_part_payment_is_sure_only_from_its_customer() -> None:
    """A number alone may be a coincidence; number and customer's name together are not."""
    known = propose("50", "VIR DUPONT F-12", item("F-12", "120"))
    unknown = propose("50", "VIR TIERS F-12", item("F-12", "120"))
    assert (known.sure, unknown.sure) == (True, False)
    assert shares(known) == shares(unknown) == {"F-12": Decimal(50)}


def test_too_much_goes_to_a_person() -> None:
    """An overpayment is shown with what no invoice takes up."""
    proposal = propose("150", "DUPONT F-12", item("F-12", "120"))
    assert (proposal.sure, proposal.phrase) == (False, Phrase.MATCH_OVER)
    assert str(proposal.unallocated) == "30.00 EUR"


def test_a_second_payment_of_one_invoice_goes_to_a_person() -> None:
    """What an earlier line of the statement paid is not open any more."""
    first, second = match([line("120", "F-12"), line("120", "F-12 ")], [item("F-12", "120")])
    assert first.sure
    assert (second.sure, second.phrase) == (False, Phrase.MATCH_TWICE)
    assert not second.allocations


def test_two_part_payments_in_one_statement() -> None:
    """The second part is measured against what the first left."""
    parts = [line("50", "DUPONT F-12"), line("70", "DUPONT F-12 solde")]
    first, second = match(parts, [item("F-12", "120")])
    assert (first.phrase, second.phrase) == (Phrase.MATCH_PART, Phrase.MATCH_EXACT)
    assert second.sure


def test_another_currency_goes_to_a_person() -> None:
    """A named invoice in euros is not paid by dollars without somebody looking."""
    proposal = match([line("120", "F-12", "USD")], [item("F-12", "120")])[0]
    assert (proposal.sure, proposal.phrase) == (False, Phrase.MATCH_OTHER_CURRENCY)
    assert not proposal.allocations


def test_instalments_of_one_number() -> None:
    """The oldest due date with this balance is paid; all of them when the amount is their sum."""
    items = [item("F-5", "100", due=day, invoice_id=f"F-5-{day}") for day in (3, 1, 2)]
    assert shares(propose("100", "F-5", *items)) == {"F-5-1": Decimal(100)}
    assert propose("100", "F-5", *items).sure
    assert len(propose("300", "F-5", *items).allocations) == 3


def test_one_number_of_two_customers() -> None:
    """The payer's name decides; without it a person does."""
    items = [
        item("1001-A", "80", "Dupont SARL", invoice_id="a"),
        item("1001-A", "90", "Petit SAS", invoice_id="b"),
    ]
    assert shares(propose("90", "VIR PETIT 1001-A", *items)) == {"b": Decimal(90)}
    unknown = propose("90", "VIR 1001-A", *items)
    assert (unknown.sure, unknown.phrase) == (False, Phrase.MATCH_OTHER_PAYER)


def test_name_and_amount_without_a_number() -> None:
    """A known payer and one fitting balance are sure; legal forms and case do not count."""
    items = [item("F-1", "80"), item("F-2", "95"), item("F-3", "95", "Petit SAS")]
    proposal = propose("95", "VIR SEPA DUPONT", *items)
    assert (proposal.sure, shares(proposal)) == (True, {"F-2": Decimal(95)})
    assert proposal.phrase is Phrase.MATCH_AMOUNT_AND_NAME


def test_a_siren_tells_the_payer() -> None:
    """A SIREN or SIRET in the text is as good as the name."""
    proposal = propose("95", "VIR 73282932000074", item("F-3", "95", "Noir SA"), item("F-4", "95"))
    assert (proposal.sure, shares(proposal)) == (True, {"F-3": Decimal(95)})


def test_the_oldest_of_equal_balances() -> None:
    """A monthly amount without a number pays the oldest month (C. civ. 1342-10)."""
    items = [item("F-2", "50", due=20), item("F-1", "50", due=10)]
    proposal = propose("50", "DUPONT", *items)
    assert (proposal.sure, proposal.phrase, shares(proposal)) == (
        True,
        Phrase.MATCH_OLDEST,
        {"F-1": Decimal(50)},
    )


def test_the_whole_account() -> None:
    """An amount that is everything owed pays everything; one that is a part of it is for a person."""
    items = [item("F-1", "50"), item("F-2", "70"), item("F-3", "110")]
    assert propose("230", "DUPONT", *items).phrase is Phrase.MATCH_ACCOUNT
    subset = propose("180", "DUPONT", *items)
    assert (subset.sure, shares(subset)) == (False, {"F-2": Decimal(70), "F-3": Decimal(110)})


@pytest.mark.parametrize(
    ("amount", "text", "phrase"),
    [
        ("33", "VIR DUPONT", Phrase.MATCH_NAME_ONLY),
        ("95", "VIR XYZ", Phrase.MATCH_AMOUNT_ONLY),
        ("80", "VIR XYZ", Phrase.MATCH_SEVERAL),
        ("33", "VIR XYZ", Phrase.MATCH_NONE),
        ("95", "VIR DUPONT PETIT", Phrase.MATCH_SEVERAL),
    ],
)
def test_what_is_unsure_goes_to_a_person(amount: str, text: str, phrase: Phrase) -> None:
    """One kind of evidence alone never books a payment."""
    items = [item("F-1", "80"), item("F-2", "95"), item("F-3", "80", "Petit SAS")]
    proposal = propose(amount, text, *items)
    assert (proposal.sure, proposal.phrase) == (False, phrase)
    assert proposal.reason


def test_a_longer_name_is_not_mistaken_for_a_shorter() -> None:
    """*Boulangerie Martin* is not *Martin*; a name of common words alone matches nobody."""
    items = [
        item("F-1", "80", "Martin"),
        item("F-2", "80", "Boulangerie Martin"),
        item("F-3", "80", "STE SA"),
    ]
    assert shares(propose("80", "VIR BOULANGERIE MARTIN", *items)) == {"F-2": Decimal(80)}
    assert shares(propose("80", "VIR MARTIN", *items)) == {"F-1": Decimal(80)}
    assert not propose("80", "VIR STE SA", *items).sure


def test_nothing_open_at_all() -> None:
    """A statement without open invoices is all for a person, in the language asked for."""
    proposal = match([line("10", "F-1")], [], Language.ENGLISH)[0]
    assert (proposal.sure, proposal.reason) == (False, "no open invoice fits")
    assert str(proposal.unallocated) == "10.00 EUR"
