"""The paths that an invoice may take, each lived through so that its history can be recorded and compared."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from temporalio.client import Client, WorkflowHistory
from temporalio.exceptions import ApplicationError
from temporalio.testing import WorkflowEnvironment

from tests.workflows.gates import Gate
from tests.workflows.messages import payment
from tests.workflows.planned_steps import escalation
from tests.workflows.running import Run, eventually, running
from tests.workflows.stand_in_books import StandInBooks
from workflows.assignments import StepOutcome, StepResult
from workflows.contract import (
    Approve,
    BooksChanged,
    FactMessage,
    Hold,
    InstalmentFields,
    Message,
    PaymentPlanAgreed,
    PromiseToPay,
    Resume,
    SignalName,
    UpdateName,
    WriteOff,
)

_WEEK = timedelta(days=7)


@dataclass
class Stage:
    """An invoice whose first step is a week away, and the clock."""

    skipping: WorkflowEnvironment
    books: StandInBooks
    run: Run
    first: datetime

    async def until(self, day: float) -> None:
        """Let time pass until so many days, and a minute, after the first step."""
        instant = self.first + timedelta(days=day, minutes=1)
        await self.skipping.sleep(instant - await self.skipping.get_current_time())
        await self.run.at_rest()

    async def tell(self, name: str, message: FactMessage) -> None:
        """Send a fact and wait until it was looked at."""
        plans = len(self.books.stand_ins.plans)
        await self.run.signal(name, message)
        await eventually(lambda: len(self.books.stand_ins.plans) > plans)
        await self.run.at_rest()

    async def command(self, name: str, command: Message) -> None:
        """Give a command and wait for its answer."""
        await self.run.update(name, command, update_id=f"{name}-{len(self.books.facts)}")
        await self.run.at_rest()

    async def pay(self, amount: str = "1204.50") -> None:
        """Money arrives."""
        await self.tell(SignalName.PAYMENT_RECEIVED, payment(f"paid-{len(self.books.facts)}", amount))


async def _life_to_hand_over(stage: Stage) -> None:
    await stage.until(50)


async def _paid_early(stage: Stage) -> None:
    await stage.pay()


async def _paid_in_mid_life(stage: Stage) -> None:
    await stage.until(16)
    await stage.pay()


async def _part_payment(stage: Stage) -> None:
    await stage.until(8)
    await stage.pay("200.00")
    await stage.until(15)
    await stage.pay("1004.50")


async def _plan_agreed(stage: Stage) -> None:
    await stage.until(1)
    parts = tuple(
        InstalmentFields(due_on=(stage.first + timedelta(days=days)).date(), amount=Decimal("602.25"))
        for days in (20, 50)
    )
    await stage.tell(SignalName.PAYMENT_PLAN_AGREED, PaymentPlanAgreed(event_id="plan-1", instalments=parts))
    await stage.until(21)
    await stage.pay("602.25")
    await stage.until(40)
    await stage.pay("602.25")


async def _promise_broken(stage: Stage) -> None:
    await stage.until(1)
    until = (stage.first + timedelta(days=10)).date()
    await stage.command(UpdateName.PROMISE_TO_PAY, PromiseToPay(until=until))
    await stage.until(15)
    await stage.pay()


async def _hold_and_resume(stage: Stage) -> None:
    await stage.until(1)
    await stage.command(UpdateName.HOLD, Hold(reason="litige"))
    await stage.until(5)
    await stage.command(UpdateName.RESUME, Resume())
    await stage.until(8)
    await stage.command(UpdateName.WRITE_OFF, WriteOff())


async def _approval(stage: Stage) -> None:
    stage.books.needing_approval.add("first-reminder")
    await stage.until(11)
    await stage.command(UpdateName.APPROVE, Approve(step="first-reminder"))
    await stage.until(12)
    await stage.pay()


async def _deferral(stage: Stage) -> None:
    until = stage.first + timedelta(hours=20)
    stage.books.outcomes["courtesy"] = [StepOutcome(result=StepResult.DEFERRED, until=until)]
    await stage.until(2)
    await stage.pay()


async def _failed_and_superseded(stage: Stage) -> None:
    stage.books.outcomes["courtesy"] = [StepOutcome(result=StepResult.FAILED)]
    stage.books.outcomes["first-reminder"] = [StepOutcome(result=StepResult.SUPERSEDED)]
    await stage.until(8)
    await stage.pay()


async def _malformed_signal(stage: Stage) -> None:
    plans = len(stage.books.stand_ins.plans)
    await stage.run.handle.signal(SignalName.PAYMENT_RECEIVED, {"amount": "douze"})
    await eventually(lambda: len(stage.books.stand_ins.plans) > plans)
    await stage.run.at_rest()
    await stage.run.handle.signal("payment_recieved")
    await eventually(lambda: len(stage.books.stand_ins.plans) > plans + 1)
    await stage.run.at_rest()
    await stage.pay()


async def _parked_and_recovered(stage: Stage) -> None:
    def fail(_: object) -> None:
        raise ApplicationError("no books", non_retryable=True)

    stage.books.stand_ins.answer_plan = fail  # type: ignore[assignment] # it never answers
    reports = stage.books.stand_ins.reports
    await stage.tell(SignalName.PAYMENT_RECEIVED, payment("paid-while-parked", "200.00"))
    await eventually(lambda: len(reports) == 1)
    await stage.run.at_rest()
    await stage.skipping.sleep(timedelta(minutes=20))
    await stage.run.at_rest()
    stage.books.stand_ins.answer_plan = stage.books.plan
    await stage.skipping.sleep(timedelta(minutes=30))
    await stage.until(1)
    await stage.pay()


async def _reopened_during_close(stage: Stage) -> None:
    await stage.until(1)
    gate = Gate(stage.books.close)
    stage.books.stand_ins.answer_close = gate
    gate.shut()
    await stage.run.signal(SignalName.PAYMENT_RECEIVED, payment("paid-0", "1204.50"))
    await eventually(lambda: gate.waiting == 1)
    await stage.run.signal(SignalName.BOOKS_CHANGED, BooksChanged(event_id="returned-1"))
    gate.open()
    await eventually(lambda: "returned-1" in stage.books.event_ids)
    await stage.run.at_rest()
    await stage.pay()


PATHS: Mapping[str, Callable[[Stage], Awaitable[None]]] = {
    "life-to-hand-over": _life_to_hand_over,
    "paid-early": _paid_early,
    "paid-in-mid-life": _paid_in_mid_life,
    "part-payment": _part_payment,
    "plan-agreed": _plan_agreed,
    "promise-broken": _promise_broken,
    "hold-and-resume": _hold_and_resume,
    "approval": _approval,
    "deferral": _deferral,
    "failed-and-superseded": _failed_and_superseded,
    "malformed-signal": _malformed_signal,
    "parked-and-recovered": _parked_and_recovered,
    "reopened-during-close": _reopened_during_close,
}
"""Each ends with a closed case."""


async def lived(name: str, skipping: WorkflowEnvironment) -> WorkflowHistory:
    """Live one path through, from the start to the close."""
    now = await skipping.get_current_time()
    first = (now + _WEEK).replace(hour=8, minute=17, second=0, microsecond=0)
    books = StandInBooks(escalation(first, spacing=_WEEK))
    async with running(skipping.client, books.stand_ins) as run:
        await eventually(lambda: bool(books.stand_ins.plans))
        await run.at_rest()
        await PATHS[name](Stage(skipping, books, run, first))
        await run.result()
        return await run.handle.fetch_history()


async def continued(client: Client) -> tuple[WorkflowHistory, WorkflowHistory]:
    """A run that was continued as new, and the one that continued it, on a server that suggests it early."""
    books = StandInBooks(escalation(datetime.now(UTC) + _WEEK * 52, spacing=_WEEK))
    async with running(client, books.stand_ins) as run:
        first = (await run.handle.describe()).run_id
        await eventually(lambda: bool(books.stand_ins.plans))
        await run.at_rest()
        for number in range(12):
            await run.signal(SignalName.PAYMENT_RECEIVED, payment(f"part-{number}", "1.00"))
            await eventually(lambda number=number: len(books.facts) > number)  # type: ignore[misc]
            await run.at_rest()
            if (await run.handle.describe()).run_id != first:
                break
        await run.signal(SignalName.PAYMENT_RECEIVED, payment("paid", "1204.50"))
        await run.result()
        before = client.get_workflow_handle(run.handle.id, run_id=first)
        return await before.fetch_history(), await run.handle.fetch_history()
