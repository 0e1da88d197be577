"""Expected cash: what will probably come in each of the next weeks, after how customers have paid so far."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from pydantic import BaseModel, ConfigDict

from dunning.customer_record import SettledInvoice
from dunning.money import Money, round_half_up
from dunning.reports_receivables import Receivable, share_of
from dunning.risk_forecast import chances_paid_by
from dunning.risk_habits import learn

WEEK = 7


class CashLine(BaseModel):
    """One week of one currency, or all that comes later."""

    model_config = ConfigDict(frozen=True)

    currency: str
    week: int | None
    """1 is the seven days after the day; none for what comes after the last week."""
    begins: date
    ends: date | None
    amount: Money
    """Sum of balance x probability that it is paid in these days."""
    share: float | None
    """Of all that is owed: expected by the end of the week."""


def expected_cash(receivables: Iterable[Receivable], today: date, weeks: int) -> list[CashLine]:
    """Spread what is owed over the weeks in which it is expected, by the whole distribution of pay dates.

    What is presumed paid or handed over is left out; promises, instalments and holds change nothing in it.

    Args:
        receivables: of one creditor, closed ones too: the settled ones teach.
        today: the last day whose payments are known.
        weeks: how many.

    Returns:
        The lines of a currency, which add up to what is owed in it.

    Raises:
        NoHistoryError: no invoice was settled by then.
    """
    known = list(receivables)
    settled = [
        SettledInvoice(invoice=each.invoice, settled_on=day)
        for each in known
        if (day := each.settled_on()) is not None
    ]
    waiting = [(each.invoice, owed) for each in known if (owed := _waiting(each, today)).is_positive]
    if not waiting:
        return []
    habits = learn(settled, today)
    ends = [today + timedelta(days=WEEK * week) for week in range(1, weeks + 1)]
    totals: dict[str, list[Fraction]] = {}
    owing: dict[str, Money] = {}
    for invoice, owed in waiting:
        sums = totals.setdefault(owed.currency, [Fraction(0)] * weeks)
        for at, chance in enumerate(chances_paid_by(invoice, habits, ends)):
            sums[at] += Fraction(owed.amount) * Fraction(chance)
        owing[owed.currency] = owing.get(owed.currency, Money.zero(owed.currency)) + owed
    return [line for currency in sorted(owing) for line in _lines(owing[currency], totals[currency], ends)]


def _waiting(each: Receivable, today: date) -> Money:
    if each.presumed_paid or each.handed_over_by(today):
        return Money.zero(each.currency)
    return each.owed_on(today)


def _lines(owed: Money, sums: list[Fraction], ends: list[date]) -> list[CashLine]:
    """Rounded as running totals, so that no cent is lost between the weeks."""
    lines = []
    before = Money.zero(owed.currency)
    for week, (total, end) in enumerate(zip(sums, ends, strict=True), start=1):
        by_now = _rounded(total, owed)
        lines.append(
            CashLine(
                currency=owed.currency,
                week=week,
                begins=end - timedelta(days=WEEK - 1),
                ends=end,
                amount=by_now - before,
                share=share_of(by_now, owed),
            )
        )
        before = by_now
    later = ends[-1] + timedelta(days=1)
    rest = CashLine(
        currency=owed.currency, week=None, begins=later, ends=None, amount=owed - before, share=1.0
    )
    return [*lines, rest]


def _rounded(total: Fraction, owed: Money) -> Money:
    exact = Decimal(total.numerator)
    amount = round_half_up(exact / total.denominator, owed.currency)
    return min(owed, Money(amount=amount, currency=owed.currency))
