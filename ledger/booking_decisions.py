"""Booking what persons decide or note, particulars of the customer, and what could not be read."""

from __future__ import annotations

import json

from dunning.case import DunningStatus
from dunning.facts import (
    Booking,
    CustomerChanged,
    MessageMalformed,
    NoteTaken,
    StepApproved,
    WrittenOff,
)
from dunning.journal import EntryKind, TaskKind
from dunning.refusal import Refusal
from ledger import journal, tasks
from ledger.customers import change_customer
from ledger.posting import Posting
from ledger.schema import approvals
from ledger.upsert import insert_new

_LONGEST_CONTENT = 4_096
"""Characters of an unreadable message that its task shows."""
_LONGEST_STEP = 48
"""Characters of the name of a step, as the table has it."""
_PARTICULARS = frozenset(CustomerChanged.model_fields) - {"event_id", "actor", "fact"}


def book_approval(posting: Posting, fact: StepApproved) -> Booking:
    """Let a formal notice or a hand-over go out.

    Raises:
        Refusal: ``case_closed``; ``nothing_to_approve`` where no step is named and none waits;
            ``unknown_step`` for a name that no step can have.
    """
    posting.require_open()
    waiting = tasks.of_this_case(posting.conn, posting.key, TaskKind.APPROVAL)
    step = fact.step or next((task.details.get("step") for task in waiting), None)
    if not step:
        raise Refusal("nothing_to_approve")
    if len(step) > _LONGEST_STEP:
        raise Refusal("unknown_step", step=step)
    approval = {
        **posting.key._asdict(),
        "cycle": posting.standing.cycle,
        "step": step,
        "approved_by": fact.approved_by,
        "approved_at": posting.now,
    }
    insert_new(posting.conn, approvals, approval)
    for task in waiting:
        if task.details.get("step") == step:
            tasks.finish(posting.conn, task.id, outcome="approved", now=posting.now)
    posting.enter(EntryKind.APPROVED, step=step, approved_by=fact.approved_by)
    return posting.booked


def book_write_off(posting: Posting, fact: WrittenOff) -> Booking:
    """Give the claim up.

    Raises:
        Refusal: ``case_closed``.
    """
    posting.require_open()
    posting.close(DunningStatus.WRITTEN_OFF, EntryKind.WRITTEN_OFF, reason=fact.reason)
    return posting.booked


def book_note(posting: Posting, fact: NoteTaken) -> Booking:
    """Keep a person's words about an exchange with the customer."""
    posting.enter(EntryKind.NOTE, text=fact.text)
    return posting.booked


def book_customer_change(posting: Posting, fact: CustomerChanged) -> Booking:
    """Take over new particulars; the journal names the fields, not what stands in them."""
    told = {name: value for name in _PARTICULARS if (value := getattr(fact, name)) is not None}
    customer_id = posting.standing.invoice.customer_id
    changed = change_customer(posting.conn, posting.key.creditor_id, customer_id, told, posting.now)
    posting.enter(EntryKind.CUSTOMER_CHANGED, fields=changed)
    return posting.booked


def keep_malformed(posting: Posting, fact: MessageMalformed) -> Booking:
    """Keep a message that could not be read, and give it to a person."""
    content = json.dumps(journal.plain(fact.content), ensure_ascii=False, default=str)[:_LONGEST_CONTENT]
    posting.enter(EntryKind.MALFORMED, name=fact.name, problem=fact.problem)
    posting.ask(TaskKind.UNREADABLE_MESSAGE, name=fact.name, problem=fact.problem, content=content)
    return posting.kept("malformed", name=fact.name, problem=fact.problem)
