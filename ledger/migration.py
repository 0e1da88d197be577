"""Bringing the tables of a database to what this version of the program expects."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.util import CommandError

from ledger.engines import outside_transactions
from ledger.faults import BooksUnreachableError

_FOLDER = Path(__file__).parent / "migrations"
_ADVISORY_LOCK = 7_304_511_205
"""Any number that no other program on the same database uses."""


def upgrade(engine: sa.Engine) -> None:
    """Create or change the tables, in one transaction; processes that start together wait for each other.

    Raises:
        BooksUnreachableError: the books were written by a newer version of the program.
    """
    if engine.dialect.name == "sqlite":
        _use_write_ahead_log(engine)
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_ADVISORY_LOCK)))
        configuration = Config()
        configuration.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
        configuration.attributes["connection"] = connection
        try:
            command.upgrade(configuration, "head")
        except CommandError as error:
            raise BooksUnreachableError(
                f"The ledger {engine.url.render_as_string(hide_password=True)} was written by a newer "
                f"version of this program ({error}). Run that one, or restore an older copy of the ledger."
            ) from error


def _use_write_ahead_log(engine: sa.Engine) -> None:
    """Let readers go on while someone writes; the setting stays in the file (sqlite.org/wal.html)."""
    with outside_transactions(engine).connect() as connection:
        connection.exec_driver_sql("PRAGMA journal_mode = WAL")
