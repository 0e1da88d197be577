from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.api.sdk.v1 import WorkflowMetadata
from temporalio.client import Client, WorkflowExecutionDescription
from temporalio.contrib.pydantic import pydantic_data_converter

from dunning.case import DunningStatus
from tests.workflows.histories import SCHEDULED, TIMER, activity_name
from tests.workflows.operator_view import web_ui_metadata
from tests.workflows.planned_steps import escalation
from tests.workflows.running import CREDITOR, Run, eventually, running
from tests.workflows.stand_in_books import StandInBooks
from workflows.contract import (
    QueryName,
    SignalName,
    StartDunning,
    StatusReport,
    TimelineReport,
    UpdateName,
)
from workflows.details import current_details, status_words, word
from workflows.search_attributes import CUSTOMER, LEVEL, NEXT_ACTION_AT, STATUS, Shown, changes
from workflows.state import RunState

_WEEK = timedelta(days=7)


@pytest.fixture(scope="module")
async def invoice(dev_client: Client) -> AsyncIterator[Run]:
    """An invoice in mid-life: two messages sent, the third in two weeks."""
    books = StandInBooks(escalation(datetime.now(UTC).replace(microsecond=0), spacing=_WEEK))
    books.escalation[1] = books.escalation[1].model_copy(
        update={"at": books.escalation[0].at + timedelta(seconds=2)}
    )
    start = StartDunning(creditor_id=CREDITOR, invoice_id="FA-2026-00991")
    async with running(
        dev_client,
        books.stand_ins,
        start=start,
        static_summary="FA-2026-00991",
        static_details="[Facture](https://facturation.example/FA-2026-00991)",
    ) as run:
        await eventually(lambda: books.sent == ["courtesy", "first-reminder"])
        await run.at_rest()
        yield run


@pytest.fixture(scope="module")
async def described(invoice: Run) -> WorkflowExecutionDescription:
    """What the Web UI knows of it."""
    return await invoice.handle.describe()


@pytest.fixture(scope="module")
async def metadata(invoice: Run) -> WorkflowMetadata:
    """What the Web UI asks the worker for."""
    return await web_ui_metadata(invoice.handle)


async def test_the_list_can_be_filtered(invoice: Run, described: WorkflowExecutionDescription) -> None:
    """Status, level, next action and customer are search attributes, by which operators find the case."""
    attributes = described.typed_search_attributes
    query = "DunningStatus = 'dunning' AND DunningLevel = 1 AND DunningCustomer = 'C-0020418'"
    async with asyncio.timeout(10):
        while not (  # noqa: ASYNC110 - it happens in a server
            found := [run.id async for run in invoice.client.list_workflows(query)]
        ):
            await asyncio.sleep(0.1)
    assert attributes[STATUS] == "dunning"
    assert attributes[LEVEL] == 1
    assert attributes[CUSTOMER] == "C-0020418"
    assert attributes[NEXT_ACTION_AT] > datetime.now(UTC) + timedelta(days=13)
    assert invoice.handle.id in found


async def test_static_words_stay(described: WorkflowExecutionDescription) -> None:
    """Summary and details given at the start stand in the Web UI."""
    assert await described.static_summary() == "FA-2026-00991"
    details = await described.static_details()
    assert details is not None
    assert details.startswith("[Facture]")


async def test_current_details_tell_the_story(metadata: WorkflowMetadata) -> None:
    """The next action comes first, because the pane shows about eight lines."""
    lines = metadata.current_details.split("  \n")
    assert lines[0] == "**Prochaine action** : 2e relance – e-mail – 8 janv. 09:17"
    assert lines[1] == "**Statut** : relances en cours"
    assert lines[2] == "**Solde** : 1204.50 €"
    assert lines[3] == "**Fait** : courtesy, first-reminder"
    assert lines[4].startswith("**Ensuite** : 3e relance – e-mail")
    assert len(lines) <= 8


async def test_timers_and_activities_carry_words(invoice: Run) -> None:
    """In the list of events each timer says what it waits for, each activity what it does."""
    events = await invoice.events()
    timers = [_summary(event) for event in events if event.event_type == TIMER]
    acts = {activity_name(event): _summary(event) for event in events if event.event_type == SCHEDULED}
    assert timers[-1] == "2e relance – e-mail – 8 janv. 09:17"
    assert acts == {
        "plan_dunning": "Enregistrer et planifier",
        "send_email": "1re relance – e-mail – 2 janv. 09:17",
    }
    assert all(timers)


async def test_messages_describe_themselves(metadata: WorkflowMetadata) -> None:
    """Every signal, update and query that an operator may choose from has a description."""
    definition = metadata.definition
    signals = {known.name: known.description for known in definition.signal_definitions}
    updates = {known.name: known.description for known in definition.update_definitions}
    queries = {known.name: known.description for known in definition.query_definitions}
    assert set(SignalName) <= set(signals)
    assert set(updates) == set(UpdateName)
    assert all(signals.values())
    assert all(updates.values())
    assert all(queries[name] for name in QueryName)


async def test_queries_answer(invoice: Run) -> None:
    """Status and timeline say what was done, what comes, and when."""
    status = await invoice.handle.query(QueryName.STATUS, result_type=StatusReport)
    timeline = await invoice.handle.query(QueryName.TIMELINE, result_type=TimelineReport)
    assert status.status is DunningStatus.DUNNING
    assert status.level == 1
    assert status.next_action == "2e relance – e-mail – 8 janv. 09:17"
    assert status.next_action_at is not None
    assert [(done.step, done.level, done.result) for done in timeline.done] == [
        ("courtesy", 0, "done"),
        ("first-reminder", 1, "done"),
    ]
    assert len(timeline.planned) == 6


async def test_nothing_personal_is_shown(invoice: Run, described: WorkflowExecutionDescription) -> None:
    """Neither id nor memo nor attributes name a person."""
    assert invoice.handle.id == "dunning:maison-lune:FA-2026-00991"
    assert await described.memo() == {}
    assert {pair.key.name for pair in described.typed_search_attributes} <= {
        *(key.name for key in (STATUS, LEVEL, NEXT_ACTION_AT, CUSTOMER)),
        "BuildIds",
        "TemporalWorkerDeployment",
    }


@pytest.mark.parametrize("status", DunningStatus)
def test_every_status_has_words(status: DunningStatus) -> None:
    """No status that a plan may bring is without words, in either language."""
    assert status_words(status, "fr") != status_words(status, "en")
    assert status_words(status, "de") == status_words(status, "fr")
    assert word("next", "de") == "Prochaine action"


def test_attributes_change_one_by_one() -> None:
    """A customer learned late is shown then; what stays as it was is not written again."""
    blocked, known = Shown("blocked", -1, ""), Shown("blocked", -1, "C-0020418")
    first = {update.key.name for update in changes(None, blocked, None)}
    second = {update.key.name: update.value for update in changes(blocked, known, None)}
    assert first == {"DunningStatus", "DunningLevel", "DunningCustomer", "DunningNextActionAt"}
    assert second == {"DunningCustomer": "C-0020418", "DunningNextActionAt": None}


def test_details_of_a_blocked_case_say_why() -> None:
    """A problem stands in the details, and nothing is promised."""
    state = RunState(status=DunningStatus.BLOCKED, problem="no creditor maison-lune", language="en")
    assert current_details(state).split("  \n")[:4] == [
        "**Next action** : none, waiting for an event",
        "**Status** : blocked",
        "**Balance** : ",
        "**Problem** : no creditor maison-lune",
    ]


def _summary(event: HistoryEvent) -> str:
    assert event.event_type in {TIMER, EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED}
    text: str = pydantic_data_converter.payload_converter.from_payload(event.user_metadata.summary, str)
    return text
