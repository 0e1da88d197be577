"""Credits and deposits of a customer that belong to no invoice yet, and what they pay."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple

import sqlalchemy as sa
from pydantic import BaseModel, ConfigDict

from dunning.facts import BookingOutcome, CreditNoteIssued
from dunning.invoice import CreditNote
from dunning.money import Money
from ledger.booking import book
from ledger.case_lists import customer_items
from ledger.keys import CaseKey, fitting, of_customer
from ledger.schema import customer_credits
from ledger.upsert import insert_new


class Credit(BaseModel):
    """Money or a credit note of a customer, and what is left of it."""

    model_config = ConfigDict(frozen=True)

    credit_id: str
    amount: Money
    remaining: Money
    reference: str | None


class Applied(NamedTuple):
    """What a credit took off an invoice."""

    credit_id: str
    case: CaseKey
    amount: Money


def add(  # noqa: PLR0913 - the columns of a credit
    conn: sa.Connection,
    *,
    creditor_id: str,
    customer_id: str,
    credit_id: str,
    amount: Money,
    reference: str | None,
    now: datetime,
) -> bool:
    """Keep a credit of a customer.

    Args:
        conn: a transaction that may write.
        creditor_id: who grants it.
        customer_id: who has it.
        credit_id: its identity; the same one is the same credit.
        amount: more than zero.
        reference: what the creditor calls it.
        now: the instant.

    Returns:
        False where it is known; nothing changes then.

    Raises:
        ValueError: the amount is not more than zero.
    """
    if not amount.is_positive:
        msg = f"credit {credit_id}: the amount must be more than zero, not {amount}"
        raise ValueError(msg)
    credit = {
        "creditor_id": creditor_id,
        "credit_id": credit_id,
        "customer_id": customer_id,
        "amount": amount.amount,
        "remaining": amount.amount,
        "currency": amount.currency,
        "reference": reference,
        "booked_at": now,
    }
    return insert_new(conn, customer_credits, credit)


def unapplied(conn: sa.Connection, creditor_id: str, customer_id: str, *, lock: bool = False) -> list[Credit]:
    """The credits of a customer of which something is left, oldest first."""
    table = customer_credits
    query = sa.select(table).where(of_customer(table, creditor_id, customer_id))
    query = query.order_by(table.c.booked_at, table.c.credit_id)
    credits_ = [
        Credit(
            credit_id=row.credit_id,
            amount=Money(amount=row.amount, currency=row.currency),
            remaining=Money(amount=row.remaining, currency=row.currency),
            reference=row.reference,
        )
        for row in conn.execute(query.with_for_update() if lock else query)
    ]
    return [credit for credit in credits_ if credit.remaining.is_positive]


def apply(
    conn: sa.Connection, creditor_id: str, customer_id: str, *, now: datetime, today: date
) -> list[Applied]:
    """Take what is left of a customer's credits off its open invoices, oldest due date first.

    Returns:
        What each credit took off which invoice; nothing where nothing is open in its currency.
    """
    applied = []
    for credit in unapplied(conn, creditor_id, customer_id, lock=True):
        remaining = credit.remaining
        for item in customer_items(conn, creditor_id, customer_id):
            if not remaining.is_positive or item.balance.currency != remaining.currency:
                continue
            taken = min(remaining, item.balance)
            if _take_off(conn, CaseKey(creditor_id, item.invoice_id), credit, remaining, taken, now, today):
                applied.append(Applied(credit.credit_id, CaseKey(creditor_id, item.invoice_id), taken))
                remaining -= taken
        _write_remaining(conn, creditor_id, credit, remaining)
    return applied


def _take_off(  # noqa: PLR0913, PLR0917 - the pieces of one booking
    conn: sa.Connection,
    key: CaseKey,
    credit: Credit,
    remaining: Money,
    taken: Money,
    now: datetime,
    today: date,
) -> bool:
    # What was left before tells two uses of one credit for one invoice apart.
    event_id = fitting(f"credit:{remaining.amount}:{credit.credit_id}")
    note = CreditNote(event_id=event_id, amount=taken, issued_on=today, reference=credit.reference)
    fact = CreditNoteIssued(event_id=event_id, actor="system", credit_note=note)
    return book(conn, key, fact, now=now, today=today).outcome is BookingOutcome.BOOKED


def _write_remaining(conn: sa.Connection, creditor_id: str, credit: Credit, remaining: Money) -> None:
    mine = sa.and_(
        customer_credits.c.creditor_id == creditor_id, customer_credits.c.credit_id == credit.credit_id
    )
    conn.execute(sa.update(customer_credits).where(mine).values(remaining=remaining.amount))
