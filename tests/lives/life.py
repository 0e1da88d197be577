"""A stage for whole lives: real workflow, activities, books and mail, on a clock that skips."""

from __future__ import annotations

import email
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from temporalio.client import WorkflowHandle
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from activities.dependencies import Dependencies
from dunning.clock import DemoClock
from dunning.journal import EntryKind, JournalEntry, TaskKind
from dunning.money import Money
from dunning.registers import PolicyRegister
from embedded.mail_store import ReceivedMessage
from embedded.smtp_sink import SmtpSink
from embedded.time_skipping import start_time_skipping
from ledger import cases, journal, sends, tasks
from ledger.books import Books
from ledger.cases import Case
from ledger.keys import CaseKey
from ledger.tasks import Task
from providers.protocols import PaymentPageProvider
from providers.smtp import SmtpMailProvider, SmtpSecurity, SmtpSettings
from runtime.composition import activities_of, load_registers
from runtime.settings import Settings
from workflows import contract
from workflows.invoice_dunning import InvoiceDunning
from workflows.search_attributes import ALL as SEARCH_ATTRIBUTES

CREDITOR = "atelier-lumen"
PARIS = ZoneInfo("Europe/Paris")
ROOT = Path(__file__).resolve().parents[2]

# Due on Friday 6 March 2026: the standard course falls on J-3 Tue 3, +2 business days Tue 10, J+7 Fri 13,
# J+14 Fri 20, J+30 Tue 7 April (Easter Monday rolls), J+45 Mon 20 April, J+90 Thu 4 June.
DUE = date(2026, 3, 6)
BEGIN = date(2026, 2, 20)


@dataclass
class Act:
    """One act of a life, as the books tell it."""

    on: date
    step: str


@dataclass
class Life:
    """One stage; several invoices may live on it."""

    environment: WorkflowEnvironment
    books: Books
    sink: SmtpSink
    clock: DemoClock
    handles: dict[str, WorkflowHandle[Any, Any]] = field(default_factory=dict)
    _events: int = 0

    async def begin(
        self,
        invoice_id: str = "F-1",
        *,
        due: date = DUE,
        amount: str = "1200.00",
        policy: str | None = None,
        **customer: Any,
    ) -> None:
        """Start an invoice the way a direct client does, with everything in the input."""
        particulars: dict[str, Any] = {
            "customer_id": "C-1",
            "name": "Garage Dupont",
            "kind": "business",
            "siren": "123456782",
            "email": "compta@garage-dupont.example",
            "phone": "04 65 71 20 30",
        }
        start = contract.StartDunning(
            creditor_id=CREDITOR,
            invoice_id=invoice_id,
            clock=self.clock,
            policy=policy,
            invoice=contract.InvoiceFields(
                number=f"2026-{invoice_id}",
                amount=Decimal(amount),
                issue_date=min(due - timedelta(days=30), BEGIN),
                due_date=due,
                description="Luminaires",
            ),
            customer=contract.CustomerFields(**(particulars | customer)),
        )
        self.handles[invoice_id] = await self.environment.client.start_workflow(
            contract.WORKFLOW,
            start,
            id=contract.workflow_id(CREDITOR, invoice_id),
            task_queue=contract.TASK_QUEUE,
            result_type=contract.DunningResult,
        )

    async def now(self) -> datetime:
        """The business instant."""
        return self.clock.business(await self.environment.get_current_time())

    async def until(self, day: date, at: time = time(23)) -> None:
        """Let time pass to a local instant; what is due on the way happens at its own time."""
        goal = datetime.combine(day, at, tzinfo=PARIS)
        await self.environment.sleep(goal - await self.now())

    async def tell(self, signal: contract.SignalName, invoice_id: str = "F-1", **content: Any) -> None:
        """Signal a fact as another system would, as plain JSON."""
        self._events += 1
        await self.handles[invoice_id].signal(signal, {"event_id": f"event-{self._events}"} | content)

    async def pay(self, amount: str, invoice_id: str = "F-1", **content: Any) -> None:
        """A payment reaches the creditor today."""
        today = (await self.now()).astimezone(PARIS).date()
        paid = {"amount": amount, "received_on": today.isoformat()} | content
        await self.tell(contract.SignalName.PAYMENT_RECEIVED, invoice_id, **paid)

    async def command(
        self, name: contract.UpdateName, invoice_id: str = "F-1", **content: Any
    ) -> contract.CommandAnswer:
        """Command as an operator would in the Web UI, as plain JSON."""
        answer: contract.CommandAnswer = await self.handles[invoice_id].execute_update(
            name, content, result_type=contract.CommandAnswer
        )
        return answer

    async def status(self, invoice_id: str = "F-1") -> contract.StatusReport:
        """What the run says."""
        report: contract.StatusReport = await self.handles[invoice_id].query(
            contract.QueryName.STATUS, result_type=contract.StatusReport
        )
        return report

    async def end(self, invoice_id: str = "F-1") -> contract.DunningResult:
        """The result of the run, without letting time leap ahead of it."""
        with self.environment.auto_time_skipping_disabled():
            result: contract.DunningResult = await self.handles[invoice_id].result()
        return result

    def case(self, invoice_id: str = "F-1") -> Case:
        """The case in the books."""
        with self.books.read() as conn:
            case = cases.load(conn, CaseKey(CREDITOR, invoice_id))
        assert case is not None
        return case

    def acts(self, invoice_id: str = "F-1") -> list[tuple[str, str]]:
        """Every act that was carried out: local ISO date and step."""
        with self.books.read() as conn:
            rows = sends.of_this_case(conn, CaseKey(CREDITOR, invoice_id))
        done = [row for row in rows if row.acted_at is not None and row.state in {"accepted", "unknown"}]
        done.sort(key=lambda row: (row.acted_at, row.level))
        return [
            (row.acted_at.astimezone(PARIS).date().isoformat(), row.key.step) for row in done if row.acted_at
        ]

    def story(self, invoice_id: str = "F-1") -> list[JournalEntry]:
        """The journal."""
        with self.books.read() as conn:
            return journal.entries(conn, CaseKey(CREDITOR, invoice_id))

    def kinds(self, invoice_id: str = "F-1") -> list[EntryKind]:
        """The kinds of the journal's entries, in order."""
        return [entry.kind for entry in self.story(invoice_id)]

    def tasks(self, *kinds: TaskKind) -> list[Task]:
        """What waits for a person."""
        with self.books.read() as conn:
            return tasks.open_tasks(conn, CREDITOR, kinds or None)

    @property
    def subjects(self) -> list[str]:
        """Subjects of the messages that the sink took, in order."""
        return [message.subject.replace("\u00a0", " ") for message in self.sink.messages]

    def text(self, message: ReceivedMessage) -> str:
        """What the reader of a message reads."""
        parsed = email.message_from_bytes(self.sink.store.content(message.number))
        parts = [part for part in parsed.walk() if part.get_content_type() == "text/plain"]
        return "\n".join(bytes(part.get_payload(decode=True)).decode() for part in parts)


def euros(amount: str) -> Money:
    """An amount in euros."""
    return Money.of(amount, "EUR")


@asynccontextmanager
async def stage(
    folder: Path,
    *,
    begin: date = BEGIN,
    ledger_url: str | None = None,
    pages: PaymentPageProvider | None = None,
    policies: PolicyRegister | None = None,
    **options: Any,
) -> AsyncIterator[Life]:
    """Set a stage on which time begins at noon of a day."""
    registers = load_registers(Settings(creditor_file=ROOT / "examples" / "creditor.yaml"))
    books = Books.open(ledger_url or f"sqlite:///{folder / 'books.sqlite'}")
    sink = SmtpSink()
    await sink.start()
    mail = SmtpMailProvider(SmtpSettings(host="127.0.0.1", port=sink.port, security=SmtpSecurity.NONE))
    parts: dict[str, Any] = {
        "books": books,
        "policies": policies or registers.policies,
        "creditors": registers.creditors,
        "law": registers.law,
        "templates": registers.templates,
        "mail": mail,
        "pages": pages,
    }
    dependencies = Dependencies(**(parts | options))
    try:
        async with start_time_skipping(SEARCH_ATTRIBUTES) as environment:
            real = await environment.get_current_time()
            clock = DemoClock(
                business_start=datetime.combine(begin, time(12), tzinfo=PARIS).astimezone(UTC),
                real_start=real,
            )

            async with Worker(
                environment.client,
                task_queue=contract.TASK_QUEUE,
                workflows=[InvoiceDunning],
                activities=activities_of(dependencies),
            ):
                yield Life(environment, books, sink, clock)
    finally:
        await mail.close()
        await sink.stop()
        books.close()
