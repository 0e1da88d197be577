"""The last look at the books before a step is carried out."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection

from activities.admitted import Admitted, open_case_task
from activities.dependencies import Dependencies, calendar_for
from activities.send_record import CUT_OFF
from activities.time import tolerance
from activities.what_follows import follow_up, note_waiting_step
from dunning.case import DunningStatus, SendState
from dunning.journal import EntryKind, TaskKind
from dunning.plan import PlannedStep, plan
from dunning.registers import UnknownCreditorError, UnknownPolicyError
from ledger import bank, cases, journal, sends
from ledger.keys import CaseKey, SendKey
from workflows.assignments import StepOutcome, StepRequest, StepResult

_FRESH_BUSINESS_DAYS = 2

_ALREADY = {
    SendState.ACCEPTED: StepResult.DONE,
    SendState.SKIPPED: StepResult.DONE,
    SendState.UNKNOWN: StepResult.UNKNOWN,
    SendState.REFUSED: StepResult.FAILED,
}


def admit(
    conn: Connection, dependencies: Dependencies, request: StepRequest, now: datetime
) -> Admitted | StepOutcome:
    """Let a step go ahead, or say how it ends without: paid, superseded, closed window, no approval.

    The row of the send ledger is reserved in the same transaction.
    """
    admitted = _presented(conn, dependencies, request, now)
    if admitted is None:
        return StepOutcome(result=StepResult.SUPERSEDED)
    for objection in (_acted, _settled, _superseded, _unapproved, _closed_window, _stale_books):
        outcome = objection(conn, dependencies, admitted)
        if outcome:
            return outcome
    step = admitted.policy_step
    reminder = step.is_reminder if step else False
    sends.reserve(conn, admitted.send, level=request.level, reminder=reminder, now=now)
    return admitted


def _presented(
    conn: Connection, dependencies: Dependencies, request: StepRequest, now: datetime
) -> Admitted | None:
    """The step with its case; none where invoice, creditor or policy are gone, as the next plan will say."""
    key = CaseKey(request.creditor_id, request.invoice_id)
    case = cases.load(conn, key, lock=True)
    if case is None:
        return None
    try:
        creditor = dependencies.creditors.get(request.creditor_id)
        policy = dependencies.policies.choose(case.invoice, case.customer, case.policy).policy
    except (UnknownCreditorError, UnknownPolicyError):
        return None
    calendar = calendar_for(creditor, case.customer, policy)
    send = SendKey(key, request.cycle, request.step, request.act)
    return Admitted(request, case, creditor, policy, calendar, now, send)


def _withhold(conn: Connection, step: Admitted, reason: str) -> None:
    journal.append(
        conn, step.case.key, EntryKind.WITHHELD, at=step.now, step=step.request.step, reason=reason
    )


def _acted(conn: Connection, dependencies: Dependencies, step: Admitted) -> StepOutcome | None:
    """An attempt whose answer was lost must not act twice; one that was cut off leaves nobody knowing."""
    row = sends.state(conn, step.send)
    if row is None:
        return None
    if row.state is SendState.SUBMITTING:
        if step.record.unknown(conn, CUT_OFF, resend=step.policy.resend_uncertain_email):
            return None
        follow_up(conn, dependencies, step, StepResult.UNKNOWN)
        return step.done(StepResult.UNKNOWN)
    result = _ALREADY.get(row.state)
    return step.done(result) if result else None


def _settled(conn: Connection, dependencies: Dependencies, step: Admitted) -> StepOutcome | None:  # noqa: ARG001
    """Nothing is sent once the invoice is paid or closed."""
    if not step.settled:
        return None
    _withhold(conn, step, "settled")
    return StepOutcome(result=StepResult.SETTLED)


def _superseded(conn: Connection, dependencies: Dependencies, step: Admitted) -> StepOutcome | None:  # noqa: ARG001
    """A hold, a promise, a new plan or due date since the step was planned; or its day is a later one now."""
    facts = step.case.facts
    planned = _planned(step, step.now) if step.request.cycle == facts.cycle else None
    held = facts.hold and (facts.hold.until is None or step.today < facts.hold.until)
    if planned is None or held:
        _withhold(conn, step, "superseded")
        return StepOutcome(result=StepResult.SUPERSEDED)
    # The run keeps the dates of the other steps while one is put off: without this look they would follow
    # on one day. A window that has closed moves the plan too, which is not meant here.
    if step.calendar.today(planned.at) > step.today:
        planned = _planned(step, step.request.planned_at)
        if planned is None or step.calendar.today(planned.at) > step.today:
            return StepOutcome(result=StepResult.SUPERSEDED)
    return None


def _planned(step: Admitted, now: datetime) -> PlannedStep | None:
    """The step in a plan made at an instant; none where it has no place in it.

    Levels below it that were not acted on are left out: the run has passed over what failed, and what failed
    must not push the others away for ever.
    """
    reached = step.case.facts.highest_level
    kept = tuple(one for one in step.policy.steps if one.level <= reached or one.level >= step.request.level)
    policy = step.policy.model_copy(update={"steps": kept})
    dated = plan(step.case.invoice, policy, step.case.facts, step.calendar, now)
    return next((planned for planned in dated.steps if planned.step == step.request.step), None)


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
