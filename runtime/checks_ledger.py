"""Looking at the books: can they be reached and written, are their tables those of this version."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

import ledger.migration
from ledger.books import Books, BooksUnreachableError
from ledger.engines import engine_for
from runtime.finding import Finding, broken, doubtful, fine

_LEDGER = "Ledger"
_MIGRATIONS = Path(ledger.migration.__file__).parent / "migrations"


def check_ledger(url: str) -> Finding:
    """Open the books without changing them: an older worker may still be using their tables."""
    address = sa.make_url(url)
    shown = address.render_as_string(hide_password=True)
    file = address.database if address.get_backend_name() == "sqlite" else None
    if file and not Path(file).exists():
        return _not_there_yet(Path(file))
    try:
        books = Books(engine_for(url))
        try:
            return _tables(books, shown)
        finally:
            books.close()
    except BooksUnreachableError as error:
        return broken(_LEDGER, str(error), "Correct DUNNING_LEDGER_URL where the address is wrong.")


def _not_there_yet(file: Path) -> Finding:
    existing = next(folder for folder in file.absolute().parents if folder.exists())
    if not existing.is_dir():
        return broken(_LEDGER, f"{existing} is no folder", "Correct DUNNING_LEDGER_URL.")
    return fine(_LEDGER, f"no books yet; the first start makes them at {file}")


def _tables(books: Books, shown: str) -> Finding:
    # Taking the write lock shows that the books may be written to; nothing is.
    with books.write() as connection:
        present = MigrationContext.configure(connection).get_current_revision()
    configuration = Config()
    configuration.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    known = [script.revision for script in ScriptDirectory.from_config(configuration).walk_revisions()]
    if present == known[0]:
        return fine(_LEDGER, f"{shown}, tables of this version")
    if present is None or present in known:
        tables = "no tables yet" if present is None else f"tables of the earlier version {present}"
        return doubtful(
            _LEDGER,
            f"{shown} has {tables}",
            "The next start of worker or web app brings them up to date; stop older ones first.",
        )
    return broken(
        _LEDGER,
        f"{shown} was written by a newer version of this program ({present})",
        "Run that version, or restore an older copy of the ledger.",
    )
