"""How the customers of a creditor pay: what all settled invoices teach about each of them.

Each customer has a habit: the average of the days past due of the settled invoices, the recent ones weighing
more, drawn towards the average of all customers as if everybody together had sent one invoice (empirical
Bayes: Efron and Morris, 1975). The spread around it comes from how far all payments lay from what the other
payments of their customer let expect.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate
from math import sqrt

from dunning.customer_record import SettledInvoice, known_on

_UNKNOWN_SPREAD = 10.0
"""Days, where no customer has paid twice."""
_SMALLEST_SPREAD = 0.5


class NoHistoryError(ValueError):
    """No invoice was settled by that day: nothing can be learned."""


@dataclass(frozen=True, slots=True)
class Weighting:
    """How much each invoice counts; chosen on the second half of 2012 of real histories (docs/risk.md)."""

    half_life: float = 365
    """Days after which an invoice counts half: habits change, and a year holds every season."""
    everybody: float = 1
    """Invoices that the average of all customers is worth beside a customer's own."""
    everybodys_spread: float = 5
    """The same for how far payments scatter, which takes more invoices to learn than where they lie."""


_USUAL = Weighting()


@dataclass(frozen=True, slots=True)
class Habit:
    """Of one customer, in days past due: where the next payment lies, and how far it may lie from there."""

    centre: float
    spread: float


@dataclass(frozen=True, slots=True)
class PaymentHabits:
    """What was learned by the end of a day."""

    as_of: date
    customers: Mapping[str, Habit]
    newcomer: Habit
    """Of a customer who has settled nothing yet."""
    deviations: Sequence[float]
    """How far each payment lay from its customer's habit, in spreads, ascending."""
    weights: Sequence[float]
    """Of the deviations before each, summed: one more than there are deviations, beginning with 0."""
    delays: Sequence[int]
    """Days late of all settled invoices, ascending, and of two more, one on time and one late.

    A past in which nobody was late, or everybody, must not make the contrary impossible.
    """

    def of(self, customer_id: str) -> Habit:
        """The habit of a customer, known or new."""
        return self.customers.get(customer_id, self.newcomer)


def learn(settled: Iterable[SettledInvoice], as_of: date, weighting: Weighting = _USUAL) -> PaymentHabits:
    """Learn how customers pay.

    Args:
        settled: invoices of one creditor, of all customers.
        as_of: the last day whose settlements are known; later ones are left out.
        weighting: how much each invoice counts.

    Raises:
        NoHistoryError: none was settled by then.
    """
    known = [
        (each.invoice.customer_id, each.days_past_due, _weight(each, as_of, weighting))
        for each in known_on(settled, as_of)
    ]
    if not known:
        raise NoHistoryError(f"no invoice was settled by {as_of}: there is nothing to learn from")
    tallies: defaultdict[str, _Tally] = defaultdict(_Tally)
    everybody = _Tally()
    for customer, days, weight in known:
        tallies[customer].add(days, weight)
        everybody.add(days, weight)
    common = _Common(everybody.mean, _variance(tallies.values()), weighting)
    deviations = sorted(
        (common.deviation(tallies[customer], days, weight), weight) for customer, days, weight in known
    )
    return PaymentHabits(
        as_of=as_of,
        customers={customer: common.habit(tally) for customer, tally in tallies.items()},
        newcomer=common.habit(_Tally()),
        deviations=[deviation for deviation, _ in deviations],
        weights=list(accumulate((weight for _, weight in deviations), initial=0.0)),
        delays=sorted((*(max(days, 0) for _, days, _ in known), 0, _delay_of(common))),
    )


def _delay_of(common: _Common) -> int:
    return max(round(common.habit(_Tally()).spread), 1)


def _weight(each: SettledInvoice, as_of: date, weighting: Weighting) -> float:
    age = max((as_of - each.invoice.issue_date).days, 0)
    return float(0.5 ** (age / weighting.half_life))


@dataclass(slots=True)
class _Tally:
    """Weighted sums of days past due."""

    weight: float = 0.0
    squared_weights: float = 0.0
    total: float = 0.0
    squares: float = 0.0

    def add(self, days: int, weight: float) -> None:
        self.weight += weight
        self.squared_weights += weight * weight
        self.total += weight * days
        self.squares += weight * days * days

    @property
    def mean(self) -> float:
        return self.total / self.weight if self.weight else 0.0

    @property
    def scatter(self) -> float:
        """Weighted squares around the mean."""
        return max(self.squares - self.mean * self.total, 0.0)

    @property
    def freedom(self) -> float:
        """Degrees of freedom; none with a single invoice."""
        return max(self.weight - self.squared_weights / self.weight, 0.0) if self.weight else 0.0


def _variance(tallies: Iterable[_Tally]) -> float:
    """Of the payments of a customer around their mean, pooled over all customers."""
    pooled = list(tallies)
    freedom = sum(each.freedom for each in pooled)
    if freedom < _SMALLEST_SPREAD:
        return _UNKNOWN_SPREAD**2
    return max(sum(each.scatter for each in pooled) / freedom, _SMALLEST_SPREAD**2)


@dataclass(frozen=True, slots=True)
class _Common:
    """What all customers have in common: average and variance of the days past due."""

    mean: float
    variance: float
    weighting: Weighting

    def habit(self, tally: _Tally) -> Habit:
        return Habit(self._centre(tally.total, tally.weight), self._spread(tally, tally.weight))

    def deviation(self, tally: _Tally, days: int, weight: float) -> float:
        """How far one payment lay from what the others of its customer let expect, in spreads."""
        others = max(tally.weight - weight, 0.0)
        return (days - self._centre(tally.total - weight * days, others)) / self._spread(tally, others)

    def _centre(self, total: float, weight: float) -> float:
        everybody = self.weighting.everybody
        return (total + everybody * self.mean) / (weight + everybody)

    def _spread(self, tally: _Tally, weight: float) -> float:
        """Of a next payment: how far payments scatter, and how little is known of where they lie."""
        common = self.weighting.everybodys_spread
        scatter = (tally.scatter + common * self.variance) / (tally.freedom + common)
        return sqrt(scatter * (1 + 1 / (weight + self.weighting.everybody)))
