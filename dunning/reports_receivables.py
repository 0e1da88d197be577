"""An invoice as reports look at it: what was owed on any day, and when nothing remained."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from dunning.case import DunningStatus
from dunning.invoice import Invoice
from dunning.money import Money

_GIVEN_UP = frozenset({DunningStatus.CANCELLED, DunningStatus.WRITTEN_OFF})


class MovementKind(StrEnum):
    """What lowered a claim: money, or the creditor's own reduction."""

    PAYMENT = "payment"
    CREDIT_NOTE = "credit_note"


class Movement(BaseModel):
    """What was paid or credited on an invoice, in its currency."""

    model_config = ConfigDict(frozen=True)

    kind: MovementKind
    on: date
    """The day it was received or issued."""
    booked_at: datetime
    """When the books learned of it."""
    amount: Money
    by_card_page: bool = False
    """Whether it came through a page of the payment provider."""
    opening: bool = False
    """Paid before the books knew the invoice, nobody knows when: it says nothing about delays."""


class Receivable(BaseModel):
    """An invoice, what came on it, and where it stands today."""

    model_config = ConfigDict(frozen=True)

    invoice: Invoice
    movements: tuple[Movement, ...] = ()
    """In the order they were booked."""
    status: DunningStatus = DunningStatus.DUNNING
    closed_on: date | None = None
    presumed_paid: bool = False
    policy: str | None = None

    @property
    def currency(self) -> str:
        """ISO 4217 code."""
        return self.invoice.amount.currency

    def owed_on(self, day: date) -> Money:
        """What remained at the end of a day, VAT included; nothing before issue, or once it was given up.

        Amount and due date are those of today: a correction counts from the beginning.
        """
        nothing = Money.zero(self.currency)
        if day < self.invoice.issue_date or (self.status in _GIVEN_UP and self._closed_by(day)):
            return nothing
        came = (movement.amount for movement in self.movements if movement.on <= day)
        return max(nothing, self.invoice.amount - sum(came, nothing))

    def handed_over_by(self, day: date) -> bool:
        """Whether somebody else collects it since a day not after this one."""
        return self.status is DunningStatus.HANDED_OVER and self._closed_by(day)

    def dated_payments(self) -> list[Movement]:
        """The payments whose day is known."""
        return [one for one in self.movements if one.kind is MovementKind.PAYMENT and not one.opening]

    def applied(self) -> list[tuple[Movement, Money]]:
        """What each movement lowered the claim by, oldest day first; an excess lowers nothing."""
        found = []
        left = self.invoice.amount
        for movement in sorted(self.movements, key=lambda each: (each.on, each.booked_at)):
            part = min(movement.amount, left)
            left -= part
            found.append((movement, part))
        return found

    def settled_on(self) -> date | None:
        """The first day at whose end nothing remained, where a payment of a known day had a part in it."""
        if not self.dated_payments():
            return None
        left = self.invoice.amount
        for movement, part in self.applied():
            left -= part
            if not left.is_positive:
                return movement.on
        return None

    def _closed_by(self, day: date) -> bool:
        return self.closed_on is not None and self.closed_on <= day


def share_of(part: Money, whole: Money) -> float | None:
    """What part of a whole an amount is, such as 0.25, to four decimals; none of nothing."""
    if not whole.is_positive:
        return None
    return round(float(part.amount / whole.amount), 4)
