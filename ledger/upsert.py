"""Insertions that leave a row alone which is already there, on both databases."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite


def insertion(conn: sa.Connection, table: sa.Table) -> sqlite.Insert | postgresql.Insert:
    """An INSERT that knows ON CONFLICT, in the dialect of the connection."""
    return postgresql.insert(table) if conn.dialect.name == "postgresql" else sqlite.insert(table)


def insert_new(conn: sa.Connection, table: sa.Table, values: dict[str, Any]) -> bool:
    """Insert a row unless a unique key of it exists.

    Returns:
        Whether it was inserted.
    """
    # What came back is counted, because drivers do not count inserted rows alike.
    inserted: Any = (
        insertion(conn, table).values(values).on_conflict_do_nothing().returning(sa.literal_column("1"))
    )
    return conn.execute(inserted).first() is not None
