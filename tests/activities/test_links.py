from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from temporalio.exceptions import ApplicationError

from dunning.facts import CreditNoteIssued, InvoiceCancelled, PaymentReceived, WrittenOff
from dunning.invoice import CreditNote
from dunning.journal import EntryKind, TaskKind
from dunning.money import Money
from dunning.registers import CreditorRegister
from embedded.stripe_api import ApiFault
from embedded.stripe_hosted import Outcome
from embedded.stripe_sandbox import API_KEY, StripeSandbox
from tests.activities.office import Office, office
from tests.activities.papers import CREDITOR, DUE, FIRST, at, invoice, payment, registers
from tests.activities.stripe_desk import stripe_pages
from workflows.assignments import StepResult

SECOND = FIRST + timedelta(days=3)


@asynccontextmanager
async def shop(
    folder: Path, *, key: str = API_KEY, **options: Any
) -> AsyncIterator[tuple[Office, StripeSandbox]]:
    """An office whose customers may pay by card."""
    async with (
        StripeSandbox() as sandbox,
        stripe_pages(sandbox, key=key) as pages,
        office(folder, pages=pages, **options) as desk,
    ):
        yield desk, sandbox


def link_in(desk: Office) -> str | None:
    """The address by which the latest message lets one pay."""
    found = re.search(r"http://\S+", desk.text())
    return found.group() if found else None


def paid(amount: str, event_id: str = "p") -> PaymentReceived:
    """Money received."""
    return PaymentReceived(event_id=event_id, payment=payment(amount, event_id))


async def test_a_link_of_the_provider_that_can_be_completed_once(tmp_path: Path) -> None:
    """Without a public address the message carries a Stripe link for the balance, good for once."""
    async with shop(tmp_path) as (desk, sandbox):
        desk.register()
        await desk.attempt()
        url = link_in(desk)
        assert url is not None
        assert url.startswith(sandbox.address)
        assert (await sandbox.pay(url)).outcome is Outcome.PAID
        assert (await sandbox.pay(url)).outcome is not Outcome.PAID
        (charge,) = sandbox.objects.all_of("charge")
        assert charge["amount"] == 120_000


async def test_later_messages_carry_the_same_link(tmp_path: Path) -> None:
    """As long as the amount is right there is one link, however many messages and tries print it."""
    async with shop(tmp_path) as (desk, sandbox):
        desk.register()
        await desk.attempt()
        first = link_in(desk)
        desk.now = at(SECOND)
        await desk.attempt("reminder-2")
        assert link_in(desk) == first
        assert sandbox.counts.payment_links == 1


async def test_our_own_page_where_the_address_is_public(tmp_path: Path) -> None:
    """With a public address the message carries our pay page, and Stripe is asked for nothing yet."""
    async with shop(tmp_path, public_url="http://pay.lumen.example/") as (desk, sandbox):
        desk.register()
        await desk.attempt()
        url = link_in(desk)
        assert url is not None
        assert re.fullmatch(r"http://pay\.lumen\.example/pay/[\w-]{32}", url)
        assert sandbox.counts.payment_links == 0


async def test_no_card_is_promised_where_nobody_takes_cards(tmp_path: Path) -> None:
    """A public address without a payment provider: the message asks for a transfer or a cheque."""
    async with office(tmp_path, public_url="http://pay.lumen.example") as desk:
        desk.register()
        await desk.attempt()
        assert link_in(desk) is None
        assert "par carte" not in desk.text()
        assert "FR76" in desk.text()


@pytest.mark.parametrize("public_url", [None, "http://pay.lumen.example"])
@pytest.mark.parametrize(("amount", "offered"), [("3000.00", True), ("3000.01", False)])
async def test_cards_are_offered_up_to_the_limit(
    tmp_path: Path, public_url: str | None, amount: str, offered: bool
) -> None:
    """Above the creditor's card limit there is no card link, on our own page neither."""
    async with shop(tmp_path, public_url=public_url) as (desk, sandbox):
        desk.register(invoice(amount=Money.of(amount, "EUR")))
        assert (await desk.attempt()).result is StepResult.DONE
        assert ("par carte" in desk.text(), link_in(desk) is not None) == (offered, offered)
        assert sandbox.counts.payment_links == (1 if offered and public_url is None else 0)


async def test_without_a_limit_every_amount_may_be_paid_by_card(tmp_path: Path) -> None:
    """Leaving the limit out means always."""
    unlimited = registers().creditors.get(CREDITOR).model_copy(update={"card_limit": None})
    async with shop(tmp_path, creditors=CreditorRegister({CREDITOR: unlimited})) as (desk, _):
        desk.register(invoice(amount=Money(amount=Decimal("250000.00"), currency="EUR")))
        await desk.attempt()
        assert link_in(desk) is not None


@pytest.mark.parametrize("by", ["payment", "credit note", "plan"])
async def test_a_new_amount_switches_the_old_link_off(tmp_path: Path, by: str) -> None:
    """After a part payment, a credit note or a plan the old link is dead; the next message has a new one."""
    async with shop(tmp_path) as (desk, sandbox):
        desk.register()
        await desk.attempt()
        old = link_in(desk)
        parts = [{"due_on": "2026-03-20", "amount": "500.00"}, {"due_on": "2026-04-20", "amount": "700.00"}]
        told = {
            "payment": desk.told("payment_received", amount="200.00", received_on="2026-03-11"),
            "credit note": desk.told("credit_note_issued", amount="200.00", issued_on="2026-03-11"),
            "plan": desk.told("agree_payment_plan", command=True, instalments=parts),
        }[by]
        planned = await desk.plan(told)
        assert not any(answer.refusal for answer in planned.answers)
        assert sandbox.counts.open_links == 0
        assert EntryKind.LINK_SWITCHED_OFF in desk.kinds()
        desk.now = planned.steps[0].at
        step = planned.steps[0]
        await desk.attempt(step.step, instalment=step.instalment)
        new = link_in(desk)
        assert new is not None
        assert new != old
        assert (await sandbox.pay(new)).outcome is Outcome.PAID
        (charge,) = sandbox.objects.all_of("charge")
        assert charge["amount"] == (50_000 if by == "plan" else 100_000)


async def test_each_instalment_has_a_link_of_its_own(tmp_path: Path) -> None:
    """Two reminders, two links, each for its part; a missed one does not disturb the other."""
    async with shop(tmp_path) as (desk, sandbox):
        desk.register()
        parts = [{"due_on": "2026-03-20", "amount": "500.00"}, {"due_on": "2026-03-23", "amount": "700.00"}]
        planned = await desk.plan(desk.told("agree_payment_plan", command=True, instalments=parts))
        reminders = [step for step in planned.steps if step.act == "instalment_reminder"]
        urls = []
        for step in reminders:
            desk.now = step.at
            assert (await desk.attempt(step.step, instalment=step.instalment)).result is StepResult.DONE
            urls.append(link_in(desk))
        assert len(set(urls)) == 2
        for url in urls:
            assert url is not None
            assert (await sandbox.pay(url)).outcome is Outcome.PAID
        assert [charge["amount"] for charge in sandbox.objects.all_of("charge")] == [50_000, 70_000]


@pytest.mark.parametrize(
    "fact",
    [paid("1200.00"), InvoiceCancelled(event_id="c"), WrittenOff(event_id="w")],
    ids=["settled", "cancelled", "written off"],
)
async def test_the_end_switches_every_link_off(tmp_path: Path, fact: Any) -> None:
    """Nobody can pay twice, or pay what is no longer asked for."""
    async with shop(tmp_path) as (desk, sandbox):
        desk.register()
        await desk.attempt()
        desk.book(fact)
        assert (await desk.plan()).close_work
        assert (await desk.close()).links_off == 1
        assert sandbox.counts.open_links == 0
        assert (await desk.close(attempt=2)).links_off == 0


async def test_a_hand_over_switches_every_link_off(tmp_path: Path) -> None:
    """From then on the agency is paid."""
    async with shop(tmp_path) as (desk, sandbox):
        desk.register()
        await desk.attempt()
        desk.now = at(DUE + timedelta(days=97))
        desk.approve("hand-over")
        desk.skip_to("hand-over")
        assert (await desk.attempt("hand-over")).result is StepResult.CLOSED
        await desk.close()
        assert sandbox.counts.open_links == 0


async def test_stripe_away_does_not_hold_a_message_back(tmp_path: Path) -> None:
    """Three tries, then the message goes without a link, and the journal says so once."""
    async with shop(tmp_path) as (desk, sandbox):
        desk.register()
        sandbox.api.faults.extend([ApiFault.UNAVAILABLE] * 4)
        for attempt in (1, 2):
            with pytest.raises(ApplicationError, match="payment link"):
                await desk.attempt(attempt=attempt)
        assert (await desk.attempt(attempt=3)).result is StepResult.DONE
        assert link_in(desk) is None
        assert "FR76" in desk.text()
        assert desk.kinds().count(EntryKind.LINK_FAILED) == 1


async def test_a_bad_key_does_not_hold_a_message_back(tmp_path: Path) -> None:
    """What trying again cannot mend is not tried again: no link, a line in the journal, no secret in it."""
    async with shop(tmp_path, key="sk_test_wrong") as (desk, _):
        desk.register()
        assert (await desk.attempt()).result is StepResult.DONE
        assert link_in(desk) is None
        (failed,) = [entry for entry in desk.story() if entry.kind is EntryKind.LINK_FAILED]
        assert "DUNNING_STRIPE_API_KEY" in failed.details["problem"]
        assert "sk_test_wrong" not in failed.details["problem"]


async def test_a_lost_answer_makes_no_second_link(tmp_path: Path) -> None:
    """A link whose creation was not heard of is asked for under the same key, and is the same one."""
    async with shop(tmp_path) as (desk, sandbox):
        desk.register()
        sandbox.api.faults.append(ApiFault.CUT_AFTERWARDS)
        with pytest.raises(ApplicationError):
            await desk.attempt()
        assert (await desk.attempt(attempt=2)).result is StepResult.DONE
        assert sandbox.counts.payment_links == 1


async def test_a_link_that_could_not_be_switched_off_is_with_the_next_message(tmp_path: Path) -> None:
    """Stripe was away when the amount changed: the plan stands, the old link goes off before a new one."""
    async with shop(tmp_path) as (desk, sandbox):
        desk.register()
        await desk.attempt()
        sandbox.api.faults.append(ApiFault.UNAVAILABLE)
        told = desk.told("credit_note_issued", amount="200.00", issued_on="2026-03-11")
        assert (await desk.plan(told)).booked
        assert sandbox.counts.open_links == 1
        assert EntryKind.LINK_FAILED in desk.kinds()
        desk.now = at(SECOND)
        await desk.attempt("reminder-2")
        assert (sandbox.counts.payment_links, sandbox.counts.open_links) == (2, 1)


async def test_stripe_away_at_the_end_is_tried_again(tmp_path: Path) -> None:
    """Closing fails until Stripe answers, and thanks nobody twice meanwhile."""
    async with shop(tmp_path) as (desk, sandbox):
        desk.register()
        await desk.attempt()
        desk.book(paid("1200.00"))
        await desk.plan()
        sandbox.api.faults.extend([ApiFault.UNAVAILABLE] * 2)
        for attempt in (1, 2):
            with pytest.raises(ApplicationError, match="switch off"):
                await desk.close(attempt=attempt)
        assert (await desk.close(attempt=3)).links_off == 1
        assert desk.received == 2
        assert desk.tasks(TaskKind.BLOCKED) == []


async def test_a_credit_note_as_large_as_the_balance_settles(tmp_path: Path) -> None:
    """Nothing is left to pay: the link goes off with the case."""
    async with shop(tmp_path) as (desk, sandbox):
        desk.register()
        await desk.attempt()
        note = CreditNote(event_id="n", amount=Money.of("1200.00", "EUR"), issued_on=date(2026, 3, 11))
        desk.book(CreditNoteIssued(event_id="n", credit_note=note))
        await desk.plan()
        await desk.close()
        assert sandbox.counts.open_links == 0
