from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from commands.import_judgement import Credited, judge
from dunning.case import DunningStatus
from dunning.invoice import Invoice
from dunning.money import Money
from dunning.party import Customer
from intake.credits import CreditAllocation
from intake.portfolio import PortfolioEntry
from ledger.cases import CaseRow
from ledger.keys import CaseKey


def euros(amount: int) -> Money:
    """So many euros."""
    return Money.of(amount, "EUR")


def entry(amount: int, paid: int = 0) -> PortfolioEntry:
    """A row of a file."""
    return PortfolioEntry(
        line=2,
        invoice=Invoice(
            creditor_id="us",
            invoice_id="F-1",
            number="F-1",
            customer_id="C1",
            amount=euros(amount),
            issue_date=date(2026, 1, 1),
            due_date=date(2026, 1, 31),
        ),
        customer=Customer(customer_id="C1", name="Atelier Bois"),
        paid=euros(paid),
    )


def known(amount: int, balance: int, status: DunningStatus = DunningStatus.DUNNING) -> CaseRow:
    """The same invoice in the books."""
    return CaseRow(
        key=CaseKey("us", "F-1"),
        number="F-1",
        customer_id="C1",
        customer_name="Atelier Bois",
        status=status,
        level=1,
        amount=euros(amount),
        balance=euros(balance),
        due_date=date(2026, 1, 31),
        policy=None,
        next_step=None,
        next_action_at=None,
        opened_at=datetime(2026, 1, 2, tzinfo=UTC),
        closed_at=None,
        last=None,
    )


def credit(amount: int) -> CreditAllocation:
    """A part of a credit for the invoice."""
    return CreditAllocation(
        event_id="credit-1:F-1", credit_id="credit-1", invoice_id="F-1", amount=euros(amount)
    )


@pytest.mark.parametrize(
    ("row", "books", "registered", "paid"),
    [
        pytest.param(entry(100), None, 100, None, id="new"),
        pytest.param(entry(100, paid=30), None, 100, 30, id="new and part paid"),
        pytest.param(entry(100, paid=100), None, None, None, id="settled before we knew it"),
        pytest.param(entry(100), known(100, 100), 100, None, id="nothing new"),
        pytest.param(entry(100, paid=30), known(100, 100), 100, 30, id="the file knows of a payment"),
        pytest.param(entry(100), known(100, 60), 100, None, id="the books know more than the file"),
        pytest.param(entry(60), known(100, 60), 100, None, id="the file states what remains"),
        pytest.param(entry(40), known(100, 60), 100, 20, id="what remains fell further"),
        pytest.param(entry(80), known(100, 60), 100, None, id="what remains, as the file knows it"),
        pytest.param(entry(90), known(100, 100), 90, None, id="a correction downwards"),
        pytest.param(entry(120), known(100, 60), 120, None, id="a correction upwards"),
        pytest.param(entry(60), known(100, 0, DunningStatus.SETTLED), 100, None, id="closed here"),
    ],
)
def test_a_row_beside_the_books(
    row: PortfolioEntry, books: CaseRow | None, registered: int | None, paid: int | None
) -> None:
    """What a file states of an invoice becomes a figure to register, and money that the books lack."""
    judgement = judge(row, books, Credited(), full=False)

    amount = judgement.invoice.amount.amount if judgement.invoice else None
    assert amount == (None if registered is None else Decimal(registered))
    assert (judgement.paid.amount if judgement.paid else None) == (None if paid is None else Decimal(paid))
    assert not judgement.presumed_paid


@pytest.mark.parametrize(
    ("row", "books", "presumed"),
    [
        pytest.param(entry(100), known(100, 100), False, id="as large as before"),
        pytest.param(entry(70), known(100, 100), True, id="smaller"),
        pytest.param(entry(100, paid=30), known(100, 100), True, id="part paid in the file alone"),
        pytest.param(entry(60), known(100, 60), False, id="smaller by what the books know"),
        pytest.param(entry(70), None, False, id="new"),
        pytest.param(entry(70), known(100, 0, DunningStatus.SETTLED), False, id="closed here"),
    ],
)
def test_a_complete_file_leaves_smaller_ones_to_a_person(
    row: PortfolioEntry, books: CaseRow | None, presumed: bool
) -> None:
    """In a file of everything open, a smaller amount is a payment that nobody told us of, no correction."""
    judgement = judge(row, books, Credited(), full=True)

    assert judgement.presumed_paid is presumed
    if presumed:
        assert judgement.invoice is not None
        assert judgement.invoice.amount == euros(100)
        assert judgement.paid is None


def test_a_credit_is_not_taken_for_a_payment() -> None:
    """What the file's own credits take off is booked as such, whether it is new or booked before."""
    new = judge(entry(100), known(100, 100), Credited(new=(credit(40),)), full=True)
    again = judge(entry(100), known(100, 60), Credited(before=(credit(40),)), full=True)

    assert (new.credits, new.presumed_paid, new.paid) == ((credit(40),), False, None)
    assert (again.credits, again.presumed_paid, again.paid) == ((), False, None)


def test_a_payment_beside_a_booked_credit_is_noticed() -> None:
    """The file lowers an invoice that a credit had lowered already: the difference is money."""
    judgement = judge(entry(100, paid=25), known(100, 60), Credited(before=(credit(40),)), full=False)

    assert judgement.paid == euros(25)
