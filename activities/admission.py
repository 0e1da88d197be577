"""The last look at the books before a step is carried out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from activities.dependencies import Dependencies, calendar_for
from activities.time import tolerance
from activities.what_follows import note_waiting_step
from dunning.calendar import BusinessCalendar
from dunning.case import DunningStatus, SendState
from dunning.journal import EntryKind, TaskKind
from dunning.party import Creditor
from dunning.plan import plan
from dunning.policy import Policy, PolicyStep
from ledger import bank, cases, journal, sends, tasks
from ledger.cases import Case
from ledger.keys import CaseKey, SendKey
from workflows.assignments import StepOutcome, StepRequest, StepResult

_LATE = timedelta(hours=12)
_FRESH_BUSINESS_DAYS = 2

_ALREADY = {
    SendState.ACCEPTED: StepResult.DONE,
    SendState.SKIPPED: StepResult.DONE,
    SendState.UNKNOWN: StepResult.UNKNOWN,
    SendState.REFUSED: StepResult.FAILED,
}


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
    def customer_key(self) -> str:
        """What the customer's slot derives from."""
        return f"{self.case.key.creditor_id}:{self.case.customer.customer_id}"

    def task_key(self, kind: TaskKind) -> str:
        """One task of a kind for this step in this cycle."""
        return tasks.task_key(kind, *self.case.key, self.case.facts.cycle, self.request.step)

    def done(self, result: StepResult = StepResult.DONE) -> StepOutcome:
        """The outcome of having acted."""
        return StepOutcome(result=result, replan=self.late)


def admit(
    conn: Connection, dependencies: Dependencies, request: StepRequest, now: datetime
) -> Admitted | StepOutcome:
    """Let a step go ahead, or say how it ends without: paid, superseded, closed window, no approval.

    The row of the send ledger is reserved in the same transaction.
    """
    key = CaseKey(request.creditor_id, request.invoice_id)
    case = cases.load(conn, key, lock=True)
    if case is None:
        return StepOutcome(result=StepResult.SUPERSEDED)
    creditor = dependencies.creditors.get(request.creditor_id)
    policy = dependencies.policies.choose(case.invoice, case.customer, case.policy).policy
    calendar = calendar_for(creditor, case.customer, policy)
    send = SendKey(key, request.cycle, request.step, request.act)
    admitted = Admitted(request, case, creditor, policy, calendar, now, send)
    for objection in (_settled, _acted, _superseded, _unapproved, _closed_window, _stale_books):
        outcome = objection(conn, dependencies, admitted)
        if outcome:
            return outcome
    step = admitted.policy_step
    sends.reserve(conn, send, level=request.level, reminder=step.is_reminder if step else False, now=now)
    return admitted


def _withhold(conn: Connection, step: Admitted, reason: str) -> None:
    journal.append(
        conn, step.case.key, EntryKind.WITHHELD, at=step.now, step=step.request.step, reason=reason
    )


def _settled(conn: Connection, dependencies: Dependencies, step: Admitted) -> StepOutcome | None:  # noqa: ARG001
    """Nothing is sent once the invoice is paid or closed."""
    if not step.case.facts.closed and step.case.balance.is_positive:
        return None
    _withhold(conn, step, "settled")
    return StepOutcome(result=StepResult.SETTLED)


def _acted(conn: Connection, dependencies: Dependencies, step: Admitted) -> StepOutcome | None:  # noqa: ARG001
    """An attempt whose answer was lost must not act twice."""
    row = sends.state(conn, step.send)
    result = _ALREADY.get(row.state) if row else None
    return step.done(result) if result else None


def _superseded(conn: Connection, dependencies: Dependencies, step: Admitted) -> StepOutcome | None:  # noqa: ARG001
    """A hold, a promise, a new plan or due date since the step was planned."""
    case = step.case
    if step.request.cycle == case.facts.cycle:
        dated = plan(case.invoice, step.policy, case.facts, step.calendar, step.now)
        mine = [planned for planned in dated.steps if planned.step == step.request.step]
        held = case.facts.hold and (case.facts.hold.until is None or step.today < case.facts.hold.until)
        if mine and not held:
            return None
    _withhold(conn, step, "superseded")
    return StepOutcome(result=StepResult.SUPERSEDED)


def _unapproved(conn: Connection, dependencies: Dependencies, step: Admitted) -> StepOutcome | None:  # noqa: ARG001
    """A formal notice or hand-over needs a delivered reminder and a person's approval."""
    policy_step, case = step.policy_step, step.case
    if policy_step is None:
        return None
    if policy_step.needs_delivered_reminder and not case.facts.reminder_delivered:
        kind = TaskKind.STEP_FAILED
        open_case_task(conn, step, kind, step.task_key(kind), reason="no_reminder_delivered")
        return StepOutcome(result=StepResult.FAILED)
    if policy_step.approval and policy_step.step not in case.facts.approved:
        open_case_task(conn, step, TaskKind.APPROVAL, step.task_key(TaskKind.APPROVAL), due_on=step.today)
        _still_waits(conn, step, DunningStatus.AWAITING_APPROVAL, step.request.planned_at)
        return StepOutcome(result=StepResult.AWAITING_APPROVAL)
    return None


def _closed_window(conn: Connection, dependencies: Dependencies, step: Admitted) -> StepOutcome | None:  # noqa: ARG001
    """Contacts are made in the window of the customer's kind; a demo's clock may run a second late."""
    planned_at = step.request.planned_at
    on_time = step.now - planned_at <= tolerance(step.request.clock)
    if step.calendar.is_open(step.now) or (on_time and step.calendar.is_open(planned_at)):
        return None
    return deferred(conn, step, step.calendar.next_opening(step.now, step.customer_key), "closed_window")


def _stale_books(conn: Connection, dependencies: Dependencies, step: Admitted) -> StepOutcome | None:
    """Where payments come by file, nobody is chased on books older than two business days."""
    if not dependencies.payments_by_file:
        return None
    known_to = bank.payments_known_to(conn, step.case.key.creditor_id)
    if known_to and step.calendar.business_days_between(known_to, step.today) <= _FRESH_BUSINESS_DAYS:
        return None
    tomorrow = step.calendar.roll(step.today + timedelta(days=1))
    return deferred(conn, step, step.calendar.slot(tomorrow, step.customer_key), "stale_books")


def deferred(conn: Connection, step: Admitted, until: datetime, reason: str) -> StepOutcome:
    """Put the step off, and say so in the journal."""
    journal.append(
        conn,
        step.case.key,
        EntryKind.DEFERRED,
        at=step.now,
        step=step.request.step,
        until=until.isoformat(),
        reason=reason,
    )
    _still_waits(conn, step, step.case.status, until)
    return StepOutcome(result=StepResult.DEFERRED, until=until)


def _still_waits(conn: Connection, step: Admitted, status: DunningStatus, at: datetime) -> None:
    policy = step.case.policy
    note_waiting_step(conn, step.request, status=status, policy=policy, at=at, now=step.now)


def open_case_task(
    conn: Connection,
    step: Admitted,
    kind: TaskKind,
    dedupe_key: str,
    *,
    due_on: date | None = None,
    sheet: str | None = None,
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
        sheet=sheet,
        due_on=due_on,
        now=step.now,
    )
