from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dunning.case import DunningStatus
from dunning.customer_record import SettledInvoice
from dunning.money import Money
from dunning.reports_cash import CashLine, expected_cash
from dunning.reports_receivables import Receivable
from dunning.risk_forecast import chances_paid_by, forecast
from dunning.risk_habits import NoHistoryError, learn
from tests.dunning import risk_cases
from tests.dunning.report_cases import credited, day, paid, receivable

TODAY = day(0)


def past(customer: str, *delays: int) -> list[Receivable]:
    """Invoices settled so many days past due, a week apart, long ago."""
    found = []
    for at, late in enumerate(delays):
        due = day(-100 - 7 * at)
        money = paid(-100 - 7 * at + late, "100")
        term: dict[str, Any] = {
            "issue_date": due - timedelta(days=30),
            "due_date": due,
            "customer_id": customer,
        }
        found.append(receivable(f"{customer}-{at}", "100", money, status=DunningStatus.SETTLED, **term))
    return found


HISTORY = [
    *past("steady", *[10] * 12),
    *past("quick", *[0] * 12),
    *past("erratic", *[-12, 9, 0, 4, -7, 12, -3, 6, -10, 2, 8, -5]),
]


def open_(name: str, customer: str, due: int, amount: str = "100", **changes: object) -> Receivable:
    """An invoice due so many days after today."""
    term: dict[str, Any] = {"issue_date": day(due - 30), "due_date": day(due), "customer_id": customer}
    return receivable(name, amount, **(term | changes))


def amounts(lines: list[CashLine]) -> list[Decimal]:
    """Of the weeks, and later."""
    return [line.amount.amount for line in lines]


def test_cash_is_expected_when_the_customer_pays() -> None:
    """Due in 8 days and paid 10 days late as ever: in the third week, 18 days from now."""
    lines = expected_cash([*HISTORY, open_("F-1", "steady", 8)], TODAY, 13)
    assert len(lines) == 14
    assert max(lines, key=lambda line: line.amount.amount).week == 3
    assert lines[2].amount.amount > 70
    assert (lines[2].begins, lines[2].ends) == (day(15), day(21))
    assert (lines[-1].week, lines[-1].begins, lines[-1].ends) == (None, day(92), None)


def test_the_whole_distribution_is_used() -> None:
    """A week's amount is balance x probability, not all or nothing on the expected day."""
    one = open_("F-1", "erratic", 12)
    lines = expected_cash([*HISTORY, one], TODAY, 3)
    settled = [
        SettledInvoice(invoice=each.invoice, settled_on=on) for each in HISTORY if (on := each.settled_on())
    ]
    chances = chances_paid_by(one.invoice, learn(settled, TODAY), [day(7), day(14), day(21)])
    assert [line.share for line in lines[:3]] == pytest.approx(chances, abs=0.0001)
    assert 0 < chances[0] < chances[1] < chances[2] < 1


def test_chances_agree_with_the_forecast() -> None:
    """By the expected day half is paid, on the day before less."""
    habits = learn(risk_cases.paid("C-1", 3, 9, 12, 4, 8), risk_cases.TODAY)
    one = risk_cases.invoice("C-1", due=risk_cases.TODAY + timedelta(days=4))
    middle = forecast(one, habits).expected_on
    before, by_then = chances_paid_by(one, habits, [middle - timedelta(days=1), middle])
    assert before < 0.5 <= by_then
    assert chances_paid_by(one, habits, [risk_cases.TODAY]) == [0.0]


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 99999), st.integers(-60, 29)), min_size=1, max_size=6),
    st.integers(1, 20),
)
def test_weeks_add_up_to_what_is_owed(invoices: list[tuple[int, int]], weeks: int) -> None:
    """To the cent, and no week is negative."""
    many = [
        open_(f"F-{at}", "steady" if at % 2 else "new", due, str(Decimal(cents) / 100))
        for at, (cents, due) in enumerate(invoices)
    ]
    lines = expected_cash([*HISTORY, *many], TODAY, weeks)
    assert sum(amounts(lines)) == sum(Decimal(cents) / 100 for cents, _ in invoices)
    assert min(amounts(lines)) >= 0


def test_only_what_is_waited_for_counts() -> None:
    """Not what is presumed paid, handed over, paid or credited; the rest of a part payment does."""
    lines = expected_cash(
        [
            *HISTORY,
            open_("F-1", "quick", 5, presumed_paid=True),
            open_("F-2", "quick", -9, status=DunningStatus.HANDED_OVER, closed_on=day(-1)),
            receivable("F-3", "100", paid(-1, "40"), credited(-1, "35")),
        ],
        TODAY,
        2,
    )
    assert sum(amounts(lines)) == 25


def test_without_history_nothing_is_computed() -> None:
    """Nor where credit notes alone settled, or money of an unknown day; nothing owed needs no history."""
    taught = [
        receivable("F-1", "100", credited(-5, "100")),
        receivable("F-2", "100", paid(-5, "100", opening=True)),
    ]
    assert expected_cash(taught, TODAY, 13) == []
    with pytest.raises(NoHistoryError):
        expected_cash([*taught, open_("F-3", "quick", 5)], TODAY, 13)


def test_currencies_are_never_added() -> None:
    """Each has its own weeks, in its own minor units; habits are the customer's in any of them."""
    yen = open_("F-2", "quick", 5, "999", currency="JPY")
    lines = expected_cash([*HISTORY, open_("F-1", "quick", 5), yen], TODAY, 1)
    sums = {code: Money.zero(code) for code in ("EUR", "JPY")}
    for line in lines:
        sums[line.currency] += line.amount
    assert [str(amount) for amount in sums.values()] == ["100.00 EUR", "999 JPY"]
