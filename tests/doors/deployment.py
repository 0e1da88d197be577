"""A whole deployment for a test: books, registers, a client, and a worker with the real activities."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from temporalio.client import Client
from temporalio.service import RPCError
from temporalio.worker import Worker

from activities.dependencies import Dependencies
from doors.doors import Doors
from dunning import facts
from dunning.invoice import Invoice, Payment
from dunning.money import Money
from dunning.party import Creditor, Customer, CustomerKind
from dunning.registers import CreditorRegister, LawRegister, PolicyRegister
from ledger import cases, journal, tasks
from ledger.books import Books
from ledger.cases import Case
from ledger.keys import CaseKey
from rendering.templates import TemplateBook
from runtime.composition import activities_of
from runtime.law_files import load_rates, load_rules
from runtime.policy_files import load_policies
from runtime.unconfigured_mail import UnconfiguredMail
from workflows import contract
from workflows.invoice_dunning import InvoiceDunning

_CHECKOUT = Path(__file__).resolve().parents[2]
_PATIENCE = 20.0
_T = TypeVar("_T")

CREDITOR = Creditor(
    creditor_id="acme",
    name="Atelier Lumen",
    legal_form="SARL",
    siren="123 456 782",
    address="12 rue des Verriers\n69007 Lyon",
    court="RCS Lyon",
    email="compta@lumen.example",
    contact_name="Claire Moreau",
    phone="04 65 71 20 18",
    signatory="Hélène Garnier",
    signatory_capacity="gérante",
    iban="FR7630006000011234567890189",
    bic="AGRIFRPP",
    cheque_payable_to="Atelier Lumen",
    card_limit=Decimal(3000),
)
CREDITORS = CreditorRegister({"acme": CREDITOR})
_numbers = count(1)


def now() -> datetime:
    """The real time: runs on the dev server live in it."""
    return datetime.now(UTC)


def today() -> date:
    """The creditor's date."""
    return now().astimezone(ZoneInfo(CREDITOR.time_zone)).date()


def policies() -> PolicyRegister:
    """The policies of the checkout."""
    return load_policies([_CHECKOUT / "policies"], "standard-business")


def invoice(**changes: Any) -> Invoice:
    """An invoice of 1,204.50 EUR that is due in a month, under an id of its own."""
    number = next(_numbers)
    fields: dict[str, Any] = {
        "creditor_id": "acme",
        "invoice_id": f"F-{number}",
        "number": f"F-2026-{number:04}",
        "customer_id": f"C-{number}",
        "amount": Money.of("1204.50", "EUR"),
        "issue_date": today(),
        "due_date": today() + timedelta(days=30),
    }
    return Invoice.model_validate(fields | changes)


def customer_of(invoice_: Invoice, **changes: Any) -> Customer:
    """A business with an address, who owes the invoice."""
    fields: dict[str, Any] = {
        "customer_id": invoice_.customer_id,
        "name": "Menuiserie Lenoir",
        "kind": CustomerKind.BUSINESS,
        "email": "compta@lenoir.example",
    }
    return Customer.model_validate(fields | changes)


def payment(amount: str, event_id: str = "bank:1", currency: str = "EUR") -> facts.PaymentReceived:
    """Money that arrived today."""
    received = Payment(event_id=event_id, amount=Money.of(amount, currency), received_on=today())
    return facts.PaymentReceived(event_id=event_id, actor="bank", payment=received)


class Deployment:
    """What tests look at."""

    def __init__(self, books: Books, client: Client, doors: Doors) -> None:
        self.books = books
        self.client = client
        self.doors = doors

    async def registered(self, **changes: Any) -> CaseKey:
        """An invoice in the books whose run has its first plan."""
        taken = invoice(**changes)
        key = CaseKey(taken.creditor_id, taken.invoice_id)
        await self.doors.register(taken, customer_of(taken))
        await self.until(lambda case: case.status != "pending", key)
        return key

    async def case(self, key: CaseKey) -> Case:
        """The case as it stands."""
        case = await self.books.reading(lambda conn: cases.load(conn, key))
        assert case is not None
        return case

    async def until(self, holds: Callable[[Case], bool], key: CaseKey) -> Case:
        """Wait until the case stands as expected."""

        async def look() -> Case | None:
            case = await self.case(key)
            return case if holds(case) else None

        return await eventually(look)

    async def story(self, key: CaseKey) -> list[str]:
        """The kinds of the lines of a story."""
        entries = await self.books.reading(lambda conn: journal.entries(conn, key))
        return [entry.kind.value for entry in entries]

    async def open_tasks(self) -> list[tasks.Task]:
        """What waits for a person."""
        return await self.books.reading(lambda conn: tasks.open_tasks(conn, "acme"))

    async def signals(self, key: CaseKey) -> list[str]:
        """The names of the signals in the history of the run."""
        handle = self.client.get_workflow_handle(contract.workflow_id(*key))
        history = await handle.fetch_history()
        return [
            event.workflow_execution_signaled_event_attributes.signal_name
            for event in history.events
            if event.HasField("workflow_execution_signaled_event_attributes")
        ]

    def handle(self, key: CaseKey) -> Any:
        """The run of a case."""
        return self.client.get_workflow_handle(contract.workflow_id(*key))


async def eventually(look: Callable[[], Awaitable[_T | None]], patience: float = _PATIENCE) -> _T:
    """What `look` finds, as soon as it finds something."""
    async with asyncio.timeout(patience):
        while (found := await look()) is None:  # noqa: ASYNC110 - other processes raise no events here
            await asyncio.sleep(0.05)
    return found


def doors_on(books: Books, client: Client) -> Doors:
    """Doors in real time."""
    return Doors(books, client, now, creditors=CREDITORS)


def dependencies_on(books: Books) -> Dependencies:
    """What activities work with; no mail server, since no step is due within a test."""
    return Dependencies(
        books=books,
        policies=policies(),
        creditors=CREDITORS,
        law=LawRegister(load_rates(), load_rules()),
        templates=TemplateBook((_CHECKOUT / "templates",)),
        mail=UnconfiguredMail(),
    )


def worker_on(client: Client, books: Books) -> Worker:
    """A worker with the real workflow and the real activities."""
    return Worker(
        client,
        task_queue=contract.TASK_QUEUE,
        workflows=[InvoiceDunning],
        activities=activities_of(dependencies_on(books)),
    )


@asynccontextmanager
async def deployed(books: Books, client: Client) -> AsyncIterator[Deployment]:
    """A deployment at work; its runs are ended with it, so that no other test's worker meets them."""
    async with worker_on(client, books):
        try:
            yield Deployment(books, client, doors_on(books, client))
        finally:
            await end_runs(client)


async def end_runs(client: Client) -> None:
    """Terminate every open run."""
    query = f"WorkflowType = '{contract.WORKFLOW}' AND ExecutionStatus = 'Running'"
    async for run in client.list_workflows(query):
        with contextlib.suppress(RPCError):  # it may have ended by itself since
            await client.get_workflow_handle(run.id).terminate("the test is over")
