from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from temporalio.exceptions import ApplicationError

from dunning.case import SendState
from dunning.facts import Fact, HoldPlaced, InvoiceCancelled, PaymentReceived, PromiseMade
from dunning.journal import EntryKind, TaskKind
from dunning.money import Money
from dunning.registers import CreditorRegister, PolicyRegister
from embedded.stripe_sandbox import StripeSandbox
from ledger import bank
from tests.activities.office import Office, office
from tests.activities.papers import CREDITOR, DUE, FIRST, KEY, at, invoice, payment, policies_with, registers
from tests.activities.stripe_desk import HeldBack, stripe_pages
from workflows.assignments import StepOutcome, StepResult


@asynccontextmanager
async def desk_with_a_gate(folder: Path, **options: Any) -> AsyncIterator[tuple[Office, HeldBack]]:
    """An office where the writing of a message can be held up."""
    async with StripeSandbox() as sandbox, stripe_pages(sandbox) as pages:
        held_back = HeldBack(pages)
        async with office(folder, pages=held_back, **options) as desk:
            desk.register()
            yield desk, held_back


async def meanwhile(desk: Office, pages: HeldBack, fact: Fact) -> StepOutcome:
    """An attempt during which a fact is booked: after the look at the books, before the message leaves."""
    attempt = asyncio.create_task(desk.attempt())
    await pages.asked.wait()
    assert desk.row().state is SendState.RESERVED
    desk.book(fact)
    pages.gate.set()
    return await attempt


async def test_paid_between_the_look_and_the_claim(ledger_url: str, tmp_path: Path) -> None:
    """Money that is booked while the message is written withholds it, on both databases."""
    async with desk_with_a_gate(tmp_path, ledger_url=ledger_url) as (desk, pages):
        paid = PaymentReceived(event_id="p", payment=payment("1200.00", "p"))
        outcome = await meanwhile(desk, pages, paid)
        assert (outcome.result, desk.received) == (StepResult.SETTLED, 0)
        assert desk.story()[-1].details["reason"] == "settled"


@pytest.mark.parametrize(
    "fact",
    [
        HoldPlaced(event_id="h", reason="asked by phone"),
        PromiseMade(event_id="h", until=FIRST + timedelta(days=10)),
        InvoiceCancelled(event_id="h"),
    ],
    ids=["held", "promised", "cancelled"],
)
async def test_stopped_between_the_look_and_the_claim(tmp_path: Path, fact: Fact) -> None:
    """Held means held: what is booked while a message is being written stops it too."""
    async with desk_with_a_gate(tmp_path) as (desk, pages):
        outcome = await meanwhile(desk, pages, fact)
        assert outcome.result in {StepResult.SUPERSEDED, StepResult.SETTLED}
        assert desk.received == 0
        assert desk.row().state is SendState.RESERVED


async def test_paid_in_part_between_the_look_and_the_claim(tmp_path: Path) -> None:
    """A message never asks for an amount that is no longer right: it is written again, with the new one."""
    async with desk_with_a_gate(tmp_path) as (desk, pages):
        with pytest.raises(ApplicationError, match="written again"):
            await meanwhile(desk, pages, PaymentReceived(event_id="p", payment=payment("200.00", "p")))
        assert desk.received == 0
        assert (await desk.attempt(attempt=2)).result is StepResult.DONE
        assert "1\u00a0000,00\u00a0€" in desk.text()
        assert "Payer 1\u00a0000,00\u00a0€" in desk.text()


async def test_the_night_is_no_time_for_a_reminder(tmp_path: Path) -> None:
    """A worker that was down over night wakes to a closed window: the message waits for it to open."""
    async with office(tmp_path) as desk:
        desk.register()
        desk.now = at(FIRST, 23)
        outcome = await desk.attempt(planned_at=at(FIRST, 17))
        assert outcome.result is StepResult.DEFERRED
        assert outcome.until is not None
        assert outcome.until.date() == FIRST + timedelta(days=1)
        desk.now = outcome.until
        assert (await desk.attempt()).result is StepResult.DONE


async def test_a_late_step_has_the_others_dated_anew(tmp_path: Path) -> None:
    """A worker that was down for days sends one reminder, and says that the plan must keep its spacing."""
    async with office(tmp_path) as desk:
        desk.register()
        desk.now = at(FIRST + timedelta(days=9))
        outcome = await desk.attempt(planned_at=at(FIRST))
        assert (outcome.result, outcome.replan) == (StepResult.DONE, True)


async def test_the_step_after_a_late_one_is_not_sent_on_the_same_day(tmp_path: Path) -> None:
    """A run that still has old dates, after a deferral, is told to plan again; late is never a burst."""
    async with office(tmp_path) as desk:
        desk.register()
        desk.now = at(FIRST + timedelta(days=20))
        await desk.attempt("reminder-1")
        outcome = await desk.attempt("reminder-2", planned_at=at(FIRST + timedelta(days=3)))
        assert (outcome.result, desk.received) == (StepResult.SUPERSEDED, 1)
        assert EntryKind.WITHHELD not in desk.kinds()


async def test_old_books_chase_nobody(tmp_path: Path) -> None:
    """Where payments come by file, books older than two business days put every contact off."""
    async with office(tmp_path, payments_by_file=True) as desk:
        desk.register()
        outcome = await desk.attempt()
        assert outcome.result is StepResult.DEFERRED
        with desk.books.write() as conn:
            bank.set_payments_known_to(conn, CREDITOR, FIRST - timedelta(days=5))
        assert (await desk.attempt()).result is StepResult.DEFERRED
        assert desk.story()[-1].details["reason"] == "stale_books"
        with desk.books.write() as conn:
            bank.set_payments_known_to(conn, CREDITOR, FIRST - timedelta(days=1))
        assert (await desk.attempt()).result is StepResult.DONE


async def test_another_cycle_is_another_matter(tmp_path: Path) -> None:
    """A step that was planned before the due date changed is superseded."""
    async with office(tmp_path) as desk:
        desk.register()
        asked = desk.request()
        with desk.books.write() as conn:
            conn.exec_driver_sql("UPDATE invoices SET cycle = 2, escalation_cycle = 2")
        outcome = await desk.attempt_at(asked)
        assert outcome.result is StepResult.SUPERSEDED


@pytest.mark.parametrize("gone", ["policy", "creditor"])
async def test_a_policy_or_creditor_that_is_gone_is_told_by_the_plan(tmp_path: Path, gone: str) -> None:
    """The step does not fail over and over: the run plans anew, and is blocked with words."""
    async with office(tmp_path) as desk:
        desk.register()
        await desk.plan()
        asked = desk.request()
        if gone == "policy":
            others = PolicyRegister({"other": policies_with().get("standard-business")}, "other")
            desk.replace(policies=others)
        else:
            desk.replace(creditors=CreditorRegister({}))
        assert (await desk.attempt_at(asked)).result is StepResult.SUPERSEDED


async def test_a_formal_notice_needs_a_reminder_that_arrived(tmp_path: Path) -> None:
    """Whoever was never reminded gets no formal notice, whatever was approved: a person is told."""
    async with office(tmp_path) as desk:
        desk.register()
        desk.now = at(DUE + timedelta(days=46))
        desk.approve("formal-notice")
        desk.skip_to("formal-notice")
        outcome = await desk.attempt("formal-notice")
        assert (outcome.result, desk.received) == (StepResult.FAILED, 0)
        (task,) = desk.tasks(TaskKind.STEP_FAILED)
        assert task.details["reason"] == "no_reminder_delivered"


async def test_a_missing_invoice_copy(tmp_path: Path) -> None:
    """A copy that is not in the folder is a matter for a person; the message is not sent without it."""
    async with office(tmp_path, documents=tmp_path) as desk:
        desk.register(invoice(document="2026-0042.pdf"))
        assert (await desk.attempt()).result is StepResult.FAILED
        (task,) = desk.tasks(TaskKind.STEP_FAILED)
        assert "2026-0042.pdf" in task.details["problem"]
        (tmp_path / "2026-0042.pdf").write_bytes(b"%PDF-1.7 copy")
        assert (await desk.attempt()).result is StepResult.DONE
        attached = [part for part in desk.message().walk() if part.get_filename() == "2026-0042.pdf"]
        assert attached[0].get_payload(decode=True) == b"%PDF-1.7 copy"


@pytest.mark.parametrize("document", ["../secret.pdf", "/etc/hostname", "folder"])
async def test_a_copy_outside_of_the_folder_is_never_sent(tmp_path: Path, document: str) -> None:
    """An invoice cannot name a file of the machine."""
    folder = tmp_path / "documents"
    (folder / "folder").mkdir(parents=True)
    (tmp_path / "secret.pdf").write_text("secret")
    async with office(tmp_path, documents=folder) as desk:
        desk.register(invoice(document=document))
        assert (await desk.attempt()).result is StepResult.FAILED
        assert desk.received == 0


async def test_an_invoice_unknown_to_the_books_is_planned_anew(tmp_path: Path) -> None:
    """A step about an invoice that the books lost sends nothing."""
    async with office(tmp_path) as desk:
        desk.register()
        asked = desk.request().model_copy(update={"invoice_id": "F-404"})
        assert (await desk.attempt_at(asked)).result is StepResult.SUPERSEDED
        assert desk.case().key == KEY
        assert desk.case().balance == Money.of("1200.00", "EUR")
        assert registers().policies.default == "standard-business"
