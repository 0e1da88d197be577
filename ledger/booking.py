"""The one door by which facts enter the books: each once, by its event id."""

from __future__ import annotations

from datetime import date, datetime
from typing import assert_never

import sqlalchemy as sa

from dunning.facts import (
    Booking,
    BookingOutcome,
    CallCompleted,
    CreditNoteIssued,
    CustomerChanged,
    Fact,
    HoldLifted,
    HoldPlaced,
    InvoiceCancelled,
    InvoiceCorrected,
    MessageMalformed,
    NoteTaken,
    PaymentPending,
    PaymentPlanAgreed,
    PaymentReceived,
    PaymentRefunded,
    PromiseMade,
    StepApproved,
    WrittenOff,
)
from dunning.journal import EntryKind, TaskKind
from dunning.refusal import Refusal
from ledger import booking_arrangements as agreed
from ledger import booking_decisions as decided
from ledger import booking_money as money
from ledger import journal, tasks
from ledger.booking_calls import book_call
from ledger.booking_claim import book_cancellation, book_correction
from ledger.keys import CaseKey
from ledger.posting import Posting
from ledger.standing import standing_of

_UNKNOWN_INVOICE = "unknown_invoice"


def book(conn: sa.Connection, key: CaseKey, fact: Fact, *, now: datetime, today: date) -> Booking:
    """Book a fact: apply it, journal it, and say what became of it.

    Args:
        conn: a transaction that may write; the case is locked until it ends.
        key: the case.
        fact: what happened or was decided.
        now: the instant.
        today: the creditor's local date.

    Returns:
        ``booked``; ``duplicate`` where the books know it; ``refused`` with the key of a phrase where the
        rules do not allow it, nothing changed; ``kept`` where it was journalled and given to a person.
    """
    standing = standing_of(conn, key, lock=True)
    if standing is None:
        return _refused(fact, Refusal(_UNKNOWN_INVOICE, invoice_id=key.invoice_id))
    posting = Posting(conn, standing, fact.event_id, fact.fact, fact.actor, now, today)
    if journal.knows(conn, key, fact.event_id, fact.fact):
        return posting.duplicate
    try:
        # Rolled back on a refusal, so that nothing of a refused fact stays.
        with conn.begin_nested():
            return _apply(posting, fact)
    except Refusal as refusal:
        return _refused(fact, refusal)


def keep_refused(conn: sa.Connection, key: CaseKey, fact: Fact, booking: Booking, now: datetime) -> None:
    """Keep a refused fact that nobody waits for: a line in the journal and a task for a person.

    A fact about an unknown invoice is not marked as known, so that it is booked when it is told again
    after the invoice arrived.
    """
    standing = standing_of(conn, key, lock=True)
    if standing and journal.knows(conn, key, fact.event_id, fact.fact):
        return
    told = fact.model_dump(mode="json", exclude={"event_id", "actor", "fact"}, exclude_none=True)
    reason = {"told": fact.fact, "refusal": booking.refusal, "details": booking.details}
    if standing:
        journal.append(
            conn,
            key,
            EntryKind.REFUSAL,
            at=now,
            actor=fact.actor,
            event_id=fact.event_id,
            fact=fact.fact,
            **reason,
        )
    tasks.open_task(
        conn,
        kind=TaskKind.REFUSED_FACT,
        dedupe_key=tasks.task_key(TaskKind.REFUSED_FACT, *key, fact.fact, fact.event_id),
        creditor_id=key.creditor_id,
        invoice_id=key.invoice_id,
        customer_id=standing.invoice.customer_id if standing else None,
        details=reason | {"content": told},
        now=now,
    )


def _refused(fact: Fact, refusal: Refusal) -> Booking:
    return Booking(
        event_id=fact.event_id,
        outcome=BookingOutcome.REFUSED,
        refusal=refusal.key,
        details={name: str(value) for name, value in refusal.details.items()},
    )


def _apply(posting: Posting, fact: Fact) -> Booking:  # noqa: C901, PLR0911, PLR0912 - one line for each kind of fact
    match fact:
        case PaymentReceived():
            return money.book_payment(posting, fact)
        case PaymentRefunded():
            return money.book_refund(posting, fact)
        case PaymentPending():
            return money.book_pending(posting, fact)
        case CreditNoteIssued():
            return money.book_credit_note(posting, fact)
        case InvoiceCorrected():
            return book_correction(posting, fact)
        case InvoiceCancelled():
            return book_cancellation(posting, fact)
        case CustomerChanged():
            return decided.book_customer_change(posting, fact)
        case CallCompleted():
            return book_call(posting, fact)
        case PaymentPlanAgreed():
            return agreed.book_plan(posting, fact)
        case PromiseMade():
            return agreed.book_promise(posting, fact)
        case HoldPlaced():
            return agreed.book_hold(posting, fact)
        case HoldLifted():
            return agreed.book_resumption(posting, fact)
        case StepApproved():
            return decided.book_approval(posting, fact)
        case WrittenOff():
            return decided.book_write_off(posting, fact)
        case NoteTaken():
            return decided.book_note(posting, fact)
        case MessageMalformed():
            return decided.keep_malformed(posting, fact)
        case _:
            assert_never(fact)
