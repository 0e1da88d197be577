from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client
from temporalio.exceptions import ApplicationError

from dunning.case import DunningStatus
from tests.workflows.gates import Gate
from tests.workflows.histories import TIMER, activities, begun_knowing
from tests.workflows.messages import payment
from tests.workflows.planned_steps import escalation
from tests.workflows.running import eventually, idle, running, working
from tests.workflows.stand_in_books import StandInBooks
from workflows.assignments import CloseOutcome, CloseRequest, StepOutcome, StepRequest
from workflows.contract import BooksChanged, SignalName

_WEEK = timedelta(days=7)


def _due_now(levels: int = 8) -> StandInBooks:
    return StandInBooks(escalation(datetime.now(UTC) - timedelta(minutes=1), spacing=_WEEK, levels=levels))


def _due_next_week(levels: int = 8) -> StandInBooks:
    return StandInBooks(escalation(datetime.now(UTC) + _WEEK, spacing=_WEEK, levels=levels))


async def test_a_fact_before_the_first_plan(dev_client: Client) -> None:
    """A payment that comes together with the start is booked by the first plan; nothing is sent."""
    books = _due_now()
    async with running(
        dev_client,
        books.stand_ins,
        start_signal=SignalName.PAYMENT_RECEIVED,
        start_signal_args=[payment("p-1", "1204.50")],
    ) as run:
        result = await run.result()
    assert result.status is DunningStatus.SETTLED
    assert len(books.stand_ins.plans) == 1
    assert books.event_ids == ["p-1"]
    assert books.stand_ins.steps == []


async def test_facts_during_a_plan(dev_client: Client) -> None:
    """What comes while the books are at work is booked by the next plan; one plan runs at a time."""
    books = _due_now()
    gate = Gate(books.plan)
    books.stand_ins.answer_plan = gate
    gate.shut()
    async with running(dev_client, books.stand_ins) as run:
        await eventually(lambda: gate.waiting == 1)
        await run.signal(SignalName.PAYMENT_RECEIVED, payment("p-1", "200.00"))
        await run.signal(SignalName.PAYMENT_RECEIVED, payment("p-2", "1004.50"))
        gate.open()
        await run.result()
    assert gate.most_waiting == 1
    assert [[fact.event_id for fact in plan.facts] for plan in books.stand_ins.plans] == [[], ["p-1", "p-2"]]
    assert books.stand_ins.steps == []


async def test_a_fact_while_a_step_is_retried(dev_client: Client) -> None:
    """A payment is booked while a step fails and waits; its next try sees the books and stops."""
    books = _due_now()

    def act(request: StepRequest) -> StepOutcome:
        if not books.closed:
            raise ApplicationError("the mail server is away")
        return books.act(request)

    books.stand_ins.answer_step = act
    async with running(dev_client, books.stand_ins) as run:
        await eventually(lambda: bool(books.stand_ins.steps))
        await run.signal(SignalName.PAYMENT_RECEIVED, payment("p-1", "1204.50"))
        result = await run.result()
        events = await run.events()
    assert result.status is DunningStatus.SETTLED
    assert books.sent == []
    assert len(activities(events, "send_email")) == 1


async def test_a_fact_while_a_step_is_at_work(dev_client: Client) -> None:
    """A part payment during a send is booked during it, and the plan is asked again after it."""
    books = _due_now()
    gate = Gate(books.act)
    books.stand_ins.answer_step = gate
    gate.shut()
    async with running(dev_client, books.stand_ins) as run:
        await eventually(lambda: gate.waiting == 1)
        await run.signal(SignalName.PAYMENT_RECEIVED, payment("p-1", "200.00"))
        await eventually(lambda: books.event_ids == ["p-1"])
        assert gate.waiting == 1
        gate.open()
        await eventually(lambda: len(books.stand_ins.plans) == 3)
        assert (await run.status()).balance == "1004.50 €"
    assert books.sent == ["courtesy"]


@pytest.mark.parametrize("signal_first", [True, False])
async def test_a_payment_and_a_timer_in_one_task(dev_client: Client, *, signal_first: bool) -> None:
    """Whichever the server wrote down first: a task that knows both books the payment and takes no step."""
    first = datetime.now(UTC) + timedelta(seconds=1.5)
    books = StandInBooks(escalation(first, spacing=_WEEK))
    async with idle(dev_client, books.stand_ins) as run:
        async with working(dev_client, books.stand_ins, run.queue):
            await eventually(lambda: bool(books.stand_ins.plans))
            await run.until(TIMER)
        if signal_first:
            await run.signal(SignalName.PAYMENT_RECEIVED, payment("p-1", "1204.50"))
        await run.until(EventType.EVENT_TYPE_TIMER_FIRED)
        if not signal_first:
            await run.signal(SignalName.PAYMENT_RECEIVED, payment("p-1", "1204.50"))
        async with working(dev_client, books.stand_ins, run.queue):
            result = await run.result()
            events = await run.events()
    assert result.status is DunningStatus.SETTLED
    assert begun_knowing(events, SignalName.PAYMENT_RECEIVED) == []
    assert books.stand_ins.steps == []


async def test_a_fact_during_the_close(dev_client: Client) -> None:
    """A second payment that comes while links are switched off is booked before the run ends."""
    books, gate = _closing_slowly()
    async with running(dev_client, books.stand_ins) as run:
        await run.signal(SignalName.PAYMENT_RECEIVED, payment("p-1", "1204.50"))
        await eventually(lambda: gate.waiting == 1)
        await run.signal(SignalName.PAYMENT_RECEIVED, payment("p-2", "10.00"))
        gate.open()
        result = await run.result()
    assert result.status is DunningStatus.SETTLED
    assert books.event_ids == ["p-1", "p-2"]
    assert len(books.stand_ins.closes) == 1


async def test_a_case_reopened_during_the_close(dev_client: Client) -> None:
    """Where the books open the case again while it is closed, the run goes on instead of ending."""
    books, gate = _closing_slowly()
    async with running(dev_client, books.stand_ins) as run:
        await run.signal(SignalName.PAYMENT_RECEIVED, payment("p-1", "1204.50"))
        await eventually(lambda: gate.waiting == 1)
        await run.signal(SignalName.BOOKS_CHANGED, BooksChanged(event_id="r-1", reason="payment returned"))
        gate.open()
        await eventually(lambda: books.event_ids == ["p-1", "r-1"])
        assert (await run.status()).status is DunningStatus.DUNNING
        await run.signal(SignalName.PAYMENT_RECEIVED, payment("p-2", "1204.50"))
        result = await run.result()
    assert result.status is DunningStatus.SETTLED
    assert len(books.stand_ins.closes) == 2


async def test_the_same_fact_twice(dev_client: Client) -> None:
    """A fact told twice at once and a third time later is one fact in the books."""
    books = _due_next_week()
    async with running(dev_client, books.stand_ins) as run:
        for _ in range(2):
            await run.signal(SignalName.PAYMENT_RECEIVED, payment("p-1", "200.00"))
        await eventually(lambda: books.event_ids == ["p-1"])
        await run.signal(SignalName.PAYMENT_RECEIVED, payment("p-1", "200.00"))
        await run.signal(SignalName.PAYMENT_RECEIVED, payment("p-2", "100.00"))
        await eventually(lambda: books.event_ids == ["p-1", "p-2"])
        assert (await run.status()).balance == "904.50 €"


def _closing_slowly() -> tuple[StandInBooks, Gate[CloseRequest, CloseOutcome]]:
    """A case of which one step was sent, and whose close waits for the test."""
    books = _due_next_week()
    books.sent.append("courtesy")
    gate = Gate(books.close)
    books.stand_ins.answer_close = gate
    gate.shut()
    return books, gate
