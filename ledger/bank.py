"""Lines of bank statements that were read, and to which day payments are known."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa

from dunning.money import Money
from ledger.keys import in_portions
from ledger.schema import bank_lines, book_states
from ledger.upsert import insert_new, insertion


class LineState(StrEnum):
    """What became of a line."""

    BOOKED = "booked"
    UNSURE = "unsure"
    """Given to a person."""
    IGNORED = "ignored"


def known(conn: sa.Connection, creditor_id: str, line_keys: Collection[str]) -> set[str]:
    """Those of the lines that were read before."""
    found: set[str] = set()
    for keys in in_portions(list(line_keys)):
        mine = sa.and_(bank_lines.c.creditor_id == creditor_id, bank_lines.c.line_key.in_(keys))
        found.update(conn.execute(sa.select(bank_lines.c.line_key).where(mine)).scalars())
    return found


def store(  # noqa: PLR0913 - the columns of a bank statement
    conn: sa.Connection,
    creditor_id: str,
    line_key: str,
    *,
    received_on: date,
    amount: Money,
    text: str,
    state: LineState,
    now: datetime,
) -> bool:
    """Keep a line that was read.

    Returns:
        False where it was read before; nothing changes then.
    """
    line = {
        "creditor_id": creditor_id,
        "line_key": line_key,
        "received_on": received_on,
        "amount": amount.amount,
        "currency": amount.currency,
        "text": text,
        "state": state.value,
        "booked_at": now,
    }
    return insert_new(conn, bank_lines, line)


def payments_known_to(conn: sa.Connection, creditor_id: str) -> date | None:
    """The day to which payments of this creditor are known; none where no file was read yet."""
    mine = book_states.c.creditor_id == creditor_id
    return conn.execute(sa.select(book_states.c.payments_known_to).where(mine)).scalar()


def set_payments_known_to(conn: sa.Connection, creditor_id: str, day: date) -> None:
    """Write to which day payments are known; an older file takes nothing back."""
    state = {"creditor_id": creditor_id, "payments_known_to": day}
    older = sa.or_(book_states.c.payments_known_to.is_(None), book_states.c.payments_known_to < day)
    conn.execute(
        insertion(conn, book_states)
        .values(state)
        .on_conflict_do_update(index_elements=[book_states.c.creditor_id], set_=state, where=older)
    )
