"""Customers in the books: their particulars, and the questions that missing ones raise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from dunning.case import DunningStatus, SendState
from dunning.journal import TaskKind
from dunning.party import Customer, CustomerKind
from ledger import tasks
from ledger.keys import CaseKey, of_customer
from ledger.schema import customers, invoices, sends
from ledger.standing import known_standing
from ledger.upsert import insert_new


@dataclass(frozen=True)
class KnownCustomer:
    """A customer, and whether its address refused a message."""

    customer: Customer
    email_bounced: bool


def known_customer(
    conn: sa.Connection, creditor_id: str, customer_id: str, *, lock: bool = False
) -> KnownCustomer | None:
    """Read a customer.

    Args:
        conn: a transaction.
        creditor_id: whose customer.
        customer_id: which.
        lock: have other writers of this customer wait until the transaction ends.
    """
    query = sa.select(customers).where(of_customer(customers, creditor_id, customer_id))
    row = conn.execute(query.with_for_update() if lock else query).first()
    return KnownCustomer(Customer.model_validate(row.profile), row.email_bounced) if row else None


def enter_customer(conn: sa.Connection, creditor_id: str, customer: Customer, now: datetime) -> bool:
    """Write a customer that the books do not know, and ask for what is missing.

    Returns:
        Whether it was new.
    """
    values = {
        "creditor_id": creditor_id,
        "customer_id": customer.customer_id,
        "profile": customer.model_dump(mode="json"),
        "email_bounced": False,
        "updated_at": now,
    }
    if not insert_new(conn, customers, values):
        return False
    _ask_for_missing(conn, creditor_id, customer, now)
    return True


def differing(known: Customer, told: Customer) -> dict[str, Any]:
    """The particulars that a newer telling changes; what it leaves out stays as it is."""
    changes = {}
    for name in told.model_fields_set - {"customer_id"}:
        value = getattr(told, name)
        stated = value is not None and value is not CustomerKind.UNKNOWN
        if stated and value != getattr(known, name):
            changes[name] = value
    return changes


def change_customer(
    conn: sa.Connection, creditor_id: str, customer_id: str, changes: Mapping[str, Any], now: datetime
) -> list[str]:
    """Write new particulars. A new address lets refused messages be tried again, on all open invoices.

    Returns:
        Names of the fields that changed, in alphabetical order; never their values.
    """
    known = known_customer(conn, creditor_id, customer_id, lock=True)
    if known is None:
        return []
    changed = sorted(name for name, value in changes.items() if value != getattr(known.customer, name))
    if not changed:
        return []
    customer = Customer.model_validate(
        known.customer.model_dump() | {name: changes[name] for name in changed}
    )
    values: dict[str, Any] = {"profile": customer.model_dump(mode="json"), "updated_at": now}
    if "email" in changed:
        values["email_bounced"] = False
    mine = of_customer(customers, creditor_id, customer_id)
    conn.execute(sa.update(customers).where(mine).values(values))
    if "email" in changed:
        _try_refused_again(conn, creditor_id, customer_id)
    _close_answered(conn, creditor_id, customer, changed, now)
    return changed


def mark_bounced(
    conn: sa.Connection, key: CaseKey, now: datetime, *, address: str | None = None
) -> int | None:
    """Note that the address of a case's customer takes no mail: it is not written to before it changes.

    Args:
        conn: a transaction that may write.
        key: the case whose message was refused.
        now: the instant.
        address: what was written to. Where the customer has another one by now, nothing changes.

    Returns:
        The task that asks for another address, one per customer; none where nothing changed.

    Raises:
        UnknownCaseError: the books have no such invoice.
    """
    customer_id = known_standing(conn, key).invoice.customer_id
    known = known_customer(conn, key.creditor_id, customer_id, lock=True)
    if known is None or (address is not None and known.customer.email != address):
        return None
    mine = of_customer(customers, key.creditor_id, customer_id)
    conn.execute(sa.update(customers).where(mine).values(email_bounced=True, updated_at=now))
    why = {"reason": "refused"}
    return tasks.ask_about_customer(conn, TaskKind.FIND_ADDRESS, key.creditor_id, customer_id, why, now)


def _ask_for_missing(conn: sa.Connection, creditor_id: str, customer: Customer, now: datetime) -> None:
    if customer.email is None:
        details = {"reason": "missing"}
        tasks.ask_about_customer(conn, TaskKind.FIND_ADDRESS, creditor_id, customer.customer_id, details, now)
    if customer.legal_kind is CustomerKind.UNKNOWN:
        tasks.ask_about_customer(conn, TaskKind.FIND_KIND, creditor_id, customer.customer_id, {}, now)


def _close_answered(
    conn: sa.Connection, creditor_id: str, customer: Customer, changed: list[str], now: datetime
) -> None:
    answered = {
        TaskKind.FIND_ADDRESS: "email" in changed,
        TaskKind.FIND_PHONE: "phone" in changed,
        TaskKind.FIND_KIND: customer.legal_kind is not CustomerKind.UNKNOWN,
    }
    for kind in (kind for kind, known in answered.items() if known):
        tasks.answered_about_customer(
            conn, kind, creditor_id, customer.customer_id, outcome="answered", now=now
        )


def _try_refused_again(conn: sa.Connection, creditor_id: str, customer_id: str) -> None:
    closed = [status.value for status in DunningStatus if status.closed]
    mine = of_customer(invoices, creditor_id, customer_id)
    open_ones = sa.select(invoices.c.invoice_id).where(mine, invoices.c.status.not_in(closed))
    refused = sa.and_(
        sends.c.creditor_id == creditor_id,
        sends.c.invoice_id.in_(open_ones),
        sends.c.state == SendState.REFUSED.value,
    )
    cleared = {"attempt_token": None, "acted_on": None, "acted_at": None, "response": None}
    conn.execute(sa.update(sends).where(refused).values(cleared | {"state": SendState.RESERVED.value}))
