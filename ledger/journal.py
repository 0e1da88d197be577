"""The journal: everything sent, received and decided about a case, written once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

import sqlalchemy as sa
from pydantic import BaseModel

from dunning.journal import EntryKind, JournalEntry
from dunning.money import Money
from ledger.keys import CaseKey, of_case
from ledger.schema import journal

_ACTOR_LENGTH = 64


def append(  # noqa: PLR0913 - a line has as many columns
    conn: sa.Connection,
    key: CaseKey,
    kind: EntryKind,
    *,
    at: datetime,
    actor: str = "system",
    event_id: str | None = None,
    fact: str = "",
    **details: Any,
) -> None:
    """Write one line of a case's story.

    Args:
        conn: a transaction that may write.
        key: the case.
        kind: what is told.
        at: the instant of it.
        actor: who told or decided it.
        event_id: identity of the fact that this line books; a case has each once.
        fact: the kind of that fact.
        details: amounts, dates and words; kept as plain JSON (see ``plain``).
    """
    conn.execute(
        sa.insert(journal).values(
            **key._asdict(),
            event_id=event_id,
            fact=fact,
            kind=kind.value,
            at=at,
            actor=actor[:_ACTOR_LENGTH],
            details=plain(details),
        )
    )


def entries(conn: sa.Connection, key: CaseKey) -> list[JournalEntry]:
    """The story of a case, oldest line first."""
    lines = conn.execute(sa.select(journal).where(of_case(journal, key)).order_by(journal.c.id))
    return [entry_of(line) for line in lines]


def knows(conn: sa.Connection, key: CaseKey, event_id: str, fact: str) -> bool:
    """Whether this fact was booked or kept before."""
    same = sa.and_(of_case(journal, key), journal.c.event_id == event_id, journal.c.fact == fact)
    return conn.execute(sa.select(journal.c.id).where(same)).first() is not None


def entry_of(line: sa.Row[Any]) -> JournalEntry:
    """One row of the journal as a value."""
    return JournalEntry(
        kind=EntryKind(line.kind), at=line.at, actor=line.actor, details=line.details, event_id=line.event_id
    )


def plain(value: Any) -> Any:  # noqa: PLR0911 - one line for each kind of value
    """The JSON form of a detail: ``1204.50 EUR`` for money, ISO 8601 for dates and instants."""
    match value:
        case Enum():
            return value.value
        case Money() | Decimal():
            return str(value)
        case date():
            return value.isoformat()
        case BaseModel():
            return plain(dict(value))
        case Mapping():
            return {str(name): plain(item) for name, item in value.items()}
        case list() | tuple() | set() | frozenset():
            return [plain(item) for item in value]
        case str() | int() | float() | None:
            return value
        case _:
            return str(value)
