"""Whole lives of invoices, day by day: what goes out when, and the silence afterwards."""

from __future__ import annotations

from datetime import date, time
from pathlib import Path

import pytest
from temporalio.client import WorkflowUpdateFailedError

from dunning.case import DunningStatus
from dunning.journal import EntryKind, TaskKind
from embedded.smtp_faults import refuse
from tests.lives.life import euros, stage
from workflows.contract import SignalName, UpdateName

NOMINAL = [
    ("2026-03-03", "courtesy"),
    ("2026-03-10", "reminder-1"),
    ("2026-03-13", "reminder-2"),
    ("2026-03-20", "reminder-3"),
    ("2026-04-07", "call"),
]


async def test_one_that_nobody_ever_pays(ledger_url: str, tmp_path: Path) -> None:
    """Every level on its day, approvals waited for, then the hand-over, then silence; on both ledgers."""
    async with stage(tmp_path, ledger_url=ledger_url) as life:
        await life.begin()
        await life.until(date(2026, 4, 22))
        assert life.acts() == NOMINAL
        assert (await life.status()).status is DunningStatus.AWAITING_APPROVAL
        assert len(life.tasks(TaskKind.APPROVAL)) == 1
        await life.command(UpdateName.APPROVE, approved_by="H. Garnier")
        await life.until(date(2026, 4, 23))
        assert life.acts()[-1] == ("2026-04-23", "formal-notice")
        assert len(life.tasks(TaskKind.REGISTERED_LETTER)) == 1
        await life.until(date(2026, 6, 10))
        await life.command(UpdateName.APPROVE)
        await life.until(date(2026, 6, 11))
        result = await life.end()
        assert (result.status, result.level) == (DunningStatus.HANDED_OVER, 6)
        assert life.case().status is DunningStatus.HANDED_OVER
        assert [subject[:7] for subject in life.subjects] == ["Facture", *["Relance"] * 3, "Mise en"]


async def test_paid_before_anything_went_out(tmp_path: Path) -> None:
    """A payment before the first message ends the run, and nobody is written to."""
    async with stage(tmp_path) as life:
        await life.begin()
        await life.until(date(2026, 3, 2))
        await life.pay("1200.00")
        assert (await life.end()).status is DunningStatus.SETTLED
        assert life.subjects == []


async def test_paid_in_mid_life_is_thanked_and_left_alone(tmp_path: Path) -> None:
    """A payment after a reminder ends it: one thank-you, then nothing, however long one waits."""
    async with stage(tmp_path) as life:
        await life.begin()
        await life.begin("F-2", customer_id="C-2", email="autre@example.com")
        await life.until(date(2026, 3, 14))
        await life.pay("1200.00")
        assert (await life.end()).status is DunningStatus.SETTLED
        mine = [
            message for message in life.sink.messages if "compta@garage-dupont.example" in message.recipients
        ]
        assert len(mine) == 4
        await life.until(date(2026, 4, 8))
        mine = [
            message for message in life.sink.messages if "compta@garage-dupont.example" in message.recipients
        ]
        assert len(mine) == 4
        assert life.acts("F-2") == NOMINAL


async def test_a_part_payment_lowers_what_the_next_message_asks_for(tmp_path: Path) -> None:
    """Dunning goes on for the rest, on the same days, with the new balance in the message."""
    async with stage(tmp_path) as life:
        await life.begin()
        await life.until(date(2026, 3, 11))
        await life.pay("500.00")
        await life.until(date(2026, 3, 14))
        assert life.case().balance == euros("700.00")
        assert life.acts()[-1] == ("2026-03-13", "reminder-2")
        assert "700,00\u00a0€" in life.text(life.sink.messages[-1])


async def test_an_invoice_first_seen_late_starts_at_its_first_reminder(tmp_path: Path) -> None:
    """Late is never a burst: the first reminder at once, the others with the policy's spacing."""
    async with stage(tmp_path, begin=date(2026, 4, 27)) as life:
        await life.begin(due=date(2026, 2, 2))
        await life.until(date(2026, 5, 20))
        assert [step for _, step in life.acts()] == ["reminder-1", "reminder-2", "reminder-3"]
        days = [date.fromisoformat(day) for day, _ in life.acts()]
        assert days[0] == date(2026, 4, 27)
        assert (days[1] - days[0]).days >= 3
        assert (days[2] - days[1]).days >= 7


async def test_a_hold_stops_everything_and_the_rest_keeps_its_spacing(tmp_path: Path) -> None:
    """Held until a day: silence before it, then one step, then the policy's spacing."""
    async with stage(tmp_path) as life:
        await life.begin()
        await life.until(date(2026, 3, 11))
        answer = await life.command(UpdateName.HOLD, until="2026-04-15", reason="checking the delivery")
        assert answer.status is DunningStatus.HELD
        assert life.case().status is DunningStatus.HELD
        await life.until(date(2026, 4, 14))
        assert len(life.acts()) == 2
        await life.until(date(2026, 4, 30))
        assert life.acts()[2:] == [("2026-04-15", "reminder-2"), ("2026-04-22", "reminder-3")]


async def test_resume_ends_a_hold_at_once(tmp_path: Path) -> None:
    """A hold without end waits for a person, and goes on the same day when resumed in the window."""
    async with stage(tmp_path) as life:
        await life.begin()
        await life.until(date(2026, 3, 11))
        await life.command(UpdateName.HOLD, reason="dispute")
        await life.until(date(2026, 4, 21), time(9, 30))
        assert len(life.acts()) == 2
        await life.command(UpdateName.RESUME)
        await life.until(date(2026, 4, 21))
        assert life.acts()[2:] == [("2026-04-21", "reminder-2")]


async def test_a_kept_promise_closes(tmp_path: Path) -> None:
    """Nothing goes out while a promise runs, and its payment settles the case."""
    async with stage(tmp_path) as life:
        await life.begin()
        await life.until(date(2026, 3, 11))
        await life.command(UpdateName.PROMISE_TO_PAY, until="2026-03-25")
        await life.until(date(2026, 3, 24))
        assert len(life.acts()) == 2
        await life.pay("1200.00")
        assert (await life.end()).status is DunningStatus.SETTLED
        assert EntryKind.PROMISE_KEPT in life.kinds()


async def test_a_broken_promise_resumes_one_level_firmer(tmp_path: Path) -> None:
    """Two business days after the promised one the next level is skipped, and the firmer one goes out."""
    async with stage(tmp_path) as life:
        await life.begin()
        await life.until(date(2026, 3, 11))
        await life.command(UpdateName.PROMISE_TO_PAY, until="2026-03-25")
        await life.until(date(2026, 4, 1))
        assert EntryKind.PROMISE_BROKEN in life.kinds()
        assert life.acts()[2:] == [("2026-03-30", "reminder-3")]


async def test_a_payment_plan_that_is_kept(tmp_path: Path) -> None:
    """Each instalment is reminded of three days before; the last payment settles the case."""
    async with stage(tmp_path) as life:
        await life.begin()
        await life.until(date(2026, 3, 11))
        await life.command(
            UpdateName.AGREE_PAYMENT_PLAN,
            instalments=[
                {"due_on": "2026-04-15", "amount": "600.00"},
                {"due_on": "2026-05-15", "amount": "600.00"},
            ],
        )
        assert (await life.status()).status is DunningStatus.PAYMENT_PLAN
        await life.until(date(2026, 4, 14))
        assert life.acts()[2:] == [("2026-04-10", "instalment-1")]
        assert "600,00\u00a0€" in life.text(life.sink.messages[-1])
        await life.pay("600.00")
        await life.until(date(2026, 5, 14))
        assert life.acts()[3:] == [("2026-05-12", "instalment-2")]
        await life.pay("600.00")
        assert (await life.end()).status is DunningStatus.SETTLED
        assert EntryKind.PLAN_KEPT in life.kinds()


async def test_a_missed_instalment_breaks_the_plan(tmp_path: Path) -> None:
    """Three days of grace, then a call task, and the escalation resumes where it stood."""
    async with stage(tmp_path) as life:
        await life.begin()
        await life.until(date(2026, 3, 14))
        await life.tell(
            SignalName.PAYMENT_PLAN_AGREED,
            instalments=[
                {"due_on": "2026-04-15", "amount": "600.00"},
                {"due_on": "2026-05-15", "amount": "600.00"},
            ],
        )
        await life.until(date(2026, 4, 20))
        assert EntryKind.PLAN_BROKEN not in life.kinds()
        await life.until(date(2026, 4, 21))
        assert EntryKind.PLAN_BROKEN in life.kinds()
        (call,) = life.tasks(TaskKind.CALL)
        assert call.sheet is not None
        assert "2026-F-1" in call.sheet
        await life.until(date(2026, 4, 30))
        assert life.acts()[-1][1] == "reminder-3"


async def test_a_plan_that_does_not_add_up_is_refused_in_words(tmp_path: Path) -> None:
    """As a signal it becomes a task, and the dunning goes on as if nothing had been said."""
    async with stage(tmp_path) as life:
        await life.begin()
        await life.until(date(2026, 3, 11))
        await life.tell(
            SignalName.PAYMENT_PLAN_AGREED, instalments=[{"due_on": "2026-04-15", "amount": "100.00"}]
        )
        await life.until(date(2026, 3, 14))
        assert len(life.tasks(TaskKind.REFUSED_FACT)) == 1
        assert life.acts()[-1] == ("2026-03-13", "reminder-2")


async def test_a_credit_note_and_a_correction(tmp_path: Path) -> None:
    """A credit note lowers the claim; a later due date starts a new escalation for it."""
    async with stage(tmp_path) as life:
        await life.begin()
        await life.until(date(2026, 3, 11))
        await life.tell(SignalName.CREDIT_NOTE_ISSUED, amount="200.00", issued_on="2026-03-11")
        await life.tell(SignalName.INVOICE_CORRECTED, due_date="2026-04-10")
        await life.until(date(2026, 4, 15))
        assert life.case().balance == euros("1000.00")
        assert life.acts()[2:] == [("2026-04-07", "courtesy"), ("2026-04-14", "reminder-1")]


async def test_only_a_step_of_the_policy_can_be_approved(tmp_path: Path) -> None:
    """A step name with a typing error is refused in words; the right one is approved ahead of its day."""
    async with stage(tmp_path) as life:
        await life.begin()
        await life.until(date(2026, 4, 8))
        with pytest.raises(WorkflowUpdateFailedError) as refused:
            await life.command(UpdateName.APPROVE, step="formal_notice")
        assert "formal_notice" in str(refused.value.cause)
        await life.command(UpdateName.APPROVE, step="formal-notice")
        await life.until(date(2026, 4, 21))
        assert life.acts()[-1] == ("2026-04-20", "formal-notice")


async def test_a_cancelled_invoice_is_never_chased(tmp_path: Path) -> None:
    """The billing system withdraws the claim; the run ends without a word to the customer."""
    async with stage(tmp_path) as life:
        await life.begin()
        await life.until(date(2026, 3, 2))
        await life.tell(SignalName.INVOICE_CANCELLED, reason="issued twice")
        assert (await life.end()).status is DunningStatus.CANCELLED
        assert life.subjects == []


async def test_an_address_that_bounces_and_is_mended(tmp_path: Path) -> None:
    """550 opens one task; nothing more goes there; with a new address the unsent level goes out."""
    async with stage(tmp_path) as life:
        await life.begin(email="parti@garage-dupont.example")
        life.sink.inject(refuse("parti@garage-dupont.example"))
        await life.until(date(2026, 3, 14))
        assert life.subjects == []
        assert len(life.tasks(TaskKind.FIND_ADDRESS)) == 1
        await life.tell(SignalName.CUSTOMER_CHANGED, email="compta@garage-dupont.example")
        await life.until(date(2026, 3, 17))
        assert len(life.subjects) == 1
        assert life.tasks(TaskKind.FIND_ADDRESS) == []


async def test_write_off_closes_and_a_late_payment_still_counts(tmp_path: Path) -> None:
    """The creditor gives up; money that comes all the same is booked."""
    async with stage(tmp_path) as life:
        await life.begin()
        await life.until(date(2026, 3, 11))
        await life.command(UpdateName.WRITE_OFF, reason="not worth it")
        assert (await life.end()).status is DunningStatus.WRITTEN_OFF
        assert life.case().closed_at is not None


@pytest.mark.parametrize("kind", ["consumer", "unknown"])
async def test_who_is_no_proven_professional_reads_nothing_of_penalties(tmp_path: Path, kind: str) -> None:
    """Consumers and customers of unknown kind: no 40 €, no penalties, at any level of reminders."""
    async with stage(tmp_path) as life:
        await life.begin(kind=kind, siren=None, email="claire@example.com")
        await life.until(date(2026, 3, 21))
        assert len(life.subjects) == 4
        for message in life.sink.messages:
            assert "40,00" not in life.text(message)
            assert "pénalité" not in life.text(message).lower()


async def test_due_date_on_a_weekend(tmp_path: Path) -> None:
    """Due on a Saturday: the neutral reminder waits for the second business day after Monday."""
    async with stage(tmp_path) as life:
        await life.begin(due=date(2026, 3, 7))
        await life.until(date(2026, 3, 12))
        assert life.acts()[-1] == ("2026-03-11", "reminder-1")
