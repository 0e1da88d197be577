"""Lists of cases: what is open, how it stands, what happened last."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from pydantic import BaseModel, ConfigDict

from dunning.case import DunningStatus
from dunning.journal import JournalEntry
from dunning.money import Money
from dunning.party import Customer
from ledger.journal import entry_of
from ledger.keys import CaseKey, in_portions
from ledger.schema import customers, invoices, journal

CLOSED = tuple(status.value for status in DunningStatus if status.closed)


class CaseOrder(StrEnum):
    """How a list is sorted; invoice ids decide between equals."""

    DUE_DATE = "due_date"
    NEXT_ACTION = "next_action"
    NUMBER = "number"
    LATEST = "latest"
    """What changed last comes first."""


class OpenItem(BaseModel):
    """An open invoice, as matching of payments and the account of a customer need it."""

    model_config = ConfigDict(frozen=True)

    invoice_id: str
    number: str
    customer_id: str
    customer_name: str
    siren: str | None
    amount: Money
    balance: Money
    issue_date: date
    due_date: date
    status: DunningStatus


class CaseRow(BaseModel):
    """One line of a list of cases."""

    model_config = ConfigDict(frozen=True)

    key: CaseKey
    number: str
    customer_id: str
    customer_name: str
    status: DunningStatus
    level: int
    amount: Money
    balance: Money
    due_date: date
    policy: str | None
    next_step: str | None
    next_action_at: datetime | None
    opened_at: datetime
    closed_at: datetime | None
    last: JournalEntry | None
    """The latest line of its story."""


def open_items(conn: sa.Connection, creditor_id: str) -> list[OpenItem]:
    """What customers owe this creditor, oldest due date first."""
    return _open_items(conn, invoices.c.creditor_id == creditor_id)


def customer_items(conn: sa.Connection, creditor_id: str, customer_id: str) -> list[OpenItem]:
    """What one customer owes, oldest due date first."""
    mine = sa.and_(invoices.c.creditor_id == creditor_id, invoices.c.customer_id == customer_id)
    return _open_items(conn, mine)


def list_cases(
    conn: sa.Connection,
    *,
    creditor_id: str,
    statuses: Collection[DunningStatus] | None = None,
    order: CaseOrder = CaseOrder.DUE_DATE,
    limit: int | None = None,
) -> list[CaseRow]:
    """The cases of a creditor with the latest line of each story.

    Args:
        conn: a transaction.
        creditor_id: whose cases.
        statuses: only these; none: all, closed ones too.
        order: how they are sorted.
        limit: at most so many.
    """
    latest = (
        sa.select(sa.func.max(journal.c.id))
        .where(journal.c.creditor_id == invoices.c.creditor_id, journal.c.invoice_id == invoices.c.invoice_id)
        .correlate(invoices)
        .scalar_subquery()
    )
    query = (
        sa.select(invoices, customers.c.profile, latest.label("last_id"))
        .join_from(invoices, customers, _same_customer())
        .where(invoices.c.creditor_id == creditor_id)
        .order_by(*_ordering(order), invoices.c.invoice_id)
        .limit(limit)
    )
    if statuses is not None:
        query = query.where(invoices.c.status.in_([status.value for status in statuses]))
    rows = list(conn.execute(query))
    last = _entries(conn, [row.last_id for row in rows if row.last_id is not None])
    return [_case_row(row, last.get(row.last_id)) for row in rows]


def _entries(conn: sa.Connection, ids: list[int]) -> dict[int, JournalEntry]:
    found = {}
    for some in in_portions(ids):
        lines = conn.execute(sa.select(journal).where(journal.c.id.in_(some)))
        found.update({line.id: entry_of(line) for line in lines})
    return found


def _same_customer() -> sa.ColumnElement[bool]:
    return sa.and_(
        customers.c.creditor_id == invoices.c.creditor_id, customers.c.customer_id == invoices.c.customer_id
    )


def _ordering(order: CaseOrder) -> tuple[sa.ColumnElement[Any], ...]:
    match order:
        case CaseOrder.DUE_DATE:
            return (invoices.c.due_date.asc(),)
        case CaseOrder.NEXT_ACTION:
            return (invoices.c.next_action_at.is_(None), invoices.c.next_action_at)
        case CaseOrder.NUMBER:
            return (invoices.c.number.asc(),)
        case CaseOrder.LATEST:
            return (invoices.c.updated_at.desc(),)


def _open_items(conn: sa.Connection, chosen: sa.ColumnElement[bool]) -> list[OpenItem]:
    query = (
        sa.select(invoices, customers.c.profile)
        .join_from(invoices, customers, _same_customer())
        .where(chosen, invoices.c.status.not_in(CLOSED))
        .order_by(invoices.c.due_date, invoices.c.invoice_id)
    )
    items = (_open_item(row) for row in conn.execute(query))
    return [item for item in items if item.balance.is_positive]


def _open_item(row: sa.Row[Any]) -> OpenItem:
    customer = Customer.model_validate(row.profile)
    return OpenItem(
        invoice_id=row.invoice_id,
        number=row.number,
        customer_id=row.customer_id,
        customer_name=customer.name,
        siren=customer.siren,
        amount=Money(amount=row.amount, currency=row.currency),
        balance=Money(amount=row.balance, currency=row.currency),
        issue_date=row.issue_date,
        due_date=row.due_date,
        status=DunningStatus(row.status),
    )


def _case_row(row: sa.Row[Any], last: JournalEntry | None) -> CaseRow:
    return CaseRow(
        key=CaseKey(row.creditor_id, row.invoice_id),
        number=row.number,
        customer_id=row.customer_id,
        customer_name=row.profile["name"],
        status=DunningStatus(row.status),
        level=row.level,
        amount=Money(amount=row.amount, currency=row.currency),
        balance=Money(amount=row.balance, currency=row.currency),
        due_date=row.due_date,
        policy=row.policy,
        next_step=row.next_step,
        next_action_at=row.next_action_at,
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        last=last,
    )
