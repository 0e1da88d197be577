"""A deployment on SQLite and on the session's dev server."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from temporalio.client import Client

from ledger.books import Books
from tests.doors.deployment import Deployment, deployed


@pytest.fixture
def books(tmp_path: Path) -> Iterator[Books]:
    """Empty books."""
    opened = Books.open(f"sqlite:///{tmp_path / 'ledger.sqlite'}")
    yield opened
    opened.close()


@pytest.fixture
async def deployment(books: Books, dev_client: Client) -> AsyncIterator[Deployment]:
    """Books, doors and a worker at work."""
    async with deployed(books, dev_client) as running:
        yield running
