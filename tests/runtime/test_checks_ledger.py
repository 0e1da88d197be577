import sqlite3
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from embedded.postgres import PostgresServer
from embedded.server_process import free_port
from ledger.books import Books
from runtime.finding import Verdict
from tests.runtime.deployment import found, settings_in, told

pytestmark = pytest.mark.usefixtures("_nothing_of_this_machine")


async def test_books_of_either_database_are_recognised(ledger_url: str, tmp_path: Path) -> None:
    """Tables of this version are well, on SQLite and on PostgreSQL; the password is not shown."""
    Books.open(ledger_url).close()
    finding = await found(settings_in(tmp_path, ledger_url=ledger_url), "Ledger")
    assert finding.verdict is Verdict.OK, finding


async def test_a_new_database_is_announced(postgres_server: PostgresServer, tmp_path: Path) -> None:
    """An empty PostgreSQL database needs nothing but the first start."""
    finding = await found(settings_in(tmp_path, ledger_url=postgres_server.create_database()), "Ledger")
    assert finding.verdict is Verdict.WARNING
    assert "no tables yet" in finding.words


async def test_books_that_do_not_exist_yet_are_no_fault(tmp_path: Path) -> None:
    """The first start makes the file."""
    finding = await found(settings_in(tmp_path), "Ledger")
    assert finding.verdict is Verdict.OK
    assert "no books yet" in finding.words


async def test_books_of_a_newer_version_are_refused(tmp_path: Path) -> None:
    """An older program must not write into newer tables."""
    Books.open(f"sqlite:///{tmp_path / 'ledger.sqlite'}").close()
    with sqlite3.connect(tmp_path / "ledger.sqlite") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    finding = await found(settings_in(tmp_path), "Ledger")
    assert finding.verdict is Verdict.FAILED
    assert "newer version" in finding.words


@pytest.mark.parametrize("kind", ["closed port", "wrong password", "no database file", "no folder"])
async def test_books_out_of_reach_are_told(
    postgres_server: PostgresServer, tmp_path: Path, kind: str
) -> None:
    """The reason is that of the database, with what to check, and never with the password."""
    login = make_url(postgres_server.create_database()).set(username="nobody", password="hush")
    urls = {
        "closed port": f"postgresql://u:hush@127.0.0.1:{free_port()}/relance",
        "wrong password": login.render_as_string(hide_password=False),
        "no database file": f"sqlite:///{tmp_path / 'notes.txt'}",
        "no folder": f"sqlite:///{tmp_path / 'notes.txt' / 'ledger.sqlite'}",
    }
    (tmp_path / "notes.txt").write_text("These are notes and no database, long enough to be told apart." * 20)
    finding = await found(settings_in(tmp_path, ledger_url=urls[kind]), "Ledger")
    assert finding.verdict is Verdict.FAILED
    assert "hush" not in told(finding)
    assert "DUNNING_LEDGER_URL" in told(finding)
