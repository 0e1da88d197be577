from datetime import UTC, date, datetime
from typing import Any

import pytest

from dunning.registers import UnknownPolicyError
from rehearsal.expectation import expected_contacts
from tests.rehearsal.files import approved, registers, row, scenario

_COURSE = ["courtesy", "reminder-1", "reminder-2", "reminder-3", "call", "formal-notice", "hand-over"]


def steps(line: str, **options: Any) -> list[str]:
    """The steps that are expected of one invoice."""
    return [contact.step for contact in expected_contacts(scenario(line, **options), approved(registers()))]


def test_an_invoice_that_nobody_pays_goes_through_the_whole_course() -> None:
    """Formal notice and hand-over included, because approvals count as given."""
    assert steps(row("F-1", "15/01/2025", "14/02/2025")) == _COURSE


def test_a_payment_cuts_the_course_at_its_instant() -> None:
    """The settlement's morning precedes the contacts of its day, and follows those of the day before."""
    whole = expected_contacts(scenario(row("F-1", "15/01/2025", "14/02/2025")), approved(registers()))
    second = whole[2].at.date()
    same_day = f"{second:%d/%m/%Y}"
    day_after = f"{second.replace(day=second.day + 1):%d/%m/%Y}"
    assert steps(row("F-1", "15/01/2025", "14/02/2025", settled=same_day)) == _COURSE[:2]
    assert steps(row("F-1", "15/01/2025", "14/02/2025", settled=day_after)) == _COURSE[:3]


def test_instants_decide_and_not_dates() -> None:
    """A payment in the middle of the day stands after the contact of that morning, not before it."""
    made = scenario(row("F-1", "15/01/2025", "14/02/2025", settled="21/02/2025"))
    (each,) = made.invoices
    slot = expected_contacts(scenario(row("F-1", "15/01/2025", "14/02/2025")), approved(registers()))[2].at
    assert slot.date() == date(2025, 2, 21)
    for settled_at, reminders in ((slot, 2), (slot.replace(second=1), 3)):
        moved = made.model_copy(update={"invoices": (each.model_copy(update={"settled_at": settled_at}),)})
        assert len(expected_contacts(moved, approved(registers()))) == reminders


def test_a_courtesy_is_never_planned_before_the_invoice_is_there() -> None:
    """Due the day after its issue, it is announced on the day of issue; due at once, not at all."""
    at_once = expected_contacts(scenario(row("F-1", "10/06/2025", "11/06/2025")), approved(registers()))
    assert (at_once[0].step, at_once[0].at.date()) == ("courtesy", date(2025, 6, 10))
    assert steps(row("F-1", "10/06/2025", "10/06/2025"))[0] == "reminder-1"


def test_a_backlog_begins_gently_and_keeps_its_spacing() -> None:
    """Taken over long after its due date, it gets its first reminder then, and the next ones later."""
    line = row("F-1", "15/01/2025", "14/02/2025")
    found = expected_contacts(scenario(line, as_of=date(2025, 5, 5)), approved(registers()))
    assert [contact.step for contact in found] == _COURSE[1:]
    assert found[0].at.date() == date(2025, 5, 5)
    assert len({contact.at for contact in found}) == len(found)


def test_a_reminder_from_before_the_backlog_is_not_repeated() -> None:
    """The course goes on above the level that the file tells."""
    line = row("F-1", "15/01/2025", "14/02/2025", last=("2", "24/02/2025"))
    assert steps(line, as_of=date(2025, 3, 3)) == _COURSE[3:]


def test_nothing_is_expected_of_what_is_paid_on_its_first_day() -> None:
    """Paid in advance: no contact at all."""
    assert steps(row("F-1", "15/01/2025", "14/02/2025", settled="02/01/2025")) == []


def test_contacts_are_instants_in_utc() -> None:
    """So that comparing them never depends on the dial of a local clock."""
    found = expected_contacts(scenario(row("F-1", "15/01/2025", "14/02/2025")), approved(registers()))
    assert all(contact.at.tzinfo is UTC for contact in found)
    assert found[0].at > datetime(2025, 1, 15, tzinfo=UTC)


def test_an_unknown_policy_is_named() -> None:
    """Before anything is started."""
    with pytest.raises(UnknownPolicyError, match="standard-business"):
        expected_contacts(scenario(row("F-1", "15/01/2025", "14/02/2025")), approved(registers()), "strict")
