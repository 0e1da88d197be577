"""Booking a call to the customer: how it ended, and what follows."""

from __future__ import annotations

from datetime import date
from typing import assert_never

from dunning.facts import Booking, CallCompleted, CallOutcome
from dunning.journal import EntryKind, TaskKind, TaskState
from dunning.refusal import Refusal
from ledger import tasks
from ledger.booking_arrangements import make_promise
from ledger.holds import (
    BUSINESS_DAYS_OF_GRACE,
    business_days_from,
    next_business_day,
    pause_until,
    place_hold,
)
from ledger.posting import Posting
from ledger.tasks import Task

ANNOUNCED = "payment_announced"
"""Reason of a hold: the customer says that it paid."""
DISPUTED = "dispute"
"""Reason of a hold without end: the customer contests the claim."""
_MOST_ROUNDS = 3
"""A call that nobody answers is tried twice more."""


def book_call(posting: Posting, fact: CallCompleted) -> Booking:
    """Close the call task and do what the outcome asks for; on a closed case the journal tells of it.

    Raises:
        Refusal: ``unknown_call`` or ``call_done`` for a task that does not wait, ``call_promise_date`` for
            a promise without a date, and those of ``make_promise``.
    """
    task = _call_task(posting, fact.task_id)
    if task:
        tasks.finish(posting.conn, task.id, outcome=fact.outcome.value, note=fact.note, now=posting.now)
    posting.enter(
        EntryKind.CALL_DONE,
        outcome=fact.outcome,
        note=fact.note,
        task_id=task.id if task else None,
        round=task.round if task else 1,
        promised_until=fact.promised_until,
    )
    if not posting.standing.closed:
        _follow(posting, fact, task)
    return posting.booked


def _call_task(posting: Posting, task_id: int | None) -> Task | None:
    """The task that was done; none for a call that nobody had asked for."""
    if task_id is None:
        waiting = tasks.of_this_case(posting.conn, posting.key, TaskKind.CALL)
        return waiting[0] if waiting else None
    task = tasks.get(posting.conn, task_id)
    if task is None or task.kind is not TaskKind.CALL or task.case != posting.key:
        raise Refusal("unknown_call", task_id=task_id)
    if task.state is TaskState.DONE:
        raise Refusal("call_done", task_id=task_id, outcome=task.outcome)
    return task


def _follow(posting: Posting, fact: CallCompleted, task: Task | None) -> None:
    match fact.outcome:
        case CallOutcome.PROMISE:
            _promise(posting, fact)
        case CallOutcome.DISPUTE:
            place_hold(posting, None, DISPUTED)
            posting.tell(EntryKind.HELD, until=None, reason=DISPUTED)
            posting.ask(TaskKind.DISPUTE, note=fact.note)
        case CallOutcome.NO_ANSWER:
            if task and task.round < _MOST_ROUNDS:
                _call_again(posting, task, next_business_day(posting.today))
        case CallOutcome.WRONG_NUMBER:
            standing = posting.standing
            tasks.ask_about_customer(
                posting.conn,
                TaskKind.FIND_PHONE,
                posting.key.creditor_id,
                standing.invoice.customer_id,
                {"note": fact.note, "number": standing.invoice.number},
                posting.now,
            )
        case CallOutcome.PAID:
            pause_until(posting, business_days_from(posting.today, BUSINESS_DAYS_OF_GRACE), ANNOUNCED)
        case _:
            assert_never(fact.outcome)


def _promise(posting: Posting, fact: CallCompleted) -> None:
    if fact.promised_until is None:
        raise Refusal("call_promise_date")
    amount = make_promise(posting, fact.promised_until, fact.promised_amount)
    posting.tell(EntryKind.PROMISE_MADE, until=fact.promised_until, amount=amount, note=fact.note)


def _call_again(posting: Posting, task: Task, day: date) -> None:
    tasks.open_task(
        posting.conn,
        kind=TaskKind.CALL,
        dedupe_key=tasks.task_key(TaskKind.CALL, *posting.key, "after", task.id),
        creditor_id=task.creditor_id,
        invoice_id=task.invoice_id,
        customer_id=task.customer_id,
        details=task.details,
        sheet=task.sheet,
        due_on=day,
        call_round=task.round + 1,
        now=posting.now,
    )
