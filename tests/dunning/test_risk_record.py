from datetime import timedelta

import pytest

from dunning.customer_record import SettledInvoice, Trend, record_of
from tests.dunning.risk_cases import TODAY, invoice, paid


def test_a_record_counts_what_was_late_and_by_how_much() -> None:
    """On time counts zero days, early too; the average is over all settled invoices."""
    record = record_of("C-1", paid("C-1", -5, 0, 1, 8), TODAY)

    assert (record.settled, record.late) == (4, 2)
    assert record.share_late == 0.5
    assert record.average_days_late == pytest.approx(9 / 4)


def test_other_customers_do_not_count() -> None:
    """A record is one customer's alone."""
    record = record_of("C-1", paid("C-1", 0) + paid("C-2", 30, 40), TODAY)

    assert (record.settled, record.late) == (1, 0)


def test_a_settlement_of_tomorrow_is_not_known_today() -> None:
    """Only what was settled by the end of the day counts."""
    settled = SettledInvoice(invoice=invoice(), settled_on=TODAY)

    assert record_of("C-1", [settled], TODAY).settled == 1
    assert record_of("C-1", [settled], TODAY - timedelta(days=1)).settled == 0


def test_nothing_settled_is_no_record_of_being_on_time() -> None:
    """Without any payment the trend is unknown and every figure zero."""
    record = record_of("C-1", [], TODAY)

    assert (record.settled, record.share_late, record.average_days_late) == (0, 0.0, 0.0)
    assert record.trend is Trend.UNKNOWN


@pytest.mark.parametrize(
    ("delays", "trend"),
    [
        ([0, 1, 0, 2, 0, 10, 12, 9, 11, 14], Trend.WORSENING),
        ([10, 12, 9, 11, 14, 0, 1, 0, 2, 0], Trend.IMPROVING),
        ([5, 5, 5, 5, 5, 5, 5, 5, 5, 5], Trend.STEADY),
        # A day more is no news.
        ([0, 0, 0, 0, 0, 1, 1, 1, 1, 1], Trend.STEADY),
        # Nor is one slip among payments that scatter.
        ([0, 20, 3, 0, 15, 2, 30, 0, 8, 5], Trend.STEADY),
        # From always early to early is never late.
        ([-20, -20, -20, -20, -20, -2, -2, -2, -2, -2], Trend.STEADY),
        ([0, 0, 0, 0, 30, 30, 30, 30, 30], Trend.UNKNOWN),
    ],
)
def test_the_trend_is_told_only_where_it_is_plain(delays: list[int], trend: Trend) -> None:
    """The latest five payments are compared with at least five before; scatter is no trend."""
    assert record_of("C-1", paid("C-1", *delays), TODAY).trend is trend


def test_the_latest_payments_are_the_last_ones_settled() -> None:
    """The order is that of the payments, whatever the order of the list."""
    settled = paid("C-1", 0, 0, 0, 0, 0, 20, 20, 20, 20, 20)

    assert record_of("C-1", settled[::-1], TODAY).trend is Trend.WORSENING


def test_a_payment_in_advance_counts_as_one_on_the_issue_date() -> None:
    """A deposit years ahead must not make a customer look early for ever."""
    one = invoice(due=TODAY, term=30)

    assert SettledInvoice(invoice=one, settled_on=TODAY - timedelta(days=900)).days_past_due == -30


def test_one_lost_invoice_is_no_habit() -> None:
    """A delay beyond 180 days weighs as 180."""
    one = invoice(due=TODAY - timedelta(days=900))

    assert SettledInvoice(invoice=one, settled_on=TODAY).days_late == 180
