from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from temporalio.exceptions import ApplicationError

from dunning.case import DunningStatus, SendState
from dunning.facts import CustomerChanged, PaymentReceived
from dunning.journal import EntryKind, TaskKind
from embedded.smtp_faults import Fault, FaultKind, FaultMoment, defer, refuse
from embedded.smtp_sink import SinkLogin, SmtpSink
from providers.smtp import SmtpMailProvider, SmtpSecurity, SmtpSettings
from tests.activities.office import Office, eventually, office
from tests.activities.papers import FIRST, at, customer, payment, policies_with
from workflows.assignments import StepResult

CUT = Fault(moment=FaultMoment.DOT, kind=FaultKind.DROP, taken=True, times=1)
SILENT = Fault(moment=FaultMoment.DOT, kind=FaultKind.HANG, taken=True, times=1)


async def cut_off(desk: Office) -> None:
    """An attempt that dies while the server holds the whole message, as with its worker."""
    desk.sink.inject(SILENT)
    attempt = asyncio.create_task(desk.attempt())
    await eventually(lambda: desk.received == 1)
    attempt.cancel()
    with pytest.raises(asyncio.CancelledError):
        await attempt


async def test_a_message_is_sent_and_its_bytes_are_kept(tmp_path: Path) -> None:
    """The books keep what the server got, byte for byte, under a Message-ID that derives from the row."""
    async with office(tmp_path) as desk:
        desk.register()
        assert (await desk.attempt()).result is StepResult.DONE
        row, got = desk.row(), desk.sink.messages[0]
        assert row.state is SendState.ACCEPTED
        assert desk.evidence() == desk.sink.store.content(got.number)
        assert row.message_id == got.message_id
        assert "queued as" in (row.response or "")
        assert (got.sender, got.recipients) == (
            "comptabilite@atelier-lumen.example",
            ("compta@garage-dupont.example",),
        )
        assert desk.case().level == 1
        assert desk.kinds()[-1] is EntryKind.SENT


async def test_greylisted_is_sent_once(tmp_path: Path) -> None:
    """451 gives the row back; the next attempt sends, and one message arrives."""
    async with office(tmp_path) as desk:
        desk.register()
        desk.sink.inject(defer("compta@garage-dupont.example", times=1))
        with pytest.raises(ApplicationError, match="451"):
            await desk.attempt()
        assert desk.row().state is SendState.RESERVED
        again = await desk.attempt(attempt=2, waited=timedelta(seconds=1))
        assert (again.result, desk.received) == (StepResult.DONE, 1)


async def test_a_bad_address_is_asked_for_and_left_alone(tmp_path: Path) -> None:
    """550 is journalled, opens one task for the customer, and nothing more goes there before it changes."""
    async with office(tmp_path) as desk:
        desk.register()
        desk.sink.inject(refuse("compta@garage-dupont.example"))
        for attempt in (1, 2):
            assert (await desk.attempt(attempt=attempt)).result is StepResult.FAILED
        assert desk.row().state is SendState.REFUSED
        assert desk.kinds().count(EntryKind.REFUSED) == 1
        assert len(desk.tasks(TaskKind.FIND_ADDRESS)) == 1
        lines = desk.sink.conversations
        desk.now = at(FIRST + timedelta(days=3))
        assert (await desk.attempt("reminder-2")).result is StepResult.FAILED
        assert desk.sink.conversations == lines
        desk.book(CustomerChanged(event_id="moved", email="neu@garage-dupont.example"))
        assert (await desk.attempt()).result is StepResult.DONE
        assert desk.sink.messages[0].recipients == ("neu@garage-dupont.example",)
        assert desk.tasks(TaskKind.FIND_ADDRESS) == []


async def test_a_message_that_no_server_takes_is_looked_at(tmp_path: Path) -> None:
    """A 554 on the content is no matter of the address: the step fails, and a person reads the reason."""
    async with office(tmp_path) as desk:
        desk.register()
        desk.sink.inject(Fault(moment=FaultMoment.DOT, reply="554 5.6.0 Message rejected as spam"))
        assert (await desk.attempt()).result is StepResult.FAILED
        (task,) = desk.tasks(TaskKind.STEP_FAILED)
        assert "spam" in task.details["problem"]
        assert desk.tasks(TaskKind.FIND_ADDRESS) == []
        assert not desk.case().email_bounced


async def test_a_line_cut_after_the_dot_is_unknown(tmp_path: Path) -> None:
    """The message may have arrived: a person decides, and no attempt sends it again."""
    async with office(tmp_path) as desk:
        desk.register()
        desk.sink.inject(CUT)
        for attempt in (1, 2):
            assert (await desk.attempt(attempt=attempt)).result is StepResult.UNKNOWN
        assert desk.row().state is SendState.UNKNOWN
        assert desk.received == 1
        assert len(desk.tasks(TaskKind.UNKNOWN_SEND)) == 1
        assert desk.kinds().count(EntryKind.UNKNOWN) == 1
        assert desk.case().level == 1


async def test_a_policy_may_have_an_uncertain_message_sent_again(tmp_path: Path) -> None:
    """Where the policy says so it goes out a second time, under the same Message-ID, and never a third."""
    async with office(tmp_path, policies=policies_with(resend_uncertain_email=True)) as desk:
        desk.register()
        desk.sink.inject(CUT.model_copy(update={"times": 2}))
        with pytest.raises(ApplicationError, match="sent again"):
            await desk.attempt()
        assert (await desk.attempt(attempt=2)).result is StepResult.UNKNOWN
        assert (await desk.attempt(attempt=3)).result is StepResult.UNKNOWN
        assert desk.received == 2
        assert len({message.message_id for message in desk.sink.messages}) == 1
        assert len(desk.tasks(TaskKind.UNKNOWN_SEND)) == 1


async def test_an_attempt_cut_off_while_submitting_is_unknown(tmp_path: Path) -> None:
    """The next attempt finds the row claimed, says that nobody knows, and sends nothing."""
    async with office(tmp_path) as desk:
        desk.register()
        await cut_off(desk)
        assert desk.row().state is SendState.SUBMITTING
        assert (await desk.attempt(attempt=2)).result is StepResult.UNKNOWN
        assert desk.received == 1
        assert len(desk.tasks(TaskKind.UNKNOWN_SEND)) == 1


async def test_an_attempt_cut_off_is_sent_again_where_the_policy_says_so(tmp_path: Path) -> None:
    """After a crash the second attempt sends at once."""
    async with office(tmp_path, policies=policies_with(resend_uncertain_email=True)) as desk:
        desk.register()
        await cut_off(desk)
        assert (await desk.attempt(attempt=2)).result is StepResult.DONE
        assert desk.received == 2
        assert desk.row().state is SendState.ACCEPTED
        assert desk.tasks(TaskKind.UNKNOWN_SEND) == []


async def test_an_attempt_cut_off_before_a_payment_is_told_all_the_same(tmp_path: Path) -> None:
    """The payment ends the step, and the books still say that a message may have gone out."""
    async with office(tmp_path) as desk:
        desk.register()
        await cut_off(desk)
        desk.book(PaymentReceived(event_id="p", payment=payment("1200.00", "p")))
        await desk.attempt(attempt=2)
        assert desk.row().state is SendState.UNKNOWN
        assert EntryKind.UNKNOWN in desk.kinds()


async def test_an_attempt_whose_answer_was_lost_does_not_send_twice(tmp_path: Path) -> None:
    """What was accepted is done, also when a payment came in between; nothing is called withheld."""
    async with office(tmp_path) as desk:
        desk.register()
        await desk.attempt()
        assert (await desk.attempt(attempt=2)).result is StepResult.DONE
        desk.book(PaymentReceived(event_id="p", payment=payment("1200.00", "p")))
        assert (await desk.attempt(attempt=3)).result is StepResult.DONE
        assert desk.received == 1
        assert EntryKind.WITHHELD not in desk.kinds()


async def test_two_attempts_at_once_send_one_message(ledger_url: str, tmp_path: Path) -> None:
    """A timed-out attempt and its retry cross: the claim lets one send, on both databases."""
    async with office(tmp_path, ledger_url=ledger_url) as desk:
        desk.register()
        outcomes = await asyncio.gather(*(desk.attempt(attempt=number) for number in (1, 2, 3)))
        assert desk.received == 1
        assert desk.row().state is SendState.ACCEPTED
        assert StepResult.DONE in {outcome.result for outcome in outcomes}
        assert desk.tasks(TaskKind.UNKNOWN_SEND) == []


async def test_a_slow_attempt_that_was_given_up_may_still_be_accepted(tmp_path: Path) -> None:
    """Its retry says unknown; when the server answers after all, the books know, and the question is moot."""
    async with office(tmp_path) as desk:
        desk.register()
        slow = Fault(moment=FaultMoment.DOT, kind=FaultKind.HANG, times=1, taken=False)
        desk.sink.inject(slow)
        first = asyncio.create_task(desk.attempt())
        await eventually(lambda: desk.sink.open_lines == 1 and desk.row().state is SendState.SUBMITTING)
        assert (await desk.attempt(attempt=2)).result is StepResult.UNKNOWN
        assert len(desk.tasks(TaskKind.UNKNOWN_SEND)) == 1
        first.cancel()
        with pytest.raises(asyncio.CancelledError):
            await first
        assert desk.row().state is SendState.UNKNOWN


async def test_a_wrong_password_waits_and_tells_someone(tmp_path: Path) -> None:
    """A fault of our own set-up is temporary; after half an hour it is put off with a task that says why."""
    sink = SmtpSink(login=SinkLogin(username="relance", password=SecretStr("right")))
    async with sink:
        login = SmtpSettings(
            host="127.0.0.1",
            port=sink.port,
            security=SmtpSecurity.NONE,
            username="relance",
            password=SecretStr("wrong"),
        )
        mail = SmtpMailProvider(login)
        async with office(tmp_path, mail=mail) as desk:
            desk.register()
            with pytest.raises(ApplicationError, match="user name and password"):
                await desk.attempt()
            outcome = await desk.attempt(attempt=9, waited=timedelta(minutes=31))
            assert outcome.result is StepResult.DEFERRED
            (task,) = desk.tasks(TaskKind.PROVIDER_DOWN)
            assert "user name and password" in task.details["problem"]
            assert "wrong" not in str(task.details)
            assert desk.row().state is SendState.RESERVED


async def test_a_mail_server_that_is_away_defers_with_one_task_a_day(tmp_path: Path) -> None:
    """Half an hour of tries, then a later slot; many invoices and tries of a day make one task."""
    nobody = SmtpMailProvider(SmtpSettings(host="127.0.0.1", port=1, security=SmtpSecurity.NONE))
    async with office(tmp_path, mail=nobody) as desk:
        desk.register()
        with pytest.raises(ApplicationError, match="no connection"):
            await desk.attempt()
        for hours in (0, 2):
            desk.now = at(FIRST, 10 + hours)
            outcome = await desk.attempt(attempt=9, waited=timedelta(minutes=31))
            assert outcome.until == at(FIRST, 12 + hours, 31)
        assert len(desk.tasks(TaskKind.PROVIDER_DOWN)) == 1
        assert [entry.details["reason"] for entry in desk.story() if entry.kind is EntryKind.DEFERRED] == [
            "provider_down"
        ] * 2


async def test_put_off_past_the_window_means_the_next_business_day(tmp_path: Path) -> None:
    """A message is never put off into the night or the weekend."""
    nobody = SmtpMailProvider(SmtpSettings(host="127.0.0.1", port=1, security=SmtpSecurity.NONE))
    async with office(tmp_path, mail=nobody) as desk:
        desk.register()
        desk.now = at(FIRST + timedelta(days=3), 16)
        outcome = await desk.attempt(attempt=9, waited=timedelta(minutes=31))
        assert outcome.until is not None
        assert (outcome.until.date() - FIRST).days == 6
        assert 9 <= outcome.until.astimezone(at(FIRST).tzinfo).hour < 18


async def test_the_customer_without_an_address(tmp_path: Path) -> None:
    """The step fails, one task asks for the address, and the journal tells of it."""
    async with office(tmp_path) as desk:
        desk.register(customer_=customer(email=None))
        assert (await desk.attempt()).result is StepResult.FAILED
        assert len(desk.tasks(TaskKind.FIND_ADDRESS)) == 1
        assert EntryKind.FAILED in desk.kinds()
        assert desk.received == 0
        assert desk.case().status is not DunningStatus.BLOCKED
