"""Booking what lowers a claim, or was meant to: payments, credit notes, refunds, payments on their way."""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa

from dunning.arrangement import Hold
from dunning.case import DunningStatus
from dunning.facts import Booking, CreditNoteIssued, PaymentPending, PaymentReceived, PaymentRefunded
from dunning.journal import EntryKind, TaskKind
from dunning.money import Money
from ledger.arrangements import active_arrangements
from ledger.holds import BUSINESS_DAYS_OF_GRACE, business_days_from, end_hold, pause_until
from ledger.posting import Posting
from ledger.schema import credit_notes, payments
from ledger.upsert import insert_new

PENDING = "payment_pending"
"""Reason of a hold that waits for a payment on its way."""


def book_payment(posting: Posting, fact: PaymentReceived) -> Booking:
    """Book money received; the balance falls, also where the case is closed."""
    payment = fact.payment
    told = {"received_on": payment.received_on, "method": payment.method, "reference": payment.reference}
    values = {"received_on": payment.received_on, "method": payment.method.value}
    return _lower(posting, payments, payment.event_id, payment.amount, EntryKind.PAYMENT, told, values)


def book_credit_note(posting: Posting, fact: CreditNoteIssued) -> Booking:
    """Book a reduction of the claim."""
    note = fact.credit_note
    told = {"issued_on": note.issued_on, "reference": note.reference}
    return _lower(
        posting,
        credit_notes,
        note.event_id,
        note.amount,
        EntryKind.CREDIT_NOTE,
        told,
        {"issued_on": note.issued_on},
    )


def book_refund(posting: Posting, fact: PaymentRefunded) -> Booking:
    """Journal money that went back; what it means for the claim is a person's decision."""
    told = {"amount": fact.amount, "refunded_on": fact.refunded_on, "reference": fact.reference}
    posting.enter(EntryKind.REFUNDED, **told)
    posting.ask(TaskKind.REFUND, **told)
    return posting.booked


def book_pending(posting: Posting, fact: PaymentPending) -> Booking:
    """Wait five business days for a payment on its way; a failed one is waited for no longer."""
    if fact.failed:
        posting.enter(EntryKind.PAYMENT_FAILED, amount=fact.amount)
        hold = active_arrangements(posting.conn, posting.key).hold
        if hold and isinstance(hold.content, Hold) and hold.content.reason == PENDING:
            end_hold(posting, hold)
        return posting.booked
    until = business_days_from(posting.today, BUSINESS_DAYS_OF_GRACE)
    posting.enter(EntryKind.PAYMENT_PENDING, amount=fact.amount)
    if not posting.standing.closed:
        pause_until(posting, until, PENDING)
    return posting.booked


def note_excess(posting: Posting, excess: Money) -> None:
    """Tell of money beyond what was owed, and have a person decide whose it is."""
    posting.tell(EntryKind.OVERPAID, amount=excess)
    posting.ask(TaskKind.OVERPAYMENT, amount=excess)


def _lower(  # noqa: PLR0913, PLR0917 - payments and credit notes differ in table, words and one date
    posting: Posting,
    table: sa.Table,
    money_id: str,
    amount: Money,
    kind: EntryKind,
    told: dict[str, Any],
    values: dict[str, Any],
) -> Booking:
    standing = posting.standing
    expected = standing.balance.currency
    if amount.currency == expected and not amount.is_positive:
        return posting.keep("amount_not_positive", amount=amount, **told)
    counted = amount.currency == expected
    if not _store(
        posting, table, money_id, amount, values | {"reference": told["reference"], "counted": counted}
    ):
        return posting.duplicate
    if not counted:
        posting.enter(
            EntryKind.PAYMENT_OTHER_CURRENCY, amount=amount, expected=expected, told=posting.fact, **told
        )
        posting.ask(TaskKind.OTHER_CURRENCY, amount=amount, expected=expected, told=posting.fact, **told)
        return posting.kept("other_currency", amount=amount, expected=expected)
    after = {"after": standing.status} if standing.closed else {}
    owed = _owed(posting)
    posting.enter(kind, amount=amount, balance=standing.balance - amount, **told, **after)
    posting.figure()
    if amount > owed:
        note_excess(posting, amount - owed)
    return posting.booked


def _owed(posting: Posting) -> Money:
    """What may still be paid: the balance, and the penalties and costs that were asked for."""
    standing = posting.standing
    nothing = Money.zero(standing.balance.currency)
    if standing.status is DunningStatus.CANCELLED:
        return nothing
    return max(nothing, standing.balance + (standing.accessories_asked or nothing))


def _store(
    posting: Posting, table: sa.Table, money_id: str, amount: Money, values: dict[str, date | str | bool]
) -> bool:
    """Write the row; False where the same money was told of before under another message."""
    row = {
        **posting.key._asdict(),
        "event_id": money_id,
        "amount": amount.amount,
        "currency": amount.currency,
        "booked_at": posting.now,
    }
    return insert_new(posting.conn, table, row | values)
