"""How good a forecast is: ranking, error in days, and how sure the figure is."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean


@dataclass(frozen=True, slots=True)
class Guess:
    """What one method says of one invoice."""

    score: float
    """The higher, the likelier it is paid late."""
    days_late: float


@dataclass(frozen=True, slots=True)
class Judged:
    """One invoice: what came of it, and what each method had said."""

    customer: Hashable
    days_late: int
    guesses: Mapping[str, Guess]
    overdue: bool
    """Whether its due date had passed when the methods were asked."""
    in_interval: bool
    """Whether it was paid within the interval of the forecast."""
    risk_class: str
    """Of the customer, when the methods were asked."""


Measure = Callable[[Sequence[Judged], str], float]


def auc(judged: Sequence[Judged], method: str) -> float:
    """The probability that a late invoice has a higher score than one on time, ties counting half.

    Not a number where all were late, or none. Mann and Whitney's statistic, by ranks.
    """
    ordered = sorted(judged, key=lambda each: each.guesses[method].score)
    late_ranks, start = 0.0, 0
    while start < len(ordered):
        end = start
        while (
            end < len(ordered) and ordered[end].guesses[method].score == ordered[start].guesses[method].score
        ):
            end += 1
        late_ranks += sum(each.days_late > 0 for each in ordered[start:end]) * (start + end + 1) / 2
        start = end
    late = sum(each.days_late > 0 for each in ordered)
    pairs = late * (len(ordered) - late)
    return (late_ranks - late * (late + 1) / 2) / pairs if pairs else float("nan")


def mean_absolute_error(judged: Sequence[Judged], method: str) -> float:
    """In days."""
    return fmean(abs(each.guesses[method].days_late - each.days_late) for each in judged)


def interval(
    judged: Sequence[Judged], figure: Callable[[Sequence[Judged]], float], draws: int = 500
) -> tuple[float, float]:
    """A 95 % interval by bootstrap over customers: invoices of one customer are not independent.

    Args:
        judged: of all customers.
        figure: computed on each draw; one that is not a number is left out.
        draws: how many; always the same ones.
    """
    by_customer: defaultdict[Hashable, list[Judged]] = defaultdict(list)
    for each in judged:
        by_customer[each.customer].append(each)
    customers = list(by_customer.values())
    dice = random.Random(1)  # noqa: S311 - a draw that anybody can repeat
    figures = []
    for _ in range(draws):
        drawn = dice.choices(customers, k=len(customers))
        value = figure([each for group in drawn for each in group])
        if value == value:  # noqa: PLR0124 - only "not a number" differs from itself
            figures.append(value)
    figures.sort()
    return figures[int(0.025 * len(figures))], figures[int(0.975 * len(figures))]
