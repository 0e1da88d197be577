"""The names by which the books know a case and an act."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from typing import NamedTuple, TypeVar

import sqlalchemy as sa

_Key = TypeVar("_Key")
_MOST_PARAMETERS = 500
"""Of one statement; older builds of SQLite take 999."""


class CaseKey(NamedTuple):
    """One invoice of one creditor, by their opaque ids."""

    creditor_id: str
    invoice_id: str


class SendKey(NamedTuple):
    """One act of one case: what the send ledger is unique on."""

    case: CaseKey
    cycle: int
    step: str
    channel: str


def of_case(table: sa.Table, key: CaseKey) -> sa.ColumnElement[bool]:
    """The condition that a row belongs to this case."""
    return sa.and_(table.c.creditor_id == key.creditor_id, table.c.invoice_id == key.invoice_id)


def of_customer(table: sa.Table, creditor_id: str, customer_id: str) -> sa.ColumnElement[bool]:
    """The condition that a row belongs to this customer of this creditor."""
    return sa.and_(table.c.creditor_id == creditor_id, table.c.customer_id == customer_id)


def fitting(text: str, length: int = 255) -> str:
    """The text, or a digest with its beginning where it is too long for a column."""
    if len(text) <= length:
        return text
    digest = hashlib.sha256(text.encode()).hexdigest()
    return f"{text[: length - len(digest) - 1]}#{digest}"


def in_portions(keys: Sequence[_Key]) -> Iterator[Sequence[_Key]]:
    """Many keys, in portions that one statement takes."""
    for start in range(0, len(keys), _MOST_PARAMETERS):
        yield keys[start : start + _MOST_PARAMETERS]
