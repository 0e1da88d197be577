"""Judge the forecasts of payment on real histories, against each customer's own mean and median.

    python -m bench.risk_judgement FILE [MAPPING]

Prints the tables of docs/risk.md. The weighting is chosen on invoices of the second half of 2012, the verdict
is on those of the first half of 2013; each forecast knows what was settled before the invoice's date alone.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from functools import cache
from math import inf, log
from pathlib import Path
from statistics import fmean, median

from bench.scoring import Guess, Judged, Measure, auc, interval, mean_absolute_error
from dunning.customer_record import SettledInvoice, known_on, record_of
from dunning.risk import RiskClass, assess
from dunning.risk_forecast import forecast, next_late
from dunning.risk_habits import PaymentHabits, Weighting, learn
from intake.mapping import parse_map_arguments
from intake.portfolio import PortfolioOptions, read_portfolio

OURS, MEAN, MEDIAN, SHARE = "forecast", "own mean", "own median", "own share late"
CHOOSING = (date(2012, 7, 1), date(2012, 12, 31))
JUDGING = (date(2013, 1, 1), date(2013, 6, 30))
_MAPPING = "examples/late-payment-histories.mapping.yaml"
_SNAPSHOTS = tuple(date(2013, month, 1) - timedelta(days=1) for month in range(2, 8))
_DAY = timedelta(days=1)
_USUAL = Weighting()
_NOTHING = "– | –"
_OTHERS = (
    *(Weighting(half_life=days) for days in (90, 180, 730, 36_500)),
    *(Weighting(everybody=count) for count in (0.5, 2, 4)),
    *(Weighting(everybodys_spread=count) for count in (1, 20, 10_000)),
)


def read_settled(file: Path, mapping: str = _MAPPING) -> list[SettledInvoice]:
    """The settled invoices of a file, through the same intake as every command."""
    options = PortfolioOptions(creditor_id="bench", mapping=parse_map_arguments([mapping]))
    return [
        SettledInvoice(invoice=entry.invoice, settled_on=entry.settled_date)
        for entry in read_portfolio(file, options).entries
        if entry.settled_date
    ]


def judge_at_issue(
    settled: Sequence[SettledInvoice], period: tuple[date, date], weighting: Weighting = _USUAL
) -> list[Judged]:
    """Forecast each invoice of a period from what was settled before its date.

    Args:
        settled: the whole history.
        period: first and last issue date.
        weighting: of the invoices that are learned from.
    """
    eves = ((each, each.invoice.issue_date - _DAY) for each in settled)
    return _judge(
        settled, [(each, eve) for each, eve in eves if period[0] <= eve + _DAY <= period[1]], weighting
    )


def judge_open(settled: Sequence[SettledInvoice], days: Sequence[date] = _SNAPSHOTS) -> list[Judged]:
    """Forecast the invoices that were open at the end of each of several days."""
    still_open = [
        (each, day) for day in days for each in settled if each.invoice.issue_date <= day < each.settled_on
    ]
    return _judge(settled, still_open, _USUAL)


def _judge(
    settled: Sequence[SettledInvoice], asked: Sequence[tuple[SettledInvoice, date]], weighting: Weighting
) -> list[Judged]:
    habits_on = cache(lambda day: learn(settled, day, weighting))
    return [_judged(each, day, habits_on(day), known_on(settled, day)) for each, day in asked]


def _judged(
    each: SettledInvoice, day: date, habits: PaymentHabits, known: Sequence[SettledInvoice]
) -> Judged:
    customer = each.invoice.customer_id
    own = [one.days_late for one in known if one.invoice.customer_id == customer]
    delays = own or [one.days_late for one in known]
    past_due = each.invoice.days_past_due(day)
    ours = forecast(each.invoice, habits)
    guesses = {
        OURS: Guess(ours.probability_late, ours.expected_days_late),
        MEAN: _baseline(fmean(delays), past_due),
        MEDIAN: _baseline(median(delays), past_due),
        SHARE: _baseline(fmean(delay > 0 for delay in delays), past_due),
    }
    return Judged(
        customer=customer,
        days_late=each.days_late,
        guesses=guesses,
        overdue=past_due >= 0,
        in_interval=ours.earliest_on <= each.settled_on <= ours.latest_on,
        risk_class=assess(record_of(customer, known, day), next_late(customer, habits)).risk_class,
    )


def _baseline(days: float, past_due: int) -> Guess:
    """A baseline knows too that an open invoice is not paid yet."""
    return Guess(inf if past_due >= 0 else days, max(days, past_due + 1))


def _log_loss(judged: Sequence[Judged]) -> float:
    chances = ((each.days_late > 0, each.guesses[OURS].score) for each in judged)
    return -fmean(log(chance if late else 1 - chance) for late, chance in chances)


def _choice(settled: Sequence[SettledInvoice]) -> Iterator[str]:
    yield "| half-life (days) | everybody | everybody's spread | AUC | log loss | error (days) |"
    yield "|---:|---:|---:|---:|---:|---:|"
    for each in (_USUAL, *_OTHERS):
        judged = judge_at_issue(settled, CHOOSING, each)
        weights = f"{each.half_life:g} | {each.everybody:g} | {each.everybodys_spread:g}"
        error = mean_absolute_error(judged, OURS)
        yield f"| {weights} | {auc(judged, OURS):.3f} | {_log_loss(judged):.3f} | {error:.2f} |"


def _verdict(judged: Sequence[Judged]) -> Iterator[str]:
    yield "| method | AUC | AUC, ours minus it | error (days) | error, ours minus it |"
    yield "|---|---:|---:|---:|---:|"
    for method in (OURS, MEAN, MEDIAN, SHARE):
        # A share says nothing in days; among invoices that are all late there is nothing to rank.
        ranks = _NOTHING if all(each.overdue for each in judged) else _cells(judged, auc, method, 3)
        days = _NOTHING if method == SHARE else _cells(judged, mean_absolute_error, method, 2)
        yield f"| {method} | {ranks} | {days} |"


def _cells(judged: Sequence[Judged], measure: Measure, method: str, digits: int) -> str:
    """A method's figure, and by how much ours differs from it, each with its interval."""
    figure = _figure(judged, lambda drawn: measure(drawn, method), f".{digits}f")
    if method == OURS:
        return f"{figure} | –"
    difference = _figure(judged, lambda drawn: measure(drawn, OURS) - measure(drawn, method), f"+.{digits}f")
    return f"{figure} | {difference}"


def _figure(judged: Sequence[Judged], figure: Callable[[Sequence[Judged]], float], form: str) -> str:
    low, high = interval(judged, figure)
    return f"{figure(judged):{form}} ({low:{form}} to {high:{form}})"


def _classes(judged: Sequence[Judged]) -> Iterator[str]:
    yield "| class | invoices | paid late | days late on average |"
    yield "|---|---:|---:|---:|"
    for each in RiskClass:
        group = [one for one in judged if one.risk_class == each]
        if group:
            late = fmean(one.days_late > 0 for one in group)
            yield f"| {each} | {len(group)} | {late:.0%} | {fmean(one.days_late for one in group):.1f} |"


def _report(settled: Sequence[SettledInvoice]) -> Iterator[str]:
    yield from ("## Choice of the weighting, on 2012 H2", "", *_choice(settled), "")
    judged = judge_at_issue(settled, JUDGING)
    late = fmean(each.days_late > 0 for each in judged)
    yield f"## Verdict on 2013 H1, at the invoice's date: {len(judged)} invoices, {late:.0%} late"
    yield from ("", *_verdict(judged), "")
    expected = fmean(each.guesses[OURS].score for each in judged)
    inside = fmean(each.in_interval for each in judged)
    yield f"Log loss {_log_loss(judged):.3f}; mean probability {expected:.0%}."
    yield f"Paid within the interval of four in five: {inside:.0%}."
    yield from ("", *_classes(judged), "")
    waiting = judge_open(settled)
    for title, group in (
        ("not yet due", [each for each in waiting if not each.overdue]),
        ("overdue", [each for each in waiting if each.overdue]),
    ):
        yield f"## Open at the six month ends of 2013 H1, {title}: {len(group)} invoices"
        yield from ("", *_verdict(group), "")


def main(arguments: Sequence[str]) -> int:
    """Judge a file and print the tables."""
    if len(arguments) not in {1, 2}:
        sys.stderr.write("usage: python -m bench.risk_judgement FILE [MAPPING]\n")
        return 2
    settled = read_settled(Path(arguments[0]), *arguments[1:])
    sys.stdout.writelines(f"{line}\n" for line in _report(settled))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
