"""One case as a table for people and as an object for programs."""

from __future__ import annotations

from typing import Any

from activities.dependencies import calendar_for
from activities.summaries import summary_of
from commands import terminal
from commands.desk import Desk
from dunning.journal import JournalEntry
from dunning.money import Money
from dunning.phrases import phrase
from dunning.plan import Act, DunningPlan, plan
from dunning.wording import long_date, money, short_instant
from ledger.cases import Case
from ledger.tasks import Task

CHANNELS = {
    Act.EMAIL: "email",
    Act.INSTALMENT_REMINDER: "email",
    Act.CALL: "call",
    Act.HAND_OVER: "hand_over",
    Act.REVIEW: "review",
}
"""Act → channel, as programs read it; a review only looks at the books."""


def upcoming(desk: Desk, case: Case) -> DunningPlan:
    """What is planned from now on, by the same rules as the worker's."""
    policy = desk.policy_of(case)
    calendar = calendar_for(desk.creditor, case.customer, policy)
    return plan(case.invoice, policy, case.facts, calendar, desk.now())


def case_object(desk: Desk, case: Case, tasks: list[Task]) -> dict[str, Any]:
    """A case for programs: stable keys, decimal strings, instants with the creditor's offset."""
    facts = case.facts
    return {
        "invoice": case.key.invoice_id,
        "number": case.invoice.number,
        "customer": case.customer.customer_id,
        "customer_name": case.customer.name,
        "status": case.status,
        "level": case.level,
        "currency": case.balance.currency,
        "amount": case.invoice.amount.amount,
        "paid": _sum(case, case.payments),
        "credited": _sum(case, case.credit_notes),
        "balance": case.balance.amount,
        "due_date": case.invoice.due_date,
        "policy": case.policy,
        "next_step": case.next_step,
        "next_action_at": terminal.local(case.next_action_at, desk.creditor.time_zone),
        "held_until": facts.hold.until if facts.hold else None,
        "held": facts.hold is not None,
        "promised_until": facts.promise.until if facts.promise else None,
        "instalments": [
            {
                "number": state.instalment.number,
                "due_on": state.instalment.due_on,
                "amount": state.instalment.amount.amount,
                "missing": state.missing.amount,
            }
            for state in facts.instalments
        ],
        "tasks": [task_object(task) for task in tasks],
    }


def task_object(task: Task) -> dict[str, Any]:
    """A task for programs."""
    return {
        "task": task.id,
        "kind": task.kind,
        "invoice": task.invoice_id,
        "customer": task.customer_id,
        "due_on": task.due_on,
        "round": task.round,
        "details": task.details,
    }


def show_case(desk: Desk, case: Case, tasks: list[Task]) -> None:
    """A case for people."""
    language = desk.language
    rows = [
        [desk.word("customer"), case.customer.name],
        [desk.word("status"), phrase(f"status.{case.status}", language)],
        [desk.word("amount"), money(case.invoice.amount, language)],
        [desk.word("balance"), money(case.balance, language)],
        [desk.word("due"), long_date(case.invoice.due_date, language)],
        [desk.word("policy"), case.policy or "–"],
        *(
            [desk.word("planned") if not index else "", words]
            for index, words in enumerate(planned_words(desk, case))
        ),
        *([desk.word("kind"), f"{task.id}. {phrase(f'task.{task.kind}', language)}"] for task in tasks),
    ]
    terminal.show_table(f"{desk.word('number')} {case.invoice.number}", [desk.word("what"), ""], rows)


def planned_words(desk: Desk, case: Case) -> list[str]:
    """The steps to come, each on a line; why there are none, else."""
    ahead = upcoming(desk, case)
    if not ahead.steps:
        status = phrase(f"status.{ahead.status}", desk.language)
        return [desk.word("planned_none", status=status)]
    policy = desk.policy_of(case)
    return [summary_of(step, policy, desk.creditor.time_zone, desk.language) for step in ahead.steps]


def planned_objects(desk: Desk, case: Case) -> list[dict[str, Any]]:
    """The steps to come for programs."""
    return [
        {
            "step": step.step,
            "level": step.level,
            "channel": CHANNELS[step.act],
            "at": terminal.local(step.at, desk.creditor.time_zone),
        }
        for step in upcoming(desk, case).steps
    ]


def story_words(desk: Desk, case: Case, entries: list[JournalEntry]) -> list[list[str]]:
    """The story for people: when, and a sentence."""
    teller = desk.storyteller(case)
    zone = desk.creditor.time_zone
    return [[short_instant(entry.at, zone, desk.language), teller.sentence(entry)] for entry in entries]


def story_objects(desk: Desk, case: Case, entries: list[JournalEntry]) -> list[dict[str, Any]]:
    """The story for programs: each line with its sentence and the details behind it."""
    teller = desk.storyteller(case)
    return [
        {
            "at": terminal.local(entry.at, desk.creditor.time_zone),
            "kind": entry.kind,
            "actor": entry.actor,
            "words": teller.sentence(entry),
            "details": entry.details,
        }
        for entry in entries
    ]


def _sum(case: Case, items: Any) -> Any:
    return sum((item.amount for item in items), Money.zero(case.balance.currency)).amount
