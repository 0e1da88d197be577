"""Connections to the two databases, prepared so that a transaction means the same on both."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError

from ledger.faults import BooksUnreachableError

_BEGIN = "relance_begin"
_LOCK_SECONDS = 10
_CONNECT_SECONDS = 10
MOST_CONNECTIONS = 8
"""Of one process; as many threads work on the books."""


def engine_for(url: str) -> sa.Engine:
    """Prepare an engine; nothing is connected yet.

    Args:
        url: ``sqlite:///folder/ledger.sqlite`` or ``postgresql://user@host/database``.

    Raises:
        BooksUnreachableError: no address of a kind of database that the ledger supports.
    """
    address = _address(url)
    if address.get_backend_name() == "sqlite":
        return _sqlite(address)
    return _postgresql(address)


def writer(engine: sa.Engine) -> sa.Engine:
    """The engine for transactions that write: SQLite takes its write lock first, PostgreSQL row locks."""
    if engine.dialect.name == "sqlite":
        return engine.execution_options(**{_BEGIN: ("PRAGMA query_only = 0", "BEGIN IMMEDIATE")})
    return engine.execution_options(isolation_level="READ COMMITTED")


def reader(engine: sa.Engine) -> sa.Engine:
    """The engine for transactions that read the books at one moment, and cannot write."""
    if engine.dialect.name == "sqlite":
        return engine.execution_options(**{_BEGIN: ("PRAGMA query_only = 1", "BEGIN")})
    return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def outside_transactions(engine: sa.Engine) -> sa.Engine:
    """The SQLite engine for settings that it does not change within a transaction."""
    return engine.execution_options(**{_BEGIN: ()})


def _address(url: str) -> sa.URL:
    try:
        address = sa.make_url(url)
    except ArgumentError as error:
        raise BooksUnreachableError(_not_an_address("the address")) from error
    backend = address.get_backend_name()
    if backend == "sqlite" and address.database not in {None, "", ":memory:"}:
        return address.set(drivername="sqlite")
    if backend in {"postgresql", "postgres"}:
        return address.set(drivername="postgresql+psycopg")
    raise BooksUnreachableError(_not_an_address(address.render_as_string(hide_password=True)))


def _not_an_address(shown: str) -> str:
    return (
        f"The ledger cannot be kept at {shown}: "
        "give sqlite:///folder/ledger.sqlite or postgresql://user:password@host/database."
    )


def _sqlite(address: sa.URL) -> sa.Engine:
    folder = Path(str(address.database)).parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BooksUnreachableError(
            f"The ledger's folder {folder} cannot be made: {error.strerror}. "
            "Choose one that this user may write to."
        ) from error
    engine = sa.create_engine(
        address,
        connect_args={"timeout": _LOCK_SECONDS},
        pool_size=MOST_CONNECTIONS,
        max_overflow=MOST_CONNECTIONS,
    )

    @sa.event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        # The driver's own transactions begin too late, at the first write; ours are begun below.
        connection.isolation_level = None
        # A row of the send ledger that a power cut takes back would be sent twice: each commit is synced.
        connection.execute("PRAGMA synchronous = FULL")

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        for statement in connection.get_execution_options().get(_BEGIN, ("BEGIN IMMEDIATE",)):
            connection.exec_driver_sql(statement)

    return engine


def _postgresql(address: sa.URL) -> sa.Engine:
    engine = sa.create_engine(
        address,
        connect_args={"connect_timeout": _CONNECT_SECONDS},
        pool_size=MOST_CONNECTIONS,
        max_overflow=MOST_CONNECTIONS,
        pool_pre_ping=True,
    )

    @sa.event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        connection.autocommit = True
        connection.execute(f"SET lock_timeout = '{_LOCK_SECONDS}s'")
        connection.autocommit = False

    return engine
