"""What an operator sees and does in Temporal's Web UI, on invoices of the real workflow."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.async_api import expect

from dunning.case import DunningStatus
from embedded.dev_server import DevServer
from ledger.keys import CaseKey
from tests.docs.office import CREDITOR, Desk, Office, paris
from tests.docs.web_ui import WebUi, web_ui
from workflows import contract
from workflows.contract import UpdateName

pytestmark = [pytest.mark.browser, pytest.mark.slow]

_NBSP = "\N{NO-BREAK SPACE}"
_HALF_A_SECOND_A_DAY = timedelta(days=2) / timedelta(seconds=1)
_DUE = date(2026, 3, 6)
_TODAY = date(2026, 4, 21)


@dataclass(frozen=True)
class Portfolio:
    """The invoices of the pictures."""

    settled: str
    awaiting: str
    current: CaseKey
    blocked: str


@pytest.fixture(scope="module")
async def portfolio(office: Office) -> Portfolio:
    """A whole life that is over, one that waits for an approval, and four that stand still on one day."""
    past = office.desk(paris(date(2026, 3, 2), 8), speed=_HALF_A_SECOND_A_DAY)
    waiting = await past.take_on("F-2026-0115", _DUE, "849.00")
    settled = await _a_whole_life(past)
    await past.reach(waiting, lambda case: case.status is DunningStatus.AWAITING_APPROVAL)
    today = office.desk(paris(_TODAY, 14, 30))
    await _two_arrangements(today)
    current = await today.take_on("F-2026-0123", date(2026, 4, 10), "1204.50")
    await today.reach(current, lambda case: case.level == 1)
    blocked = await _one_that_nobody_imported(office, today)
    return Portfolio(
        settled=contract.workflow_id(*settled),
        awaiting=contract.workflow_id(*waiting),
        current=current,
        blocked=blocked,
    )


async def _a_whole_life(desk: Desk) -> CaseKey:
    """Reminders, a part payment, a hold, a firmer reminder, the rest: settled and thanked."""
    key = await desk.take_on("F-2026-0107", _DUE, "2400.00")
    await desk.until(paris(date(2026, 3, 11), 12))
    await desk.pay(key, "800.00")
    await desk.until(paris(date(2026, 3, 15), 12))
    await desk.command(key, UpdateName.HOLD, contract.Hold(until=date(2026, 3, 27)))
    await desk.reach(key, lambda case: case.level == 3)
    await asyncio.sleep(1)
    await desk.pay(key, "1600.00")
    await desk.reach(key, lambda case: case.status is DunningStatus.SETTLED)
    return key


async def _two_arrangements(desk: Desk) -> None:
    promised = await desk.take_on("F-2026-0131", date(2026, 4, 30), "936.00")
    await desk.command(promised, UpdateName.PROMISE_TO_PAY, contract.PromiseToPay(until=date(2026, 5, 12)))
    planned = await desk.take_on("F-2026-0136", date(2026, 4, 30), "980.00")
    days, half = (date(2026, 5, 15), date(2026, 6, 15)), Decimal("490.00")
    instalments = tuple(contract.InstalmentFields(due_on=day, amount=half) for day in days)
    agreed = contract.AgreePaymentPlan(instalments=instalments)
    await desk.command(planned, UpdateName.AGREE_PAYMENT_PLAN, agreed)


async def _one_that_nobody_imported(office: Office, desk: Desk) -> str:
    """A billing system started a run with ids that the books do not know."""
    start = contract.StartDunning(creditor_id=CREDITOR, invoice_id="F-2026-0199", clock=desk.clock)
    handle = await office.client.start_workflow(
        contract.WORKFLOW,
        start,
        id=contract.workflow_id(CREDITOR, "F-2026-0199"),
        task_queue=contract.TASK_QUEUE,
    )
    return handle.id


@pytest.fixture
async def ui(own_server: DevServer, chromium: Path, pictures: Path) -> AsyncIterator[WebUi]:
    """A browser for one test."""
    async with web_ui(own_server.ui_url, chromium, pictures) as tab:
        yield tab


async def test_the_list_shows_and_filters_by_status(ui: WebUi, portfolio: Portfolio) -> None:
    """Status, level, next action and customer stand as columns; a filter finds what waits for an approval."""
    await ui.open_list("DunningStatus", "DunningLevel", "DunningNextActionAt", "DunningCustomer")
    await ui.read_local_time()
    await expect(ui.link_to(portfolio.settled)).to_be_visible()
    await expect(ui.page.get_by_role("cell", name="blocked")).to_be_visible()
    rows = await ui.rows()
    shown = {row.split()[1].rpartition(":")[2]: row for row in rows}
    assert "settled 3" in shown["F-2026-0107"]
    assert "awaiting_approval 4 C-115" in shown["F-2026-0115"]
    assert "payment_plan -1 2026-05-12" in shown["F-2026-0136"]
    assert "promised -1 2026-05-18" in shown["F-2026-0131"]
    assert "blocked" in shown["F-2026-0199"]
    heading = ui.page.get_by_role("heading", name="Workflow").first
    await ui.picture("list", heading, ui.page.locator("table").last, wide=True)
    await ui.filter_by("DunningStatus", "awaiting_approval")
    await expect(ui.link_to(portfolio.settled)).to_be_hidden()
    await expect(ui.link_to(portfolio.awaiting)).to_be_visible()
    assert [row.split()[1] for row in await ui.rows()] == [portfolio.awaiting]
    await ui.picture("filtered-list", heading, ui.page.locator("table").last, wide=True)


async def test_the_timeline_tells_the_story(ui: WebUi, portfolio: Portfolio) -> None:
    """Each timer and act says in plain words what it was for, and each message has its name."""
    await ui.open_run(portfolio.settled)
    timeline = ui.timeline
    for words in (
        "Rappel d'échéance – e-mail – 3 mars",
        "1re relance – e-mail – 10 mars",
        "payment_received",
        "2e relance – e-mail – 13 mars",
        "hold",
        "3e relance – e-mail – 27 mars",
        "Clôturer",
    ):
        await expect(timeline.get_by_text(words).first).to_be_visible()
    await ui.picture("timeline", timeline, air=0)


async def test_user_metadata_says_what_comes_next(ui: WebUi, portfolio: Portfolio) -> None:
    """Invoice, dates, next action, status and balance stand in words; nobody is named."""
    await ui.open_run(contract.workflow_id(*portfolio.current))
    await ui.open_tab("User Metadata")
    for words in (
        "Facture F-2026-0123",
        "échéance le 10 avril 2026",
        "2e relance – e-mail –",
        "relances en cours",
        f"1{_NBSP}204,50{_NBSP}€",
    ):
        await ui.expect_to_read(words)
    assert "Dupont" not in await ui.text()
    await ui.picture(
        "user-metadata",
        ui.page.get_by_role("heading", name="dunning:").first,
        ui.page.get_by_text("Started", exact=True).last,
        wide=True,
    )


async def test_a_blocked_run_says_why(ui: WebUi, portfolio: Portfolio) -> None:
    """A run that cannot be planned shows its problem in words, and when it tries again."""
    await ui.open_run(portfolio.blocked)
    await ui.open_tab("User Metadata")
    await ui.expect_to_read("pas dans les livres")
    await ui.expect_to_read("bloquée")


async def test_an_operator_holds_an_invoice_by_hand(ui: WebUi, portfolio: Portfolio, office: Office) -> None:
    """A typed hold with a day that has passed is refused in words; the next one holds, in the books too."""
    await ui.open_run(contract.workflow_id(*portfolio.current))
    form = await ui.fill_in_update("hold", '{"until": "2026-04-05", "reason": "delivery being checked"}')
    await ui.send(form)
    refusal = form.get_by_text(f"La pause doit finir après aujourd'hui{_NBSP}; le 5 avril 2026 est passé.")
    await expect(refusal.first).to_be_visible()
    assert "File " not in await form.inner_text(), "a refusal is words, not source lines"
    await ui.picture("refusal", form, air=0)
    await ui.open_run(contract.workflow_id(*portfolio.current))
    form = await ui.fill_in_update("hold", '{"until": "2026-05-04", "reason": "delivery being checked"}')
    await ui.picture("hold", form, air=0)
    await ui.send(form)
    await expect(ui.page.get_by_text("Update successful")).to_be_visible()
    case = await office.desk(paris(_TODAY, 15)).case(portfolio.current)
    assert case.status is DunningStatus.HELD
    assert case.facts.hold is not None
    assert case.facts.hold.until == date(2026, 5, 4)
    await ui.open_tab("User Metadata")
    await ui.expect_to_read("en pause")
    await ui.expect_to_read("2e relance – e-mail – 4 mai")


async def test_a_misfit_command_is_refused_field_by_field(ui: WebUi, portfolio: Portfolio) -> None:
    """A hold with a date that is none names the field, and changes nothing."""
    await ui.open_run(contract.workflow_id(*portfolio.current))
    form = await ui.fill_in_update("hold", '{"until": "next week"}')
    await ui.send(form)
    await expect(form.get_by_text("Nothing was changed").first).to_be_visible()
    assert "until" in await form.inner_text()
