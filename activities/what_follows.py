"""Keeps the columns that lists read up to date after each step: status and next action."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from activities.dependencies import Dependencies, calendar_for
from dunning.case import DunningStatus
from dunning.plan import plan
from ledger import cases
from ledger.keys import CaseKey
from workflows.assignments import StepRequest


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
