"""Lives in which something is away or wrong: nothing is lost, nothing is doubled, and somebody is told.

The server's clock does not skip while an activity is pending, the pauses between its tries included: where
the program would try for half an hour, these lives shorten its patience.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import pytest

from dunning.case import DunningStatus
from dunning.journal import EntryKind, TaskKind
from dunning.policy import Policy
from dunning.registers import PolicyRegister
from embedded.postgres import PostgresServer
from embedded.smtp_faults import Fault, FaultMoment
from embedded.stripe_api import ApiFault
from embedded.stripe_sandbox import StripeSandbox
from rendering.templates import TemplateBook
from runtime.composition import load_registers
from runtime.settings import Settings
from tests.activities.office import eventually
from tests.activities.stripe_desk import stripe_pages
from tests.lives.life import ROOT, Life, euros, stage
from workflows import options
from workflows.contract import SignalName, StatusReport

AWAY = Fault(moment=FaultMoment.SENDER, reply="451 4.3.2 Service not available")
POLICY = "standard-business"


def known_policies() -> dict[str, Policy]:
    """Policies by name, to be changed while a life goes on, as by a restart with other files."""
    return dict(load_registers(Settings(creditor_file=ROOT / "examples" / "creditor.yaml")).policies.policies)


async def test_paid_while_a_step_is_being_tried(tmp_path: Path) -> None:
    """The mail server says 451 over and over; a payment comes in, and the next try stops."""
    async with stage(tmp_path) as life:
        await life.begin()
        await life.until(date(2026, 3, 9))
        life.sink.inject(Fault(moment=FaultMoment.RECIPIENT))
        slot = life.case().next_action_at
        assert slot is not None
        await life.environment.sleep(slot - await life.now())
        await eventually(lambda: life.sink.faults._struck[0] >= 2)
        await life.pay("1200.00")
        await eventually(lambda: EntryKind.PAYMENT in life.kinds())
        life.sink.faults.clear()
        assert (await life.end()).status is DunningStatus.SETTLED
        assert [step for _, step in life.acts()] == ["courtesy", "thanks"]
        assert EntryKind.WITHHELD in life.kinds()


async def test_a_mail_server_that_is_away_for_days(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One task a day; once it is back one reminder goes out, and the next keeps its distance."""
    monkeypatch.setattr("activities.emailing.PATIENCE", timedelta(seconds=-1))
    async with stage(tmp_path) as life:
        await life.begin()
        await life.until(date(2026, 3, 9))
        life.sink.inject(AWAY)
        await life.until(date(2026, 3, 16))
        assert len(life.acts()) == 1
        days = {task.opened_at.date() for task in life.tasks(TaskKind.PROVIDER_DOWN)}
        assert len(days) == len(life.tasks(TaskKind.PROVIDER_DOWN)) == 5
        assert (await life.status()).status is DunningStatus.DUNNING
        life.sink.faults.clear()
        await life.until(date(2026, 3, 31))
        assert life.acts()[1:] == [
            ("2026-03-17", "reminder-1"),
            ("2026-03-20", "reminder-2"),
            ("2026-03-27", "reminder-3"),
        ]
        assert len(life.subjects) == 4


async def test_a_faulty_template_costs_its_step_alone(tmp_path: Path) -> None:
    """A task names the fault; the next level goes out on its own day."""
    own = tmp_path / "own" / "fr" / "email"
    own.mkdir(parents=True)
    (own / "reminder-1.j2").write_text("{{ ballance }}")
    templates = TemplateBook([tmp_path / "own", ROOT / "templates"])
    async with stage(tmp_path, templates=templates) as life:
        await life.begin()
        await life.until(date(2026, 3, 14))
        assert life.acts() == [("2026-03-03", "courtesy"), ("2026-03-13", "reminder-2")]
        (task,) = life.tasks(TaskKind.STEP_FAILED)
        assert "reminder-1.j2" in task.details["problem"]


async def test_an_unknown_policy_waits_until_it_exists(tmp_path: Path) -> None:
    """The run says what is wrong and waits; once the policy is there it goes on by itself."""
    policies = known_policies()
    async with stage(tmp_path, policies=PolicyRegister(policies, POLICY)) as life:
        await life.begin(policy="very-firm")
        await life.until(date(2026, 2, 25))
        report = await life.status()
        assert report.status is DunningStatus.BLOCKED
        assert "very-firm" in (report.problem or "")
        assert len(life.tasks(TaskKind.BLOCKED)) == 1
        await life.pay("200.00")
        policies["very-firm"] = policies[POLICY]
        await life.until(date(2026, 3, 4))
        assert life.acts() == [("2026-03-03", "courtesy")]
        assert life.case().balance == euros("1000.00")
        assert life.tasks(TaskKind.BLOCKED) == []


async def test_a_signal_with_garbage(tmp_path: Path) -> None:
    """Whatever is sent, the run goes on, and a person sees what came."""
    async with stage(tmp_path) as life:
        await life.begin()
        handle = life.handles["F-1"]
        await life.until(date(2026, 2, 23))
        await handle.signal(SignalName.PAYMENT_RECEIVED, "1200 euros")
        await handle.signal(SignalName.PAYMENT_RECEIVED, {"event_id": "x", "amount": "lots"})
        await handle.signal("send_flowers", [1, {"to": "nobody"}])
        await life.until(date(2026, 3, 4))
        assert len(life.tasks(TaskKind.UNREADABLE_MESSAGE)) == 3
        assert life.acts() == [("2026-03-03", "courtesy")]


@pytest.fixture
def short_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """The run gives up on the books after seconds."""
    for limits in (options.BOOKS, options.REPORT):
        monkeypatch.setitem(limits, "schedule_to_close_timeout", timedelta(seconds=3))


async def parked(life: Life) -> StatusReport:
    """What the run says once it has given up for now."""
    async with asyncio.timeout(40):
        while True:
            report = await life.status()
            if report.status is DunningStatus.BLOCKED:
                return report
            await asyncio.sleep(0.2)


@contextmanager
def sqlite_away(life: Life, folder: Path) -> Iterator[None]:
    """The file of the books cannot be opened, as when its disk is not mounted."""
    life.books.engine.dispose()
    book, aside = folder / "books.sqlite", folder / "aside"
    aside.mkdir()
    for file in folder.glob("books.sqlite*"):
        file.rename(aside / file.name)
    book.mkdir()
    yield
    life.books.engine.dispose()
    book.rmdir()
    for file in aside.iterdir():
        file.rename(folder / file.name)


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
async def test_books_that_are_away_in_mid_run(
    tmp_path: Path, database: str, postgres_server: PostgresServer, short_patience: None
) -> None:
    """The run parks where one can see it, keeps what it is told, and recovers by itself: nothing is lost."""
    url = postgres_server.create_database() if database == "postgresql" else None
    async with stage(tmp_path, ledger_url=url) as life:
        await life.begin()
        await life.until(date(2026, 3, 9))
        with postgres_server.away() if url else sqlite_away(life, tmp_path):
            await life.tell(
                SignalName.PAYMENT_RECEIVED, amount="200.00", received_on="2026-03-10", reference="VIR 1"
            )
            report = await parked(life)
            assert "ledger" in (report.problem or "")
        await life.until(date(2026, 3, 14))
        assert (await life.status()).status is DunningStatus.DUNNING
        assert life.case().balance == euros("1000.00")
        assert [step for _, step in life.acts()] == ["courtesy", "reminder-1", "reminder-2"]
        assert len(life.subjects) == 3


async def test_books_that_are_away_at_the_start(tmp_path: Path, short_patience: None) -> None:
    """An invoice started while the books cannot be opened is planned once they can."""
    async with stage(tmp_path) as life:
        with sqlite_away(life, tmp_path):
            await life.begin()
            assert "ledger" in ((await parked(life)).problem or "")
        await life.until(date(2026, 3, 4))
        assert life.acts() == [("2026-03-03", "courtesy")]


async def test_stripe_that_is_away_at_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A link that could not be switched off is tried until it is, and a person is told; then the run ends."""
    monkeypatch.setitem(options.CLOSE, "schedule_to_close_timeout", timedelta(seconds=2))
    async with (
        StripeSandbox() as sandbox,
        stripe_pages(sandbox) as pages,
        stage(tmp_path, pages=pages) as life,
    ):
        await life.begin()
        await life.until(date(2026, 3, 4))
        assert sandbox.counts.open_links == 1
        sandbox.api.faults.extend([ApiFault.UNAVAILABLE] * 50)
        await life.pay("1200.00")
        await eventually(lambda: bool(life.tasks(TaskKind.BLOCKED)))
        assert life.case().status is DunningStatus.SETTLED
        sandbox.api.faults.clear()
        await life.until(date(2026, 3, 5))
        assert sandbox.counts.open_links == 0
        assert (await life.end()).status is DunningStatus.SETTLED
        assert life.tasks(TaskKind.BLOCKED) == []
