"""Web apps in the states that tests ask for."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from temporalio.client import Client

from ledger.books import Books
from tests.doors.deployment import deployed
from tests.web.site import Site, site_on


@pytest.fixture
def books(tmp_path: Path) -> Iterator[Books]:
    """Empty books on SQLite."""
    opened = Books.open(f"sqlite:///{tmp_path / 'ledger.sqlite'}")
    yield opened
    opened.close()


@pytest.fixture
def either_books(ledger_url: str) -> Iterator[Books]:
    """Empty books, once on SQLite and once on PostgreSQL."""
    opened = Books.open(ledger_url)
    yield opened
    opened.close()


@pytest.fixture
async def site(books: Books, dev_client: Client) -> AsyncIterator[Site]:
    """A web app, and a worker at work."""
    async with deployed(books, dev_client), site_on(books, dev_client) as running:
        yield running


@pytest.fixture
async def either_site(either_books: Books, dev_client: Client) -> AsyncIterator[Site]:
    """The same, once on each kind of database."""
    async with deployed(either_books, dev_client), site_on(either_books, dev_client) as running:
        yield running


@pytest.fixture
async def shop(books: Books, dev_client: Client) -> AsyncIterator[Site]:
    """A web app without a worker: the pay page reads the books alone."""
    async with site_on(books, dev_client) as running:
        yield running
