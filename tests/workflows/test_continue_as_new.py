from __future__ import annotations

from datetime import UTC, datetime, timedelta

from temporalio.client import Client

from dunning.case import DunningStatus
from tests.workflows.histories import activities
from tests.workflows.messages import payment
from tests.workflows.operator_view import web_ui_metadata
from tests.workflows.planned_steps import escalation
from tests.workflows.running import Run, eventually, running
from tests.workflows.stand_in_books import StandInBooks
from workflows.assignments import PlanRequest, PlanResult, StepOutcome, StepResult
from workflows.contract import (
    DunningResult,
    Hold,
    QueryName,
    Resume,
    SignalName,
    TimelineReport,
    UpdateName,
)
from workflows.search_attributes import CUSTOMER, LEVEL, STATUS

_WEEK = timedelta(days=7)


async def test_a_continued_run_remembers_everything(short_history_client: Client) -> None:
    """Plan, level, what was done and what operators see stand as they stood, without an activity."""
    books = StandInBooks(escalation(datetime.now(UTC) - timedelta(minutes=1), spacing=_WEEK, levels=4)[:2])
    books.escalation += escalation(datetime.now(UTC) + _WEEK, spacing=_WEEK, levels=4)[2:]
    books.escalation[1] = books.escalation[1].model_copy(update={"at": books.escalation[0].at})
    books.outcomes["courtesy"] = [StepOutcome(result=StepResult.FAILED)] * 20
    async with running(short_history_client, books.stand_ins) as run:
        await eventually(lambda: books.sent == ["first-reminder"])
        await _tell_facts_until_continued(run)
        asked = len(books.stand_ins.plans)
        status = await run.status()
        timeline = await run.handle.query(QueryName.TIMELINE, result_type=TimelineReport)
        metadata = await web_ui_metadata(run.handle)
        described = await run.handle.describe()
        assert activities(await run.events()) == []
        assert len(books.stand_ins.plans) == asked
        await run.signal(SignalName.PAYMENT_RECEIVED, payment("the-last", "1204.50"))
        result: DunningResult = await run.result()
    assert status.status is DunningStatus.DUNNING
    assert status.level == 0
    assert status.next_action_at == books.escalation[2].at
    assert "first-reminder" in [done.step for done in timeline.done]
    assert timeline.done[0].result == "failed"
    assert metadata.current_details.startswith("**Prochaine action** : 2e relance")
    assert described.typed_search_attributes[STATUS] == "dunning"
    assert described.typed_search_attributes[CUSTOMER] == "C-0020418"
    assert described.typed_search_attributes[LEVEL] == 0
    assert result.status is DunningStatus.SETTLED


async def test_facts_that_could_not_be_booked_are_carried(short_history_client: Client) -> None:
    """A run that continues while it is blocked takes the unbooked facts with it, and its pause."""
    books = StandInBooks(escalation(datetime.now(UTC) + _WEEK, spacing=_WEEK))
    over = False

    def plan(request: PlanRequest) -> PlanResult:
        if over:
            return books.plan(request)
        return PlanResult(status=DunningStatus.BLOCKED, problem="no creditor", booked=False)

    books.stand_ins.answer_plan = plan
    async with running(short_history_client, books.stand_ins) as run:
        await eventually(lambda: bool(books.stand_ins.plans))
        told = await _tell_facts_until_continued(run)
        blocked = await run.status()
        over = True
        await run.signal(SignalName.PAYMENT_RECEIVED, payment("the-last", "1204.50"))
        await run.result()
    assert blocked.status is DunningStatus.BLOCKED
    assert blocked.problem == "no creditor"
    assert blocked.next_action_at is not None
    assert books.event_ids == [*told, "the-last"]


async def test_no_caller_loses_an_answer(short_history_client: Client) -> None:
    """Commands that come one upon another are each answered, across as many runs as it takes."""
    books = StandInBooks(escalation(datetime.now(UTC) + _WEEK, spacing=_WEEK))
    async with running(short_history_client, books.stand_ins) as run:
        for _ in range(6):
            assert (await run.update(UpdateName.HOLD, Hold()))["status"] == "held"
            assert (await run.update(UpdateName.RESUME, Resume()))["status"] == "dunning"
        runs = [
            description.run_id
            async for description in short_history_client.list_workflows(f"WorkflowId = '{run.handle.id}'")
        ]
    assert len(books.facts) == 12
    assert len(runs) >= 2
    assert await run.task_failures() == 0


async def _tell_facts_until_continued(run: Run) -> list[str]:
    """Part payments, one after the other; the handle follows the run that continues."""
    first = (await run.handle.describe()).run_id
    told: list[str] = []
    while (await run.handle.describe()).run_id == first:
        assert len(told) < 12, "the run was never continued"
        told.append(f"part-{len(told)}")
        plans = len(run.stand_ins.plans)
        await run.signal(SignalName.PAYMENT_RECEIVED, payment(told[-1], "1.00"))
        await eventually(lambda plans=plans: len(run.stand_ins.plans) > plans)  # type: ignore[misc]
        await run.at_rest()
    return told
