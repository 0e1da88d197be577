from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunning.case import DunningStatus
from dunning.reports_ageing import Age, ageing
from tests.dunning.report_cases import ISSUED, credited, day, paid, receivable


@pytest.mark.parametrize(
    ("late", "age"),
    [
        (-5, Age.NOT_DUE),
        (0, Age.NOT_DUE),
        (1, Age.TO_30),
        (30, Age.TO_30),
        (31, Age.TO_60),
        (60, Age.TO_60),
        (61, Age.TO_90),
        (90, Age.TO_90),
        (91, Age.OVER_90),
    ],
)
def test_an_invoice_has_one_age(late: int, age: Age) -> None:
    """The due date itself is not late; each bucket ends with its last day."""
    lines = ageing([receivable()], day(late))
    assert [(line.age, line.amount.amount) for line in lines if line.invoices] == [(age, Decimal(100))]
    assert len(lines) == 5


def test_what_came_by_the_day_counts() -> None:
    """Payments and credit notes lower the balance from their day on, not before."""
    one = receivable("F-1", "100", paid(10, "30"), credited(12, "20"))
    assert [str(one.owed_on(day(late)).amount) for late in (9, 10, 12)] == ["100.00", "70.00", "50.00"]
    assert str(one.owed_on(ISSUED - timedelta(days=1)).amount) == "0.00"


def test_more_than_was_owed_lowers_no_other_invoice() -> None:
    """An overpaid invoice is gone; the excess is not taken from what others owe."""
    lines = ageing([receivable("F-1", "100", paid(1, "150")), receivable("F-2")], day(5))
    assert sum(line.amount.amount for line in lines) == 100


@pytest.mark.parametrize("status", [DunningStatus.CANCELLED, DunningStatus.WRITTEN_OFF])
def test_what_was_given_up_is_owed_until_then(status: DunningStatus) -> None:
    """A cancelled or written-off invoice leaves the balance on its day, not in the past."""
    one = receivable(status=status, closed_on=day(20))
    assert str(one.owed_on(day(19)).amount) == "100.00"
    assert ageing([one], day(20)) == []


def test_presumed_paid_and_handed_over_stand_apart() -> None:
    """They are told, but no part of the whole that shares are of."""
    lines = ageing(
        [
            receivable("F-1", "300"),
            receivable("F-2", "100", due_date=day(40)),
            receivable("F-3", "50", presumed_paid=True),
            receivable("F-4", "70", status=DunningStatus.HANDED_OVER, closed_on=day(5)),
        ],
        day(10),
    )
    told = {line.age: (str(line.amount.amount), line.share) for line in lines if line.invoices}
    assert told == {
        Age.NOT_DUE: ("100.00", 0.25),
        Age.TO_30: ("300.00", 0.75),
        Age.PRESUMED_PAID: ("50.00", None),
        Age.HANDED_OVER: ("70.00", None),
    }


def test_currencies_are_never_mixed() -> None:
    """Each has buckets, shares and minor units of its own."""
    lines = ageing([receivable("F-1"), receivable("F-2", "5000", currency="JPY")], day(3))
    assert [(line.currency, str(line.amount)) for line in lines if line.invoices] == [
        ("EUR", "100.00 EUR"),
        ("JPY", "5000 JPY"),
    ]
    assert all(line.share == 1 for line in lines if line.invoices)


@given(st.lists(st.tuples(st.integers(1, 9999), st.integers(0, 9999)), max_size=8), st.integers(-40, 200))
def test_buckets_add_up_to_what_is_owed(amounts: list[tuple[int, int]], late: int) -> None:
    """Nothing is lost between buckets, and no bucket is negative."""
    many = [
        receivable(f"F-{at}", str(amount), *([paid(0, str(came))] if came else []))
        for at, (amount, came) in enumerate(amounts)
    ]
    lines = ageing(many, day(late))
    assert sum(line.amount.amount for line in lines) == sum(one.owed_on(day(late)).amount for one in many)
    assert all(line.amount.amount >= 0 for line in lines)
