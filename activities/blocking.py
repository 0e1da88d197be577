"""A case that cannot be planned: shown in the books, given to a person, and over once it is solved."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from dunning.case import DunningStatus
from dunning.journal import TaskKind
from dunning.party import Language
from dunning.wording import money
from ledger import cases, pages, tasks
from ledger.cases import Case
from ledger.keys import CaseKey
from workflows.assignments import Answer, PlanRequest, PlanResult

PLAN, CLOSING = "plan", "close"
"""Name planning and closing among what may be blocked; the rest are steps of the policy."""


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
    known = _shown(case, language) if case else {}
    if case and case.facts.closed and answers is not None:
        # What is over needs no policy; it is not opened again because one was deleted since.
        left = bool(pages.pages_to_switch_off(conn, key))
        return PlanResult(status=case.status, answers=answers, close_work=left, **known)
    _ask(conn, key, case, problem, now)
    if case and not case.facts.closed:
        _show_blocked(conn, case, now)
    refusals = tuple(
        Answer(event_id=fact.event_id, refusal=problem) for fact in request.facts if fact.command
    )
    return PlanResult(
        status=DunningStatus.BLOCKED,
        answers=refusals if answers is None else answers,
        problem=problem,
        booked=answers is not None,
        **known,
    )


def _shown(case: Case, language: Language) -> dict[str, Any]:
    return {
        "level": case.facts.highest_level,
        "cycle": case.facts.cycle,
        "balance": money(case.balance, language),
        "language": language,
        "customer_id": case.customer.customer_id,
    }


def _ask(conn: Connection, key: CaseKey, case: Case | None, problem: str, now: datetime) -> None:
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


def _show_blocked(conn: Connection, case: Case, now: datetime) -> None:
    cases.save_plan(
        conn,
        case.key,
        status=DunningStatus.BLOCKED,
        next_step=None,
        next_action_at=None,
        policy=case.policy,
        now=now,
    )


def solved(conn: Connection, key: CaseKey, what: str, now: datetime) -> None:
    """Close the tasks about what was blocked and goes on again: planning, or a step."""
    for task in tasks.of_this_case(conn, key, TaskKind.BLOCKED):
        if task.details.get("step") == what:
            tasks.finish(conn, task.id, outcome="solved", now=now)
