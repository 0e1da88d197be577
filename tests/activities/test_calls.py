from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest

from dunning.case import DunningStatus
from dunning.facts import CreditNoteIssued, NoteTaken, PaymentReceived
from dunning.invoice import CreditNote
from dunning.journal import EntryKind, TaskKind
from dunning.money import Money
from ledger import credits as customer_credits
from ledger.keys import CaseKey
from ledger.tasks import Task
from rendering.templates import TemplateBook
from tests.activities.office import Office, office
from tests.activities.papers import CREDITOR, DUE, ROOT, at, customer, invoice, payment
from workflows.assignments import StepResult

CALL_DAY = DUE + timedelta(days=32)  # Tuesday 7 April: Easter Monday rolls


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Office]:
    """An office on the day of the call."""
    async with office(tmp_path) as opened:
        yield opened


async def call_open(desk: Office, **about: Any) -> Task:
    """The call task of an invoice that nobody paid."""
    desk.register(**about)
    await desk.plan()
    desk.skip_to("call")
    desk.now = at(CALL_DAY)
    assert (await desk.attempt("call")).result is StepResult.DONE
    (task,) = desk.tasks(TaskKind.CALL)
    return task


async def test_the_sheet_has_all_that_the_call_needs(desk: Office) -> None:
    """Every item of the list stands on it: the invoice, the person, the story, the account, the approach."""
    desk.now = at(date(2026, 3, 10))
    desk.register(
        invoice(order_number="BC-118"), customer(payer_name="Zoé Martin", contact_name="Paul Dupont")
    )
    other = invoice(invoice_id="F-2", number="2026-0050", amount=Money.of("300.00", "EUR"))
    desk.register(other)
    await desk.attempt("reminder-1")
    desk.book(PaymentReceived(event_id="p", payment=payment("150.00", "p")))
    note = CreditNote(event_id="n", amount=Money.of("50.00", "EUR"), issued_on=date(2026, 3, 11))
    desk.book(CreditNoteIssued(event_id="n", credit_note=note))
    desk.book(NoteTaken(event_id="t", text="Une lampe était rayée"))
    await desk.plan(desk.told("promise_to_pay", command=True, until="2026-03-18", amount="400.00"))
    desk.now = at(date(2026, 3, 23))
    await desk.plan()
    desk.now = at(CALL_DAY)
    desk.skip_to("call")
    await desk.attempt("call")
    (task,) = desk.tasks(TaskKind.CALL)
    sheet = (task.sheet or "").replace("\u00a0", " ")
    for item in (
        "2026-0042",
        "1 200,00 €",  # the amount
        "1 000,00 €",  # what remains of it
        "4 février 2026",
        "6 mars 2026",
        "Luminaires",
        "BC-118",
        "Paul Dupont",
        "04 65 71 20 30",
        "Zoé Martin",
        "10 mars 2026 : 1re relance",
        "400,00 €",  # the promise
        "18 mars 2026",
        "Une lampe était rayée",
        "1 300,00 €",  # the account
        "2026-0050",
        "échéancier",
    ):
        assert item in sheet, item
    order = ["La bonne personne", "Qui vous êtes", "La livraison d'abord", "La facture ensuite"]
    places = [sheet.index(words) for words in order]
    assert places == sorted(places)
    assert task.due_on == CALL_DAY
    assert f"call-done {task.id}" in sheet


async def test_credits_of_the_customer_are_on_the_sheet(desk: Office) -> None:
    """Money that the creditor holds for the customer is known before the call, not during it."""
    with desk.books.write() as conn:
        customer_credits.add(
            conn,
            creditor_id=CREDITOR,
            customer_id="C-1",
            credit_id="deposit-1",
            amount=Money.of("80.00", "EUR"),
            reference="AC-7",
            now=desk.now,
        )
    task = await call_open(desk)
    sheet = (task.sheet or "").replace("\u00a0", " ")
    assert "AC-7" in sheet
    assert "80,00 €" in sheet
    assert "1 120,00 €" in sheet


async def test_a_small_amount_is_to_be_paid_at_once(desk: Office) -> None:
    """Below the policy's threshold nobody offers instalments."""
    task = await call_open(desk, invoice_=invoice(amount=Money.of("90.00", "EUR")))
    assert "pas d'échéancier" in (task.sheet or "")


async def test_opening_a_call_twice_changes_nothing(desk: Office) -> None:
    """An attempt whose answer was lost finds its task."""
    await call_open(desk)
    assert (await desk.attempt("call", planned_at=desk.now)).result is StepResult.DONE
    assert len(desk.tasks(TaskKind.CALL)) == 1
    assert desk.kinds().count(EntryKind.CALL_OPENED) == 1


async def test_a_promise_waits_for_its_day(desk: Office) -> None:
    """The task is done, dunning waits for the date that was promised."""
    await call_open(desk)
    told = desk.told("call_completed", outcome="promise", promised_until="2026-04-15", note="pays Wednesday")
    planned = await desk.plan(told)
    assert planned.status is DunningStatus.PROMISED
    assert [step.act for step in planned.steps] == ["review"]
    assert desk.tasks(TaskKind.CALL) == []


async def test_a_dispute_holds_without_end(desk: Office) -> None:
    """Nobody is chased while the claim is contested, and a person looks into it."""
    await call_open(desk)
    planned = await desk.plan(desk.told("call_completed", outcome="dispute", note="two lamps broken"))
    assert (planned.status, planned.steps) == (DunningStatus.HELD, ())
    (task,) = desk.tasks(TaskKind.DISPUTE)
    assert task.details["note"] == "two lamps broken"


async def test_no_answer_comes_back_twice(desk: Office) -> None:
    """Two more tries on the next business days, each with the sheet; then dunning goes on without."""
    await call_open(desk)
    days = []
    for _ in range(3):
        (task,) = desk.tasks(TaskKind.CALL)
        assert "2026-0042" in (task.sheet or "")
        days.append(task.due_on)
        desk.now = at(task.due_on or CALL_DAY)
        planned = await desk.plan(desk.told("call_completed", outcome="no-answer", task_id=task.id))
        assert planned.status is DunningStatus.DUNNING
    assert days == [CALL_DAY, CALL_DAY + timedelta(days=1), CALL_DAY + timedelta(days=2)]
    assert desk.tasks(TaskKind.CALL) == []


async def test_the_sheet_of_a_later_round_is_up_to_date(desk: Office) -> None:
    """A payment between two rounds is on the second sheet."""
    await call_open(desk)
    desk.book(PaymentReceived(event_id="p", payment=payment("500.00", "p", CALL_DAY)))
    await desk.plan(desk.told("call_completed", outcome="no-answer", note="sonne dans le vide"))
    (task,) = desk.tasks(TaskKind.CALL)
    sheet = (task.sheet or "").replace("\u00a0", " ")
    assert "700,00 €" in sheet
    assert "sonne dans le vide" in sheet
    assert f"call-done {task.id}" in sheet


async def test_a_wrong_number_is_looked_up(desk: Office) -> None:
    """A task asks for another number, and is over once it is known."""
    await call_open(desk)
    await desk.plan(desk.told("call_completed", outcome="wrong-number"))
    assert len(desk.tasks(TaskKind.FIND_PHONE)) == 1
    await desk.plan(desk.told("customer_changed", phone="04 65 71 20 99"))
    assert desk.tasks(TaskKind.FIND_PHONE) == []


async def test_paid_already_waits_five_business_days(desk: Office) -> None:
    """The customer says that the money is on its way: dunning pauses, then goes on."""
    await call_open(desk)
    planned = await desk.plan(desk.told("call_completed", outcome="paid"))
    assert planned.status is DunningStatus.HELD
    hold = desk.case().facts.hold
    assert hold is not None
    assert hold.until == CALL_DAY + timedelta(days=7)


async def test_a_call_that_was_done_is_not_done_again(desk: Office) -> None:
    """A second outcome for the same task is kept for a person, and moves nothing."""
    task = await call_open(desk)
    await desk.plan(desk.told("call_completed", outcome="paid", task_id=task.id))
    await desk.plan(desk.told("call_completed", outcome="dispute", task_id=task.id))
    assert desk.tasks(TaskKind.DISPUTE) == []
    assert len(desk.tasks(TaskKind.REFUSED_FACT)) == 1


async def test_a_faulty_sheet_does_not_cost_the_call(desk: Office, tmp_path: Path) -> None:
    """An error in the template: the call is asked for all the same, and a task names file and line."""
    folder = tmp_path / "own"
    copytree(ROOT / "templates" / "fr" / "call", folder / "fr" / "call")
    (folder / "fr" / "call" / "sheet.j2").write_text("# Appel\n{{ balance | mony }}\n")
    desk.replace(templates=TemplateBook([folder, ROOT / "templates"]))
    task = await call_open(desk)
    assert task.sheet is None
    (fault,) = desk.tasks(TaskKind.STEP_FAILED)
    assert "sheet.j2:2" in fault.details["problem"]


async def test_a_missed_instalment_brings_a_call_with_a_sheet(desk: Office) -> None:
    """The books open this call themselves; it has the same sheet."""
    desk.register()
    parts = [{"due_on": "2026-03-20", "amount": "600.00"}, {"due_on": "2026-04-20", "amount": "600.00"}]
    await desk.plan(desk.told("agree_payment_plan", command=True, instalments=parts))
    desk.now = at(date(2026, 3, 25))
    await desk.plan()
    (task,) = desk.tasks(TaskKind.CALL)
    assert "2026-0042" in (task.sheet or "")
    assert task.case == CaseKey(CREDITOR, "F-1")
