import dataclasses
from datetime import date, timedelta
from email import message_from_bytes
from pathlib import Path

import pytest
from temporalio.common import RetryPolicy

from dunning.money import Money
from dunning.registers import UnknownPolicyError
from ledger import journal
from rehearsal import stage as stage_module
from rehearsal.performance import UnbookedFactError, perform
from rehearsal.rehearse import rehearse
from rehearsal.scenario import Scenario
from rehearsal.stage import StandstillError, opened_stage
from tests.rehearsal.files import registers, row, scenario
from workflows import contract

_LIVES = (
    row("PAID-EARLY", "02/06/2025", "02/07/2025", settled="05/06/2025"),
    row("PAID-LATE", "02/06/2025", "02/07/2025", settled="10/07/2025"),
    row("NEVER-PAID", "02/06/2025", "02/07/2025", email="", customer="Menuiserie Roux"),
    row("PART-PAID", "10/06/2025", "11/06/2025", paid="40,00", settled="", customer="Atelier Vert"),
    row("IN-ADVANCE", "10/06/2025", "10/07/2025", settled="01/06/2025"),
    row("ON-A-SUNDAY", "10/11/2025", "10/12/2025", settled="28/12/2025"),
    row("AFTER-HAND-OVER", "02/01/2025", "01/02/2025", settled="01/09/2025"),
)
"""Among them a summer and a winter, so that the local clock changes in between."""


@pytest.fixture(scope="module")
def messages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the rehearsal of this module keeps its e-mails."""
    return tmp_path_factory.mktemp("rehearsal") / "messages"


def offsets_of_messages(folder: Path) -> list[str]:
    """The offset from UTC in the date of each message that was kept."""
    return [str(message_from_bytes(path.read_bytes())["Date"])[-5:] for path in folder.glob("*.eml")]


async def test_a_rehearsal_is_the_plan_come_true(messages: Path) -> None:
    """Every kind of life: contacts equal the plan up to each payment, none after it, none twice."""
    contacts, summary = await rehearse(scenario(*_LIVES), registers(), messages=messages)
    assert summary.flawless, summary
    assert (summary.invoices, summary.settled, summary.handed_over, summary.open) == (7, 4, 3, 0)
    assert summary.stand_in_addresses == 1
    made = {
        name: [one.step for one in contacts if one.invoice == name] for name in ("PAID-EARLY", "IN-ADVANCE")
    }
    assert made == {"PAID-EARLY": [], "IN-ADVANCE": []}
    never = [one.step for one in contacts if one.invoice == "NEVER-PAID"]
    assert never == [
        "courtesy",
        "reminder-1",
        "reminder-2",
        "reminder-3",
        "call",
        "formal-notice",
        "hand-over",
    ]
    offsets = offsets_of_messages(messages)
    assert len(offsets) == summary.contacts_by_channel["email"] + summary.thanks
    assert set(offsets) == {"+0100", "+0200"}
    # The third was paid after all, so nobody need hand it over any more.
    assert summary.tasks["hand-over"] == 2


async def test_a_backlog_is_taken_over_without_a_burst() -> None:
    """As of a day: one message for each late invoice, the next ones with the policy's spacing."""
    lines = [row(f"F-{day}", f"{day:02d}/01/2025", f"{day:02d}/02/2025") for day in (6, 7, 8)]
    contacts, summary = await rehearse(scenario(*lines, as_of=date(2025, 4, 1)), registers())
    assert summary.flawless, summary
    first_day = [one.step for one in contacts if one.at.date() == date(2025, 4, 1)]
    assert first_day == ["reminder-1"] * 3


async def test_a_course_that_ends_without_hand_over_leaves_the_invoice_open() -> None:
    """Once every level was done and nobody paid, the case stays open for a person."""
    given = registers()
    standard = given.policies.get("standard-business")
    short = standard.model_copy(update={"steps": standard.steps[:3]})
    register = dataclasses.replace(given.policies, policies={short.name: short})
    line = row("F-1", "02/06/2025", "02/07/2025")
    contacts, summary = await rehearse(scenario(line), dataclasses.replace(given, policies=register))
    assert summary.flawless, summary
    assert [one.step for one in contacts] == ["courtesy", "reminder-1", "reminder-2"]
    assert (summary.open, summary.settled, summary.handed_over) == (1, 0, 0)


async def test_progress_tells_of_every_event() -> None:
    """Business time moves on, and in the end all that had to come in has."""
    told: list[tuple[date, int]] = []
    line = row("F-1", "02/06/2025", "02/07/2025", settled="05/06/2025")
    await rehearse(
        scenario(line), registers(), progress=lambda moment, more: told.append((moment.date(), more))
    )
    assert told == [(date(2025, 6, 2), 1), (date(2025, 6, 5), 1)]


async def test_an_unknown_policy_starts_nothing(tmp_path: Path) -> None:
    """Its name is checked before a server is."""
    with pytest.raises(UnknownPolicyError, match="strict"):
        await rehearse(
            scenario(row("F-1", "02/06/2025", "02/07/2025")),
            registers(),
            policy="strict",
            messages=tmp_path / "messages",
        )
    assert not (tmp_path / "messages").exists()


async def test_money_that_the_books_do_not_take_ends_the_rehearsal_in_words() -> None:
    """A rehearsal that went on without it would be one of another file."""
    whole = scenario(row("F-1", "02/06/2025", "02/07/2025", settled="05/06/2025"))
    (each,) = whole.invoices
    assert each.settlement is not None
    dollars = each.settlement.payment.model_copy(update={"amount": Money.of("100.00", "USD")})
    settlement = each.settlement.model_copy(update={"payment": dollars})
    wrong = whole.model_copy(update={"invoices": (each.model_copy(update={"settlement": settlement}),)})
    with pytest.raises(UnbookedFactError, match="F-1"):
        await rehearse(wrong, registers())


async def test_a_clock_that_stands_still_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work that nobody does holds the clock: the rehearsal ends and says on which day, and does not hang."""
    monkeypatch.setattr(stage_module, "_STANDSTILL", timedelta(seconds=1))
    whole = scenario(row("F-1", "02/06/2025", "02/07/2025"))
    first = whole.moments[0]
    async with opened_stage(registers(), first, tmp_path, tmp_path / "m", print) as stage:
        await stage.environment.client.start_workflow(
            contract.WORKFLOW, task_queue="nobody", id="nobody", retry_policy=RetryPolicy(maximum_attempts=1)
        )
        with pytest.raises(StandstillError, match="2025-06-02"):
            await stage.reach(first + timedelta(days=3))


async def test_money_is_known_to_the_books_before_the_day_begins(tmp_path: Path) -> None:
    """The story tells the payment at 08:30 on the creditor's clock, in summer too, then only thanks."""
    whole = scenario(row("F-1", "02/06/2025", "02/07/2025", settled="10/07/2025"))
    given = registers()
    approved = dataclasses.replace(given, policies=given.policies.without_approvals())
    async with opened_stage(approved, whole.moments[0], tmp_path, tmp_path / "m", print) as stage:
        await perform(stage, whole, whole.moments[-1], policy=None)
        story = await stage.books.reading(lambda conn: journal.entries(conn, whole.invoices[0].key))
    paid = next(place for place, entry in enumerate(story) if entry.kind == "payment")
    assert f"{story[paid].at:%Y-%m-%d %H:%M}" == "2025-07-10 06:30"
    sent = [entry.details.get("step") for entry in story[paid:] if entry.kind == "sent"]
    assert sent == ["thanks"]


def test_an_empty_scenario_has_no_moments() -> None:
    """The command refuses it in words before it comes to a rehearsal."""
    assert Scenario(creditor=registers().creditors.get("atelier-lumen"), invoices=()).moments == ()
