"""Taking an invoice and its customer into the books, or what changed of them since."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from dunning.case import DunningStatus
from dunning.facts import BookingOutcome, InvoiceCorrected
from dunning.invoice import Invoice
from dunning.journal import EntryKind
from dunning.party import Customer
from dunning.refusal import Refusal
from ledger import journal, sends
from ledger.booking_claim import FIGURES, book_correction
from ledger.customers import change_customer, differing, enter_customer, known_customer
from ledger.keys import CaseKey, of_case
from ledger.posting import Posting
from ledger.schema import invoices
from ledger.schema import journal as journal_table
from ledger.standing import Standing, known_standing
from ledger.upsert import insert_new

_POLICY_LENGTH = 41
"""Of a policy's name, as policies and the table have it."""


class Registration(StrEnum):
    """What became of an invoice that was brought to the books."""

    NEW = "new"
    UNCHANGED = "unchanged"
    CHANGED = "changed"


def register(  # noqa: PLR0913 - all that an import or a billing system says about an invoice
    conn: sa.Connection,
    invoice: Invoice,
    customer: Customer,
    now: datetime,
    *,
    actor: str = "billing",
    policy: str | None = None,
    last_contact: tuple[int, date] | None = None,
) -> Registration:
    """Write an invoice and its customer, or what is new about them; telling the same again changes nothing.

    Args:
        conn: a transaction that may write.
        invoice: the claim. Where the books know it, empty fields leave theirs as they are.
        customer: who owes; likewise. Fields left at their default are not taken for statements.
        now: the instant.
        actor: who tells.
        policy: the policy that applies whatever the segment says; it counts for a new invoice.
        last_contact: level and local date of the last reminder that was sent before; for a new invoice.

    Returns:
        ``changed`` where figures or particulars were replaced. A correction that cannot be applied
        (another currency, a closed case) is kept with a task, and leaves the invoice unchanged.

    Raises:
        Refusal: ``unknown_policy`` for a name that no policy can have.
    """
    if policy is not None and len(policy) > _POLICY_LENGTH:
        raise Refusal("unknown_policy", policy=policy)
    key = CaseKey(invoice.creditor_id, invoice.invoice_id)
    entered = enter_customer(conn, key.creditor_id, customer, now)
    if insert_new(conn, invoices, _new_row(invoice, policy, now)):
        _open(conn, key, invoice, now, actor, last_contact)
        if not entered:
            _take_particulars(conn, key, customer, now, actor)
        return Registration.NEW
    standing = known_standing(conn, key, lock=True)
    if standing.invoice.customer_id != customer.customer_id:
        _keep_other_customer(conn, standing, customer, now, actor)
        return Registration.UNCHANGED
    corrected = _take_figures(conn, standing, invoice, now, actor)
    changed = _take_particulars(conn, key, customer, now, actor)
    return Registration.CHANGED if corrected or changed else Registration.UNCHANGED


def _new_row(invoice: Invoice, policy: str | None, now: datetime) -> dict[str, Any]:
    claim = invoice.model_dump(exclude={"amount"})
    return claim | {
        "amount": invoice.amount.amount,
        "currency": invoice.amount.currency,
        "balance": invoice.amount.amount,
        "policy": policy,
        "policy_fixed": policy is not None,
        "status": DunningStatus.PENDING.value,
        "opened_at": now,
        "updated_at": now,
    }


def _open(
    conn: sa.Connection,
    key: CaseKey,
    invoice: Invoice,
    now: datetime,
    actor: str,
    last_contact: tuple[int, date] | None,
) -> None:
    told: dict[str, Any] = {"number": invoice.number, "amount": invoice.amount, "due_date": invoice.due_date}
    if last_contact:
        level, day = last_contact
        sends.contacted_before(conn, key, level=level, on=day, now=now)
        conn.execute(sa.update(invoices).where(of_case(invoices, key)).values(level=level))
        told |= {"last_contact_level": level, "last_contact_date": day}
    journal.append(conn, key, EntryKind.OPENED, at=now, actor=actor, **told)


def _take_particulars(
    conn: sa.Connection, key: CaseKey, customer: Customer, now: datetime, actor: str
) -> bool:
    known = known_customer(conn, key.creditor_id, customer.customer_id)
    changes = differing(known.customer, customer) if known else {}
    changed = change_customer(conn, key.creditor_id, customer.customer_id, changes, now) if changes else []
    if changed:
        journal.append(conn, key, EntryKind.CUSTOMER_CHANGED, at=now, actor=actor, fields=changed)
    return bool(changed)


def _take_figures(
    conn: sa.Connection, standing: Standing, invoice: Invoice, now: datetime, actor: str
) -> bool:
    told = {name: value for name in FIGURES if (value := getattr(invoice, name)) is not None}
    changes = {name: value for name, value in told.items() if value != getattr(standing.invoice, name)}
    if not changes:
        return False
    event_id = _event_id(conn, standing.key, changes)
    fact = InvoiceCorrected(event_id=event_id, actor=actor, **changes)
    if journal.knows(conn, standing.key, event_id, fact.fact):
        return False
    # A correction counts no days, so that the date of the instant serves as today.
    posting = Posting(conn, standing, event_id, fact.fact, actor, now, now.date())
    return book_correction(posting, fact).outcome is BookingOutcome.BOOKED


def _keep_other_customer(
    conn: sa.Connection, standing: Standing, customer: Customer, now: datetime, actor: str
) -> None:
    event_id = _event_id(conn, standing.key, {"customer_id": customer.customer_id})
    posting = Posting(conn, standing, event_id, "invoice_corrected", actor, now, now.date())
    if not journal.knows(conn, standing.key, event_id, posting.fact):
        posting.keep("customer_differs", known=standing.invoice.customer_id, told=customer.customer_id)


def _event_id(conn: sa.Connection, key: CaseKey, changes: Mapping[str, Any]) -> str:
    """Identity of figures that differ: the same until a correction was applied in between."""
    applied = sa.select(sa.func.count()).select_from(journal_table)
    corrected = sa.and_(of_case(journal_table, key), journal_table.c.kind == EntryKind.CORRECTED.value)
    count = conn.execute(applied.where(corrected)).scalar_one()
    digest = hashlib.sha256(repr(sorted(journal.plain(changes).items())).encode()).hexdigest()
    return f"register:{count}:{digest[:32]}"
