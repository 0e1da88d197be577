"""What becomes of one event of the inbox: booked and told, kept for a person, or tried again later."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from doors.doors import Doors
from doors.refusals import RunNotToldError
from dunning.facts import BookingOutcome, Fact, PaymentPending, PaymentReceived
from dunning.journal import TaskKind
from dunning.registers import CreditorRegister
from ledger import cases, journal, pages, tasks
from ledger.books import Books
from ledger.keys import CaseKey
from ledger.pages import PageKind
from providers.protocols import (
    FinalRefusalError,
    PaymentEvent,
    PaymentEventKind,
    PaymentEventProvider,
    TemporaryRefusalError,
)
from web.payment_facts import fact_of_event, failure_event_id, payment_event_id

_MOVES_MONEY = frozenset({PaymentEventKind.PAID, PaymentEventKind.REFUNDED})


class Fate(StrEnum):
    """What becomes of an event."""

    DONE = "done"
    PARKED = "parked"
    """A person has to look at it; a task says so."""
    AGAIN = "again"
    """Something outside is away; nothing is lost."""
    TELL_AGAIN = "tell_again"
    """It is in the books, and its run will be told once Temporal is back."""


@dataclass(frozen=True)
class Handled:
    """What became of an event, and why."""

    fate: Fate
    problem: str = ""


_DONE = Handled(Fate.DONE)


class InboxEvents:
    """Turns translated events into facts of the books, and tells the runs."""

    def __init__(
        self,
        books: Books,
        doors: Doors,
        creditors: CreditorRegister,
        events: PaymentEventProvider,
        clock: Callable[[], datetime],
    ) -> None:
        """Work with these books, doors and this provider; the clock gives the business time."""
        self._books = books
        self._doors = doors
        self._creditors = creditors
        self._events = events
        self._clock = clock

    async def handle(self, event: PaymentEvent, *, tell: bool = True) -> Handled:
        """Book an event and tell its run.

        Args:
            event: verified and translated.
            tell: false where Temporal is known to be away: booking is not delayed by waiting for it.

        Raises:
            BooksUnreachableError: nothing was booked.
        """
        if event.kind is PaymentEventKind.IRRELEVANT:
            return _DONE
        try:
            traced = await self._traced(event)
        except TemporaryRefusalError as error:
            return Handled(Fate.AGAIN, str(error))
        except FinalRefusalError as error:
            return await self._unmatched(event, f"its invoice could not be found out: {error}")
        key = await self._known_case(traced)
        if key is None:
            return await self._unknown_invoice(traced)
        fact = fact_of_event(traced, self._local_date(key, traced.occurred_at))
        if fact is None or await self._overtaken(key, fact, traced):
            return _DONE
        return await self._booked(key, fact, traced, tell=tell)

    async def keep_for_person(self, kind: TaskKind, subject: str, problem: str) -> None:
        """Open a task about an event that cannot be handled.

        Args:
            kind: of the task.
            subject: the provider's id of the event.
            problem: in words, without personal data.
        """
        creditor_id = self._creditor_of(None)
        now = self._clock()
        await self._books.writing(
            lambda conn: tasks.open_task(
                conn,
                kind=kind,
                dedupe_key=tasks.task_key(kind, subject),
                creditor_id=creditor_id,
                details={"event": subject, "problem": problem},
                now=now,
            )
        )

    async def _booked(self, key: CaseKey, fact: Fact, event: PaymentEvent, *, tell: bool) -> Handled:
        booked = await self._doors.book(key, fact)
        if booked.outcome is BookingOutcome.REFUSED:
            await self._doors.keep_refused(key, fact, booked)
            return Handled(Fate.PARKED, f"the books refused it: {booked.refusal}")
        if event.kind is PaymentEventKind.FAILED and event.token:
            await self._forget_sessions(key, event.token)
        if not tell:
            return Handled(Fate.TELL_AGAIN, "Temporal is away")
        try:
            await self._doors.pass_on(key, fact, booked)
        except RunNotToldError as error:
            return Handled(Fate.TELL_AGAIN, str(error))
        if booked.outcome is BookingOutcome.KEPT:
            return Handled(Fate.PARKED, f"kept for a person: {booked.refusal}")
        return _DONE

    async def _traced(self, event: PaymentEvent) -> PaymentEvent:
        if event.invoice_id is None and event.original_payment_id is not None:
            return await self._events.trace(event)
        return event

    async def _known_case(self, event: PaymentEvent) -> CaseKey | None:
        if event.invoice_id is None:
            return None
        key = CaseKey(self._creditor_of(event.creditor_id), event.invoice_id)
        if event.creditor_id not in {None, key.creditor_id}:
            return None
        case = await self._books.reading(lambda conn: cases.load(conn, key))
        return key if case else None

    async def _unknown_invoice(self, event: PaymentEvent) -> Handled:
        if event.kind not in _MOVES_MONEY:
            return _DONE
        told = event.invoice_id or "none"
        return await self._unmatched(event, f"it names invoice {told}, which is not in the books")

    async def _unmatched(self, event: PaymentEvent, problem: str) -> Handled:
        kind = TaskKind.REFUND if event.kind is PaymentEventKind.REFUNDED else TaskKind.UNMATCHED_PAYMENT
        creditor_id = self._creditor_of(event.creditor_id)
        now = self._clock()
        identity = payment_event_id(event.payment_id or event.event_id)
        details = {
            "payment": event.payment_id,
            "amount": event.amount,
            "received_on": self._local_date(CaseKey(creditor_id, ""), event.occurred_at),
            "invoice": event.invoice_id,
            "problem": problem,
        }
        await self._books.writing(
            lambda conn: tasks.open_task(
                conn,
                kind=kind,
                dedupe_key=tasks.task_key(kind, identity),
                creditor_id=creditor_id,
                details=details,
                now=now,
            )
        )
        return Handled(Fate.PARKED, problem)

    async def _overtaken(self, key: CaseKey, fact: Fact, event: PaymentEvent) -> bool:
        """Whether news of a payment on its way comes after the payment itself, or after its failure."""
        if not isinstance(fact, PaymentPending) or fact.failed or event.payment_id is None:
            return False
        paid, failed = payment_event_id(event.payment_id), failure_event_id(event.payment_id)
        received, pending = _fact_name(PaymentReceived), _fact_name(PaymentPending)

        def known(conn: Connection) -> bool:
            return journal.knows(conn, key, paid, received) or journal.knows(conn, key, failed, pending)

        return await self._books.reading(known)

    async def _forget_sessions(self, key: CaseKey, token: str) -> None:
        """A session whose debit failed cannot be paid again: the next visit shall open another."""

        def forget(conn: Connection) -> None:
            for page in pages.pages_to_switch_off(conn, key):
                if page.token == token and page.kind is PageKind.CHECKOUT:
                    pages.mark_off(conn, page.token, page.link_number)

        await self._books.writing(forget)

    def _creditor_of(self, creditor_id: str | None) -> str:
        known = self._creditors.creditors
        return creditor_id if creditor_id is not None and creditor_id in known else min(known)

    def _local_date(self, key: CaseKey, at: datetime) -> date:
        return at.astimezone(ZoneInfo(self._creditors.get(key.creditor_id).time_zone)).date()


def _fact_name(kind: type[PaymentReceived | PaymentPending]) -> str:
    return str(kind.model_fields["fact"].default)


def pause_before_next(tries: int, longest: timedelta) -> timedelta:
    """How long to wait before the next try: a second, then twice as long each time.

    Args:
        tries: made so far.
        longest: the longest pause.
    """
    return min(longest, timedelta(seconds=2 ** min(tries, 20)))
