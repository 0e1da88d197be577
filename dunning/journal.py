"""The kinds of journal entries and of tasks: the vocabulary of an invoice's story."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class EntryKind(StrEnum):
    """What a journal entry tells; its phrase is ``story.<kind>``."""

    OPENED = "opened"
    POLICY_CHOSEN = "policy_chosen"
    SENT = "sent"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    DEFERRED = "deferred"
    WITHHELD = "withheld"
    """A step was due, but a payment, a hold or another fact stood against it."""
    FAILED = "failed"
    SKIPPED = "skipped"
    PAYMENT = "payment"
    PAYMENT_OTHER_CURRENCY = "payment_other_currency"
    PAYMENT_PENDING = "payment_pending"
    PAYMENT_FAILED = "payment_failed"
    OVERPAID = "overpaid"
    REFUNDED = "refunded"
    CREDIT_NOTE = "credit_note"
    CORRECTED = "corrected"
    CANCELLED = "cancelled"
    CUSTOMER_CHANGED = "customer_changed"
    PROMISE_MADE = "promise_made"
    PROMISE_KEPT = "promise_kept"
    PROMISE_BROKEN = "promise_broken"
    PLAN_AGREED = "plan_agreed"
    PLAN_KEPT = "plan_kept"
    PLAN_BROKEN = "plan_broken"
    PLAN_ENDED = "plan_ended"
    HELD = "held"
    RESUMED = "resumed"
    APPROVAL_ASKED = "approval_asked"
    APPROVED = "approved"
    CALL_OPENED = "call_opened"
    CALL_DONE = "call_done"
    NOTE = "note"
    LINK_CREATED = "link_created"
    LINK_SWITCHED_OFF = "link_switched_off"
    LINK_FAILED = "link_failed"
    PRESUMED_PAID = "presumed_paid"
    REFUSAL = "refusal"
    """A fact from outside (a plan by signal) was against the rules."""
    MALFORMED = "malformed"
    BLOCKED = "blocked"
    TASK_OPENED = "task_opened"
    TASK_DONE = "task_done"
    WRITTEN_OFF = "written_off"
    HANDED_OVER = "handed_over"
    SETTLED = "settled"
    ACCESSORIES_WAIVED = "accessories_waived"
    REOPENED = "reopened"
    THANKED = "thanked"


class JournalEntry(BaseModel):
    """One line of the story; amounts and dates in ``details`` are strings, instants ISO."""

    model_config = ConfigDict(frozen=True)

    kind: EntryKind
    at: datetime
    actor: str
    details: dict[str, Any] = Field(default_factory=dict)
    event_id: str | None = None


class TaskKind(StrEnum):
    """What a person is asked to do; its phrase is ``task.<kind>``."""

    CALL = "call"
    APPROVAL = "approval"
    REGISTERED_LETTER = "send-registered-letter"
    HAND_OVER = "hand-over"
    FIND_ADDRESS = "find-address"
    FIND_PHONE = "find-phone"
    FIND_KIND = "find-kind"
    """Find out whether the customer is a business or a consumer."""
    DISPUTE = "dispute"
    UNKNOWN_SEND = "unknown-send"
    UNREADABLE_MESSAGE = "unreadable-message"
    REFUSED_FACT = "refused-fact"
    UNMATCHED_PAYMENT = "unmatched-payment"
    OTHER_CURRENCY = "other-currency"
    OVERPAYMENT = "overpayment"
    REFUND = "refund"
    PRESUMED_PAID = "presumed-paid"
    UNPAID_ACCESSORIES = "unpaid-accessories"
    PLAN_CHANGED = "plan-changed"
    BLOCKED = "blocked"
    STEP_FAILED = "step-failed"
    PROVIDER_DOWN = "provider-down"


class TaskState(StrEnum):
    """Whether a task still waits."""

    OPEN = "open"
    DONE = "done"
