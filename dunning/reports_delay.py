"""Weighted days late: how long a euro is late on average, among what was paid and what is overdue."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict

from dunning.money import Money
from dunning.reports_receivables import MovementKind, Receivable


class Delayed(StrEnum):
    """What money is looked at."""

    PAID = "paid"
    OVERDUE = "overdue"


class DelayLine(BaseModel):
    """Averages of one currency, weighted by amount."""

    model_config = ConfigDict(frozen=True)

    currency: str
    money: Delayed
    invoices: int
    amount: Money
    """Paid in the period, or overdue at its end."""
    days_late: float
    """What came by its due date counts zero."""
    days_past_due: float
    """What came early counts below zero."""


class _Piece(NamedTuple):
    invoice_id: str
    amount: Money
    days: int


def weighted_days_late(receivables: Iterable[Receivable], since: date, today: date) -> list[DelayLine]:
    """Sum of amount x days / sum of amount.

    Money paid before the books knew the invoice, credit notes, and whatever exceeds the claim do not count;
    nor does what is presumed paid or handed over.

    Args:
        receivables: of one creditor, in any currencies.
        since: the first day whose payments count.
        today: the last one, at whose end the overdue ones are looked at.

    Returns:
        At most two lines for each currency; none where there was no money.
    """
    pieces: dict[tuple[str, Delayed], list[_Piece]] = {}
    for each in receivables:
        for kind, piece in (*_paid(each, since, today), *_overdue(each, today)):
            pieces.setdefault((each.currency, kind), []).append(piece)
    order = list(Delayed)
    keys = sorted(pieces, key=lambda key: (key[0], order.index(key[1])))
    return [_line(currency, kind, pieces[currency, kind]) for currency, kind in keys]


def _paid(each: Receivable, since: date, today: date) -> list[tuple[Delayed, _Piece]]:
    return [
        (Delayed.PAID, _Piece(each.invoice.invoice_id, part, each.invoice.days_past_due(movement.on)))
        for movement, part in each.applied()
        if movement.kind is MovementKind.PAYMENT
        and not movement.opening
        and part.is_positive
        and since <= movement.on <= today
    ]


def _overdue(each: Receivable, today: date) -> list[tuple[Delayed, _Piece]]:
    days = each.invoice.days_past_due(today)
    owed = each.owed_on(today)
    if days <= 0 or not owed.is_positive or each.presumed_paid or each.handed_over_by(today):
        return []
    return [(Delayed.OVERDUE, _Piece(each.invoice.invoice_id, owed, days))]


def _line(currency: str, kind: Delayed, pieces: list[_Piece]) -> DelayLine:
    total = sum((piece.amount for piece in pieces), Money.zero(currency))
    return DelayLine(
        currency=currency,
        money=kind,
        invoices=len({piece.invoice_id for piece in pieces}),
        amount=total,
        days_late=_average([(piece.amount, max(piece.days, 0)) for piece in pieces], total),
        days_past_due=_average([(piece.amount, piece.days) for piece in pieces], total),
    )


def _average(weighted: list[tuple[Money, int]], total: Money) -> float:
    summed = sum(Fraction(amount.amount) * days for amount, days in weighted)
    return round(float(summed / Fraction(total.amount)), 1)
