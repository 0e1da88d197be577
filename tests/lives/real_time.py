"""A stage on the dev server, where business time runs fast and workers may come and go."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

from temporalio.client import Client
from temporalio.worker import Worker

from activities.dependencies import Dependencies
from doors.doors import Doors
from dunning.clock import DemoClock
from embedded.smtp_sink import SmtpSink
from ledger.books import Books
from providers.smtp import SmtpMailProvider, SmtpSecurity, SmtpSettings
from runtime.composition import activities_of
from tests.activities.papers import registers
from workflows import contract
from workflows.invoice_dunning import InvoiceDunning

SPEED = 86_400.0
"""A day a second: a busy machine that answers a second late is still on time."""


@dataclass
class Stage:
    """What a test on it works with."""

    client: Client
    books: Books
    sink: SmtpSink
    doors: Doors
    clock: DemoClock
    dependencies: Dependencies

    def worker(self) -> Worker:
        """One more worker."""
        return Worker(
            self.client,
            task_queue=contract.TASK_QUEUE,
            workflows=[InvoiceDunning],
            activities=activities_of(self.dependencies),
        )


@asynccontextmanager
async def fast_stage(client: Client, folder: Path, begin: date) -> AsyncIterator[Stage]:
    """Set a stage on which time begins at noon of a day, and nobody works yet."""
    known = registers()
    start = datetime.combine(begin, time(12), tzinfo=ZoneInfo("Europe/Paris"))
    clock = DemoClock(business_start=start, real_start=datetime.now(UTC), speed=SPEED)
    books = Books.open(f"sqlite:///{folder / 'books.sqlite'}")
    async with SmtpSink() as sink:
        settings = SmtpSettings(host="127.0.0.1", port=sink.port, security=SmtpSecurity.NONE)
        async with SmtpMailProvider(settings) as mail:
            dependencies = Dependencies(
                books=books,
                policies=known.policies,
                creditors=known.creditors,
                law=known.law,
                templates=known.templates,
                mail=mail,
            )
            doors = Doors(
                books,
                client,
                lambda: clock.business(datetime.now(UTC)),
                creditors=known.creditors,
                demo_clock=clock,
            )
            try:
                yield Stage(client, books, sink, doors, clock, dependencies)
            finally:
                books.close()
