from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta

import pytest
from temporalio.api.common.v1 import Payload
from temporalio.client import Client, WorkflowUpdateFailedError, WorkflowUpdateStage
from temporalio.common import RawValue
from temporalio.exceptions import ApplicationError

from dunning.case import DunningStatus
from tests.workflows.gates import Gate
from tests.workflows.messages import payment
from tests.workflows.planned_steps import escalation
from tests.workflows.running import Run, eventually, running
from tests.workflows.stand_in_books import StandInBooks
from workflows.assignments import Answer, PlanRequest, PlanResult
from workflows.contract import Approve, CommandAnswer, Hold, Resume, SignalName, UpdateName, WriteOff

_WEEK = timedelta(days=7)


def _due_next_week() -> StandInBooks:
    return StandInBooks(escalation(datetime.now(UTC) + _WEEK, spacing=_WEEK))


async def test_done_means_done_in_the_books(dev_client: Client) -> None:
    """A hold is answered only after the plan that booked it, with what holds then."""
    books = _due_next_week()
    gate = Gate(books.plan)
    books.stand_ins.answer_plan = gate
    async with running(dev_client, books.stand_ins) as run:
        await eventually(lambda: bool(books.stand_ins.plans))
        gate.shut()
        update = await run.handle.start_update(
            UpdateName.HOLD,
            Hold(until=date(2026, 12, 24), reason="vacances"),
            wait_for_stage=WorkflowUpdateStage.ACCEPTED,
            result_type=CommandAnswer,
            id="hold-1",
        )
        await eventually(lambda: gate.waiting == 1)
        assert books.event_ids == []
        gate.open()
        answer = await update.result()
    assert books.event_ids == ["hold-1"]
    assert answer == CommandAnswer(status=DunningStatus.HELD, balance="1204.50 €", next_action=None)


async def test_the_answer_names_the_next_action(dev_client: Client) -> None:
    """After a resume the caller reads which step comes next, and when."""
    books = _due_next_week()
    async with running(dev_client, books.stand_ins) as run:
        await run.update(UpdateName.HOLD, Hold())
        answer = await run.update(UpdateName.RESUME, Resume())
    assert answer["status"] == "dunning"
    assert answer["next_action"] == "Rappel avant échéance – e-mail – 29 déc. 09:17"


async def test_a_command_before_the_first_plan(dev_client: Client) -> None:
    """A command that comes with the start waits for the first plan, which books it."""
    books = _due_next_week()
    gate = Gate(books.plan)
    books.stand_ins.answer_plan = gate
    gate.shut()
    async with running(dev_client, books.stand_ins) as run:
        async with asyncio.TaskGroup() as group:
            answering = group.create_task(run.update(UpdateName.HOLD, Hold()))
            await eventually(lambda: gate.waiting == 1)
            assert not answering.done()
            gate.open()
        assert answering.result()["status"] == "held"


async def test_a_refusal_in_words(dev_client: Client) -> None:
    """What the books refuse reaches the caller as they said it, and changes nothing."""
    words = "Les échéances font 1 000,00 €, le solde est de 1 204,50 €."
    books = _due_next_week()

    def refuse(request: PlanRequest) -> PlanResult:
        answers = tuple(Answer(event_id=fact.event_id, refusal=words) for fact in request.facts)
        return books.plan(request.model_copy(update={"facts": ()})).model_copy(update={"answers": answers})

    books.stand_ins.answer_plan = refuse
    async with running(dev_client, books.stand_ins) as run:
        assert await _refusal(run, UpdateName.HOLD, Hold()) == words
        assert (await run.status()).status is DunningStatus.DUNNING


async def test_a_command_that_closes(dev_client: Client) -> None:
    """A write-off is answered, together with the command that came at the same time, and the run ends."""
    books = _due_next_week()
    async with running(dev_client, books.stand_ins) as run:
        await eventually(lambda: bool(books.stand_ins.plans))
        async with asyncio.TaskGroup() as group:
            writing_off = group.create_task(run.update(UpdateName.WRITE_OFF, WriteOff(reason="perte")))
            group.create_task(run.update(UpdateName.APPROVE, Approve()))
        result = await run.result()
    assert writing_off.result()["status"] == "written_off"
    assert result.status is DunningStatus.WRITTEN_OFF


async def test_a_command_during_the_close(dev_client: Client) -> None:
    """While links are switched off a command gets a definite answer at once: the case is closed."""
    books = _due_next_week()
    books.sent.append("courtesy")
    gate = Gate(books.close)
    books.stand_ins.answer_close = gate
    gate.shut()
    async with running(dev_client, books.stand_ins) as run:
        await run.signal(SignalName.PAYMENT_RECEIVED, payment("p-1", "1204.50"))
        await eventually(lambda: gate.waiting == 1)
        words = await _refusal(run, UpdateName.HOLD, Hold())
        gate.open()
        await run.result()
    assert words == "This case is closed (settled); nothing was changed"
    assert books.event_ids == ["p-1"]


async def test_the_same_command_twice(dev_client: Client) -> None:
    """A caller who lost the answer asks again under the same update id, and reads the same answer."""
    books = _due_next_week()
    async with running(dev_client, books.stand_ins) as run:
        first = await run.update(UpdateName.HOLD, Hold(), update_id="hold-1")
        second = await run.update(UpdateName.HOLD, Hold(), update_id="hold-1")
    assert first == second
    assert books.event_ids == ["hold-1"]


async def test_a_command_that_the_books_forgot_to_answer(dev_client: Client) -> None:
    """No caller waits for ever: booked without a word is done, not booked without a word is refused."""
    books = _due_next_week()
    silent: list[bool] = []

    def plan(request: PlanRequest) -> PlanResult:
        result = books.plan(request)
        booked = not request.facts or not silent
        silent.append(bool(request.facts))
        return result.model_copy(update={"answers": (), "booked": booked, "problem": "no such creditor"})

    books.stand_ins.answer_plan = plan
    async with running(dev_client, books.stand_ins) as run:
        await eventually(lambda: bool(books.stand_ins.plans))
        async with asyncio.timeout(20):
            assert await _refusal(run, UpdateName.HOLD, Hold()) == "no such creditor"
        silent.clear()
        async with asyncio.timeout(20):
            assert (await run.update(UpdateName.HOLD, Hold()))["status"] == "held"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"until": "soon"}, "until: Input should be a valid date"),
        (["tomorrow"], "valid dictionary"),
        ("tomorrow", "valid dictionary"),
        (None, "one JSON object"),
    ],
)
async def test_a_command_that_does_not_fit(dev_client: Client, given: object, words: str) -> None:
    """Its sender reads what is wrong with it, in words; nothing is changed."""
    books = _due_next_week()
    async with running(dev_client, books.stand_ins) as run:
        said = await _refusal(run, UpdateName.HOLD, given)
        assert await run.task_failures() == 0
    assert said.startswith("Nothing was changed")
    assert words in said
    assert books.facts == []


@pytest.mark.parametrize("count", [0, 2])
async def test_a_command_with_no_or_two_payloads(dev_client: Client, count: int) -> None:
    """Every message takes exactly one JSON object, and its sender is told so."""
    books = _due_next_week()
    async with running(dev_client, books.stand_ins) as run:
        with pytest.raises(WorkflowUpdateFailedError) as failed:
            await run.handle.execute_update(UpdateName.HOLD, args=[Hold()] * count)
        assert await run.task_failures() == 0
    assert "one JSON object" in str(failed.value.cause)


async def test_a_command_that_nobody_can_decode(dev_client: Client) -> None:
    """A payload of an encoding that is not ours is refused, and the run is not stuck."""
    books = _due_next_week()
    raw = RawValue(Payload(metadata={"encoding": b"binary/encrypted"}, data=b"\x00\xff"))
    async with running(dev_client, books.stand_ins) as run:
        said = await _refusal(run, UpdateName.HOLD, raw)
        assert await run.task_failures() == 0
        assert (await run.update(UpdateName.HOLD, Hold()))["status"] == "held"
    assert said.startswith("Nothing was changed")


@pytest.mark.parametrize(
    ("hold", "words"),
    [
        (Hold(reason="x" * 12_000), "longer than"),
        (Hold(reason="a\x00b"), "NUL"),
    ],
)
async def test_a_command_that_cannot_be_kept(dev_client: Client, hold: Hold, words: str) -> None:
    """What no history or database could hold is refused at the door."""
    books = _due_next_week()
    async with running(dev_client, books.stand_ins) as run:
        said = await _refusal(run, UpdateName.HOLD, hold)
    assert said.startswith("Nothing was changed")
    assert words in said
    assert books.facts == []


async def _refusal(run: Run, name: str, command: object) -> str:
    with pytest.raises(WorkflowUpdateFailedError) as failed:
        await run.handle.execute_update(name, command)
    cause = failed.value.cause
    assert isinstance(cause, ApplicationError)
    return cause.message
