from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta

import pytest
from temporalio.client import Client, WorkflowFailureError, WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError, CancelledError
from temporalio.testing import WorkflowEnvironment

from dunning.case import DunningStatus
from tests.workflows.gates import Gate
from tests.workflows.histories import SCHEDULED, TIMER, activities
from tests.workflows.messages import payment
from tests.workflows.planned_steps import escalation
from tests.workflows.running import eventually, running
from tests.workflows.stand_in_books import StandInBooks
from workflows.assignments import (
    CloseOutcome,
    CloseRequest,
    PlanRequest,
    PlanResult,
    StepOutcome,
    StepRequest,
)
from workflows.contract import BooksChanged, Hold, SignalName, UpdateName

_WEEK = timedelta(days=7)
_GONE = "the template first_reminder.txt has an error on line 3"


class _Trouble:
    """Plans that fail for good until the trouble is over."""

    def __init__(self, books: StandInBooks) -> None:
        self.books = books
        self.over = False
        self.booked = True

    def plan(self, request: PlanRequest) -> PlanResult:
        """Fail, or answer."""
        if self.over:
            return self.books.plan(request)
        raise ApplicationError(_GONE, non_retryable=True)

    def blocked(self, request: PlanRequest) -> PlanResult:
        """Answer that nothing can be planned and nothing was booked, as for a creditor nobody knows."""
        if self.over:
            return self.books.plan(request)
        return PlanResult(status=DunningStatus.BLOCKED, problem="no creditor maison-lune", booked=False)


async def test_a_plan_that_fails_for_good_parks_the_run(skipping: WorkflowEnvironment) -> None:
    """The run stays, says why, gives it to a person once a try, and tries at growing pauses up to a day."""
    books = StandInBooks(escalation(await _in_a_week(skipping), spacing=_WEEK, levels=1))
    books.stand_ins.answer_plan = _Trouble(books).plan
    async with running(skipping.client, books.stand_ins) as run:
        await eventually(lambda: bool(books.stand_ins.reports))
        await run.at_rest()
        first = await run.status()
        await skipping.sleep(timedelta(days=5))
        await run.at_rest()
    tries = [request.now for request in books.stand_ins.plans]
    pauses = [
        round((later - earlier) / timedelta(minutes=15)) for earlier, later in itertools.pairwise(tries)
    ]
    assert pauses[:9] == [1, 2, 4, 8, 16, 32, 64, 96, 96]
    assert first.status is DunningStatus.BLOCKED
    assert first.problem == _GONE
    assert first.next_action_at is not None
    assert len(books.stand_ins.reports) == len(tries)
    assert {(report.what, report.problem) for report in books.stand_ins.reports} == {("plan", _GONE)}


async def test_a_parked_run_keeps_facts_and_recovers(skipping: WorkflowEnvironment) -> None:
    """A payment that came while nothing could be booked is booked when the trouble is over."""
    books = StandInBooks(escalation(await _in_a_week(skipping), spacing=_WEEK, levels=1))
    trouble = _Trouble(books)
    books.stand_ins.answer_plan = trouble.plan
    async with running(skipping.client, books.stand_ins) as run:
        await eventually(lambda: bool(books.stand_ins.reports))
        await run.signal(SignalName.PAYMENT_RECEIVED, payment("p-1", "200.00"))
        await eventually(lambda: len(books.stand_ins.reports) == 2)
        await run.at_rest()
        trouble.over = True
        await skipping.sleep(timedelta(hours=2))
        await run.at_rest()
        status = await run.status()
        await skipping.sleep(_WEEK)
    assert books.event_ids == ["p-1"]
    assert status.status is DunningStatus.DUNNING
    assert status.problem is None
    assert status.balance == "1004.50 €"
    assert books.sent == ["courtesy"]


@pytest.mark.parametrize("how", ["plan", "blocked"])
async def test_callers_of_a_parked_run_are_refused(dev_client: Client, how: str) -> None:
    """A command is refused with the reason, and is not carried out later behind its caller's back."""
    books = StandInBooks(escalation(datetime.now(UTC) + _WEEK, spacing=_WEEK))
    trouble = _Trouble(books)
    books.stand_ins.answer_plan = getattr(trouble, how)
    async with running(dev_client, books.stand_ins) as run:
        with pytest.raises(WorkflowUpdateFailedError) as failed:
            await run.update(UpdateName.HOLD, Hold())
        await run.signal(SignalName.PAYMENT_RECEIVED, payment("p-1", "200.00"))
        trouble.over = True
        await run.signal(SignalName.PAYMENT_RECEIVED, payment("p-2", "100.00"))
        await eventually(lambda: "p-2" in books.event_ids)
        await run.at_rest()
        status = await run.status()
    assert str(failed.value.cause) in {f"Refusal: {_GONE}", "Refusal: no creditor maison-lune"}
    assert books.event_ids == ["p-1", "p-2"]
    assert status.status is DunningStatus.DUNNING


async def test_a_blocked_plan_keeps_the_facts(skipping: WorkflowEnvironment) -> None:
    """Where the books could not even take a fact, the run keeps it and tells it again at the next try."""
    books = StandInBooks(escalation(await _in_a_week(skipping), spacing=_WEEK))
    trouble = _Trouble(books)
    books.stand_ins.answer_plan = trouble.blocked
    async with running(
        skipping.client,
        books.stand_ins,
        start_signal=SignalName.PAYMENT_RECEIVED,
        start_signal_args=[payment("p-1", "1204.50")],
    ) as run:
        await eventually(lambda: bool(books.stand_ins.plans))
        await run.at_rest()
        status = await run.status()
        await skipping.sleep(timedelta(minutes=20))
        trouble.over = True
        result = await run.result()
    assert status.status is DunningStatus.BLOCKED
    assert status.problem == "no creditor maison-lune"
    assert [[fact.event_id for fact in plan.facts] for plan in books.stand_ins.plans] == [["p-1"]] * 3
    assert result.status is DunningStatus.SETTLED


async def test_a_step_that_fails_for_good_parks_the_run(skipping: WorkflowEnvironment) -> None:
    """A step activity that gives up is reported, and after the pause the step is tried again."""
    books = StandInBooks(escalation(await _in_a_week(skipping), spacing=_WEEK, levels=1))

    def act(request: StepRequest) -> StepOutcome:
        if len(books.stand_ins.steps) == 1:
            raise ApplicationError("cannot", non_retryable=True)
        return books.act(request)

    books.stand_ins.answer_step = act
    async with running(skipping.client, books.stand_ins) as run:
        await eventually(lambda: bool(books.stand_ins.plans))
        await skipping.sleep(timedelta(days=7, minutes=5))
        await run.at_rest()
        parked = await run.status()
        await skipping.sleep(timedelta(minutes=15))
        await run.at_rest()
    assert parked.status is DunningStatus.BLOCKED
    assert parked.problem == "cannot"
    assert [report.what for report in books.stand_ins.reports] == ["courtesy"]
    assert books.sent == ["courtesy"]


async def test_a_step_that_times_out_parks_the_run(skipping: WorkflowEnvironment) -> None:
    """Two hours of tries end in a parked run and a report instead of retries that nobody sees."""
    books = StandInBooks(escalation(await _in_a_week(skipping), spacing=_WEEK, levels=1))

    def act(_: StepRequest) -> StepOutcome:
        raise ApplicationError("the worker's disk is full")

    books.stand_ins.answer_step = act
    async with running(skipping.client, books.stand_ins) as run:
        await eventually(lambda: bool(books.stand_ins.plans))
        await skipping.sleep(timedelta(days=7, hours=2, minutes=5))
        await eventually(lambda: bool(books.stand_ins.reports))
        await run.at_rest()
        parked = await run.status()
    assert parked.status is DunningStatus.BLOCKED
    assert parked.problem == "the worker's disk is full"
    assert 100 <= len(books.stand_ins.steps) <= 140


async def test_even_the_report_may_fail(skipping: WorkflowEnvironment) -> None:
    """With books that are away altogether the run still waits, says why, and recovers."""
    books = StandInBooks(escalation(await _in_a_week(skipping), spacing=_WEEK, levels=1))
    trouble = _Trouble(books)
    books.stand_ins.answer_plan = trouble.plan

    def report(_: object) -> None:
        raise ApplicationError("no database", non_retryable=True)

    books.stand_ins.answer_report = report
    async with running(skipping.client, books.stand_ins) as run:
        await eventually(lambda: bool(books.stand_ins.reports))
        await run.at_rest()
        parked = await run.status()
        trouble.over = True
        await skipping.sleep(timedelta(minutes=16))
        await run.at_rest()
        recovered = await run.status()
        assert await run.task_failures() == 0
    assert parked.problem == _GONE
    assert recovered.status is DunningStatus.DUNNING


async def test_a_close_that_fails_is_reported_and_tried_again(skipping: WorkflowEnvironment) -> None:
    """A link that stays payable is a task for a person and is tried again until it is off."""
    books = StandInBooks(escalation(await _in_a_week(skipping), spacing=_WEEK))
    books.sent.append("courtesy")

    def close(request: CloseRequest) -> CloseOutcome:
        if len(books.stand_ins.closes) < 3:
            raise ApplicationError("Stripe is away", non_retryable=True)
        return books.close(request)

    books.stand_ins.answer_close = close
    async with running(skipping.client, books.stand_ins) as run:
        await run.signal(SignalName.PAYMENT_RECEIVED, payment("p-1", "1204.50"))
        await eventually(lambda: bool(books.stand_ins.reports))
        await run.at_rest()
        waiting = await run.status()
        result = await run.result()
    assert waiting.status is DunningStatus.SETTLED
    assert result.status is DunningStatus.SETTLED
    assert books.links_off
    assert [(report.what, report.problem) for report in books.stand_ins.reports] == [
        ("close", "Stripe is away")
    ] * 2


async def test_a_payment_returned_while_a_close_waits(skipping: WorkflowEnvironment) -> None:
    """A case that the books open again between two tries of its close goes on instead."""
    books = StandInBooks(escalation(await _in_a_week(skipping), spacing=_WEEK))
    books.sent.append("courtesy")

    def close(_: CloseRequest) -> CloseOutcome:
        raise ApplicationError("Stripe is away", non_retryable=True)

    books.stand_ins.answer_close = close
    async with running(skipping.client, books.stand_ins) as run:
        await run.signal(SignalName.PAYMENT_RECEIVED, payment("p-1", "1204.50"))
        await eventually(lambda: bool(books.stand_ins.reports))
        await run.at_rest()
        await run.signal(SignalName.BOOKS_CHANGED, BooksChanged(event_id="returned-1"))
        await eventually(lambda: "returned-1" in books.event_ids)
        await run.at_rest()
        status = await run.status()
        books.stand_ins.answer_close = books.close
        await run.signal(SignalName.PAYMENT_RECEIVED, payment("p-2", "1204.50"))
        await run.result()
    assert status.status is DunningStatus.DUNNING
    assert status.next_action_at == books.escalation[1].at
    assert books.links_off


@pytest.mark.parametrize("at_work_on", ["nothing", "plan", "step"])
async def test_a_cancelled_run_ends(dev_client: Client, at_work_on: str) -> None:
    """An operator who cancels the workflow in the Web UI ends it, asleep or at work; nothing is parked."""
    first = datetime.now(UTC) + (-_WEEK if at_work_on == "step" else _WEEK)
    books = StandInBooks(escalation(first, spacing=_WEEK))
    planning, acting = Gate(books.plan), Gate(books.act)
    books.stand_ins.answer_plan, books.stand_ins.answer_step = planning, acting
    acting.shut()
    if at_work_on == "plan":
        planning.shut()
    async with running(dev_client, books.stand_ins) as run:
        await eventually(lambda: planning.waiting + acting.waiting == 1 or at_work_on == "nothing")
        await run.until(TIMER if at_work_on == "nothing" else SCHEDULED)
        await run.handle.cancel()
        with pytest.raises(WorkflowFailureError) as failed:
            await run.result()
        planning.open()
        acting.open()
        assert activities(await run.events(), "report_problem") == []
    assert isinstance(failed.value.cause, CancelledError)


async def _in_a_week(skipping: WorkflowEnvironment) -> datetime:
    return await skipping.get_current_time() + _WEEK
