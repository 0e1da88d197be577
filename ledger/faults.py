"""What went wrong with a database: busy for a moment, or out of reach."""

from __future__ import annotations

import sqlite3
from enum import StrEnum

import psycopg
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

_SQLITE_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_SQLITE_OUT_OF_REACH = {
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_NOTADB,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_READONLY,
}
_POSTGRES_BUSY = {"40001", "40P01", "55P03"}
"""Serialization failure, deadlock, lock timeout (PostgreSQL manual, appendix A)."""
_POSTGRES_OUT_OF_REACH = ("08", "28", "3D", "53", "57P", "58")
"""Connection, authorization, no such database, no resources, shutting down, system error."""


class BooksUnreachableError(Exception):
    """The database cannot be used now; nothing of the work in hand was certainly kept."""


class BooksBusyError(BooksUnreachableError):
    """Other writers held the database for too long, or crossed this one; the same work may be tried again."""


class Fault(StrEnum):
    """The kinds of trouble that are the database's, not the program's."""

    BUSY = "busy"
    OUT_OF_REACH = "out_of_reach"


def fault_of(error: DBAPIError) -> Fault | None:
    """Tell trouble of the database from a mistake of ours, for which there is none."""
    if error.connection_invalidated:
        return Fault.OUT_OF_REACH
    original = error.orig
    if isinstance(original, sqlite3.Error):
        code = getattr(original, "sqlite_errorcode", 0) & 0xFF
        return _named(busy=code in _SQLITE_BUSY, out_of_reach=code in _SQLITE_OUT_OF_REACH)
    if isinstance(original, psycopg.Error):
        state = original.sqlstate or ""
        lost = state.startswith(_POSTGRES_OUT_OF_REACH) if state else _is_operational(original)
        return _named(busy=state in _POSTGRES_BUSY, out_of_reach=lost)
    return None


def in_words(error: DBAPIError, fault: Fault, url: sa.URL) -> BooksUnreachableError:
    """Say what happened to whom runs the program; the address is shown without its password."""
    place = url.render_as_string(hide_password=True)
    reason = str(error.orig).strip().splitlines()[0] if str(error.orig).strip() else "no reason was given"
    if fault is Fault.BUSY:
        return BooksBusyError(
            f"The ledger {place} is busy with other work ({reason}). Try again in a moment."
        )
    return BooksUnreachableError(
        f"The ledger {place} cannot be used: {reason}. "
        "Check that the database runs, that its disk has room, and that this user may write to it."
    )


def _is_operational(error: psycopg.Error) -> bool:
    """Without a state the server said nothing: the connection broke or was never made."""
    return isinstance(error, psycopg.OperationalError | psycopg.InterfaceError)


def _named(*, busy: bool, out_of_reach: bool) -> Fault | None:
    if busy:
        return Fault.BUSY
    return Fault.OUT_OF_REACH if out_of_reach else None
