"""The inbox: events of providers, kept as they came before anything is made of them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from pydantic import BaseModel, ConfigDict

from ledger.schema import inbox
from ledger.upsert import insert_new


class InboxState(StrEnum):
    """Where an event stands."""

    WAITING = "waiting"
    DONE = "done"
    PARKED = "parked"
    """Given to a person; not tried again by itself."""


class InboxItem(BaseModel):
    """An event that waits to be processed."""

    model_config = ConfigDict(frozen=True)

    id: int
    provider: str
    event_id: str
    body: bytes
    tries: int
    problem: str | None
    received_at: datetime


def receive(conn: sa.Connection, provider: str, event_id: str, body: bytes, now: datetime) -> bool:
    """Keep an event as it came.

    Returns:
        False where it is known: providers deliver more than once.
    """
    event = {
        "provider": provider,
        "event_id": event_id,
        "body": body,
        "state": InboxState.WAITING.value,
        "received_at": now,
        "next_try_at": now,
    }
    return insert_new(conn, inbox, event)


def due(conn: sa.Connection, provider: str, now: datetime, limit: int) -> list[InboxItem]:
    """Events that wait and whose next try has come, in the order they came."""
    waiting = sa.and_(
        inbox.c.provider == provider,
        inbox.c.state == InboxState.WAITING.value,
        inbox.c.next_try_at <= now,
    )
    columns = [inbox.c[name] for name in InboxItem.model_fields]
    rows = conn.execute(sa.select(*columns).where(waiting).order_by(inbox.c.id).limit(limit))
    return [InboxItem(**row) for row in rows.mappings()]


def done(conn: sa.Connection, item_id: int, now: datetime) -> None:
    """Write that an event was processed."""
    _write(conn, item_id, state=InboxState.DONE.value, done_at=now, problem=None)


def retry(conn: sa.Connection, item_id: int, problem: str, now: datetime, next_try_at: datetime) -> None:  # noqa: ARG001 - all four ways of ending a try are called alike
    """Write why an event could not be processed, and when to try again."""
    _write(conn, item_id, problem=problem, next_try_at=next_try_at, tries=inbox.c.tries + 1)


def park(conn: sa.Connection, item_id: int, problem: str, now: datetime) -> None:
    """Write why an event will not be processed by itself; it stays for a person."""
    _write(
        conn,
        item_id,
        state=InboxState.PARKED.value,
        done_at=now,
        problem=problem,
        tries=inbox.c.tries + 1,
    )


def _write(conn: sa.Connection, item_id: int, **columns: object) -> None:
    conn.execute(sa.update(inbox).where(inbox.c.id == item_id).values(columns))
