"""Leases: loops that only one process may run at a time."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ledger.schema import leases
from ledger.upsert import insertion


def take(conn: sa.Connection, name: str, holder: str, now: datetime, until: datetime) -> bool:
    """Take a lease, or prolong one's own.

    Args:
        conn: a transaction that may write.
        name: of the loop.
        holder: identity of the process.
        now: the instant; a lease that ended by then is free.
        until: when it ends unless it is prolonged.

    Returns:
        Whether the holder has it.
    """
    wanted = {"name": name, "holder": holder, "until": until}
    free = sa.or_(leases.c.until <= now, leases.c.holder == holder)
    taken: Any = (
        insertion(conn, leases)
        .values(wanted)
        .on_conflict_do_update(index_elements=[leases.c.name], set_=wanted, where=free)
        .returning(leases.c.holder)
    )
    return conn.execute(taken).first() is not None


def release(conn: sa.Connection, name: str, holder: str) -> None:
    """Give a lease back before it ends; that of another holder is left alone."""
    conn.execute(sa.delete(leases).where(leases.c.name == name, leases.c.holder == holder))
