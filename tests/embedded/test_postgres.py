import os
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa

from embedded.postgres import PostgresServer
from tests.embedded.processes import is_gone


def test_each_database_is_empty_and_apart(postgres_server: PostgresServer) -> None:
    """Two databases of one server share nothing, and SQLAlchemy takes their addresses as they are."""
    first, second = (sa.create_engine(postgres_server.create_database()) for _ in range(2))
    with first.begin() as connection:
        connection.execute(sa.text("CREATE TABLE invoices (id text)"))
    assert sa.inspect(first).get_table_names() == ["invoices"]
    assert sa.inspect(second).get_table_names() == []
    first.dispose()
    second.dispose()


def test_text_is_unicode_whatever_the_machine_speaks(postgres_server: PostgresServer) -> None:
    """The databases hold every name that a customer can have."""
    engine = sa.create_engine(postgres_server.create_database())
    with engine.connect() as connection:
        assert connection.execute(sa.text("SHOW server_encoding")).scalar_one() == "UTF8"
    engine.dispose()


def test_it_never_runs_as_root(postgres_server: PostgresServer) -> None:
    """PostgreSQL refuses root, so the server belongs to another user where we are root."""
    owner = Path(f"/proc/{postgres_server.pid}").stat().st_uid
    assert owner == (os.geteuid() or owner)
    assert owner != 0


def test_it_leaves_nothing_behind() -> None:
    """After the block the server does not answer, its process is gone and its folder too."""
    with PostgresServer() as server:
        address = server.create_database().replace("+psycopg", "")
        with psycopg.connect(address) as connection:
            row = connection.execute("SHOW data_directory").fetchone()
        pid = server.pid
    assert is_gone(pid)
    assert row is not None
    assert not Path(row[0]).parent.exists()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(address, connect_timeout=2)


def test_it_can_be_away_for_a_while(postgres_server: PostgresServer) -> None:
    """Stopped under an open connection and started again: same address, same data."""
    address = postgres_server.create_database().replace("+psycopg", "")
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("CREATE TABLE invoices (id text)")
        with postgres_server.away(), pytest.raises(psycopg.OperationalError):
            psycopg.connect(address, connect_timeout=2)
    with psycopg.connect(address) as connection:
        assert connection.execute("SELECT count(*) FROM invoices").fetchone() == (0,)
