"""Booking what the billing system says about the claim itself: corrected, cancelled."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from dunning.arrangement import ArrangementState
from dunning.case import DunningStatus
from dunning.facts import Booking, InvoiceCancelled, InvoiceCorrected
from dunning.invoice import Invoice
from dunning.journal import EntryKind, TaskKind
from dunning.money import Money
from ledger import tasks
from ledger.arrangements import active_arrangements, conclude
from ledger.booking_money import note_excess
from ledger.posting import Posting

FIGURES = ("number", "amount", "issue_date", "due_date", "description", "order_number", "document")
"""What a correction may replace."""


def book_correction(posting: Posting, fact: InvoiceCorrected) -> Booking:
    """Replace figures of the invoice; a new due date starts a new escalation, a new amount ends a plan."""
    before = posting.standing.invoice
    told = {name: value for name in FIGURES if (value := getattr(fact, name)) is not None}
    changes = {name: value for name, value in told.items() if value != getattr(before, name)}
    if posting.standing.closed:
        return posting.keep("case_closed", status=posting.standing.status.value, **told)
    amount = changes.get("amount")
    if amount is not None and amount.currency != before.amount.currency:
        return posting.keep("other_currency", amount=amount, expected=before.amount.currency)
    try:
        after = Invoice.model_validate(before.model_dump() | _plain_values(changes))
    except ValidationError as error:
        return posting.keep("correction_invalid", problem=error.errors()[0]["msg"], **told)
    posting.enter(EntryKind.CORRECTED, **{name: _change(before, after, name) for name in sorted(changes)})
    posting.change(**_columns(after, changes))
    if "due_date" in changes:
        _escalate_anew(posting)
    if "amount" in changes:
        _follow_amount(posting, after)
    return posting.booked


def book_cancellation(posting: Posting, fact: InvoiceCancelled) -> Booking:
    """Close a claim that was withdrawn; on a closed case it is a line in the journal."""
    if posting.standing.closed:
        posting.enter(EntryKind.CANCELLED, reason=fact.reason, after=posting.standing.status)
    else:
        posting.close(DunningStatus.CANCELLED, EntryKind.CANCELLED, reason=fact.reason)
    return posting.booked


def _plain_values(changes: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value.model_dump() if isinstance(value, Money) else value for name, value in changes.items()
    }


def _change(before: Invoice, after: Invoice, name: str) -> dict[str, Any]:
    return {"before": getattr(before, name), "after": getattr(after, name)}


def _columns(after: Invoice, changes: dict[str, Any]) -> dict[str, Any]:
    columns = {name: getattr(after, name) for name in changes}
    if "amount" in changes:
        columns["amount"] = after.amount.amount
    return columns


def _escalate_anew(posting: Posting) -> None:
    """Earlier attempts and approvals were about another due date; what they still ask for is moot."""
    cycle = posting.standing.cycle + 1
    posting.change(cycle=cycle, escalation_cycle=cycle, level=-1)
    moot = {TaskKind.CALL, TaskKind.APPROVAL, TaskKind.STEP_FAILED}
    tasks.finish_moot(posting.conn, posting.key, moot, outcome="superseded", now=posting.now)


def _follow_amount(posting: Posting, after: Invoice) -> None:
    plan = active_arrangements(posting.conn, posting.key).plan
    if plan:
        conclude(posting.conn, plan, ArrangementState.ENDED, posting.now)
        posting.tell(EntryKind.PLAN_ENDED, reason="amount_corrected")
        posting.ask(TaskKind.PLAN_CHANGED, before=posting.standing.invoice.amount, after=after.amount)
    remaining = posting.figure(after)
    nothing = Money.zero(remaining.currency)
    already_over = max(nothing, -posting.standing.balance)
    accessories = posting.standing.accessories_asked or nothing
    over = max(nothing, -remaining - accessories)
    if over > already_over:
        note_excess(posting, over - already_over)
