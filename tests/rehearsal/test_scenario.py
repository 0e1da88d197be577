from datetime import UTC, date, datetime
from decimal import Decimal

from dunning.facts import CreditNoteIssued, PaymentReceived
from rehearsal.scenario import LeftOutReason, RehearsedInvoice, Scenario
from tests.rehearsal.files import row, scenario


def only(made: Scenario) -> RehearsedInvoice:
    """The one invoice of a scenario."""
    (each,) = made.invoices
    return each


def test_an_invoice_comes_in_on_the_morning_of_its_issue_date() -> None:
    """At 07:00 on the creditor's clock, in winter as in summer, as instants in UTC."""
    winter = only(scenario(row("F-1", "15/01/2025", "14/02/2025")))
    summer = only(scenario(row("F-1", "15/07/2025", "14/08/2025")))
    assert winter.starts_at == datetime(2025, 1, 15, 6, tzinfo=UTC)
    assert summer.starts_at == datetime(2025, 7, 15, 5, tzinfo=UTC)
    assert summer.starts_at.tzinfo is UTC


def test_a_settlement_date_is_a_payment_of_all_before_anybody_is_contacted_that_day() -> None:
    """The whole amount comes in at 08:30 of the day, dated as the file says."""
    each = only(scenario(row("F-1", "15/01/2025", "14/02/2025", settled="03/03/2025")))
    assert each.settled_at == datetime(2025, 3, 3, 7, 30, tzinfo=UTC)
    assert each.settlement is not None
    assert each.settlement.payment.amount.amount == Decimal("100.00")
    assert each.settlement.payment.received_on == date(2025, 3, 3)


def test_without_a_settlement_date_no_payment_comes() -> None:
    """Nobody knows when an open invoice will be paid: it runs to the end of its course."""
    each = only(scenario(row("F-1", "15/01/2025", "14/02/2025")))
    assert (each.settlement, each.settled_at) == (None, None)


def test_money_from_before_the_invoice_is_known_right_after_it() -> None:
    """An invoice paid in advance comes in first, its payment the same morning."""
    each = only(scenario(row("F-1", "15/01/2025", "14/02/2025", settled="02/01/2025")))
    assert each.settled_at == datetime(2025, 1, 15, 7, 30, tzinfo=UTC)


def test_a_part_that_was_paid_is_booked_as_the_invoice_comes_in() -> None:
    """The rest alone is open, and it is the rest that a later settlement brings."""
    each = only(scenario(row("F-1", "15/01/2025", "14/02/2025", paid="40,00")))
    (fact,) = each.opening
    assert isinstance(fact, PaymentReceived)
    assert each.open_at_start.amount == Decimal("60.00")


def test_a_part_paid_says_nothing_more_where_the_day_of_settlement_is_known() -> None:
    """A history tells the end: all is open until the day on which it was settled."""
    each = only(scenario(row("F-1", "15/01/2025", "14/02/2025", paid="100,00", settled="03/03/2025")))
    assert each.opening == ()
    assert each.settlement is not None
    assert each.settlement.payment.amount.amount == Decimal("100.00")


def test_a_credit_of_the_file_lowers_the_invoice_as_an_import_would() -> None:
    """A negative line is netted before any contact; what it leaves is what the settlement pays."""
    lines = (
        row("F-1", "15/01/2025", "14/02/2025", settled="03/03/2025"),
        row("A-1", "20/01/2025", "20/01/2025", amount="-30,00"),
    )
    each = only(scenario(*lines))
    (fact,) = each.opening
    assert isinstance(fact, CreditNoteIssued)
    assert each.settlement is not None
    assert each.settlement.payment.amount.amount == Decimal("70.00")


def test_an_invoice_without_anything_open_is_left_out_and_named() -> None:
    """Paid in full at an unknown time: there is nothing to rehearse."""
    made = scenario(
        row("F-1", "15/01/2025", "14/02/2025", paid="100,00"), row("F-2", "15/01/2025", "14/02/2025")
    )
    assert [each.invoice.invoice_id for each in made.invoices] == ["F-2"]
    assert [(one.invoice, one.reason) for one in made.left_out] == [("F-1", LeftOutReason.NOTHING_OPEN)]


def test_a_customer_without_address_gets_one_that_cannot_exist() -> None:
    """It is derived from the opaque id, under the reserved domain, and counted."""
    made = scenario(row("F-1", "15/01/2025", "14/02/2025", email=""))
    each = only(made)
    assert each.customer.email == f"{each.customer.customer_id}@rehearsal.invalid"
    assert made.stand_in_addresses == 1
    assert scenario(row("F-1", "15/01/2025", "14/02/2025")).stand_in_addresses == 0


def test_a_backlog_comes_in_on_the_day_on_which_it_is_taken_over() -> None:
    """What was issued before comes in then, what is issued later on its date, what is settled not at all."""
    made = scenario(
        row("F-1", "15/01/2025", "14/02/2025", last=("2", "05/03/2025")),
        row("F-2", "15/04/2025", "15/05/2025"),
        row("F-3", "15/01/2025", "14/02/2025", settled="03/03/2025"),
        as_of=date(2025, 4, 1),
    )
    starts = {each.invoice.invoice_id: each.starts_at.date() for each in made.invoices}
    assert starts == {"F-1": date(2025, 4, 1), "F-2": date(2025, 4, 15)}
    assert made.invoices[0].last_contact == (2, date(2025, 3, 5))
    assert [one.reason for one in made.left_out] == [LeftOutReason.SETTLED_BEFORE]


def test_an_earlier_reminder_means_nothing_to_a_history_told_from_its_beginning() -> None:
    """On the issue date nobody had been reminded yet."""
    made = scenario(row("F-1", "15/01/2025", "14/02/2025", last=("2", "05/03/2025")))
    assert only(made).last_contact is None


def test_moments_come_in_order_and_each_once() -> None:
    """Events of one instant share it, however the file is sorted."""
    made = scenario(
        row("F-2", "16/01/2025", "14/02/2025", settled="20/01/2025"),
        row("F-1", "15/01/2025", "14/02/2025", settled="20/01/2025"),
    )
    assert [moment.day for moment in made.moments] == [15, 16, 20]
    assert made.events == 4


def test_a_limit_takes_the_beginning_of_the_file() -> None:
    """So that a person can try a large file first."""
    made = scenario(row("F-2", "16/01/2025", "14/02/2025"), row("F-1", "15/01/2025", "14/02/2025"), limit=1)
    assert only(made).invoice.invoice_id == "F-2"
