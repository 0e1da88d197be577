import os
from pathlib import Path

import pytest

from bench.risk_judgement import JUDGING, MEAN, MEDIAN, OURS, SHARE, judge_at_issue, judge_open, read_settled
from bench.scoring import Guess, Judged, auc, interval, mean_absolute_error
from dunning.customer_record import SettledInvoice

_NAME = "late_payment_histories_2012_2013h1.csv"
_CHECKOUT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def histories() -> list[SettledInvoice]:
    """The public data set, which stands beside the checkout and not in it."""
    named = os.environ.get("LATE_PAYMENT_HISTORIES")
    path = Path(named) if named else _CHECKOUT.parent / "shared" / "data" / _NAME
    if not path.is_file():
        pytest.fail(
            f"The real invoices are not at {path}: put {_NAME} there, or name it in LATE_PAYMENT_HISTORIES."
        )
    return read_settled(path, str(_CHECKOUT / "examples" / "late-payment-histories.mapping.yaml"))


def test_it_beats_the_customers_own_mean_and_median(histories: list[SettledInvoice]) -> None:
    """On invoices of 2013, each judged by what was settled before its date: better ranked, closer in days."""
    judged = judge_at_issue(histories, JUDGING)

    assert len(judged) == 653
    assert auc(judged, OURS) > 0.88
    assert auc(judged, OURS) > max(auc(judged, other) for other in (MEAN, MEDIAN, SHARE))
    assert mean_absolute_error(judged, OURS) < min(
        mean_absolute_error(judged, each) for each in (MEAN, MEDIAN)
    )


def test_it_beats_them_among_open_invoices_too(histories: list[SettledInvoice]) -> None:
    """Among the invoices open at the ends of six months, as the command sees them: closer in days."""
    judged = judge_open(histories)

    assert len(judged) > 500
    assert mean_absolute_error(judged, OURS) < min(
        mean_absolute_error(judged, each) for each in (MEAN, MEDIAN)
    )


def made(*cases: tuple[float, int]) -> list[Judged]:
    """Score and days late of invoices, each of a customer of its own."""
    return [
        Judged(at, days, {OURS: Guess(score, 0)}, overdue=False, in_interval=True, risk_class="low")
        for at, (score, days) in enumerate(cases)
    ]


@pytest.mark.parametrize(
    ("cases", "expected"),
    [
        ([(0.9, 5), (0.1, 0)], 1.0),
        ([(0.1, 5), (0.9, 0)], 0.0),
        ([(0.5, 5), (0.5, 0)], 0.5),
        ([(0.9, 1), (0.5, 0), (0.5, 2), (0.1, 0)], 0.875),
    ],
)
def test_the_ranking_is_counted_in_pairs(cases: list[tuple[float, int]], expected: float) -> None:
    """Of all pairs of a late and a punctual invoice, the share in right order; a tie is half a pair."""
    assert auc(made(*cases), OURS) == pytest.approx(expected)


def test_the_interval_holds_the_figure() -> None:
    """Drawn from the customers, always the same draws."""
    judged = made(*((score / 10, score % 3) for score in range(10)))

    low, high = interval(judged, lambda drawn: mean_absolute_error(drawn, OURS))
    assert low <= mean_absolute_error(judged, OURS) <= high
    assert (low, high) == interval(judged, lambda drawn: mean_absolute_error(drawn, OURS))
