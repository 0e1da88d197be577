from dunning.case import DunningStatus
from dunning.reports_delay import Delayed, weighted_days_late
from dunning.reports_receivables import Receivable
from tests.dunning.report_cases import credited, day, paid, receivable


def lines(*many: Receivable) -> dict[Delayed, tuple[int, str, float, float]]:
    """What is told of payments of the first hundred days past due."""
    return {
        line.money: (line.invoices, str(line.amount.amount), line.days_late, line.days_past_due)
        for line in weighted_days_late(many, day(-30), day(100))
    }


def test_large_amounts_weigh_more() -> None:
    """900 paid 10 days late and 100 paid 30 days late: 12 days, not 20."""
    found = lines(receivable("F-1", "900", paid(10, "900")), receivable("F-2", "100", paid(30, "100")))
    assert found == {Delayed.PAID: (2, "1000.00", 12.0, 12.0)}


def test_early_money_offsets_late_money_only_in_days_past_due() -> None:
    """Half 10 days early and half 20 late: 10 days late, 5 past due."""
    found = lines(receivable("F-1", "100", paid(-10, "50"), paid(20, "50")))
    assert found == {Delayed.PAID: (1, "100.00", 10.0, 5.0)}


def test_what_is_still_owed_is_told_apart() -> None:
    """The rest of a part-paid invoice is overdue, with the days of today."""
    found = lines(receivable("F-1", "100", paid(10, "40")))
    assert found == {Delayed.PAID: (1, "40.00", 10.0, 10.0), Delayed.OVERDUE: (1, "60.00", 100.0, 100.0)}


def test_what_says_nothing_about_delays_does_not_count() -> None:
    """Credit notes, money of an unknown day, the excess, other periods, presumed paid, handed over."""
    found = lines(
        receivable("F-1", "100", credited(50, "60"), paid(10, "90")),
        receivable("F-2", "100", paid(99, "100", opening=True)),
        receivable("F-3", "100", paid(101, "100"), due_date=day(100)),
        receivable("F-4", presumed_paid=True),
        receivable("F-5", status=DunningStatus.HANDED_OVER, closed_on=day(90)),
    )
    assert found == {Delayed.PAID: (1, "90.00", 10.0, 10.0)}


def test_currencies_have_lines_of_their_own() -> None:
    """One line each."""
    many = [
        receivable("F-1", "100", paid(1, "100")),
        receivable("F-2", "100", paid(3, "100", "USD"), currency="USD"),
    ]
    found = [(line.currency, line.days_late) for line in weighted_days_late(many, day(0), day(9))]
    assert found == [("EUR", 1.0), ("USD", 3.0)]
