"""A bookkeeper for tests: registers, books and reads with as few words as a test needs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from typing import Any

from dunning import facts
from dunning.arrangement import Instalment
from dunning.calendar import BusinessCalendar
from dunning.facts import Booking, CallOutcome, Fact
from dunning.invoice import CreditNote, Invoice, Payment
from dunning.journal import EntryKind, JournalEntry, TaskKind
from dunning.money import Money
from dunning.party import Customer, CustomerKind
from dunning.policy import Hours
from ledger import booking, cases, journal, tasks
from ledger.books import Books
from ledger.cases import Case, Registration
from ledger.keys import CaseKey
from ledger.tasks import Task

CREDITOR = "acme"
KEY = CaseKey(CREDITOR, "F-1")
NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
TODAY = date(2026, 3, 2)
CALENDAR = BusinessCalendar(window=(Hours(opens=time(9), closes=time(18)),))


def eur(amount: str) -> Money:
    """An amount in euros."""
    return Money.of(amount, "EUR")


def invoice(**changes: Any) -> Invoice:
    """An invoice of 1,000 euros, due a month before the tests' day."""
    fields: dict[str, Any] = {
        "creditor_id": CREDITOR,
        "invoice_id": "F-1",
        "number": "F-1",
        "customer_id": "C-1",
        "amount": eur("1000.00"),
        "issue_date": date(2026, 1, 1),
        "due_date": date(2026, 2, 2),
    }
    return Invoice.model_validate(fields | changes)


def customer(**changes: Any) -> Customer:
    """A business with an address."""
    fields: dict[str, Any] = {
        "customer_id": "C-1",
        "name": "Menuiserie Lenoir",
        "kind": CustomerKind.BUSINESS,
        "email": "compta@lenoir.example",
    }
    return Customer.model_validate(fields | changes)


class Desk:
    """The books, as a test speaks to them."""

    def __init__(self, books: Books, now: datetime = NOW) -> None:
        self.books = books
        self.now = now
        self._ids = count(1)

    @property
    def today(self) -> date:
        """The creditor's date."""
        return CALENDAR.today(self.now)

    def later(self, **span: float) -> None:
        """Let time pass."""
        self.now += timedelta(**span)

    def register(
        self, invoice_: Invoice | None = None, customer_: Customer | None = None, **options: Any
    ) -> Registration:
        """Take an invoice in."""
        with self.books.write() as conn:
            return cases.register(conn, invoice_ or invoice(), customer_ or customer(), self.now, **options)

    def book(self, fact: Fact, key: CaseKey = KEY) -> Booking:
        """Bring a fact to the books."""
        with self.books.write() as conn:
            return booking.book(conn, key, fact, now=self.now, today=self.today)

    def event(self) -> str:
        """A new event id."""
        return f"event-{next(self._ids)}"

    def pay(
        self, amount: str, event_id: str | None = None, currency: str = "EUR", key: CaseKey = KEY
    ) -> Booking:
        """A payment arrives."""
        event_id = event_id or self.event()
        money = Money.of(amount, currency)
        payment = Payment(event_id=event_id, amount=money, received_on=self.today)
        return self.book(facts.PaymentReceived(event_id=event_id, payment=payment), key)

    def credit(self, amount: str, currency: str = "EUR") -> Booking:
        """The creditor grants a reduction."""
        event_id = self.event()
        note = CreditNote(event_id=event_id, amount=Money.of(amount, currency), issued_on=self.today)
        return self.book(facts.CreditNoteIssued(event_id=event_id, credit_note=note))

    def agree_plan(self, *parts: tuple[int, str], event_id: str | None = None) -> Booking:
        """A plan of instalments: days from today and euros."""
        instalments = tuple(
            Instalment(number=number, due_on=self.today + timedelta(days=days), amount=eur(amount))
            for number, (days, amount) in enumerate(parts, start=1)
        )
        fact = facts.PaymentPlanAgreed(
            event_id=event_id or self.event(), actor="operator", instalments=instalments
        )
        return self.book(fact)

    def promise(self, days: int, amount: str | None = None) -> Booking:
        """The customer promises to pay in so many days."""
        until = self.today + timedelta(days=days)
        money = eur(amount) if amount else None
        return self.book(facts.PromiseMade(event_id=self.event(), until=until, amount=money))

    def hold(self, days: int | None = None, reason: str = "") -> Booking:
        """An operator pauses the case."""
        until = None if days is None else self.today + timedelta(days=days)
        return self.book(facts.HoldPlaced(event_id=self.event(), until=until, reason=reason))

    def resume(self) -> Booking:
        """An operator resumes the case."""
        return self.book(facts.HoldLifted(event_id=self.event()))

    def correct(self, **figures: Any) -> Booking:
        """The billing system corrects the invoice."""
        return self.book(facts.InvoiceCorrected(event_id=self.event(), **figures))

    def call(self, outcome: CallOutcome, **told: Any) -> Booking:
        """A person called."""
        return self.book(facts.CallCompleted(event_id=self.event(), outcome=outcome, **told))

    def cancel(self) -> Booking:
        """The billing system withdraws the claim."""
        return self.book(facts.InvoiceCancelled(event_id=self.event(), reason="mistake"))

    def write_off(self) -> Booking:
        """The creditor gives the claim up."""
        return self.book(facts.WrittenOff(event_id=self.event(), reason="too small"))

    def open_call(self, key: CaseKey = KEY) -> int:
        """A call task is opened by the policy's step."""
        with self.books.write() as conn:
            return tasks.open_task(
                conn,
                kind=TaskKind.CALL,
                dedupe_key=tasks.task_key(TaskKind.CALL, *key, "call"),
                creditor_id=key.creditor_id,
                invoice_id=key.invoice_id,
                customer_id="C-1",
                details={"step": "call"},
                sheet="who, what, how much",
                due_on=self.today,
                now=self.now,
            )

    def case(self, key: CaseKey = KEY) -> Case:
        """The case as the books have it."""
        with self.books.read() as conn:
            found = cases.load(conn, key)
        assert found is not None, key
        return found

    def balance(self) -> str:
        """The balance, as text."""
        return str(self.case().balance)

    def story(self, key: CaseKey = KEY) -> list[EntryKind]:
        """The kinds of the journal's lines."""
        return [entry.kind for entry in self.entries(key)]

    def entries(self, key: CaseKey = KEY) -> list[JournalEntry]:
        """The journal's lines."""
        with self.books.read() as conn:
            return journal.entries(conn, key)

    def last(self, kind: EntryKind) -> JournalEntry:
        """The latest line of a kind."""
        return [entry for entry in self.entries() if entry.kind is kind][-1]

    def tasks(self, *kinds: TaskKind) -> list[Task]:
        """The open tasks."""
        with self.books.read() as conn:
            return tasks.open_tasks(conn, CREDITOR, kinds or None)

    def kinds_of_tasks(self) -> Sequence[TaskKind]:
        """What waits for a person."""
        return [task.kind for task in self.tasks()]
