"""A step that may go ahead, and all that carrying it out works with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from activities.send_record import SendRecord
from dunning.calendar import BusinessCalendar
from dunning.journal import TaskKind
from dunning.party import Creditor
from dunning.policy import Policy, PolicyStep
from ledger import tasks
from ledger.cases import Case
from ledger.keys import SendKey
from rendering.context import Accessories, accessories_for
from workflows.assignments import StepOutcome, StepRequest, StepResult

_LATE = timedelta(hours=12)


@dataclass(frozen=True)
class Admitted:
    """A step that may go ahead, and what it works with."""

    request: StepRequest
    case: Case
    creditor: Creditor
    policy: Policy
    calendar: BusinessCalendar
    now: datetime
    send: SendKey

    @property
    def today(self) -> date:
        """The creditor's local date."""
        return self.calendar.today(self.now)

    @property
    def policy_step(self) -> PolicyStep | None:
        """The policy's step; none for an instalment reminder."""
        return self.policy.step(self.request.step)

    @property
    def late(self) -> bool:
        """Whether the steps after this one must be dated anew, to keep their spacing."""
        return self.now - self.request.planned_at > _LATE

    @property
    def settled(self) -> bool:
        """Whether nothing is owed any more, or dunning is over."""
        return self.case.facts.closed is not None or not self.case.balance.is_positive

    @property
    def asks_accessories(self) -> bool:
        """Whether the message of this step asks for penalties and costs in figures."""
        step, ask = self.policy_step, self.policy.ask_accessories
        return step is not None and accessories_for(ask, step, self.case.customer) is Accessories.ASKED

    @property
    def printed(self) -> tuple[object, ...]:
        """What a message prints of the case: once it changed, a message that was written is out of date."""
        case = self.case
        return (case.invoice, case.customer, case.payments, case.credit_notes, case.facts.instalments)

    @property
    def customer_key(self) -> str:
        """What the customer's slot derives from."""
        return f"{self.case.key.creditor_id}:{self.case.customer.customer_id}"

    @property
    def record(self) -> SendRecord:
        """The row of the send ledger."""
        return SendRecord(self.case, self.send, self.now, self.today)

    def task_key(self, kind: TaskKind) -> str:
        """One task of a kind for this step in this cycle."""
        return tasks.task_key(kind, *self.case.key, self.case.facts.cycle, self.request.step)

    def done(self, result: StepResult = StepResult.DONE) -> StepOutcome:
        """The outcome of having acted."""
        return StepOutcome(result=result, replan=self.late)


def open_case_task(
    conn: Connection,
    step: Admitted,
    kind: TaskKind,
    dedupe_key: str,
    *,
    due_on: date | None = None,
    **details: str,
) -> int:
    """Open a task about the step's invoice; opening it again changes nothing."""
    return tasks.open_task(
        conn,
        kind=kind,
        dedupe_key=dedupe_key,
        creditor_id=step.case.key.creditor_id,
        invoice_id=step.case.key.invoice_id,
        customer_id=step.case.customer.customer_id,
        details={"step": step.request.step, **details},
        due_on=due_on,
        now=step.now,
    )
