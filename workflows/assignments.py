"""What the workflow asks of its activities, and what they answer; ids and decisions, never a body."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, TypeVar

from pydantic import Field

from dunning.case import DunningStatus
from dunning.clock import DemoClock
from workflows.contract import CustomerFields, InvoiceFields, Message

_T = TypeVar("_T")
Sparse = Annotated[_T | None, Field(exclude_if=lambda value: value is None)]
"""A value that is mostly absent: then it is not written, since each step repeats it in the history."""


class ActivityName(StrEnum):
    """Names under which activities are registered."""

    PLAN = "plan_dunning"
    SEND_EMAIL = "send_email"
    OPEN_CALL = "open_call_task"
    HAND_OVER = "hand_over"
    CLOSE = "close_case"
    REPORT = "report_problem"


class PendingFact(Message):
    """A message on its way to the books."""

    name: str
    """Name of the signal or update."""
    event_id: str
    content: Any = None
    command: bool = False
    """Whether a caller waits for the answer."""
    problem: Sparse[str] = None
    """Why it could not be read."""


class PlanRequest(Message):
    """Book what came in and date the steps to come."""

    creditor_id: str
    invoice_id: str
    now: datetime
    facts: tuple[PendingFact, ...] = ()
    invoice: Sparse[InvoiceFields] = None
    customer: Sparse[CustomerFields] = None
    policy: Sparse[str] = None
    clock: Sparse[DemoClock] = None


class StepMessage(Message):
    """One planned step, with the words that operators read on its timer."""

    step: str
    level: int
    act: str
    at: datetime
    summary: str
    instalment: Sparse[int] = None


class Answer(Message):
    """The books' answer to a command; no refusal means done."""

    event_id: str
    refusal: Sparse[str] = None


class PlanResult(Message):
    """The dated steps to come."""

    status: DunningStatus
    level: int = -1
    cycle: int = 1
    balance: str = ""
    """Formatted for people."""
    language: str = "fr"
    customer_id: str = ""
    steps: tuple[StepMessage, ...] = ()
    answers: tuple[Answer, ...] = ()
    close_work: bool = False
    """Whether closing has something to do outside: links to switch off, a customer to thank."""
    problem: Sparse[str] = None
    booked: bool = True
    """False where the facts of the request could not be booked: the run keeps them."""


class StepRequest(Message):
    """Carry out one step, unless the books say otherwise by now."""

    creditor_id: str
    invoice_id: str
    cycle: int
    step: str
    level: int
    act: str
    planned_at: datetime
    now: datetime
    instalment: Sparse[int] = None
    clock: Sparse[DemoClock] = None


class StepResult(StrEnum):
    """How a step ended."""

    DONE = "done"
    COVERED = "covered"
    DEFERRED = "deferred"
    AWAITING_APPROVAL = "awaiting_approval"
    SETTLED = "settled"
    SUPERSEDED = "superseded"
    FAILED = "failed"
    UNKNOWN = "unknown"
    CLOSED = "closed"


class StepOutcome(Message):
    """How a step ended, and what follows from it."""

    result: StepResult
    until: Sparse[datetime] = None
    """When to try again, for a deferred step."""
    replan: bool = False
    """Whether it was done so late that the steps after it must be dated anew."""
    status: Sparse[DunningStatus] = None
    """The closing status, for a step that ends the case."""


class CloseRequest(Message):
    """Switch links off, thank the customer."""

    creditor_id: str
    invoice_id: str
    now: datetime
    clock: Sparse[DemoClock] = None


class CloseOutcome(Message):
    """What closing did."""

    links_off: int = 0
    thanked: bool = False


class ProblemReport(Message):
    """Something failed for good; a person must see it."""

    creditor_id: str
    invoice_id: str
    now: datetime
    what: str
    problem: str
