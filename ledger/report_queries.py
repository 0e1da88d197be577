"""What reports read from the books about money, as values that the rules of reports work on."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from dunning.case import DunningStatus
from dunning.money import Money
from dunning.reports_receivables import Movement, MovementKind, Receivable
from ledger.schema import credit_notes, invoices, payments
from ledger.standing import invoice_of

_FROM_PAGES = "stripe:"
"""With this begins the identity of money that came through a page of the payment provider."""
_FROM_IMPORTS = "import:"
"""With this begins the identity of money that is missing in the balance of an imported file."""


def receivables(conn: sa.Connection, creditor_id: str, zone: ZoneInfo) -> list[Receivable]:
    """All invoices of a creditor, closed ones too, with what came on them.

    Args:
        conn: a transaction.
        creditor_id: whose invoices.
        zone: the creditor's, in which a closing has its day.
    """
    movements = _movements(conn, creditor_id, zone)
    query = sa.select(invoices).where(invoices.c.creditor_id == creditor_id).order_by(invoices.c.invoice_id)
    return [
        Receivable(
            invoice=invoice_of(row),
            movements=tuple(sorted(movements[row.invoice_id], key=lambda each: each.booked_at)),
            status=DunningStatus(row.status),
            closed_on=local_day(row.closed_at, zone),
            presumed_paid=row.presumed_paid,
            policy=row.policy,
        )
        for row in conn.execute(query)
    ]


def local_day(at: datetime | None, zone: ZoneInfo) -> date | None:
    """The day of an instant in a zone; none of none."""
    return at.astimezone(zone).date() if at else None


def _movements(conn: sa.Connection, creditor_id: str, zone: ZoneInfo) -> defaultdict[str, list[Movement]]:
    found: defaultdict[str, list[Movement]] = defaultdict(list)
    for table, kind, day in (
        (payments, MovementKind.PAYMENT, payments.c.received_on),
        (credit_notes, MovementKind.CREDIT_NOTE, credit_notes.c.issued_on),
    ):
        of_invoice = sa.and_(
            invoices.c.creditor_id == table.c.creditor_id, invoices.c.invoice_id == table.c.invoice_id
        )
        query = (
            sa.select(table, day.label("day"), invoices.c.opened_at)
            .join_from(table, invoices, of_invoice)
            .where(table.c.creditor_id == creditor_id, table.c.counted)
            .order_by(table.c.id)
        )
        for row in conn.execute(query):
            found[row.invoice_id].append(_movement(row, kind, zone))
    return found


def _movement(row: sa.Row[Any], kind: MovementKind, zone: ZoneInfo) -> Movement:
    brought_along = row.event_id.startswith(_FROM_IMPORTS) and row.booked_at == row.opened_at
    return Movement(
        kind=kind,
        on=row.day,
        booked_at=row.booked_at,
        amount=Money(amount=row.amount, currency=row.currency),
        by_card_page=kind is MovementKind.PAYMENT and row.event_id.startswith(_FROM_PAGES),
        # A file that tells the day of settlement gives another day than that of the import.
        opening=brought_along and row.day == local_day(row.booked_at, zone),
    )
