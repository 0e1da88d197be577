from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from dunning.case import DunningStatus
from tests.workflows.histories import activities, activity_name
from tests.workflows.messages import payment
from tests.workflows.planned_steps import escalation, review
from tests.workflows.running import Run, eventually, running
from tests.workflows.stand_in_activities import StandIns
from tests.workflows.stand_in_books import StandInBooks
from workflows.assignments import PlanRequest, PlanResult, StepOutcome, StepRequest, StepResult
from workflows.contract import Approve, CustomerChanged, QueryName, SignalName, TimelineReport, UpdateName

_WEEK = timedelta(days=7)
_LAST_LEVELS = ("formal-notice", "last-notice", "hand-over")


async def test_a_deferred_step_comes_again_when_told(skipping: WorkflowEnvironment) -> None:
    """A closed window puts the step off to the instant that its outcome names, and the rest stands."""
    first = await _in_a_week(skipping)
    books = StandInBooks(escalation(first, spacing=_WEEK, levels=2))
    until = first + timedelta(hours=20)
    books.outcomes["courtesy"] = [StepOutcome(result=StepResult.DEFERRED, until=until)]
    async with running(skipping.client, books.stand_ins):
        await eventually(lambda: bool(books.stand_ins.plans))
        await skipping.sleep(timedelta(days=15))
    tried = [(step.step, step.now.replace(microsecond=0)) for step in books.stand_ins.steps]
    assert [name for name, _ in tried] == ["courtesy", "courtesy", "first-reminder"]
    assert tried[1][1] == until.replace(microsecond=0)


@pytest.mark.parametrize("until", [None, timedelta(days=-3)])
async def test_a_deferral_never_spins(skipping: WorkflowEnvironment, until: timedelta | None) -> None:
    """A deferral to no instant, or to one in the past, is tried again after a pause, not at once."""
    first = await _in_a_week(skipping)
    instant = None if until is None else first + until
    put_off = StepOutcome(result=StepResult.DEFERRED, until=instant)
    books = StandInBooks(escalation(first, spacing=_WEEK, levels=1))
    books.stand_ins.answer_step = lambda _: put_off
    async with running(skipping.client, books.stand_ins):
        await eventually(lambda: bool(books.stand_ins.plans))
        await skipping.sleep(timedelta(days=7, hours=1))
    assert 2 <= len(books.stand_ins.steps) <= 61
    pauses = _pauses(books.stand_ins.steps)
    assert min(pauses) >= timedelta(minutes=1)


async def test_an_approval_is_waited_for_without_a_timer(skipping: WorkflowEnvironment) -> None:
    """A formal notice that needs approval waits as long as it takes, then goes out at once."""
    first = await _in_a_week(skipping)
    books = StandInBooks(escalation(first, spacing=_WEEK)[5:], needing_approval=("formal-notice",))
    async with running(skipping.client, books.stand_ins) as run:
        await eventually(lambda: bool(books.stand_ins.plans))
        await skipping.sleep(timedelta(days=43))
        waiting = await run.status()
        await skipping.sleep(timedelta(days=300))
        assert books.stand_ins.acted == ["formal-notice"]
        await run.update(UpdateName.APPROVE, Approve(step="formal-notice", approved_by="A. Martin"))
        await eventually(lambda: books.sent[:1] == ["formal-notice"])
    assert waiting.status is DunningStatus.AWAITING_APPROVAL
    assert waiting.next_action_at is None


async def test_no_later_step_overtakes_an_approval(skipping: WorkflowEnvironment) -> None:
    """Planned anew for whatever reason, the steps after the one that waits for a person stay behind it."""
    first = await _in_a_week(skipping)
    books = StandInBooks(escalation(first, spacing=_WEEK)[5:], needing_approval=("formal-notice",))
    waiting = StepOutcome(result=StepResult.AWAITING_APPROVAL, replan=True)
    books.outcomes["formal-notice"] = [waiting]
    books.stand_ins.answer_step = lambda request: (
        waiting if request.step == "formal-notice" else books.act(request)
    )
    async with running(skipping.client, books.stand_ins) as run:
        await eventually(lambda: bool(books.stand_ins.plans))
        await skipping.sleep(timedelta(days=100))
        assert (await run.status()).status is DunningStatus.AWAITING_APPROVAL
    assert set(books.stand_ins.acted) == {"formal-notice"}


async def test_a_failed_step_is_set_aside(skipping: WorkflowEnvironment) -> None:
    """A refused address is a task for a person; the next step goes on, and the failed one stays aside."""
    first = await _in_a_week(skipping)
    books = StandInBooks(escalation(first, spacing=_WEEK, levels=3))
    books.outcomes["courtesy"] = [StepOutcome(result=StepResult.FAILED, replan=True)]
    async with running(skipping.client, books.stand_ins) as run:
        await eventually(lambda: bool(books.stand_ins.plans))
        await skipping.sleep(timedelta(days=15))
        assert books.stand_ins.acted == ["courtesy", "first-reminder"]
        await run.signal(
            SignalName.CUSTOMER_CHANGED, CustomerChanged(event_id="c-1", email="compta@lune.example")
        )
        await eventually(lambda: books.stand_ins.acted[2:] == ["courtesy"])
        timeline = await run.handle.query(QueryName.TIMELINE, result_type=TimelineReport)
    assert [done.result for done in timeline.done] == ["failed", "done", "done"]


async def test_a_failed_last_step_waits(skipping: WorkflowEnvironment) -> None:
    """Where the only step left failed, the run waits for something new and asks nobody meanwhile."""
    books = StandInBooks(escalation(await _in_a_week(skipping), spacing=_WEEK, levels=1))
    books.outcomes["courtesy"] = [StepOutcome(result=StepResult.FAILED)]
    async with running(skipping.client, books.stand_ins) as run:
        await eventually(lambda: bool(books.stand_ins.plans))
        await skipping.sleep(timedelta(days=200))
        assert (await run.status()).next_action_at is None
    assert books.stand_ins.acted == ["courtesy"]
    assert len(books.stand_ins.plans) == 2


@pytest.mark.parametrize("result", [StepResult.COVERED, StepResult.UNKNOWN, StepResult.DONE])
async def test_what_counts_as_acted_is_passed(skipping: WorkflowEnvironment, result: StepResult) -> None:
    """Sent, carried by another message, or of unknown fate: the level rises and the next step follows."""
    first = await _in_a_week(skipping)
    books = StandInBooks(escalation(first, spacing=_WEEK, levels=2))
    books.outcomes["courtesy"] = [StepOutcome(result=result)]
    async with running(skipping.client, books.stand_ins) as run:
        await eventually(lambda: bool(books.stand_ins.plans))
        await skipping.sleep(timedelta(days=8))
        status = await run.status()
    assert books.stand_ins.acted == ["courtesy"]
    assert status.level == 0
    assert status.next_action_at == first + _WEEK


@pytest.mark.parametrize("moving", [False, True])
async def test_a_superseded_step_never_spins(skipping: WorkflowEnvironment, *, moving: bool) -> None:
    """Books that keep planning a step and keep calling it superseded are asked at a walking pace."""
    first = await _in_a_week(skipping)
    stand_ins = StandIns(
        lambda request: _one_step(first, request, moving=moving),
        lambda _: StepOutcome(result=StepResult.SUPERSEDED),
    )
    async with running(skipping.client, stand_ins):
        await eventually(lambda: bool(stand_ins.plans))
        await skipping.sleep(timedelta(days=7, hours=2))
    assert 2 <= len(stand_ins.steps) <= 10
    assert min(_pauses(stand_ins.steps)) >= timedelta(minutes=10)


async def test_a_done_step_that_stays_planned_never_spins(skipping: WorkflowEnvironment) -> None:
    """Books that forget what was done do not make a mail a second out of it."""
    first = await _in_a_week(skipping)
    stand_ins = StandIns(lambda request: _one_step(first, request, moving=True))
    async with running(skipping.client, stand_ins):
        await eventually(lambda: bool(stand_ins.plans))
        await skipping.sleep(timedelta(days=7, hours=2))
    assert len(stand_ins.steps) <= 10


@pytest.mark.parametrize("moving", [False, True])
async def test_a_review_never_spins(skipping: WorkflowEnvironment, *, moving: bool) -> None:
    """A review that changes nothing is not repeated at once, wherever the books date it."""
    first = await _in_a_week(skipping)

    def plan(request: PlanRequest) -> PlanResult:
        at = max(first, request.now) if moving else first
        return PlanResult(status=DunningStatus.PROMISED, steps=(review("promise-check", at),))

    stand_ins = StandIns(plan)
    async with running(skipping.client, stand_ins):
        await eventually(lambda: bool(stand_ins.plans))
        await skipping.sleep(timedelta(days=7, hours=2))
    assert 3 <= len(stand_ins.plans) <= 12
    assert stand_ins.steps == []


async def test_a_review_looks_at_the_books(skipping: WorkflowEnvironment) -> None:
    """A broken promise is seen on its day, and the escalation resumes."""
    first = await _in_a_week(skipping)
    books = StandInBooks(escalation(first + _WEEK, spacing=_WEEK, levels=2))
    books.arranged = [review("promise-check", first)]
    async with running(skipping.client, books.stand_ins) as run:
        await eventually(lambda: bool(books.stand_ins.plans))
        promised = await run.status()
        await skipping.sleep(timedelta(days=8))
        resumed = await run.status()
    assert promised.status is DunningStatus.PROMISED
    assert resumed.status is DunningStatus.DUNNING
    assert resumed.next_action_at == first + _WEEK


async def test_a_hand_over_closes_with_one_activity(dev_client: Client) -> None:
    """The hand-over ends the case: one hand-over, one close, no plan in between."""
    books = StandInBooks(escalation(datetime.now(UTC) - _WEEK * 8, spacing=_WEEK)[7:])
    async with running(dev_client, books.stand_ins) as run:
        result = await run.result()
        asked = [activity_name(event) for event in activities(await run.events())]
    assert asked == ["plan_dunning", "hand_over", "close_case"]
    assert result.status is DunningStatus.HANDED_OVER


async def test_a_fact_while_a_step_fails_is_tried_with_it(dev_client: Client) -> None:
    """An address that was corrected while the old one was being refused is tried, not set aside."""
    books = StandInBooks(escalation(datetime.now(UTC) - _WEEK, spacing=_WEEK * 8, levels=2))
    told: list[Run] = []

    async def act(request: StepRequest) -> StepOutcome:
        if len(books.stand_ins.steps) > 1:
            return books.act(request)
        changed = CustomerChanged(event_id="c-1", email="compta@lune.example")
        await told[0].signal(SignalName.CUSTOMER_CHANGED, changed)
        await eventually(lambda: books.event_ids == ["c-1"])
        return StepOutcome(result=StepResult.FAILED)

    books.stand_ins.answer_step = act
    async with running(dev_client, books.stand_ins) as run:
        told.append(run)
        await eventually(lambda: len(books.stand_ins.plans) == 3)
        await run.at_rest()
        again = (await run.status()).next_action_at
    assert again is not None
    assert again < datetime.now(UTC) + timedelta(minutes=16)


async def test_a_settled_step_asks_the_books(dev_client: Client) -> None:
    """A step that finds the invoice paid withholds itself, and the run ends by what the books say."""
    books = StandInBooks(escalation(datetime.now(UTC) - _WEEK, spacing=_WEEK))

    def act(request: StepRequest) -> StepOutcome:
        books.closed = DunningStatus.SETTLED
        return books.act(request)

    books.stand_ins.answer_step = act
    async with running(dev_client, books.stand_ins) as run:
        result = await run.result()
    assert result.status is DunningStatus.SETTLED
    assert books.sent == []
    assert len(books.stand_ins.plans) == 2


async def test_an_exhausted_escalation_waits_for_a_fact(skipping: WorkflowEnvironment) -> None:
    """When every level is done and the invoice is open, the run listens on; a late payment ends it."""
    books = StandInBooks(escalation(await _in_a_week(skipping), spacing=_WEEK, levels=1))
    async with running(skipping.client, books.stand_ins) as run:
        await eventually(lambda: bool(books.stand_ins.plans))
        await skipping.sleep(timedelta(days=400))
        assert (await run.status()).status is DunningStatus.EXHAUSTED
        await run.signal(SignalName.PAYMENT_RECEIVED, payment("p-1", "1204.50"))
        assert (await run.result()).status is DunningStatus.SETTLED
    assert len(books.stand_ins.plans) == 3


def _one_step(first: datetime, request: PlanRequest, *, moving: bool) -> PlanResult:
    at = max(first, request.now) if moving else first
    return PlanResult(
        status=DunningStatus.DUNNING, steps=tuple(escalation(at, spacing=_WEEK, levels=1)), customer_id="C-1"
    )


def _pauses(steps: Sequence[StepRequest]) -> list[timedelta]:
    return [later.now - earlier.now for earlier, later in itertools.pairwise(steps)]


async def _in_a_week(skipping: WorkflowEnvironment) -> datetime:
    return await skipping.get_current_time() + _WEEK
