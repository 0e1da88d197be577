"""What is known of one invoice's dunning: its status, what was attempted, what holds it back."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from dunning.arrangement import Hold, InstalmentState, Promise
from dunning.money import Money


class DunningStatus(StrEnum):
    """The state of a case, as operators filter by it."""

    PENDING = "pending"
    """Not planned yet."""
    DUNNING = "dunning"
    """The escalation runs."""
    PROMISED = "promised"
    PAYMENT_PLAN = "payment_plan"
    HELD = "held"
    AWAITING_APPROVAL = "awaiting_approval"
    PRESUMED_PAID = "presumed_paid"
    """Missing from a full import: paused until a person says."""
    EXHAUSTED = "exhausted"
    """Every level was done and the invoice is still open."""
    BLOCKED = "blocked"
    """It cannot be planned or carried out; a task says why."""
    SETTLED = "settled"
    CANCELLED = "cancelled"
    WRITTEN_OFF = "written_off"
    HANDED_OVER = "handed_over"

    @property
    def closed(self) -> bool:
        """Whether dunning is over."""
        return self in _CLOSED


_CLOSED = frozenset(
    {
        DunningStatus.SETTLED,
        DunningStatus.CANCELLED,
        DunningStatus.WRITTEN_OFF,
        DunningStatus.HANDED_OVER,
    }
)


class SendState(StrEnum):
    """Where one act stands in the send ledger."""

    RESERVED = "reserved"
    SUBMITTING = "submitting"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    SKIPPED = "skipped"


class Attempt(BaseModel):
    """A step that was acted on, and how that ended."""

    model_config = ConfigDict(frozen=True)

    step: str
    level: int
    on: date
    """Local date."""
    state: SendState
    reminder: bool = True
    """Whether its delivery counts as a reminder."""
    cycle: int | None = None
    """The cycle of the case in which it was acted on; none: the present one."""


class CaseFacts(BaseModel):
    """All that planning needs to know of a case, read from the books at one moment."""

    model_config = ConfigDict(frozen=True)

    balance: Money
    closed: DunningStatus | None = None
    """The closing status, once closed."""
    attempts: tuple[Attempt, ...] = ()
    """Of this escalation, oldest first; a step still reserved is no attempt."""
    approved: frozenset[str] = frozenset()
    """Names of steps that a person approved in this escalation."""
    hold: Hold | None = None
    promise: Promise | None = None
    instalments: tuple[InstalmentState, ...] = ()
    """Of the payment plan that runs."""
    presumed_paid: bool = False
    cycle: int = 1

    @property
    def reminder_delivered(self) -> bool:
        """Whether a mail server accepted a reminder of this escalation."""
        return any(attempt.reminder and attempt.state is SendState.ACCEPTED for attempt in self.attempts)

    @property
    def highest_level(self) -> int:
        """The highest level acted on; -1 before the first."""
        return max((attempt.level for attempt in self.attempts), default=-1)
