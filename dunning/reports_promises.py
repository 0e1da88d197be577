"""Promises to pay: how many were kept, and what came of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from pydantic import BaseModel, ConfigDict

from dunning.arrangement import ArrangementState
from dunning.money import Money


class Receipt(BaseModel):
    """Money that came after a promise was made."""

    model_config = ConfigDict(frozen=True)

    on: date
    amount: Money


class PromiseGiven(BaseModel):
    """A promise, how it ended, and the money since."""

    model_config = ConfigDict(frozen=True)

    made_on: date
    until: date
    amount: Money
    state: ArrangementState
    ended_on: date | None = None
    came: tuple[Receipt, ...] = ()
    """Oldest first."""

    def state_on(self, day: date) -> ArrangementState:
        """How it stood at the end of a day."""
        return ArrangementState.ACTIVE if self.ended_on and self.ended_on > day else self.state

    def cash_by(self, day: date) -> Money:
        """What came by a day, no more than was promised."""
        came = (each.amount for each in self.came if each.on <= day)
        return min(self.amount, sum(came, Money.zero(self.amount.currency)))


class PromiseLine(BaseModel):
    """The promises of one currency."""

    model_config = ConfigDict(frozen=True)

    currency: str
    promises: int
    kept: int
    """The money came within the policy's grace, or nothing was owed any more."""
    broken: int
    running: int
    ended: int
    """Replaced by another agreement, or closed, before it was either."""
    share: float | None
    """Kept / (kept + broken)."""
    promised: Money
    """By those kept and broken."""
    cash: Money
    """That came on them so far, no more than was promised."""
    cash_on_time: Money
    """Of it, what came by the promised day."""


def promises_kept(promises: Iterable[PromiseGiven], since: date, today: date) -> list[PromiseLine]:
    """Count the promises made in a period, by what is known at its end.

    Args:
        promises: of one creditor, in any currencies.
        since: the first day.
        today: the last one.
    """
    found: dict[str, list[PromiseGiven]] = {}
    for each in promises:
        if since <= each.made_on <= today:
            found.setdefault(each.amount.currency, []).append(each)
    return [_line(currency, found[currency], today) for currency in sorted(found)]


def _line(currency: str, promises: list[PromiseGiven], today: date) -> PromiseLine:
    by_state: dict[ArrangementState, list[PromiseGiven]] = {state: [] for state in ArrangementState}
    for each in promises:
        by_state[each.state_on(today)].append(each)
    kept, broken = by_state[ArrangementState.KEPT], by_state[ArrangementState.BROKEN]
    decided = [*kept, *broken]
    nothing = Money.zero(currency)
    return PromiseLine(
        currency=currency,
        promises=len(promises),
        kept=len(kept),
        broken=len(broken),
        running=len(by_state[ArrangementState.ACTIVE]),
        ended=len(by_state[ArrangementState.ENDED]),
        share=round(len(kept) / len(decided), 4) if decided else None,
        promised=sum((each.amount for each in decided), nothing),
        cash=sum((each.cash_by(today) for each in decided), nothing),
        cash_on_time=sum((each.cash_by(min(each.until, today)) for each in decided), nothing),
    )
