"""Holds that follow from facts: money announced, a dispute; and the end of a hold."""

from __future__ import annotations

from datetime import date, time

from dunning.arrangement import ArrangementState, Hold
from dunning.calendar import BusinessCalendar
from dunning.journal import EntryKind
from dunning.policy import Hours
from ledger.arrangements import ActiveArrangement, active_arrangements, agree, conclude
from ledger.posting import Posting

BUSINESS_DAYS_OF_GRACE = 5
"""How long money that is announced or on its way is waited for."""

_FRANCE = BusinessCalendar(window=(Hours(opens=time(9), closes=time(18)),))


def business_days_from(today: date, count: int) -> date:
    """The count-th business day after today, in France."""
    return _FRANCE.add_business_days(today, count)


def next_business_day(today: date) -> date:
    """The first business day after today, in France."""
    return _FRANCE.roll(date.fromordinal(today.toordinal() + 1))


def place_hold(posting: Posting, until: date | None, reason: str) -> None:
    """Start a hold; an earlier one ends."""
    running = active_arrangements(posting.conn, posting.key).hold
    if running:
        conclude(posting.conn, running, ArrangementState.ENDED, posting.now)
    hold = Hold(arrangement_id=posting.arrangement_id, agreed_on=posting.today, until=until, reason=reason)
    agree(posting.conn, posting.key, hold, posting.now)


def pause_until(posting: Posting, until: date, reason: str) -> None:
    """Hold a case for a while, unless it is held for longer already; the journal tells of a new hold."""
    hold = active_arrangements(posting.conn, posting.key).hold_placed
    if hold and (hold.until is None or hold.until >= until):
        return
    place_hold(posting, until, reason)
    posting.tell(EntryKind.HELD, until=until, reason=reason)


def end_hold(posting: Posting, hold: ActiveArrangement, *, told: bool = True) -> None:
    """End a hold before its day."""
    conclude(posting.conn, hold, ArrangementState.ENDED, posting.now)
    if told:
        posting.tell(EntryKind.RESUMED)
