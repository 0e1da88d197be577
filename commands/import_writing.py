"""Writes an import into the books, in batches, before any run hears of it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import TypeVar

import sqlalchemy as sa

from commands.desk import Desk
from commands.import_judgement import Credited, Judgement, judge
from commands.terminal import Step
from dunning.case import DunningStatus
from dunning.facts import BookingOutcome, CreditNoteIssued, Fact, PaymentReceived
from dunning.invoice import CreditNote, Payment
from intake.credits import Credit, CreditAllocation, net_credits
from intake.portfolio import Portfolio
from ledger import booking, cases
from ledger.books import Books
from ledger.cases import CaseRow, Registration
from ledger.keys import CaseKey

_Item = TypeVar("_Item")

_BATCH = 50
"""Invoices of one transaction: each costs one wait for the disk."""


@dataclass
class Written:
    """What an import changed in the books."""

    registrations: Counter[Registration] = field(default_factory=Counter)
    settled: int = 0
    """Rows that were settled before the books ever knew them."""
    presumed_paid: list[str] = field(default_factory=list)
    left_over: tuple[Credit, ...] = ()
    to_start: list[CaseKey] = field(default_factory=list)
    """Invoices whose run was never started."""
    to_tell: list[CaseKey] = field(default_factory=list)
    """Invoices whose run must look at the books again."""


@dataclass(frozen=True)
class ImportWriter:
    """One import of one creditor."""

    desk: Desk
    books: Books
    policy: str | None
    full: bool

    async def known(self) -> dict[str, CaseRow]:
        """Every invoice that the books have, by id."""
        creditor_id = self.desk.creditor.creditor_id
        rows = await self.books.reading(lambda conn: cases.list_cases(conn, creditor_id=creditor_id))
        return {row.key.invoice_id: row for row in rows}

    async def write(self, portfolio: Portfolio, known: dict[str, CaseRow], step: Step) -> Written:
        """Take the portfolio into the books; the same one twice changes nothing.

        Args:
            portfolio: what was read.
            known: what the books have.
            step: moves the progress bar on.

        Raises:
            BooksUnreachableError: the batches before it stay; importing again continues.
        """
        judgements, left_over = await self._judged(portfolio, known)
        written = Written(left_over=left_over)
        now = self.desk.now()
        for batch in _batches(judgements):
            results = await self.books.writing(partial(self._write_batch, batch=batch, now=now))
            for judgement, (registration, news) in zip(batch, results, strict=True):
                self._note(written, judgement, registration, known, news=news)
            step(len(batch))
        if self.full:
            await self._presume_absent(portfolio, known, written, now)
        return written

    async def _judged(
        self, portfolio: Portfolio, known: dict[str, CaseRow]
    ) -> tuple[list[Judgement], tuple[Credit, ...]]:
        before = await self.books.reading(lambda conn: _booked_credits(conn, portfolio.credits, known))
        open_invoices = [entry.open_invoice for entry in portfolio.entries]
        netting = net_credits(open_invoices, portfolio.credits, before)
        new, old = _by_invoice(netting.allocations), _by_invoice(before)
        judgements = []
        for entry in portfolio.entries:
            invoice_id = entry.invoice.invoice_id
            credited = Credited(tuple(new[invoice_id]), tuple(old[invoice_id]))
            judgements.append(judge(entry, known.get(invoice_id), credited, full=self.full))
        return judgements, netting.left_over

    def _write_batch(
        self, conn: sa.Connection, *, batch: Sequence[Judgement], now: datetime
    ) -> list[tuple[Registration | None, bool]]:
        return [self._write_one(conn, judgement, now) for judgement in batch]

    def _write_one(
        self, conn: sa.Connection, judgement: Judgement, now: datetime
    ) -> tuple[Registration | None, bool]:
        """Register, then book what lowers the claim; whether the run has something to hear of."""
        invoice, entry = judgement.invoice, judgement.entry
        if invoice is None:
            return None, False
        last_contact = None
        if entry.last_contact_level is not None and entry.last_contact_date is not None:
            last_contact = (entry.last_contact_level, entry.last_contact_date)
        registration = cases.register(
            conn, invoice, entry.customer, now, actor="import", policy=self.policy, last_contact=last_contact
        )
        key = CaseKey(invoice.creditor_id, invoice.invoice_id)
        news = [self._book(conn, key, fact, now) for fact in self._facts(judgement)]
        if judgement.presumed_paid:
            news.append(cases.presume_paid(conn, key, now))
        return registration, any(news)

    def _facts(self, judgement: Judgement) -> Iterable[Fact]:
        today = self.desk.today()
        if judgement.paid is not None:
            # What remains tells one state of the file from the next, so that each is booked once.
            event_id = f"import:{judgement.entry.balance}"
            received_on = judgement.entry.settled_date or today
            payment = Payment(event_id=event_id, amount=judgement.paid, received_on=received_on)
            yield PaymentReceived(event_id=event_id, actor="import", payment=payment)
        for part in judgement.credits:
            note = CreditNote(
                event_id=part.event_id,
                amount=part.amount,
                issued_on=part.issued_on or today,
                reference=part.reference,
            )
            yield CreditNoteIssued(event_id=part.event_id, actor="import", credit_note=note)

    def _book(self, conn: sa.Connection, key: CaseKey, fact: Fact, now: datetime) -> bool:
        booked = booking.book(conn, key, fact, now=now, today=self.desk.today())
        return booked.outcome is BookingOutcome.BOOKED

    def _note(
        self,
        written: Written,
        judgement: Judgement,
        registration: Registration | None,
        known: dict[str, CaseRow],
        *,
        news: bool,
    ) -> None:
        if registration is None or judgement.invoice is None:
            written.settled += 1
            return
        written.registrations[registration] += 1
        invoice = judgement.invoice
        key = CaseKey(invoice.creditor_id, invoice.invoice_id)
        before = known.get(invoice.invoice_id)
        never_planned = before is None or before.status is DunningStatus.PENDING
        if judgement.presumed_paid and news:
            written.presumed_paid.append(invoice.invoice_id)
        if never_planned:
            written.to_start.append(key)
        elif news or registration is Registration.CHANGED:
            written.to_tell.append(key)

    async def _presume_absent(
        self, portfolio: Portfolio, known: dict[str, CaseRow], written: Written, now: datetime
    ) -> None:
        """An open invoice that a complete file does not have was paid, or taken back, in the meantime."""
        present = {entry.invoice.invoice_id for entry in portfolio.entries}
        absent = [
            row.key for row in known.values() if not row.status.closed and row.key.invoice_id not in present
        ]
        for keys in _batches(absent):
            presumed = await self.books.writing(partial(_presume, keys=keys, now=now))
            written.presumed_paid.extend(key.invoice_id for key in presumed)
            written.to_tell.extend(presumed)


def _presume(conn: sa.Connection, *, keys: Sequence[CaseKey], now: datetime) -> list[CaseKey]:
    return [key for key in keys if cases.presume_paid(conn, key, now)]


def _booked_credits(
    conn: sa.Connection, credits_: Sequence[Credit], known: dict[str, CaseRow]
) -> list[CreditAllocation]:
    """What earlier imports allocated of these credits, read back from the credit notes that they booked."""
    found = []
    ids = {credit.credit_id for credit in credits_}
    customers = {credit.customer_id for credit in credits_}
    for row in known.values():
        if row.customer_id not in customers:
            continue
        case = cases.load(conn, row.key)
        for note in case.credit_notes if case else ():
            credit_id, _, _ = note.event_id.partition(":")
            if credit_id not in ids:
                continue
            found.append(
                CreditAllocation(
                    event_id=note.event_id,
                    credit_id=credit_id,
                    invoice_id=row.key.invoice_id,
                    amount=note.amount,
                )
            )
    return found


def _by_invoice(parts: Iterable[CreditAllocation]) -> defaultdict[str, list[CreditAllocation]]:
    found: defaultdict[str, list[CreditAllocation]] = defaultdict(list)
    for part in parts:
        found[part.invoice_id].append(part)
    return found


def _batches(items: Sequence[_Item]) -> Iterable[Sequence[_Item]]:
    return (items[start : start + _BATCH] for start in range(0, len(items), _BATCH))
