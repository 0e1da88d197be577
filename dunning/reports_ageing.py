"""The aged balance: what customers owe, by the days past due."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from dunning.money import Money
from dunning.reports_receivables import Receivable, share_of


class Age(StrEnum):
    """Days past due, or why an invoice is counted apart."""

    NOT_DUE = "not-due"
    TO_30 = "1-30"
    TO_60 = "31-60"
    TO_90 = "61-90"
    OVER_90 = "90+"
    PRESUMED_PAID = "presumed-paid"
    """Missing from a full import: a person is to say whether it was paid."""
    HANDED_OVER = "handed-over"
    """Still owed, but collected by somebody else."""


_APART = frozenset({Age.PRESUMED_PAID, Age.HANDED_OVER})
_LIMITS = ((0, Age.NOT_DUE), (30, Age.TO_30), (60, Age.TO_60), (90, Age.TO_90))


class AgeingLine(BaseModel):
    """One bucket of one currency."""

    model_config = ConfigDict(frozen=True)

    currency: str
    age: Age
    invoices: int
    amount: Money
    """What remains of them, VAT included."""
    share: float | None
    """Of all that is neither presumed paid nor handed over; none for those, or where nothing is owed."""


def ageing(receivables: Iterable[Receivable], today: date) -> list[AgeingLine]:
    """Sort what is owed at the end of a day into buckets of days past due.

    Args:
        receivables: of one creditor, in any currencies.
        today: the day; an invoice is not late on its due date.

    Returns:
        Each currency with all its buckets, empty ones too; what is counted apart only where there is some.
    """
    found: dict[str, dict[Age, list[Money]]] = {}
    for each in receivables:
        owed = each.owed_on(today)
        if owed.is_positive:
            ages = found.setdefault(each.currency, {age: [] for age in Age})
            ages[_age(each, today)].append(owed)
    return [line for currency, ages in sorted(found.items()) for line in _lines(currency, ages)]


def _age(each: Receivable, today: date) -> Age:
    if each.handed_over_by(today):
        return Age.HANDED_OVER
    if each.presumed_paid:
        return Age.PRESUMED_PAID
    days = each.invoice.days_past_due(today)
    return next((age for limit, age in _LIMITS if days <= limit), Age.OVER_90)


def _lines(currency: str, ages: dict[Age, list[Money]]) -> list[AgeingLine]:
    nothing = Money.zero(currency)
    sums = {age: sum(amounts, nothing) for age, amounts in ages.items()}
    whole = sum((amount for age, amount in sums.items() if age not in _APART), nothing)
    return [
        AgeingLine(
            currency=currency,
            age=age,
            invoices=len(ages[age]),
            amount=sums[age],
            share=None if age in _APART else share_of(sums[age], whole),
        )
        for age in Age
        if ages[age] or age not in _APART
    ]
