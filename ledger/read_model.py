"""The columns of a case that lists read: status, level, next action; and what planning writes down."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from dunning.case import DunningStatus
from dunning.journal import EntryKind, TaskKind
from dunning.money import Money
from ledger import journal, tasks
from ledger.keys import CaseKey, of_case
from ledger.schema import invoices
from ledger.standing import change, known_standing


def save_plan(  # noqa: PLR0913 - the columns of the read model
    conn: sa.Connection,
    key: CaseKey,
    *,
    status: DunningStatus,
    next_step: str | None,
    next_action_at: datetime | None,
    policy: str | None,
    now: datetime,
) -> bool:
    """Write what was planned.

    Returns:
        False where the case is closed: its status is final, and nothing changes.
    """
    planned = {
        "status": status.value,
        "next_step": next_step,
        "next_action_at": next_action_at,
        "policy": policy,
        "updated_at": now,
    }
    is_open = sa.and_(of_case(invoices, key), invoices.c.closed_at.is_(None))
    return conn.execute(sa.update(invoices).where(is_open).values(planned)).rowcount == 1


def set_level(conn: sa.Connection, key: CaseKey, level: int, now: datetime) -> None:
    """Write the level that was reached."""
    change(conn, key, now, level=level)


def ask_accessories(conn: sa.Connection, key: CaseKey, amount: Money | None, now: datetime) -> None:
    """Write the penalties and costs that a formal notice asked for; none: they are waived.

    Args:
        conn: a transaction that may write.
        key: the case.
        amount: in the invoice's currency.
        now: the instant.
    """
    change(conn, key, now, accessories_asked=amount.amount if amount else None)


def presume_paid(conn: sa.Connection, key: CaseKey, now: datetime, *, actor: str = "import") -> bool:
    """Pause a case that a full import no longer contains, and give it to a person.

    Returns:
        False where it is closed or presumed paid already; nothing changes then.

    Raises:
        UnknownCaseError: the books have no such invoice.
    """
    standing = known_standing(conn, key, lock=True)
    if standing.closed or standing.presumed_paid:
        return False
    change(conn, key, now, presumed_paid=True)
    story = len(journal.entries(conn, key))
    journal.append(conn, key, EntryKind.PRESUMED_PAID, at=now, actor=actor, balance=standing.balance)
    tasks.open_task(
        conn,
        kind=TaskKind.PRESUMED_PAID,
        # A case that was resumed may be missing again.
        dedupe_key=tasks.task_key(TaskKind.PRESUMED_PAID, *key, story),
        creditor_id=key.creditor_id,
        invoice_id=key.invoice_id,
        customer_id=standing.invoice.customer_id,
        details={"balance": standing.balance, "number": standing.invoice.number},
        now=now,
    )
    return True
