"""Everything that the demonstration runs on, all of it on loopback, and all of it gone at the end."""

from __future__ import annotations

import logging
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from temporalio.client import Client

from demo.pace import Pace
from demo.surroundings import EXAMPLES, Addresses, forget_settings, surround
from demo.words import word
from demo.worker import DemoWorker
from doors.doors import Doors
from dunning.party import Creditor, Language
from embedded.dev_server import DevServer
from embedded.loopback_app import LoopbackApp
from embedded.outbox import create_outbox
from embedded.server_process import free_port
from embedded.smtp_sink import SmtpSink
from embedded.stripe_sandbox import WEBHOOK_SECRET, StripeSandbox
from embedded.stripe_webhooks import WebhookTarget
from embedded.tool_cache import Progress
from ledger.books import Books
from providers.stripe_pages import StripePages
from runtime.clock import SystemClock
from runtime.composition import Registers, load_registers, opened_books
from runtime.connection import connect
from runtime.door_opening import doors_of
from runtime.environment import load_settings
from runtime.settings import Settings
from web.app import create_app
from web.dependencies import WebDependencies
from web.serve import WebServer
from workflows import search_attributes

_DEBIT = timedelta(days=3)
"""Business time until the customer's bank answers a SEPA debit."""


class _LateClock:
    """Business time for servers that start before business does; until then it is the machine's."""

    def __init__(self) -> None:
        self.pace: Pace | None = None

    def __call__(self) -> datetime:
        return self.pace.now() if self.pace else datetime.now(UTC)


@dataclass(frozen=True)
class Stage:
    """The parts, each as the people of the demonstration meet it."""

    state: Path
    settings: Settings
    registers: Registers
    creditor: Creditor
    pace: Pace
    client: Client
    books: Books
    doors: Doors
    sink: SmtpSink
    sandbox: StripeSandbox
    worker: DemoWorker
    web_url: str
    outbox_url: str
    temporal_url: str

    @property
    def language(self) -> Language:
        """What people at the creditor's read."""
        return self.creditor.language


@dataclass(frozen=True)
class _StandIns:
    """The outside world: Temporal, a mail server, Stripe."""

    temporal: DevServer
    sink: SmtpSink
    outbox_url: str
    sandbox: StripeSandbox


@asynccontextmanager
async def opened_stage(*, speed: float, start: datetime, progress: Progress) -> AsyncIterator[Stage]:
    """Start every part; business time begins when all of them answer.

    Args:
        speed: business seconds per real second.
        start: local business time of the beginning.
        progress: told before each long step.

    Raises:
        ToolUnavailableError: a server could not be obtained.
        ServerFailedError: a server or the worker did not come up.
    """
    async with AsyncExitStack() as stack:
        state = Path(tempfile.mkdtemp(prefix="relance-demo-"))
        stack.callback(shutil.rmtree, state, ignore_errors=True)
        _log_to(state / "demo.log")
        forget_settings()
        registers = load_registers(Settings(_env_file=None, creditor_file=EXAMPLES / "creditor.yaml"))
        creditor = next(iter(registers.creditors.creditors.values()))
        clock = _LateClock()
        progress(word("starting_temporal", creditor.language))
        outside = await _stand_ins(stack, state, clock, _DEBIT.total_seconds() / speed, progress)
        progress(word("starting_rest", creditor.language))
        web_port = free_port()
        settings = _surrounded(state, outside, web_port)
        worker = DemoWorker(state / "worker.log", state)
        stack.push_async_callback(worker.stop)
        await worker.start()
        client = await connect()
        books = stack.enter_context(opened_books(settings))
        zone = ZoneInfo(creditor.time_zone)
        clock.pace = Pace(start.replace(tzinfo=zone), speed, zone)
        stage = Stage(
            state=state,
            settings=settings,
            registers=registers,
            creditor=creditor,
            pace=clock.pace,
            client=client,
            books=books,
            doors=doors_of(books, client, registers.creditors, clock.pace.clock),
            sink=outside.sink,
            sandbox=outside.sandbox,
            worker=worker,
            web_url=_url(web_port),
            outbox_url=f"{outside.outbox_url}/",
            temporal_url=outside.temporal.ui_url,
        )
        await _open_web(stack, stage, web_port)
        yield stage


async def _stand_ins(
    stack: AsyncExitStack, state: Path, clock: _LateClock, debit_delay: float, progress: Progress
) -> _StandIns:
    temporal = DevServer(
        search_attributes=search_attributes.ALL, log=state / "temporal.log", progress=progress
    )
    await stack.enter_async_context(temporal)
    sink = await stack.enter_async_context(SmtpSink(folder=state / "mail", now=clock))
    outbox = LoopbackApp(create_outbox(sink.store))
    await outbox.start()
    stack.push_async_callback(outbox.stop)
    sandbox = await stack.enter_async_context(StripeSandbox(clock=clock, debit_delay=debit_delay))
    return _StandIns(temporal, sink, outbox.address, sandbox)


def _surrounded(state: Path, outside: _StandIns, web_port: int) -> Settings:
    """Settings by which this process and the worker find the stand-ins, and Stripe finds the web app."""
    web_url = _url(web_port)
    outside.sandbox.sender.target = WebhookTarget(url=f"{web_url}/webhooks/stripe", secrets=(WEBHOOK_SECRET,))
    addresses = Addresses(outside.temporal.address, outside.sink.port, outside.sandbox.address, web_url)
    surround(state, addresses)
    return load_settings()


def _url(port: int) -> str:
    return f"http://127.0.0.1:{port}"


async def _open_web(stack: AsyncExitStack, stage: Stage, port: int) -> None:
    assert stage.settings.stripe is not None  # noqa: S101 - these surroundings name the sandbox
    pages = StripePages(stage.settings.stripe)
    stack.push_async_callback(pages.aclose)
    app = create_app(
        WebDependencies(
            books=stage.books,
            doors=stage.doors,
            creditors=stage.registers.creditors,
            policies=stage.registers.policies,
            clock=stage.pace.now,
            real_clock=SystemClock().now,
            events=pages,
            pages=pages,
            public_url=stage.web_url,
        )
    )
    server = WebServer(app, "127.0.0.1", port)
    await server.start()
    stack.push_async_callback(server.stop)


def _log_to(file: Path) -> None:
    """Keep what the parts have to say off the screen."""
    logging.basicConfig(
        filename=file,
        level=logging.WARNING,
        format="%(asctime)s %(name)s %(levelname)s %(message)s",
        force=True,
    )
