"""Counts what the demonstration did, in the sink and in the sandbox rather than in our own books."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from pydantic import BaseModel, ConfigDict

from activities.correspondence import message_id
from demo.mailbox import links_in, messages_about, text_of
from demo.stage import Stage
from dunning.case import DunningStatus
from dunning.journal import EntryKind, TaskKind
from embedded.mail_store import ReceivedMessage
from embedded.smtp_sink import SmtpSink
from ledger import cases, journal, sends
from ledger.cases import CaseRow
from ledger.keys import CaseKey
from ledger.schema import tasks
from rendering.emails import EventTemplate

_LOWERS_THE_BALANCE = {EntryKind.PAYMENT, EntryKind.OVERPAID, EntryKind.CREDIT_NOTE}


class Summary(BaseModel):
    """What happened, in figures."""

    model_config = ConfigDict(frozen=True)

    invoices: int
    settled: int
    emails_received: int
    """Counted in the sink."""
    payment_links: int
    """Different ones, read in the messages of the sink."""
    webhooks: int
    """Signed ones that our web app answered with 2xx, counted at the sender."""
    call_tasks: int
    plans: int
    worker_kills: int
    handed_over: int
    contacts_after_payment: int
    """Messages but thanks that the sink took after the money for the whole invoice was in the books."""
    duplicate_contacts: int
    """Messages that the sink took twice, by Message-ID or by recipient, subject and text."""
    unknown_sends: int
    """Messages whose fate a killed worker left open: a person looks, nothing is repeated."""

    @property
    def promises_kept(self) -> bool:
        """Nobody was contacted after payment, nobody twice."""
        return self.contacts_after_payment == 0 and self.duplicate_contacts == 0


async def tally(stage: Stage) -> Summary:
    """Count everything, once no more happens."""
    return await stage.books.reading(lambda conn: _tally(conn, stage))


def _tally(conn: sa.Connection, stage: Stage) -> Summary:
    rows = cases.list_cases(conn, creditor_id=stage.creditor.creditor_id)
    statuses = Counter(row.status for row in rows)
    messages = stage.sink.messages
    return Summary(
        invoices=len(rows),
        settled=statuses[DunningStatus.SETTLED],
        emails_received=len(messages),
        payment_links=len({link for message in messages for link in links_in(stage.sink, message)}),
        webhooks=stage.sandbox.counts.webhooks_delivered,
        call_tasks=_call_tasks(conn),
        plans=_entries(conn, rows, EntryKind.PLAN_AGREED),
        worker_kills=stage.worker.kills,
        handed_over=statuses[DunningStatus.HANDED_OVER],
        contacts_after_payment=_after_payment(conn, stage, rows),
        duplicate_contacts=contacts_made_twice(stage.sink),
        unknown_sends=_entries(conn, rows, EntryKind.UNKNOWN),
    )


def _call_tasks(conn: sa.Connection) -> int:
    calls = sa.select(sa.func.count()).select_from(tasks).where(tasks.c.kind == TaskKind.CALL.value)
    return int(conn.execute(calls).scalar_one())


def _entries(conn: sa.Connection, rows: list[CaseRow], kind: EntryKind) -> int:
    return sum(entry.kind is kind for row in rows for entry in journal.entries(conn, row.key))


def _after_payment(conn: sa.Connection, stage: Stage, rows: list[CaseRow]) -> int:
    count = 0
    for row in rows:
        paid_at = _paid_in_full_at(conn, row.key)
        if paid_at is not None:
            thanks = _thanks_of(conn, stage, row.key)
            count += contacts_after(paid_at, stage.sink, row.number, but=thanks)
    return count


def contacts_after(instant: datetime, sink: SmtpSink, number: str, *, but: Collection[str] = ()) -> int:
    """Messages about an invoice that the sink took after an instant.

    Args:
        instant: of the business time that the sink stamps with.
        sink: where the messages arrived.
        number: of the invoice.
        but: Message-IDs that do not count, those of thanks.
    """
    return sum(
        message.received_at > instant and message.message_id not in but
        for message in messages_about(sink, number)
    )


def _paid_in_full_at(conn: sa.Connection, key: CaseKey) -> datetime | None:
    """When the money that brought the balance to nothing was booked; a demo has no claim that rises again."""
    case = cases.load(conn, key)
    if case is None or case.balance.is_positive:
        return None
    booked = [entry.at for entry in journal.entries(conn, key) if entry.kind in _LOWERS_THE_BALANCE]
    return max(booked, default=None)


def _thanks_of(conn: sa.Connection, stage: Stage, key: CaseKey) -> set[str]:
    return {
        message_id(row.key, stage.creditor)
        for row in sends.of_this_case(conn, key)
        if row.key.step == EventTemplate.THANKS
    }


def contacts_made_twice(sink: SmtpSink) -> int:
    """Messages that came more than once: by identity, and by what a reader sees whatever their identity."""
    return max(
        _repeats(Counter(message.message_id for message in sink.messages)),
        _repeats(Counter(_as_read(sink, message) for message in sink.messages)),
    )


def _as_read(sink: SmtpSink, message: ReceivedMessage) -> tuple[str, ...]:
    digest = hashlib.sha256(text_of(sink, message).encode()).hexdigest()
    return (*message.recipients, message.subject, digest)


def _repeats(counts: Counter[Any]) -> int:
    return sum(count - 1 for count in counts.values())
