"""What the books say at a moment: a line for each invoice, and the sentences that are new."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from activities.summaries import label_of
from demo.stage import Stage
from dunning.case import DunningStatus
from dunning.journal import JournalEntry
from dunning.phrases import phrase
from dunning.story import Storyteller
from dunning.wording import money, short_instant
from ledger import cases
from ledger.cases import CaseOrder, CaseRow
from ledger.journal import entry_of
from ledger.keys import CaseKey
from ledger.schema import journal


@dataclass(frozen=True)
class Line:
    """One invoice as the table shows it, every cell in words."""

    key: CaseKey
    number: str
    customer: str
    status: DunningStatus
    status_words: str
    level: int
    balance: str
    action: str
    last: str
    last_at: datetime | None


@dataclass(frozen=True)
class News:
    """One new sentence of an invoice's story."""

    key: CaseKey
    number: str
    customer: str
    at: datetime
    sentence: str


class Feed:
    """Reads the books for a person who watches."""

    def __init__(self, stage: Stage) -> None:
        """Watch this stage."""
        self._stage = stage
        self._seen = 0
        self.lines: tuple[Line, ...] = ()

    async def refresh(self) -> tuple[News, ...]:
        """Read the books again.

        Returns:
            What is new since the last look, oldest first.
        """
        return await self._stage.books.reading(self._read)

    def _read(self, conn: sa.Connection) -> tuple[News, ...]:
        creditor_id = self._stage.creditor.creditor_id
        rows = cases.list_cases(conn, creditor_id=creditor_id, order=CaseOrder.NUMBER)
        self.lines = tuple(self._line(row) for row in rows)
        return tuple(self._news(conn, {row.key: row for row in rows}))

    def _news(self, conn: sa.Connection, rows: dict[CaseKey, CaseRow]) -> list[News]:
        new = sa.select(journal).where(journal.c.id > self._seen).order_by(journal.c.id)
        news = []
        for line in conn.execute(new):
            self._seen = line.id
            row = rows[CaseKey(line.creditor_id, line.invoice_id)]
            sentence = self._sentence(row, entry_of(line))
            news.append(News(row.key, row.number, row.customer_name, line.at, sentence))
        return news

    def _line(self, row: CaseRow) -> Line:
        language = self._stage.language
        return Line(
            key=row.key,
            number=row.number,
            customer=row.customer_name,
            status=row.status,
            status_words=phrase(f"status.{row.status}", language),
            level=row.level,
            balance=money(row.balance, language),
            action=self._action(row),
            last=self._sentence(row, row.last) if row.last else "",
            last_at=row.last.at if row.last else None,
        )

    def _action(self, row: CaseRow) -> str:
        if row.next_step is None or row.next_action_at is None:
            return "–"
        when = short_instant(row.next_action_at, self._stage.creditor.time_zone, self._stage.language)
        return f"{self._label(row, row.next_step)} – {when}"

    def _sentence(self, row: CaseRow, entry: JournalEntry) -> str:
        creditor = self._stage.creditor
        return Storyteller(
            creditor.language, creditor.time_zone, lambda step: self._label(row, step)
        ).sentence(entry)

    def _label(self, row: CaseRow, step: str) -> str:
        policies = self._stage.registers.policies
        policy = policies.get(row.policy or policies.default)
        return label_of(step, policy, self._stage.language)
