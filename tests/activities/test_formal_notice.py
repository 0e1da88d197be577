from __future__ import annotations

import asyncio
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from activities.correspondence import claim_of
from dunning.case import DunningStatus, SendState
from dunning.claim import Claim
from dunning.facts import PaymentReceived
from dunning.journal import EntryKind, TaskKind
from dunning.party import CustomerKind
from dunning.policy import UnpaidAccessories
from dunning.wording import money
from embedded.smtp_faults import Fault, FaultKind, FaultMoment
from embedded.stripe_sandbox import StripeSandbox
from ledger import sends
from tests.activities.office import Office, eventually, office
from tests.activities.papers import CREDITOR, KEY, at, customer, payment, policies_with, registers
from tests.activities.stripe_desk import stripe_pages
from workflows.assignments import StepResult

NOTICE = date(2026, 4, 20)
PAID = date(2026, 4, 24)


def reminded(desk: Office) -> None:
    """An invoice whose reminders were delivered, and whose formal notice was approved."""
    desk.now = at(date(2026, 4, 7))
    desk.register(last_contact=(4, date(2026, 4, 7)))
    desk.now = at(NOTICE)


async def served(desk: Office) -> Claim:
    """The formal notice goes out; the claim of that day."""
    reminded(desk)
    desk.approve("formal-notice")
    assert (await desk.attempt("formal-notice")).result is StepResult.DONE
    creditor = registers().creditors.get(CREDITOR)
    case = desk.case()
    return claim_of(case, creditor, desk.policy, desk.dependencies, NOTICE)


async def pay(desk: Office, amount: str, event_id: str = "p") -> None:
    """Money comes a few days later."""
    desk.now = at(PAID)
    desk.book(PaymentReceived(event_id=event_id, payment=payment(amount, event_id, PAID)))
    await desk.plan()


async def test_it_waits_for_a_person(tmp_path: Path) -> None:
    """Without approval one task asks for it, however often one looks; with it, it goes out at once."""
    async with office(tmp_path) as desk:
        reminded(desk)
        for attempt in (1, 2):
            outcome = await desk.attempt("formal-notice", attempt=attempt)
            assert outcome.result is StepResult.AWAITING_APPROVAL
        assert len(desk.tasks(TaskKind.APPROVAL)) == 1
        assert desk.received == 0
        assert desk.case().status is DunningStatus.AWAITING_APPROVAL
        desk.approve("formal-notice")
        assert desk.tasks(TaskKind.APPROVAL) == []
        assert (await desk.attempt("formal-notice")).result is StepResult.DONE


async def test_its_amounts_are_those_of_the_claim(tmp_path: Path) -> None:
    """Principal, interest and costs apart, the total, the deadline: all as `dunning.claim` computes them."""
    async with (
        StripeSandbox() as sandbox,
        stripe_pages(sandbox) as pages,
        office(tmp_path, pages=pages) as desk,
    ):
        owed = await served(desk)
        text = " ".join(desk.text().split(" ")).replace("\r\n", " ")
        creditor_language = desk.case().customer.language
        for amount in (owed.interest_due, owed.fixed_costs_due, owed.total):
            assert money(amount, creditor_language) in text, amount
        assert owed.fixed_costs_due.amount == Decimal("40.00")
        assert "28 avril 2026" in text
        assert "ne tenez pas compte" not in text
        (link,) = sandbox.objects.all_of("payment_link")
        assert link["_line_items"][0].price_data.unit_amount == owed.total.minor_units
        assert desk.case().accessories_asked == owed.interest_due + owed.fixed_costs_due
        (letter,) = desk.tasks(TaskKind.REGISTERED_LETTER)
        assert letter.due_on == NOTICE


@pytest.mark.parametrize("kind", [CustomerKind.CONSUMER, CustomerKind.UNKNOWN])
async def test_who_is_no_professional_owes_no_costs(tmp_path: Path, kind: CustomerKind) -> None:
    """No 40 euros, and no interest before the notice was presented (C. civ. 1231-6)."""
    async with office(tmp_path) as desk:
        desk.now = at(date(2026, 4, 7))
        desk.register(customer_=customer(kind=kind, siren=None), last_contact=(4, date(2026, 4, 7)))
        desk.now = at(NOTICE)
        desk.approve("formal-notice")
        assert (await desk.attempt("formal-notice")).result is StepResult.DONE
        assert "40,00" not in desk.text()
        asked = desk.case().accessories_asked
        assert asked is not None
        assert not asked.is_positive


async def test_the_task_of_the_letter_survives_a_crash_after_the_answer(tmp_path: Path) -> None:
    """What follows is written with the outcome itself: an attempt lost right after it loses nothing."""
    async with office(tmp_path) as desk:
        await served(desk)
        assert (await desk.attempt("formal-notice", attempt=2, planned_at=desk.now)).result is StepResult.DONE
        with desk.books.read() as conn:
            rows = [row for row in sends.of_this_case(conn, KEY) if row.key.step == "formal-notice"]
        assert [row.state for row in rows] == [SendState.ACCEPTED]
        assert (desk.case().level, len(desk.tasks(TaskKind.REGISTERED_LETTER))) == (5, 1)


async def test_an_uncertain_notice_still_has_its_letter(tmp_path: Path) -> None:
    """Nobody knows whether the e-mail arrived: the letter is posted, but nothing counts as asked for yet."""
    async with office(tmp_path) as desk:
        reminded(desk)
        desk.approve("formal-notice")
        desk.sink.inject(Fault(moment=FaultMoment.DOT, kind=FaultKind.HANG, taken=True, times=1))
        cut = asyncio.create_task(desk.attempt("formal-notice"))
        await eventually(lambda: desk.received == 1)
        cut.cancel()
        with pytest.raises(asyncio.CancelledError):
            await cut
        assert (await desk.attempt("formal-notice", attempt=2)).result is StepResult.UNKNOWN
        assert len(desk.tasks(TaskKind.REGISTERED_LETTER)) == 1
        assert desk.case().accessories_asked is None


async def test_principal_paid_leaves_the_accessories_to_a_person(tmp_path: Path) -> None:
    """The case is settled; what was asked for beside the principal is a task, and the thanks say so."""
    async with office(tmp_path) as desk:
        owed = await served(desk)
        await pay(desk, "1200.00")
        assert desk.case().status is DunningStatus.SETTLED
        asked = owed.interest_due + owed.fixed_costs_due
        (task,) = desk.tasks(TaskKind.UNPAID_ACCESSORIES)
        assert task.details["amount"] == str(asked)
        await desk.close()
        text = desk.text()
        assert "réglée en principal" in text
        assert money(asked, desk.case().customer.language) in text


async def test_a_part_of_the_accessories_paid(tmp_path: Path) -> None:
    """Task and thanks tell of the same rest."""
    async with office(tmp_path) as desk:
        owed = await served(desk)
        await pay(desk, "1210.00")
        rest = owed.interest_due + owed.fixed_costs_due - payment("10.00", "x").amount
        (task,) = desk.tasks(TaskKind.UNPAID_ACCESSORIES)
        assert task.details["amount"] == str(rest)
        await desk.close()
        assert money(rest, desk.case().customer.language) in desk.text()


async def test_a_policy_may_waive_them(tmp_path: Path) -> None:
    """No task, a line in the journal, and the customer reads that nothing more is asked for."""
    policies = policies_with(unpaid_accessories=UnpaidAccessories.WAIVE)
    async with office(tmp_path, policies=policies) as desk:
        await served(desk)
        await pay(desk, "1200.00")
        assert desk.tasks(TaskKind.UNPAID_ACCESSORIES) == []
        assert EntryKind.ACCESSORIES_WAIVED in desk.kinds()
        await desk.close()
        assert "nous renonçons" in desk.text()
        assert "Plus rien ne vous est demandé" in desk.text()


async def test_the_whole_claim_paid_leaves_nothing(tmp_path: Path) -> None:
    """Who pays what the notice asked for gets no task, no question of overpayment, and plain thanks."""
    async with office(tmp_path) as desk:
        owed = await served(desk)
        await pay(desk, str(owed.total.amount))
        assert desk.case().status is DunningStatus.SETTLED
        assert desk.tasks(TaskKind.UNPAID_ACCESSORIES, TaskKind.OVERPAYMENT) == []
        await desk.close()
        assert "soldée" in desk.text()
        assert "restent dues" not in desk.text()


async def test_the_hand_over_is_approved_too_and_happens_once(tmp_path: Path) -> None:
    """One task, the case is closed; an attempt whose answer was lost says the same, nothing is withheld."""
    async with office(tmp_path) as desk:
        await served(desk)
        desk.now = at(date(2026, 6, 4))
        assert (await desk.attempt("hand-over")).result is StepResult.AWAITING_APPROVAL
        desk.approve("hand-over")
        asked = desk.request("hand-over")
        for attempt in (1, 2):
            outcome = await desk.attempt_at(asked, attempt=attempt)
            assert (outcome.result, outcome.status) == (StepResult.CLOSED, DunningStatus.HANDED_OVER)
        assert len(desk.tasks(TaskKind.HAND_OVER)) == 1
        assert EntryKind.WITHHELD not in desk.kinds()
        assert desk.case().level == 6
        assert desk.now - at(NOTICE) > timedelta(days=40)
