import asyncio
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy.exc import DatabaseError

from dunning.facts import CallOutcome
from dunning.journal import EntryKind
from embedded.postgres import PostgresServer
from ledger import journal, leases
from ledger.books import Books, BooksBusyError, BooksUnreachableError
from ledger.schema import journal as journal_table
from ledger.schema import metadata, payments
from ledger.standing import known_standing
from tests.ledger.desk import KEY, NOW, Desk


def test_migrations_make_the_tables_that_the_code_expects(books: Books) -> None:
    """What the migrations build and what the code declares are the same, column by column."""
    with books.read() as conn:
        context = MigrationContext.configure(conn, opts={"compare_type": True, "target_metadata": metadata})
        assert compare_metadata(context, metadata) == []


def test_opening_again_keeps_what_was_written(ledger_url: str) -> None:
    """Opening is harmless however often it is done."""
    first = Books.open(ledger_url)
    Desk(first).register()
    first.close()
    second = Books.open(ledger_url)
    assert Desk(second).balance() == "1000.00 EUR"
    second.close()


def test_processes_that_start_together_do_not_collide(ledger_url: str) -> None:
    """Worker and web app open new books at the same moment: the tables are made once."""
    barrier = threading.Barrier(4)

    def start() -> None:
        barrier.wait()
        Books.open(ledger_url).close()

    with ThreadPoolExecutor(4) as threads:
        for started in [threads.submit(start) for _ in range(4)]:
            started.result()


def test_books_of_a_newer_version_are_left_alone(ledger_url: str) -> None:
    """An older program says so in words, instead of writing into tables that it does not know."""
    books = Books.open(ledger_url)
    with books.write() as conn:
        conn.execute(sa.text("UPDATE alembic_version SET version_num = 'of_tomorrow'"))
    books.close()
    with pytest.raises(BooksUnreachableError, match="newer version"):
        Books.open(ledger_url)


@pytest.mark.parametrize(
    "url",
    [
        "mysql://host/db",
        "sqlite://",
        "sqlite:///:memory:",
        "not an address",
        "",
        "sqlite:////proc/none/l.sqlite",
    ],
)
def test_an_address_that_cannot_be_used_is_refused_in_words(url: str) -> None:
    """Whoever configured the address reads what to write instead."""
    with pytest.raises(BooksUnreachableError, match=r"Choose|give sqlite"):
        Books.open(url)


def test_an_unreachable_server_is_told_without_its_password() -> None:
    """The message names the address, never the password in it."""
    with pytest.raises(BooksUnreachableError, match="cannot be used") as caught:
        Books.open("postgresql://me:hunter2@127.0.0.1:1/ledger")
    assert "hunter2" not in str(caught.value)
    assert "127.0.0.1:1" in str(caught.value)


def test_a_file_that_is_no_database_is_told_in_words(tmp_path: Path) -> None:
    """Another file under the ledger's name is neither read nor overwritten."""
    path = tmp_path / "ledger.sqlite"
    path.write_text("Grand livre 2026" * 100)
    with pytest.raises(BooksUnreachableError, match="not a database"):
        Books.open(f"sqlite:///{path}")
    assert path.read_text().startswith("Grand livre")


def test_sqlite_syncs_every_commit_and_lets_readers_go_on(tmp_path: Path) -> None:
    """Write-ahead log, and full sync: a send that was claimed stays claimed after a power cut."""
    books = Books.open(f"sqlite:///{tmp_path}/new folder/ledger.sqlite")
    with books.read() as conn:
        assert conn.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert conn.exec_driver_sql("PRAGMA synchronous").scalar() == 2
    books.close()


def test_a_reader_cannot_write_and_sees_one_moment(books: Books) -> None:
    """What is committed while someone reads does not show half-way through, and reading changes nothing."""
    desk = Desk(books)
    desk.register()
    count = sa.select(sa.func.count()).select_from(payments)
    with books.read() as conn:
        assert conn.execute(count).scalar() == 0
        desk.pay("1")
        assert conn.execute(count).scalar() == 0
        with pytest.raises(DatabaseError, match=r"read-?only"):
            conn.execute(sa.delete(payments))
        conn.rollback()
    assert desk.balance() == "999.00 EUR"


def test_an_error_takes_back_all_of_a_transaction(books: Books) -> None:
    """Half of a booking never stays."""
    desk = Desk(books)
    desk.register()

    def fail() -> None:
        with books.write() as conn:
            journal.append(conn, KEY, EntryKind.NOTE, at=NOW, text="half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert desk.story() == [EntryKind.OPENED]


@pytest.mark.parametrize("statement", ["UPDATE journal SET actor = 'x'", "DELETE FROM journal"])
def test_the_journal_cannot_be_changed(books: Books, statement: str) -> None:
    """The database itself refuses to change or delete a line, whoever asks."""
    Desk(books).register()

    def falsify() -> None:
        with books.write() as conn:
            conn.execute(sa.text(statement))

    with pytest.raises(DatabaseError, match="append-only"):
        falsify()


def test_nobody_in_the_room_changes_the_journal() -> None:
    """The code has no path that updates or deletes journal lines."""
    room = Path(journal.__file__).parent
    assert journal_table.name == "journal"
    for path in room.glob("*.py"):
        text = path.read_text()
        assert "update(journal" not in text, path
        assert "delete(journal" not in text, path


@pytest.mark.parametrize("amount", ["0.01", "999999999999999.999", "-0.10", "0.1", "1234567.891"])
def test_money_is_exact(books: Books, amount: str) -> None:
    """What was written is read back to the last digit, on a database without decimals too."""
    row = {
        "creditor_id": "acme",
        "invoice_id": "F-1",
        "event_id": "e",
        "amount": Decimal(amount),
        "currency": "TND",
        "received_on": NOW.date(),
        "method": "other",
        "counted": True,
        "booked_at": NOW,
    }
    with books.write() as conn:
        conn.execute(sa.insert(payments).values(row))
    with books.read() as conn:
        assert conn.execute(sa.select(payments.c.amount)).scalar() == Decimal(amount)


def test_a_naive_instant_is_refused(books: Books) -> None:
    """A time without a zone could mean any instant, so it is not written."""
    with pytest.raises(Exception, match="no time zone"), books.write() as conn:
        leases.take(conn, "relay", "me", NOW, NOW.replace(tzinfo=None))


def test_text_with_a_nul_is_kept_on_both_databases(books: Books) -> None:
    """A note from anywhere never makes booking fail for good: PostgreSQL could not keep a NUL."""
    desk = Desk(books)
    desk.register()
    task_id = desk.open_call()
    desk.call(CallOutcome.NO_ANSWER, task_id=task_id, note="a\x00b")
    assert EntryKind.CALL_DONE in desk.story()


async def test_eight_writers_at_once_all_get_through(books: Books) -> None:
    """Read-then-write of eight threads neither fails as busy nor loses an update."""
    Desk(books).register()

    def work(conn: sa.Connection) -> None:
        known_standing(conn, KEY, lock=True)
        lines = conn.execute(sa.select(sa.func.count()).select_from(journal_table)).scalar_one()
        journal.append(conn, KEY, EntryKind.NOTE, at=NOW, event_id=f"line-{lines}")

    await asyncio.gather(*(books.writing(work) for _ in range(80)))
    lines = await books.reading(lambda conn: journal.entries(conn, KEY))
    assert [line.event_id for line in lines[1:]] == [f"line-{number}" for number in range(1, 81)]


async def test_a_writer_that_meets_a_lock_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process that holds the file for a while delays a booking; it does not lose it."""
    monkeypatch.setattr("ledger.engines._LOCK_SECONDS", 0.05)
    books = Books.open(f"sqlite:///{tmp_path}/ledger.sqlite")
    other = sqlite3.connect(tmp_path / "ledger.sqlite", isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(BooksBusyError, match="busy"), books.write():
        pass
    release = threading.Timer(0.4, lambda: other.execute("COMMIT"))
    release.start()
    assert await books.writing(lambda conn: leases.take(conn, "relay", "me", NOW, NOW))
    release.join()
    other.close()
    books.close()


async def test_deadlocked_writers_are_tried_again(postgres_server: PostgresServer) -> None:
    """PostgreSQL ends one of two writers that wait for each other; it runs again and both are written."""
    books = Books.open(postgres_server.create_database())
    with books.write() as conn:
        for name in ("a", "b"):
            leases.take(conn, name, "nobody", NOW, NOW)
    meeting = threading.Barrier(2)
    runs: list[str] = []

    def crossing(first: str, second: str) -> Callable[[sa.Connection], None]:
        def work(conn: sa.Connection) -> None:
            leases.take(conn, first, first, NOW, NOW)
            runs.append(first)
            if len(runs) <= 2:
                meeting.wait(10)
            leases.take(conn, second, first, NOW, NOW)

        return work

    await asyncio.gather(books.writing(crossing("a", "b")), books.writing(crossing("b", "a")))
    assert len(runs) == 3
    books.close()


async def test_a_lost_connection_is_told_and_the_next_work_reconnects(
    postgres_server: PostgresServer,
) -> None:
    """When the server drops a connection in mid-work the caller learns it, and may try again at once."""
    url = postgres_server.create_database()
    books = Books.open(url)

    def cut_off(conn: sa.Connection) -> None:
        pid = conn.execute(sa.text("SELECT pg_backend_pid()")).scalar_one()
        with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(%s)", [pid])
        conn.execute(sa.text("SELECT 1"))

    with pytest.raises(BooksUnreachableError, match="cannot be used"):
        await books.writing(cut_off)
    assert await books.writing(lambda conn: leases.take(conn, "relay", "me", NOW, NOW))
    books.close()
