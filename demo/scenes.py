"""What people do in the demonstration, each through the door that they use in life."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

from demo.mailbox import newest_link
from demo.office import import_transfers
from demo.stage import Stage
from dunning.facts import CallCompleted, CallOutcome
from dunning.journal import TaskKind
from embedded.stripe_hosted import HowToPay
from ledger import tasks
from ledger.keys import CaseKey
from ledger.tasks import Task
from workflows import contract
from workflows.contract import SignalName, UpdateName

Deed = Callable[[Stage], Awaitable[None]]

_PATIENCE = 60.0
"""Real seconds to wait for a message or a task that must come first: a busy machine takes its time."""
_PATIENCE_OF_CUSTOMERS = 2.0
"""Real seconds that a customer waits for a reminder before it pays without."""
_LOOK_EVERY = 0.05
_Found = TypeVar("_Found")


class NothingCameError(RuntimeError):
    """A message or a task that a person of the story waits for never came."""


@dataclass(frozen=True)
class Scene:
    """Somebody does something at a moment of the business calendar."""

    day: date
    moment: time
    deed: Deed
    about: str
    """Named where the deed fails."""

    def at(self, stage: Stage) -> datetime:
        """The business instant."""
        return stage.pace.at(self.day, self.moment)


def pays_by_link(number: str, how: HowToPay = HowToPay.CARD) -> Deed:
    """The customer opens the newest message, follows its link and pays; a signed webhook tells us."""

    async def deed(stage: Stage) -> None:
        async def link() -> str | None:
            return newest_link(stage.sink, number)

        await stage.sandbox.pay(await _awaited(link, f"a payment link for {number}"), how)

    return deed


def pays_instalment(number: str, part: str, transfer: str, amount: str) -> Deed:
    """The customer pays an instalment by the link of its reminder; by transfer where none came.

    Args:
        number: of the invoice.
        part: words of the reminder's subject that name the instalment.
        transfer: what the bank's line says.
        amount: as the bank prints it.
    """

    async def deed(stage: Stage) -> None:
        async def link() -> str | None:
            return newest_link(stage.sink, number, part)

        try:
            url = await _awaited(link, f"the reminder “{part}” for {number}", _PATIENCE_OF_CUSTOMERS)
        except NothingCameError:
            await transfer_arrives(transfer, amount)(stage)
        else:
            await stage.sandbox.pay(url)

    return deed


def transfers_arrive(file: Path) -> Deed:
    """The bank's file is imported."""

    async def deed(stage: Stage) -> None:
        await import_transfers(stage, file)

    return deed


def transfer_arrives(text: str, amount: str) -> Deed:
    """One line of a bank's file, written and imported on the day."""

    async def deed(stage: Stage) -> None:
        today = f"{stage.pace.today():%d/%m/%Y}"
        file = stage.state / f"bank-{stage.pace.today().isoformat()}.csv"
        file.write_text(f"Date;Libellé;Débit;Crédit\n{today};{text};;{amount}\n", encoding="utf-8")
        await import_transfers(stage, file)

    return deed


def billing_tells(invoice_id: str, name: SignalName, message: contract.FactMessage) -> Deed:
    """The billing system signals a fact straight to the workflow, with any Temporal client."""

    async def deed(stage: Stage) -> None:
        run = stage.client.get_workflow_handle(contract.workflow_id(stage.creditor.creditor_id, invoice_id))
        await run.signal(name, message)

    return deed


def operator_commands(invoice_id: str, name: UpdateName, message: contract.Message) -> Deed:
    """An operator sends a command, and waits until the books agree."""

    async def deed(stage: Stage) -> None:
        await stage.doors.command(CaseKey(stage.creditor.creditor_id, invoice_id), name, message)

    return deed


def manager_approves(invoice_id: str) -> Deed:
    """The credit manager sees the task and approves the step that waits."""

    async def deed(stage: Stage) -> None:
        task = await _task_of(stage, invoice_id, TaskKind.APPROVAL)
        approval = contract.Approve(step=task.details.get("step"), approved_by=stage.creditor.signatory)
        await operator_commands(invoice_id, UpdateName.APPROVE, approval)(stage)

    return deed


def caller_notes(invoice_id: str, outcome: CallOutcome, note: str, until: date | None = None) -> Deed:
    """Somebody made the call that the sheet asked for, and notes how it ended."""

    async def deed(stage: Stage) -> None:
        task = await _task_of(stage, invoice_id, TaskKind.CALL)
        fact = CallCompleted(
            event_id=f"call-done:{task.id}",
            actor="operator",
            task_id=task.id,
            outcome=outcome,
            note=note,
            promised_until=until,
        )
        await stage.doors.tell(CaseKey(stage.creditor.creditor_id, invoice_id), fact)

    return deed


def plan_of(*parts: tuple[date, str]) -> tuple[contract.InstalmentFields, ...]:
    """Instalments as a billing system writes them."""
    return tuple(contract.InstalmentFields(due_on=day, amount=Decimal(amount)) for day, amount in parts)


async def _task_of(stage: Stage, invoice_id: str, kind: TaskKind) -> Task:
    key = CaseKey(stage.creditor.creditor_id, invoice_id)

    async def first() -> Task | None:
        waiting = await stage.books.reading(lambda conn: tasks.of_this_case(conn, key, kind))
        return waiting[0] if waiting else None

    return await _awaited(first, f"a task “{kind}” for {invoice_id}")


async def _awaited(
    look: Callable[[], Awaitable[_Found | None]], what: str, patience: float = _PATIENCE
) -> _Found:
    loop = asyncio.get_running_loop()
    deadline = loop.time() + patience
    while (found := await look()) is None:
        if loop.time() > deadline:
            raise NothingCameError(f"{what} did not come within {patience:.0f} s")
        await asyncio.sleep(_LOOK_EVERY)
    return found
