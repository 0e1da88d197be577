"""The real worker on a time-skipping server, with books of its own and a mail sink that delivers nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from activities.dependencies import Dependencies
from doors.doors import Doors
from dunning.clock import DemoClock
from embedded.smtp_sink import SmtpSink
from embedded.time_skipping import start_time_skipping
from embedded.tool_cache import Progress
from ledger.books import Books
from providers.smtp import SmtpMailProvider, SmtpSecurity, SmtpSettings
from runtime.composition import Registers, activities_of
from workflows import contract
from workflows.invoice_dunning import InvoiceDunning
from workflows.search_attributes import ALL as SEARCH_ATTRIBUTES

_ACTIVITIES_AT_A_TIME = 16
_WORKFLOW_TASKS_AT_A_TIME = 16
_CACHED_WORKFLOWS = 2_000
"""Cases that stay in memory: with fewer than are open at a time each step would replay its whole life."""
_STANDSTILL = timedelta(minutes=5)
"""Real time in which the clock must reach the next moment."""


class StandstillError(RuntimeError):
    """The rehearsal's clock does not move on: something is being tried again and again."""


class _LastSeen:
    """The business time for the doors, which ask for it without waiting: the last that was read."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def now(self) -> datetime:
        return self.moment


@dataclass(frozen=True)
class Stage:
    """Everything that a rehearsal runs on."""

    environment: WorkflowEnvironment
    clock: DemoClock
    last_seen: _LastSeen
    books: Books
    doors: Doors
    sink: SmtpSink

    async def now(self) -> datetime:
        """The business instant."""
        self.last_seen.moment = self.clock.business(await self.environment.get_current_time())
        return self.last_seen.moment

    async def reach(self, moment: datetime) -> None:
        """Let business time pass until a moment; time waits for every activity that runs.

        Raises:
            StandstillError: it does not get there.
        """
        left = moment - await self.now()
        if left <= timedelta(0):
            return
        try:
            async with asyncio.timeout(_STANDSTILL.total_seconds()):
                await self.environment.sleep(left)
        except TimeoutError:
            day = (await self.now()).date()
            raise StandstillError(
                f"The rehearsal stands still on {day}: a step is tried again and again. "
                "Its log above says which one and why."
            ) from None
        await self.now()


@asynccontextmanager
async def opened_stage(
    registers: Registers,
    begins_at: datetime,
    folder: Path,
    messages: Path,
    progress: Progress,
    *,
    documents: Path | None = None,
) -> AsyncIterator[Stage]:
    """Start server, sink, books and worker, and stop them all at the end.

    Args:
        registers: policies with every approval given, templates, law, creditors.
        begins_at: the business instant at which the clock starts.
        folder: for the books; nobody needs them afterwards.
        messages: where every e-mail is kept as sent.
        progress: told before each long step of obtaining the server.
        documents: folder of the invoice copies; one that is missing there is missing for real, too.

    Raises:
        ToolUnavailableError: the server could not be obtained.
    """
    books = Books.open(f"sqlite:///{folder / 'ledger.sqlite'}")
    _sync_nothing(books)
    try:
        async with (
            SmtpSink(folder=messages) as sink,
            SmtpMailProvider(_mail(sink)) as mail,
            start_time_skipping(SEARCH_ATTRIBUTES, progress=progress) as environment,
        ):
            dependencies = Dependencies(
                books=books,
                policies=registers.policies,
                creditors=registers.creditors,
                law=registers.law,
                templates=registers.templates,
                mail=mail,
                documents=documents,
            )
            clock = DemoClock(business_start=begins_at, real_start=await environment.get_current_time())
            last_seen = _LastSeen(begins_at)
            async with _worker(environment, dependencies):
                doors = Doors(
                    books,
                    environment.client,
                    last_seen.now,
                    creditors=registers.creditors,
                    demo_clock=clock,
                )
                yield Stage(environment, clock, last_seen, books, doors, sink)
    finally:
        books.close()


def _mail(sink: SmtpSink) -> SmtpSettings:
    return SmtpSettings(host=sink.host, port=sink.port, security=SmtpSecurity.NONE)


def _worker(environment: WorkflowEnvironment, dependencies: Dependencies) -> Worker:
    return Worker(
        environment.client,
        task_queue=contract.TASK_QUEUE,
        workflows=[InvoiceDunning],
        activities=activities_of(dependencies),
        max_concurrent_activities=_ACTIVITIES_AT_A_TIME,
        max_concurrent_workflow_tasks=_WORKFLOW_TASKS_AT_A_TIME,
        max_cached_workflows=_CACHED_WORKFLOWS,
    )


def _sync_nothing(books: Books) -> None:
    """Books that are thrown away need not survive a power cut, which costs most of the time."""

    @sa.event.listens_for(books.engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        connection.execute("PRAGMA synchronous = OFF")

    books.engine.dispose()
