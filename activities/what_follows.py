"""What follows from an act: level, asked accessories, a task, and the columns that lists read."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from activities.admitted import Admitted, open_case_task
from activities.blocking import solved
from activities.correspondence import claim_of
from activities.dependencies import Dependencies, calendar_for
from dunning.case import DunningStatus
from dunning.journal import TaskKind
from dunning.plan import plan
from ledger import cases
from ledger.keys import CaseKey
from workflows.assignments import StepRequest, StepResult


def follow_up(conn: Connection, dependencies: Dependencies, step: Admitted, result: StepResult) -> None:
    """Write what follows from a step that was carried out, failed, or may have been carried out.

    Of an uncertain formal notice the registered letter is still posted, but penalties count as asked for
    only once it is known that somebody was asked.
    """
    note_next_step(conn, dependencies, step.request, step.now)
    solved(conn, step.case.key, step.request.step, step.now)
    policy_step = step.policy_step
    if policy_step is None or result is StepResult.FAILED:
        return
    cases.set_level(conn, step.case.key, step.request.level, step.now)
    if result is StepResult.DONE and step.asks_accessories:
        owed = claim_of(step.case, step.creditor, step.policy, dependencies, step.today)
        cases.ask_accessories(conn, step.case.key, owed.interest_due + owed.fixed_costs_due, step.now)
    if policy_step.task and not step.settled:
        kind = TaskKind(policy_step.task)
        open_case_task(conn, step, kind, step.task_key(kind), due_on=step.today)


def note_next_step(conn: Connection, dependencies: Dependencies, request: StepRequest, now: datetime) -> None:
    """Write which step follows the one that was just acted on; a closed case has none.

    The run finds it by itself in the plan that it has; this is for people who look at the books.
    """
    key = CaseKey(request.creditor_id, request.invoice_id)
    case = cases.load(conn, key)
    if case is None or case.facts.closed:
        return
    creditor = dependencies.creditors.get(key.creditor_id)
    policy = dependencies.policies.choose(case.invoice, case.customer, case.policy).policy
    dated = plan(case.invoice, policy, case.facts, calendar_for(creditor, case.customer, policy), now)
    if dated.status.closed:
        return  # the run's next plan closes it, with all that belongs to it
    following = next((step for step in dated.steps if step.step != request.step), None)
    cases.save_plan(
        conn,
        key,
        status=dated.status,
        next_step=following.step if following else None,
        next_action_at=following.at if following else None,
        policy=case.policy,
        now=now,
    )


def note_waiting_step(
    conn: Connection,
    request: StepRequest,
    *,
    status: DunningStatus,
    policy: str | None,
    at: datetime,
    now: datetime,
) -> None:
    """Write that the step itself still waits: for a person, or for a later hour."""
    cases.save_plan(
        conn,
        CaseKey(request.creditor_id, request.invoice_id),
        status=status,
        next_step=request.step,
        next_action_at=at,
        policy=policy,
        now=now,
    )
