"""An office at work on the real dev server: books, worker, mail sink, invoices whose time a test chooses."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from temporalio.client import Client
from temporalio.worker import Worker

from activities.dependencies import Dependencies
from doors.doors import Doors
from dunning.case import DunningStatus
from dunning.clock import DemoClock
from dunning.facts import PaymentReceived
from dunning.invoice import Invoice, Payment
from dunning.money import Money
from dunning.party import Customer, CustomerKind
from embedded.smtp_sink import SmtpSink
from ledger import cases
from ledger.books import Books
from ledger.cases import Case
from ledger.keys import CaseKey
from providers.smtp import SmtpMailProvider, SmtpSecurity, SmtpSettings
from runtime.clock import SystemClock
from runtime.composition import Registers, activities_of, load_registers
from runtime.settings import Settings
from workflows import contract
from workflows.invoice_dunning import InvoiceDunning

CREDITOR = "atelier-lumen"
PARIS = ZoneInfo("Europe/Paris")
_CHECKOUT = Path(__file__).resolve().parents[2]
_PATIENCE = 90.0
_T = TypeVar("_T")


def paris(day: date, hour: int, minute: int = 0) -> datetime:
    """An instant in the creditor's office."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=PARIS)


@dataclass(frozen=True)
class Desk:
    """A door to the cases with its own calendar on the wall."""

    books: Books
    doors: Doors
    clock: DemoClock

    def now(self) -> datetime:
        """The business instant."""
        return self.clock.business(SystemClock().now())

    async def until(self, instant: datetime) -> None:
        """Return once the business time is there."""
        left = self.clock.real(instant) - SystemClock().now()
        await asyncio.sleep(max(left.total_seconds(), 0))

    async def take_on(self, number: str, due: date, amount: str, **customer: Any) -> CaseKey:
        """Register an invoice; its run gets ids alone, so that nobody is named in a history."""
        particulars: dict[str, Any] = {
            "customer_id": f"C-{number[-3:]}",
            "name": "Garage Dupont",
            "kind": CustomerKind.BUSINESS,
            "siren": "123456782",
            "email": f"compta-{number[-3:]}@garage-dupont.example",
            "phone": "03 53 01 11 28",
        }
        debtor = Customer.model_validate(particulars | customer)
        invoice = Invoice(
            creditor_id=CREDITOR,
            invoice_id=number,
            number=number,
            customer_id=debtor.customer_id,
            amount=Money.of(amount, "EUR"),
            issue_date=due - timedelta(days=30),
            due_date=due,
            description="Luminaires",
        )
        await self.doors.register(invoice, debtor)
        key = CaseKey(CREDITOR, number)
        await self.reach(key, lambda case: case.status is not DunningStatus.PENDING)
        return key

    async def pay(self, key: CaseKey, amount: str) -> None:
        """Money came in today, as a bank file tells it."""
        today = self.now().astimezone(PARIS).date()
        event_id = f"bank:{key.invoice_id}:{amount}"
        payment = Payment(event_id=event_id, amount=Money.of(amount, "EUR"), received_on=today)
        await self.doors.tell(key, PaymentReceived(event_id=event_id, actor="bank", payment=payment))

    async def command(
        self, key: CaseKey, name: contract.UpdateName, command: contract.Message
    ) -> contract.CommandAnswer:
        """A command, answered once the books agree."""
        return await self.doors.command(key, name, command)

    async def case(self, key: CaseKey) -> Case:
        """The case in the books."""
        case = await self.books.reading(lambda conn: cases.load(conn, key))
        assert case is not None
        return case

    async def reach(self, key: CaseKey, holds: Callable[[Case], bool]) -> Case:
        """Wait until the case stands as expected."""

        async def look() -> Case | None:
            case = await self.case(key)
            return case if holds(case) else None

        return await eventually(look, f"invoice {key.invoice_id} did not get there")


@dataclass(frozen=True)
class Office:
    """What tests work with."""

    client: Client
    books: Books
    registers: Registers
    sink: SmtpSink

    def desk(self, business_start: datetime, *, speed: float = 1.0) -> Desk:
        """A desk at which it is that business instant now."""
        clock = DemoClock(business_start=business_start, real_start=SystemClock().now(), speed=speed)
        creditors = self.registers.creditors

        def now() -> datetime:
            return clock.business(SystemClock().now())

        doors = Doors(self.books, self.client, now, creditors=creditors, demo_clock=clock)
        return Desk(self.books, doors, clock)


async def eventually(look: Callable[[], Awaitable[_T | None]], otherwise: str) -> _T:
    """What `look` finds, as soon as it finds something.

    Raises:
        AssertionError: it found nothing within a minute and a half.
    """
    try:
        async with asyncio.timeout(_PATIENCE):
            while (found := await look()) is None:  # noqa: ASYNC110 - other processes raise no events here
                await asyncio.sleep(0.1)
    except TimeoutError:
        raise AssertionError(otherwise) from None
    return found


@asynccontextmanager
async def office_on(client: Client, folder: Path) -> AsyncIterator[Office]:
    """Books, mail sink and a worker with every real part, for as long as the block lasts."""
    registers = load_registers(Settings(creditor_file=_CHECKOUT / "examples" / "creditor.yaml"))
    books = Books.open(f"sqlite:///{folder / 'books.sqlite'}")
    try:
        async with SmtpSink() as sink, SmtpMailProvider(_mail(sink)) as mail:
            dependencies = Dependencies(
                books=books,
                policies=registers.policies,
                creditors=registers.creditors,
                law=registers.law,
                templates=registers.templates,
                mail=mail,
            )
            async with _worker(client, dependencies):
                yield Office(client, books, registers, sink)
    finally:
        books.close()


def _mail(sink: SmtpSink) -> SmtpSettings:
    return SmtpSettings(host=sink.host, port=sink.port, security=SmtpSecurity.NONE)


def _worker(client: Client, dependencies: Dependencies) -> Worker:
    return Worker(
        client,
        task_queue=contract.TASK_QUEUE,
        workflows=[InvoiceDunning],
        activities=activities_of(dependencies),
    )
