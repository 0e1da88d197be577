"""Days sales outstanding: how many days of turnover customers still owe.

Both figures need the whole turnover, VAT included, of every customer: books that hold the unpaid invoices
alone cannot tell it. Without it they are not computed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from fractions import Fraction

from pydantic import BaseModel, ConfigDict

from dunning.money import Money
from dunning.reports_receivables import Receivable

Turnover = Mapping[date, Money]
"""Of one currency, VAT included, by the first day of each month; that of the last month up to the day."""


class DsoLine(BaseModel):
    """The figures of one currency."""

    model_config = ConfigDict(frozen=True)

    currency: str
    receivables: Money
    """What is owed at the end of the day, due or not; without what is presumed paid."""
    months: int
    """Of the simple figure, the last one included."""
    turnover: Money | None
    """Of those months; none where one is not known."""
    simple: float | None
    """Receivables / turnover x days of those months."""
    count_back: float | None
    """Days of the latest months whose turnover makes up the receivables, the last one in part."""
    missing: str | None
    """The latest month whose turnover is needed and not known, such as ``2026-01``."""


def dso(
    receivables: Iterable[Receivable], turnover: Mapping[str, Turnover], today: date, months: int
) -> list[DsoLine]:
    """Work out both figures for each currency in which something is owed or sold.

    Args:
        receivables: of one creditor, in any currencies.
        turnover: by currency.
        today: the day at whose end the receivables stand.
        months: how many the simple figure looks at, that of the day included.
    """
    owed = {currency: Money.zero(currency) for currency in turnover}
    for each in receivables:
        if not each.presumed_paid:
            so_far = owed.get(each.currency, Money.zero(each.currency))
            owed[each.currency] = so_far + each.owed_on(today)
    return [
        _line(amount, turnover.get(currency, {}), today, months)
        for currency, amount in sorted(owed.items())
        if amount.is_positive or currency in turnover
    ]


def _line(owed: Money, turnover: Turnover, today: date, months: int) -> DsoLine:
    sold, days, gap = _window(turnover, today, months, owed.currency)
    counted, earlier_gap = _count_back(owed, turnover, today)
    simple = None if gap or not sold.is_positive else Fraction(owed.amount) / Fraction(sold.amount) * days
    missing = max((each for each in (gap, earlier_gap) if each), default=None)
    return DsoLine(
        currency=owed.currency,
        receivables=owed,
        months=months,
        turnover=None if gap else sold,
        simple=None if simple is None else round(float(simple), 1),
        count_back=None if counted is None else round(float(counted), 1),
        missing=f"{missing:%Y-%m}" if missing else None,
    )


def _window(turnover: Turnover, today: date, months: int, currency: str) -> tuple[Money, int, date | None]:
    """Turnover and days of so many months, and the latest that is not known."""
    sold, days, gap = Money.zero(currency), 0, None
    month = today.replace(day=1)
    end = today
    for _ in range(months):
        if month not in turnover:
            gap = gap or month
        else:
            sold += turnover[month]
        days += (end - month).days + 1
        end = month - timedelta(days=1)
        month = end.replace(day=1)
    return sold, days, gap


def _count_back(owed: Money, turnover: Turnover, today: date) -> tuple[Fraction | None, date | None]:
    """Deduct month after month until the balance is used up; the month that is not known ends it."""
    left, days = Fraction(owed.amount), Fraction(0)
    month, end = today.replace(day=1), today
    while left > 0:
        if month not in turnover:
            return None, month
        length = (end - month).days + 1
        sold = Fraction(turnover[month].amount)
        if sold > left:
            return days + length * left / sold, None
        left -= max(sold, Fraction(0))
        days += length
        end = month - timedelta(days=1)
        month = end.replace(day=1)
    return days, None
