"""Runs of `InvoiceDunning` under the eyes of a test."""

from __future__ import annotations

import asyncio
import contextlib
import uuid
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import Client, WorkflowHandle
from temporalio.service import RPCError
from temporalio.worker import Worker

from tests.workflows.stand_in_activities import StandIns
from workflows.contract import (
    WORKFLOW,
    DunningResult,
    Message,
    QueryName,
    StartDunning,
    StatusReport,
    workflow_id,
)
from workflows.invoice_dunning import InvoiceDunning

CREDITOR = "maison-lune"

_UNDER_WAY = {
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED,
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED,
    EventType.EVENT_TYPE_WORKFLOW_TASK_SCHEDULED,
    EventType.EVENT_TYPE_WORKFLOW_TASK_STARTED,
    EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED,
    EventType.EVENT_TYPE_ACTIVITY_TASK_STARTED,
    EventType.EVENT_TYPE_ACTIVITY_TASK_COMPLETED,
    EventType.EVENT_TYPE_TIMER_FIRED,
}
"""Last events after which the server expects something of a worker."""


@dataclass
class Run:
    """One run, its stand-ins, and what the server wrote down about it."""

    client: Client
    handle: WorkflowHandle[Any, DunningResult]
    queue: str
    stand_ins: StandIns

    async def signal(self, name: str, message: Message) -> None:
        """Tell a fact."""
        await self.handle.signal(name, message)

    async def update(self, name: str, command: Message, *, update_id: str | None = None) -> dict[str, Any]:
        """Give a command and wait for its answer."""
        answer: dict[str, Any] = await self.handle.execute_update(name, command, id=update_id)
        return answer

    async def status(self) -> StatusReport:
        """Ask where the case stands."""
        report: StatusReport = await self.handle.query(QueryName.STATUS, result_type=StatusReport)
        return report

    async def result(self, *, within: float = 60.0) -> DunningResult:
        """How it ended.

        Raises:
            AssertionError: it did not end within so many seconds; tells what the server wrote down last.
        """
        try:
            async with asyncio.timeout(within):
                return await self.handle.result()
        except TimeoutError:
            last = [
                f"{EventType.Name(event.event_type)} {_words(event)}" for event in (await self.events())[-8:]
            ]
            raise AssertionError("The run did not end. Its last events:\n" + "\n".join(last)) from None

    async def events(self) -> list[HistoryEvent]:
        """The history as it is now."""
        return list((await self.handle.fetch_history()).events)

    async def count(self, *kinds: EventType.ValueType) -> int:
        """How many events of these kinds there are."""
        counted = Counter(event.event_type for event in await self.events())
        return sum(counted[kind] for kind in kinds)

    async def until(self, kind: EventType.ValueType, *, within: float = 20.0) -> None:
        """Return once the history holds an event of this kind.

        Raises:
            TimeoutError: none came within so many seconds.
        """
        async with asyncio.timeout(within):
            while not await self.count(kind):  # noqa: ASYNC110 - it happens in a server
                await asyncio.sleep(0.05)

    async def at_rest(self, *, within: float = 5.0) -> None:
        """Return once nothing is under way any more, or after so many seconds.

        The time-skipping server stands still for ever after a run was terminated in the middle of a task.
        """
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within):
                while (await self.events())[-1].event_type in _UNDER_WAY:  # noqa: ASYNC110 - it happens in a server
                    await asyncio.sleep(0.02)

    async def task_failures(self) -> int:
        """Workflow tasks that failed: a workflow that is stuck."""
        return await self.count(EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED)


@asynccontextmanager
async def working(client: Client, stand_ins: StandIns, queue: str) -> AsyncIterator[None]:
    """A worker for the time of the block."""
    # A name of our own: the default one holds the machine's, and histories are kept.
    async with Worker(
        client,
        task_queue=queue,
        workflows=[InvoiceDunning],
        activities=stand_ins.all,
        identity="relance-tests",
    ):
        yield


@asynccontextmanager
async def running(
    client: Client, stand_ins: StandIns, *, start: StartDunning | None = None, **options: Any
) -> AsyncIterator[Run]:
    """A started workflow with a worker of its own; what still runs at the end is terminated.

    Args:
        client: Of the server to run on.
        stand_ins: The activities.
        start: Input; ids alone by default.
        options: More for `start_workflow`, such as a signal to start with.
    """
    async with idle(client, stand_ins, start=start, **options) as run, working(client, stand_ins, run.queue):
        try:
            yield run
        finally:
            await run.at_rest()


@asynccontextmanager
async def idle(
    client: Client,
    stand_ins: StandIns,
    *,
    start: StartDunning | None = None,
    queue: str | None = None,
    **options: Any,
) -> AsyncIterator[Run]:
    """A started workflow without a worker."""
    queue = queue or f"dunning-{uuid.uuid4()}"
    message = start or StartDunning(creditor_id=CREDITOR, invoice_id=f"FA-2026-{uuid.uuid4().hex[:5]}")
    handle: WorkflowHandle[Any, DunningResult] = await client.start_workflow(
        WORKFLOW,
        message,
        id=workflow_id(message.creditor_id, message.invoice_id),
        task_queue=queue,
        result_type=DunningResult,
        **options,
    )
    try:
        yield Run(client, handle, queue, stand_ins)
    finally:
        with contextlib.suppress(RPCError):
            await handle.terminate("the test is over")


async def eventually(condition: Callable[[], bool], *, within: float = 20.0) -> None:
    """Return once the condition holds.

    Raises:
        TimeoutError: it did not hold within so many seconds.
    """
    async with asyncio.timeout(within):
        while not condition():  # noqa: ASYNC110 - it happens in a server
            await asyncio.sleep(0.01)


def _words(event: HistoryEvent) -> str:
    """Why a task failed, for the message of a test."""
    return event.workflow_task_failed_event_attributes.failure.message
