"""Books on both databases."""

from collections.abc import Iterator

import pytest

from ledger.books import Books


@pytest.fixture
def books(ledger_url: str) -> Iterator[Books]:
    """Empty books, once on SQLite and once on PostgreSQL."""
    opened = Books.open(ledger_url)
    yield opened
    opened.close()
