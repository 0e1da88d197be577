"""Where a case stands: its invoice, its balance, and what was paid and credited on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from dunning.case import DunningStatus
from dunning.invoice import CreditNote, Invoice, Payment, PaymentMethod, balance
from dunning.money import Money
from ledger.keys import CaseKey, of_case
from ledger.schema import credit_notes, invoices, payments


class UnknownCaseError(LookupError):
    """The books have no such invoice."""

    def __init__(self, key: CaseKey) -> None:
        """Name the invoice by its opaque id."""
        super().__init__(f"invoice {key.invoice_id} of creditor {key.creditor_id} is not in the books")


@dataclass(frozen=True)
class Standing:
    """The row of a case, as values."""

    key: CaseKey
    invoice: Invoice
    status: DunningStatus
    level: int
    balance: Money
    accessories_asked: Money | None
    presumed_paid: bool
    policy: str | None
    policy_fixed: bool
    cycle: int
    escalation_cycle: int
    next_step: str | None
    next_action_at: datetime | None
    opened_at: datetime
    closed_at: datetime | None

    @property
    def closed(self) -> bool:
        """Whether dunning is over."""
        return self.status.closed


def standing_of(conn: sa.Connection, key: CaseKey, *, lock: bool = False) -> Standing | None:
    """Read where a case stands.

    Args:
        conn: a transaction.
        key: the case.
        lock: have other writers of this case wait until the transaction ends (on SQLite they wait anyway).
    """
    query = sa.select(invoices).where(of_case(invoices, key))
    row = conn.execute(query.with_for_update() if lock else query).first()
    return _standing(row) if row else None


def known_standing(conn: sa.Connection, key: CaseKey, *, lock: bool = False) -> Standing:
    """Read where a case stands that must be there.

    Raises:
        UnknownCaseError: it is not.
    """
    standing = standing_of(conn, key, lock=lock)
    if standing is None:
        raise UnknownCaseError(key)
    return standing


def change(conn: sa.Connection, key: CaseKey, now: datetime, **columns: Any) -> None:
    """Write columns of a case's row."""
    conn.execute(sa.update(invoices).where(of_case(invoices, key)).values(columns | {"updated_at": now}))


def refigure(conn: sa.Connection, key: CaseKey, invoice: Invoice, now: datetime) -> Money:
    """Work the balance out anew from what was paid and credited, and write it.

    Returns:
        The balance; negative when overpaid.
    """
    remaining = balance(invoice, payments_of(conn, key), credit_notes_of(conn, key))
    change(conn, key, now, balance=remaining.amount)
    return remaining


def payments_of(conn: sa.Connection, key: CaseKey, after: int = 0) -> tuple[Payment, ...]:
    """The payments that count, in the order they were booked; of a higher row id than ``after``."""
    query = sa.select(payments).where(of_case(payments, key), payments.c.counted, payments.c.id > after)
    return tuple(
        Payment(
            event_id=row.event_id,
            amount=Money(amount=row.amount, currency=row.currency),
            received_on=row.received_on,
            method=PaymentMethod(row.method),
            reference=row.reference,
        )
        for row in conn.execute(query.order_by(payments.c.id))
    )


def credit_notes_of(conn: sa.Connection, key: CaseKey, after: int = 0) -> tuple[CreditNote, ...]:
    """The credit notes that count, in the order they were booked; of a higher row id than ``after``."""
    table = credit_notes
    query = sa.select(table).where(of_case(table, key), table.c.counted, table.c.id > after)
    return tuple(
        CreditNote(
            event_id=row.event_id,
            amount=Money(amount=row.amount, currency=row.currency),
            issued_on=row.issued_on,
            reference=row.reference,
        )
        for row in conn.execute(query.order_by(table.c.id))
    )


def last_ids(conn: sa.Connection, key: CaseKey) -> tuple[int, int]:
    """The row ids of the latest payment and the latest credit note; 0 where there is none."""
    latest = (
        conn.execute(
            sa.select(sa.func.coalesce(sa.func.max(table.c.id), 0)).where(of_case(table, key))
        ).scalar_one()
        for table in (payments, credit_notes)
    )
    payment_id, credit_note_id = latest
    return payment_id, credit_note_id


def invoice_of(row: sa.Row[Any]) -> Invoice:
    """The claim as a value."""
    return Invoice(
        creditor_id=row.creditor_id,
        invoice_id=row.invoice_id,
        number=row.number,
        customer_id=row.customer_id,
        amount=Money(amount=row.amount, currency=row.currency),
        issue_date=row.issue_date,
        due_date=row.due_date,
        description=row.description,
        order_number=row.order_number,
        document=row.document,
    )


def _standing(row: sa.Row[Any]) -> Standing:
    asked = row.accessories_asked
    return Standing(
        key=CaseKey(row.creditor_id, row.invoice_id),
        invoice=invoice_of(row),
        status=DunningStatus(row.status),
        level=row.level,
        balance=Money(amount=row.balance, currency=row.currency),
        accessories_asked=None if asked is None else Money(amount=asked, currency=row.currency),
        presumed_paid=row.presumed_paid,
        policy=row.policy,
        policy_fixed=row.policy_fixed,
        cycle=row.cycle,
        escalation_cycle=row.escalation_cycle,
        next_step=row.next_step,
        next_action_at=row.next_action_at,
        opened_at=row.opened_at,
        closed_at=row.closed_at,
    )
