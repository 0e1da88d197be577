from __future__ import annotations

from datetime import UTC, datetime, timedelta

from temporalio.api.enums.v1 import EventType
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from dunning.case import DunningStatus
from dunning.clock import DemoClock
from tests.workflows.histories import TIMER, activities, instant
from tests.workflows.messages import payment
from tests.workflows.planned_steps import escalation
from tests.workflows.running import CREDITOR, eventually, idle, running, working
from tests.workflows.stand_in_books import StandInBooks
from workflows.assignments import StepOutcome, StepRequest, StepResult
from workflows.contract import SignalName, StartDunning

_WEEK = timedelta(days=7)


async def test_each_step_comes_at_its_instant(skipping: WorkflowEnvironment) -> None:
    """Eight steps are taken in order, none before its instant and none a second after it."""
    first = await _in_a_week(skipping)
    books = StandInBooks(planned := escalation(first, spacing=_WEEK))
    async with running(skipping.client, books.stand_ins) as run:
        result = await run.result()
        steps = activities(await run.events(), "send_email", "open_call_task", "hand_over")
    late = [instant(event) - step.at for event, step in zip(steps, planned, strict=True)]
    assert books.sent == [step.step for step in planned]
    assert all(timedelta(0) <= by < timedelta(seconds=1) for by in late)
    assert result.status is DunningStatus.HANDED_OVER
    assert result.level == 7


async def test_steps_learn_the_time_from_the_request(skipping: WorkflowEnvironment) -> None:
    """Every request carries the workflow's own instant, which is the step's."""
    first = await _in_a_week(skipping)
    books = StandInBooks(planned := escalation(first, spacing=_WEEK))
    async with running(skipping.client, books.stand_ins) as run:
        await run.result()
    told = [(request.now, request.planned_at) for request in books.stand_ins.steps]
    assert [planned_at for _, planned_at in told] == [step.at for step in planned]
    assert all(timedelta(0) <= now - at < timedelta(seconds=1) for now, at in told)


async def test_a_payment_ends_the_sleep_at_once(skipping: WorkflowEnvironment) -> None:
    """A payment in mid-life is booked and the run ends in the same minute, without a further step."""
    first = await _in_a_week(skipping)
    books = StandInBooks(escalation(first, spacing=_WEEK))
    async with running(skipping.client, books.stand_ins) as run:
        await eventually(lambda: bool(books.stand_ins.plans))
        await skipping.sleep(timedelta(days=16))
        await run.signal(SignalName.PAYMENT_RECEIVED, payment("p-1", "1204.50"))
        result = await run.result()
        events = await run.events()
    paid = next(event for event in events if event.HasField("workflow_execution_signaled_event_attributes"))
    assert books.sent == ["courtesy", "first-reminder"]
    assert result.status is DunningStatus.SETTLED
    assert len(books.stand_ins.closes) == 1
    assert instant(events[-1]) - instant(paid) < timedelta(minutes=1)


async def test_a_start_after_the_close_ends_by_itself(skipping: WorkflowEnvironment) -> None:
    """Where the books say that the case is closed, a second start plans once and does nothing."""
    books = StandInBooks(escalation(await _in_a_week(skipping), spacing=_WEEK))
    books.closed = DunningStatus.CANCELLED
    async with running(skipping.client, books.stand_ins) as run:
        result = await run.result()
        events = await run.events()
    assert result.status is DunningStatus.CANCELLED
    assert len(activities(events)) == 1
    assert len(events) <= 12


async def test_a_demo_clock_shortens_the_timers(skipping: WorkflowEnvironment) -> None:
    """At a day a second a step in ten business days has a timer of ten real seconds."""
    real_start = await skipping.get_current_time()
    business_start = real_start - timedelta(days=400)
    clock = DemoClock(business_start=business_start, real_start=real_start, speed=86_400)
    books = StandInBooks(escalation(business_start + timedelta(days=10), spacing=_WEEK, levels=2))
    start = StartDunning(creditor_id=CREDITOR, invoice_id=f"demo-{real_start:%H%M%S%f}", clock=clock)
    async with running(skipping.client, books.stand_ins, start=start) as run:
        await eventually(lambda: bool(books.stand_ins.plans))
        await skipping.sleep(timedelta(seconds=30))
        await eventually(lambda: len(books.sent) == 2)
        timers = [event for event in await run.events() if event.event_type == TIMER]
    lasting = [event.timer_started_event_attributes.start_to_fire_timeout.ToTimedelta() for event in timers]
    assert timedelta(seconds=5) < lasting[0] <= timedelta(seconds=10)
    assert timedelta(seconds=5) < lasting[1] <= timedelta(seconds=7)
    request = books.stand_ins.steps[0]
    assert request.clock == clock
    assert abs(request.now - request.planned_at) < timedelta(days=1)


async def test_a_late_wake_dates_the_rest_anew(dev_client: Client) -> None:
    """After an outage past two steps one is taken, and the plan is asked again before the next."""
    now = datetime.now(UTC)
    clock = DemoClock(business_start=now, real_start=now, speed=86_400)
    books = StandInBooks(escalation(now + timedelta(days=1), spacing=timedelta(hours=12), levels=4))

    def act_late(request: StepRequest) -> StepOutcome:
        books.sent.append(request.step)
        books.escalation = escalation(request.now + _WEEK * 52, spacing=_WEEK, levels=4)
        return StepOutcome(result=StepResult.DONE, replan=True)

    books.stand_ins.answer_step = act_late
    start = StartDunning(creditor_id=CREDITOR, invoice_id=f"late-{now:%H%M%S%f}", clock=clock)
    async with idle(dev_client, books.stand_ins, start=start) as run:
        async with working(dev_client, books.stand_ins, run.queue):
            await run.until(TIMER)
        await run.until(EventType.EVENT_TYPE_TIMER_FIRED)
        async with working(dev_client, books.stand_ins, run.queue):
            await eventually(lambda: len(books.stand_ins.plans) == 2)
            assert (await run.status()).next_action_at == books.escalation[1].at
    assert books.stand_ins.acted == ["courtesy"]
    assert books.stand_ins.plans[1].now > now + timedelta(days=1)


async def _in_a_week(skipping: WorkflowEnvironment) -> datetime:
    return await skipping.get_current_time() + _WEEK
