"""When an open invoice is expected to be paid, and how likely that is after its due date."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil

from pydantic import BaseModel, ConfigDict, Field

from dunning.invoice import Invoice
from dunning.risk_habits import Habit, PaymentHabits

_EARLY, _HALF, _LATE = 0.1, 0.5, 0.9
_ANYBODY = 1.0
"""Invoices that the delays of all customers are worth beside the habit of one: nothing is impossible."""
_LONG_BEFORE = -10_000
"""Days from the due date: nothing is known of an invoice not yet issued."""


class PaymentForecast(BaseModel):
    """When an invoice is expected to be paid."""

    model_config = ConfigDict(frozen=True)

    due_date: date
    probability_late: float = Field(ge=0, le=1)
    """That it is paid after its due date; 1 once that day has passed."""
    expected_on: date
    """By this day it is as likely to be paid as not: the median, which has the smallest error in days."""
    earliest_on: date
    latest_on: date
    """Four in five are paid from the earliest to the latest day."""

    @property
    def expected_days_late(self) -> int:
        """Days from the due date to the expected day, none when on time."""
        return max((self.expected_on - self.due_date).days, 0)


def forecast(invoice: Invoice, habits: PaymentHabits) -> PaymentForecast:
    """Forecast one invoice, taken to be open at the end of the day up to which the habits are known.

    Args:
        invoice: of a customer known or new; one issued later is judged by what is known by then.
        habits: what the settled invoices teach.
    """
    outlook = _outlook(invoice, habits)
    earliest, expected, latest = (
        invoice.due_date + timedelta(days=outlook.day_by_which(share)) for share in (_EARLY, _HALF, _LATE)
    )
    return PaymentForecast(
        due_date=invoice.due_date,
        probability_late=1.0 - outlook.share_paid_by(0),
        expected_on=expected,
        earliest_on=earliest,
        latest_on=latest,
    )


def chances_paid_by(invoice: Invoice, habits: PaymentHabits, days: Sequence[date]) -> list[float]:
    """The probability for each day that the invoice is paid by its end: the whole distribution.

    Args:
        invoice: taken to be open at the end of the day up to which the habits are known, as in ``forecast``.
        habits: what the settled invoices teach.
        days: in any order; the probability of a day that is known to be unpaid is 0.
    """
    outlook = _outlook(invoice, habits)
    return [outlook.share_paid_by(invoice.days_past_due(day)) for day in days]


def next_late(customer_id: str, habits: PaymentHabits) -> float:
    """The probability that the next invoice of a customer, known or new, is paid late.

    Args:
        customer_id: whose invoice.
        habits: what the settled invoices teach.
    """
    return 1.0 - _Outlook(habits, habits.of(customer_id), _LONG_BEFORE).share_paid_by(0)


def _outlook(invoice: Invoice, habits: PaymentHabits) -> _Outlook:
    unpaid_on = max(habits.as_of, invoice.issue_date - timedelta(days=1))
    return _Outlook(habits, habits.of(invoice.customer_id), invoice.days_past_due(unpaid_on))


@dataclass(frozen=True, slots=True)
class _Outlook:
    """The distribution of the days past due of one invoice; days count from its due date."""

    habits: PaymentHabits
    habit: Habit
    unpaid_to: int
    """The last day on which it is known to be unpaid."""

    def share_paid_by(self, day: int) -> float:
        """The probability that it is paid by a day, given that it was unpaid so long."""
        if day <= self.unpaid_to:
            return 0.0
        still_open = self.habits.weights[-1] - self._weight_to(self.unpaid_to)
        paid = self._weight_to(day) - self._weight_to(self.unpaid_to)
        return (paid + _ANYBODY * self._anybody_by(day)) / (still_open + _ANYBODY)

    def day_by_which(self, share: float) -> int:
        """The first day by which the probability of payment reaches a share below 1."""
        days = range(self.unpaid_to + 1, self._last_day() + 1)
        return days[bisect_left(days, share, key=self.share_paid_by)]

    def _weight_to(self, day: int) -> float:
        # Half a day more: whole days stand for what lies around them.
        deviation = (day + 0.5 - self.habit.centre) / self.habit.spread
        return self.habits.weights[bisect_left(self.habits.deviations, deviation)]

    def _anybody_by(self, day: int) -> float:
        """The share of all payments made by a day.

        Once past due, an invoice waits from today as long as the late ones waited from their due date.
        """
        if self.unpaid_to < 0:
            return bisect_right(self.habits.delays, day) / len(self.habits.delays)
        late = self._late()
        return bisect_right(late, day - self.unpaid_to) / len(late)

    def _late(self) -> Sequence[int]:
        delays = self.habits.delays
        return delays[bisect_right(delays, 0) :]

    def _last_day(self) -> int:
        """By when the distribution holds everything."""
        habitual = self.habit.centre + self.habit.spread * self.habits.deviations[-1]
        return max(ceil(habitual) + 1, max(self.unpaid_to, 0) + self._late()[-1])
