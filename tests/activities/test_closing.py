from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from temporalio.exceptions import ApplicationError

from dunning.case import SendState
from dunning.facts import InvoiceCancelled, PaymentReceived, WrittenOff
from dunning.journal import EntryKind, TaskKind
from dunning.registers import PolicyRegister
from embedded.smtp_faults import Fault, FaultKind, FaultMoment, defer, refuse
from providers.smtp import SmtpMailProvider, SmtpSecurity, SmtpSettings
from rendering.templates import TemplateBook
from tests.activities.office import Office, eventually, office
from tests.activities.papers import POLICY, ROOT, payment, policies_with

MAILBOX = "compta@garage-dupont.example"


async def settled(desk: Office, *, reminded: bool = True) -> None:
    """An invoice paid in full, after a reminder or before any."""
    desk.register()
    await desk.plan()
    if reminded:
        await desk.attempt()
    desk.book(PaymentReceived(event_id="p", payment=payment("1200.00", "p")))
    await desk.plan()


async def test_the_customer_is_thanked_once(tmp_path: Path) -> None:
    """One message, one line in the journal, however often closing is tried."""
    async with office(tmp_path) as desk:
        await settled(desk)
        assert (await desk.plan()).close_work
        for attempt in (1, 2, 3):
            assert (await desk.close(attempt=attempt)).thanked
        assert desk.received == 2
        assert desk.kinds().count(EntryKind.THANKED) == 1
        assert "merci" in desk.sink.messages[1].subject


async def test_attempts_at_once_thank_once(tmp_path: Path) -> None:
    """A slow attempt and its retry cross: the row lets one of them write."""
    async with office(tmp_path) as desk:
        await settled(desk)
        await asyncio.gather(*(desk.close(attempt=number) for number in (1, 2)), return_exceptions=True)
        assert desk.received == 2


async def test_who_was_never_written_to_is_not_thanked(tmp_path: Path) -> None:
    """A payment on time is no occasion for a message."""
    async with office(tmp_path) as desk:
        await settled(desk, reminded=False)
        assert not (await desk.plan()).close_work
        assert not (await desk.close()).thanked
        assert desk.received == 0


async def test_an_address_that_bounced_is_not_thanked(tmp_path: Path) -> None:
    """What refused one message is not written to again."""
    async with office(tmp_path) as desk:
        desk.register()
        await desk.attempt()
        desk.now += timedelta(days=3)
        desk.sink.inject(refuse(MAILBOX))
        await desk.attempt("reminder-2")
        lines = desk.sink.conversations
        desk.book(PaymentReceived(event_id="p", payment=payment("1200.00", "p")))
        await desk.plan()
        assert not (await desk.close()).thanked
        assert desk.sink.conversations == lines


@pytest.mark.parametrize("fact", [InvoiceCancelled(event_id="c"), WrittenOff(event_id="w")])
async def test_only_a_payment_is_thanked_for(tmp_path: Path, fact: Any) -> None:
    """A claim that was withdrawn or given up ends in silence."""
    async with office(tmp_path) as desk:
        desk.register()
        await desk.attempt()
        desk.book(fact)
        await desk.plan()
        assert not (await desk.close()).thanked
        assert desk.received == 1


async def test_a_policy_may_thank_nobody(tmp_path: Path) -> None:
    """Where the policy does not ask for it, the end is silent."""
    async with office(tmp_path, policies=policies_with(thank_on_payment=False)) as desk:
        await settled(desk)
        assert not (await desk.plan()).close_work
        assert not (await desk.close()).thanked


async def test_greylisted_thanks_are_tried_again(tmp_path: Path) -> None:
    """451 is worth another try; then they arrive once."""
    async with office(tmp_path) as desk:
        await settled(desk)
        desk.sink.inject(defer(MAILBOX, times=1))
        with pytest.raises(ApplicationError):
            await desk.close()
        assert (await desk.close(attempt=2)).thanked
        assert desk.received == 2


async def test_a_mail_server_that_stays_away_does_not_keep_the_case_open(tmp_path: Path) -> None:
    """After half an hour of tries the case ends without thanks, and nobody is troubled."""
    async with office(tmp_path) as desk:
        await settled(desk)
        desk.replace(
            mail=SmtpMailProvider(SmtpSettings(host="127.0.0.1", port=1, security=SmtpSecurity.NONE))
        )
        with pytest.raises(ApplicationError):
            await desk.close()
        assert not (await desk.close(attempt=9, waited=timedelta(minutes=31))).thanked
        assert desk.tasks() == []


@pytest.mark.parametrize(
    "fault",
    [
        Fault(moment=FaultMoment.DOT, reply="554 5.6.0 Spam"),
        Fault(moment=FaultMoment.DOT, kind=FaultKind.DROP, taken=True),
    ],
    ids=["refused", "uncertain"],
)
async def test_thanks_that_fail_are_nobodys_task(tmp_path: Path, fault: Fault) -> None:
    """A courtesy that may not have arrived needs no person; it is not sent again."""
    async with office(tmp_path) as desk:
        await settled(desk)
        desk.sink.inject(fault)
        for attempt in (1, 2):
            assert not (await desk.close(attempt=attempt)).thanked
        assert desk.tasks() == []


async def test_thanks_cut_off_are_not_sent_again(tmp_path: Path) -> None:
    """A worker that died while thanking may have thanked."""
    async with office(tmp_path) as desk:
        await settled(desk)
        desk.sink.inject(Fault(moment=FaultMoment.DOT, kind=FaultKind.HANG, taken=True, times=1))
        cut = asyncio.create_task(desk.close())
        await eventually(lambda: desk.received == 2)
        cut.cancel()
        with pytest.raises(asyncio.CancelledError):
            await cut
        assert not (await desk.close(attempt=2)).thanked
        assert desk.received == 2
        assert desk.row("thanks").state is SendState.UNKNOWN
        assert desk.tasks(TaskKind.UNKNOWN_SEND) == []


@pytest.mark.parametrize("what", ["template", "policy"])
async def test_a_fault_of_ours_does_not_keep_the_case_open(tmp_path: Path, what: str) -> None:
    """A faulty template of the user, or a policy that is gone: closed without thanks."""
    async with office(tmp_path) as desk:
        await settled(desk)
        if what == "template":
            own = tmp_path / "own" / "fr" / "email"
            own.mkdir(parents=True)
            (own / "thanks.j2").write_text("{{ nothing_of_this_name }}")
            desk.replace(templates=TemplateBook([tmp_path / "own", ROOT / "templates"]))
        else:
            desk.replace(policies=PolicyRegister({"other": policies_with().get(POLICY)}, "other"))
        assert not (await desk.close()).thanked
        assert desk.received == 1
