"""A case that cannot be planned: shown in the books, given to a person, and over once it is solved."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from dunning.case import DunningStatus
from dunning.journal import TaskKind
from dunning.party import Language
from dunning.wording import money
from ledger import cases, tasks
from ledger.keys import CaseKey
from workflows.assignments import Answer, PlanRequest, PlanResult

PLAN = "plan"
"""Names planning among what may be blocked; the rest are steps of the policy."""


def block(
    conn: Connection,
    request: PlanRequest,
    problem: str,
    language: Language,
    now: datetime,
    answers: tuple[Answer, ...] | None = None,
) -> PlanResult:
    """Nothing can be planned: a task says why, the run waits.

    Args:
        conn: a transaction that may write.
        request: what was to be planned.
        problem: in words for a person.
        language: of the amounts in the result.
        now: the instant.
        answers: of the books to the commands of the request; none where nothing could be booked: facts
            then stay with the run, and callers are refused.
    """
    key = CaseKey(request.creditor_id, request.invoice_id)
    case = cases.load(conn, key)
    tasks.open_task(
        conn,
        kind=TaskKind.BLOCKED,
        dedupe_key=tasks.task_key(TaskKind.BLOCKED, *key, PLAN),
        creditor_id=key.creditor_id,
        invoice_id=key.invoice_id,
        customer_id=case.customer.customer_id if case else None,
        details={"step": PLAN, "problem": problem},
        now=now,
    )
    refusals = tuple(
        Answer(event_id=fact.event_id, refusal=problem) for fact in request.facts if fact.command
    )
    result = PlanResult(
        status=DunningStatus.BLOCKED,
        answers=refusals if answers is None else answers,
        problem=problem,
        booked=answers is not None,
    )
    if case is None or case.facts.closed:
        return result
    cases.save_plan(
        conn,
        key,
        status=DunningStatus.BLOCKED,
        next_step=None,
        next_action_at=None,
        policy=case.policy,
        now=now,
    )
    return result.model_copy(
        update={
            "level": case.facts.highest_level,
            "cycle": case.facts.cycle,
            "balance": money(case.balance, language),
            "language": language,
            "customer_id": case.customer.customer_id,
        }
    )


def solved(conn: Connection, key: CaseKey, what: str, now: datetime) -> None:
    """Close the tasks about what was blocked and goes on again: planning, or a step."""
    for task in tasks.of_this_case(conn, key, TaskKind.BLOCKED):
        if task.details.get("step") == what:
            tasks.finish(conn, task.id, outcome="solved", now=now)
