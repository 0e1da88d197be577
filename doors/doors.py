"""How facts and commands reach a case: the books first, then its run."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection
from temporalio.client import Client, WorkflowUpdateFailedError

from doors.messages import message_of
from doors.questions import Questions
from doors.refusals import (
    CommandRefusedError,
    NoWorkerError,
    RunNotStartedError,
    RunNotToldError,
    TemporalAwayError,
    UnknownInvoiceError,
)
from doors.runs import Runs
from doors.temporal_faults import NoRunError
from dunning.clock import DemoClock
from dunning.facts import Booking, BookingOutcome, Fact
from dunning.invoice import Invoice
from dunning.party import Creditor, Customer
from dunning.phrases import phrase
from dunning.registers import CreditorRegister
from ledger import booking, cases
from ledger.books import Books
from ledger.cases import Case, Registration
from ledger.keys import CaseKey
from workflows.contract import (
    BooksChanged,
    CommandAnswer,
    Message,
    SignalName,
    StatusReport,
    TimelineReport,
    UpdateName,
)

_COMMAND_PATIENCE = 30.0
"""Seconds that a person waits for the answer to a command before being told that no worker gives one."""


class Doors:
    """The one way in for everything that is not a workflow: web app, command line, imports."""

    def __init__(
        self,
        books: Books,
        client: Client,
        clock: Callable[[], datetime],
        *,
        creditors: CreditorRegister,
        demo_clock: DemoClock | None = None,
    ) -> None:
        """Put books and runs together.

        Args:
            books: the ledger.
            client: a Temporal client that speaks pydantic models; a lazy one lets facts in while Temporal
                is down.
            clock: gives the business time.
            creditors: whose local date counts when a fact is booked.
            demo_clock: the demonstration's clock, which new runs are given.
        """
        self._books = books
        self._runs = Runs(client, demo_clock)
        self._clock = clock
        self._creditors = creditors
        self._questions = Questions(books, self._runs, creditors)

    async def register(
        self,
        invoice: Invoice,
        customer: Customer,
        *,
        policy: str | None = None,
        last_contact: tuple[int, date] | None = None,
        actor: str = "billing",
    ) -> Registration:
        """Write an invoice into the books and see that its run is there and knows what is new.

        Telling the same again changes nothing, and starts a run that is missing.

        Args:
            invoice: the claim.
            customer: who owes.
            policy: a policy by name; none lets the segment choose.
            last_contact: level and local date of the last reminder that went out before.
            actor: who tells.

        Raises:
            UnknownCreditorError: no such creditor is configured; nothing was written.
            RunNotStartedError: it is in the books; carries the registration.
            BooksUnreachableError: nothing was written.
        """
        key = CaseKey(invoice.creditor_id, invoice.invoice_id)
        self._creditors.get(key.creditor_id)
        now = self._clock()

        def write(conn: Connection) -> Registration:
            return cases.register(
                conn, invoice, customer, now, actor=actor, policy=policy, last_contact=last_contact
            )

        registration = await self._books.writing(write)
        try:
            if registration is Registration.CHANGED:
                await self.look_again(key, "registered")
            else:
                await self.start(key)
        except TemporalAwayError as error:
            raise RunNotStartedError(registration, str(error)) from error
        return registration

    async def start(self, key: CaseKey) -> None:
        """Start the run of an invoice that is in the books; harmless where it runs or is closed.

        Raises:
            UnknownInvoiceError: the books do not know it.
            TemporalAwayError: it is not known whether it runs.
        """
        case = await self._case(key)
        if case is None:
            raise UnknownInvoiceError(key)
        if not case.status.closed:
            await self._runs.start(case, self._creditor(key).language)

    async def look_again(self, key: CaseKey, reason: str) -> None:
        """Have the run read the books, which know something new. Raises TemporalAwayError."""
        news = BooksChanged(event_id=f"{reason}:{uuid.uuid4()}", reason=reason)
        await self._pass_on(key, SignalName.BOOKS_CHANGED, news)

    async def book(self, key: CaseKey, fact: Fact) -> Booking:
        """Book a fact without telling the run, which `pass_on` does.

        Raises:
            UnknownCreditorError: no such creditor is configured.
            BooksUnreachableError: nothing was booked.
        """
        now = self._clock()
        today = now.astimezone(ZoneInfo(self._creditor(key).time_zone)).date()
        return await self._books.writing(lambda conn: booking.book(conn, key, fact, now=now, today=today))

    async def keep_refused(self, key: CaseKey, fact: Fact, refused: Booking) -> None:
        """Keep a refused fact that nobody waits for: a line in the journal and a task for a person."""
        now = self._clock()
        await self._books.writing(lambda conn: booking.keep_refused(conn, key, fact, refused, now))

    async def pass_on(self, key: CaseKey, fact: Fact, booked: Booking) -> None:
        """Tell the run of a fact that is in the books; one that was refused changed nothing.

        A run that is missing is started where the case is open; a closed case needs none.

        Raises:
            RunNotToldError: Temporal is away; carries the booking, telling again is harmless.
        """
        if booked.outcome is BookingOutcome.REFUSED:
            return
        name, message = message_of(fact)
        try:
            await self._pass_on(key, name, message)
        except TemporalAwayError as error:
            raise RunNotToldError(booked, str(error)) from error

    async def tell(self, key: CaseKey, fact: Fact) -> Booking:
        """Book a fact, then tell the run.

        Returns:
            The books' answer. A refusal is no error here: the caller knows who has to read it.

        Raises:
            UnknownCreditorError: no such creditor is configured.
            RunNotToldError: the booking stands and is carried; telling again is harmless.
            BooksUnreachableError: nothing was booked.
        """
        booked = await self.book(key, fact)
        await self.pass_on(key, fact, booked)
        return booked

    async def command(
        self,
        key: CaseKey,
        name: UpdateName,
        message: Message,
        *,
        update_id: str | None = None,
        patience: float = _COMMAND_PATIENCE,
    ) -> CommandAnswer:
        """Have the run carry a command out; it answers once the books agree.

        Args:
            key: the case.
            name: the command.
            message: what it asks for.
            update_id: its identity: the same command under the same id is carried out once.
            patience: seconds to wait for a worker.

        Raises:
            UnknownInvoiceError: neither books nor runs know the invoice.
            CommandRefusedError: the rules do not allow it; the message says why.
            NoWorkerError: nobody answered in time; it may still be carried out.
        """
        identity = update_id or str(uuid.uuid4())
        try:
            return await self._commanded(key, name, message, identity, patience)
        except WorkflowUpdateFailedError as error:
            raise CommandRefusedError(_words(error.cause)) from error
        except TemporalAwayError as error:
            raise NoWorkerError(
                f"The command was not answered: {error}. It may still be carried out: look at the status "
                "of the invoice, and see that Temporal and a worker run before you repeat it."
            ) from error

    async def query_status(self, key: CaseKey) -> StatusReport:
        """Where the case stands; from the books where no worker answers.

        Raises:
            UnknownInvoiceError: neither books nor runs know the invoice.
        """
        return await self._questions.status(key)

    async def timeline(self, key: CaseKey) -> TimelineReport:
        """What was done and what is planned; from the books where no worker answers.

        Raises:
            UnknownInvoiceError: neither books nor runs know the invoice.
        """
        return await self._questions.timeline(key)

    async def check_temporal(self) -> None:
        """See whether Temporal answers.

        Raises:
            TemporalAwayError: with what is wrong.
        """
        await self._runs.check()

    async def _pass_on(self, key: CaseKey, name: SignalName, message: Any) -> None:
        try:
            await self._runs.signal(key, name, message)
        except NoRunError:
            case = await self._case(key)
            if case is not None and not case.status.closed:
                await self._runs.signal_with_start(case, self._creditor(key).language, name, message)

    async def _commanded(
        self, key: CaseKey, name: UpdateName, message: Message, identity: str, patience: float
    ) -> CommandAnswer:
        try:
            return await self._runs.update(key, name, message, update_id=identity, patience=patience)
        except NoRunError:
            case = await self._known_case(key)
        language = self._creditor(key).language
        if case.status.closed:
            raise CommandRefusedError(phrase("refusal.case_closed", language))
        return await self._runs.update_with_start(
            case, language, name, message, update_id=identity, patience=patience
        )

    async def _case(self, key: CaseKey) -> Case | None:
        return await self._books.reading(lambda conn: cases.load(conn, key))

    async def _known_case(self, key: CaseKey) -> Case:
        case = await self._case(key)
        if case is None:
            raise UnknownInvoiceError(key)
        return case

    def _creditor(self, key: CaseKey) -> Creditor:
        return self._creditors.get(key.creditor_id)


def _words(cause: BaseException) -> str:
    return str(getattr(cause, "message", None) or cause)
