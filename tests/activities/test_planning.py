from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from dunning.case import DunningStatus
from dunning.facts import BookingOutcome, PaymentReceived
from dunning.journal import EntryKind, TaskKind
from dunning.party import CustomerKind
from dunning.registers import CreditorRegister, PolicyRegister
from ledger import cases
from tests.activities.office import Office, office
from tests.activities.papers import (
    CREDITOR,
    DUE,
    FIRST,
    KEY,
    POLICY,
    at,
    customer,
    invoice,
    payment,
    policies_with,
    registers,
)
from workflows.contract import CustomerFields, InvoiceFields


def direct(**changes: Any) -> dict[str, Any]:
    """What a direct client gives in the input."""
    figures = {"number": "2026-0042", "amount": Decimal(1200), "issue_date": "2026-02-04", "due_date": DUE}
    person = {"customer_id": "C-1", "name": "Garage Dupont", "email": "compta@garage-dupont.example"}
    return {
        "invoice": InvoiceFields.model_validate(figures | changes.pop("invoice", {})),
        "customer": CustomerFields.model_validate(person | changes.pop("customer", {})),
        **changes,
    }


def blocked(desk: Office, creditor_id: str = CREDITOR) -> list[str]:
    """What the tasks about blocked cases say."""
    return [task.details["problem"] for task in desk.tasks(TaskKind.BLOCKED, creditor_id=creditor_id)]


async def test_a_direct_client_brings_invoice_and_customer(ledger_url: str, tmp_path: Path) -> None:
    """The first plan writes them into the books and dates every step; the second changes nothing."""
    async with office(tmp_path, ledger_url=ledger_url) as desk:
        desk.now = at(date(2026, 2, 20))
        first = await desk.plan(**direct())
        assert first.status is DunningStatus.DUNNING
        assert [step.step for step in first.steps] == [step.step for step in desk.policy.steps]
        assert first.balance == "1\u00a0200,00\u00a0€"
        assert (await desk.plan(**direct())).steps == first.steps
        assert desk.kinds() == [EntryKind.OPENED, EntryKind.POLICY_CHOSEN]


async def test_an_unknown_policy_blocks_until_it_exists(tmp_path: Path) -> None:
    """A task names the policy and those there are; facts are booked; once it exists the task is over."""
    async with office(tmp_path) as desk:
        told = desk.told("payment_received", amount="200.00", received_on="2026-03-10")
        planned = await desk.plan(told, **direct(policy="very-firm"))
        assert (planned.status, planned.booked) == (DunningStatus.BLOCKED, True)
        assert "very-firm" in (planned.problem or "")
        assert "standard-business" in blocked(desk)[0]
        assert (desk.case().status, str(desk.case().balance)) == (DunningStatus.BLOCKED, "1000.00 EUR")
        await desk.plan(**direct(policy="very-firm"))
        assert len(blocked(desk)) == 1
        known = registers().policies.get(POLICY)
        desk.replace(policies=PolicyRegister({POLICY: known, "very-firm": known}, POLICY))
        assert (await desk.plan(**direct(policy="very-firm"))).status is DunningStatus.DUNNING
        assert blocked(desk) == []
        assert desk.case().status is DunningStatus.DUNNING


async def test_a_policy_name_that_no_policy_can_have(tmp_path: Path) -> None:
    """It is refused in words, not over and over by the database."""
    async with office(tmp_path) as desk:
        planned = await desk.plan(**direct(policy="p" * 300))
        assert (planned.status, planned.booked) == (DunningStatus.BLOCKED, False)
        assert len(blocked(desk)) == 1


async def test_an_unknown_creditor_blocks_and_keeps_the_facts(tmp_path: Path) -> None:
    """Nothing can be booked for nobody: facts stay with the run, commands are refused, a task says why."""
    async with office(tmp_path) as desk:
        desk.register()
        desk.replace(creditors=CreditorRegister({}))
        told = desk.told("payment_received", amount="200.00", received_on="2026-03-10")
        held = desk.told("hold", command=True)
        planned = await desk.plan(told, held)
        assert (planned.status, planned.booked) == (DunningStatus.BLOCKED, False)
        assert [answer.event_id for answer in planned.answers] == [held.event_id]
        assert CREDITOR in (planned.answers[0].refusal or "")
        assert len(blocked(desk)) == 1
        assert desk.case().status is DunningStatus.BLOCKED
        desk.replace(creditors=registers().creditors)
        assert (await desk.plan(told)).status is DunningStatus.DUNNING
        assert str(desk.case().balance) == "1000.00 EUR"
        assert blocked(desk) == []


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"invoice": {"amount": 0}}, "more than zero"),
        ({"invoice": {"amount": "-5.00"}}, "more than zero"),
        ({"invoice": {"amount": "12.345"}}, "smallest unit"),
        ({"invoice": {"amount": "NaN"}}, "amount"),
        ({"invoice": {"currency": "EURO"}}, "currency"),
        ({"invoice": {"currency": "FRF"}}, "currency"),
        ({"invoice": {"due_date": "2026-01-01"}}, "before it was issued"),
        ({"invoice": {"number": "F-1\r\nBcc: x@example.com"}}, "one line"),
        ({"customer": {"email": "compta at example"}}, "e-mail address"),
        ({"customer": {"email": "a@example.com\nBcc: b@example.com"}}, "email"),
        ({"customer": {"name": "Dupont\r\nBcc: x@example.com"}}, "one line"),
        ({"customer": {"kind": "alien"}}, "kind"),
        ({"customer": {"language": "xx"}}, "language"),
        ({"customer": {"customer_id": "Paul Dupont"}}, "no id"),
    ],
)
async def test_an_input_that_makes_no_sense_blocks_with_words(
    tmp_path: Path, changes: dict[str, Any], words: str
) -> None:
    """Nothing is written but a task that says what is wrong; facts stay with the run, which waits."""
    try:
        given = direct(**changes)
    except ValueError:
        return  # refused by the workflow's own input, before any run
    async with office(tmp_path) as desk:
        told = desk.told("payment_received", amount="200.00", received_on="2026-03-10")
        planned = await desk.plan(told, **given)
        assert (planned.status, planned.booked, planned.steps) == (DunningStatus.BLOCKED, False, ())
        assert words in (planned.problem or "")
        assert len(blocked(desk)) == 1
        with desk.books.read() as conn:
            assert cases.load(conn, KEY) is None


async def test_an_invoice_that_nobody_described(tmp_path: Path) -> None:
    """Started with ids only and not in the books: it waits, and goes on once it was imported."""
    async with office(tmp_path) as desk:
        told = desk.told("payment_received", amount="200.00", received_on="2026-03-10")
        planned = await desk.plan(told)
        assert (planned.status, planned.booked) == (DunningStatus.BLOCKED, False)
        assert "importez-la" in blocked(desk)[0]
        desk.register()
        assert (await desk.plan(told)).status is DunningStatus.DUNNING
        assert str(desk.case().balance) == "1000.00 EUR"
        assert blocked(desk) == []


async def test_signals_that_make_no_sense_become_tasks(ledger_url: str, tmp_path: Path) -> None:
    """Unreadable, impossible, hostile to a database: each is kept for a person, and the plan stands."""
    async with office(tmp_path, ledger_url=ledger_url) as desk:
        desk.register()
        nonsense = [
            desk.told("payment_received", amount="1.00", currency="???", received_on="2026-03-10"),
            desk.told("payment_received", amount="1.00", received_on="2026-03-10", method="shells"),
            desk.told("payment_received", amount="1.00", received_on="2026-03-10", reference="a\x00b"),
            desk.told("customer_changed", email="nobody"),
            desk.told("customer_changed", kind="alien"),
            desk.told("customer_changed", name=""),
            desk.told("customer_changed", name="  "),
            desk.told("call_completed", outcome="shrug"),
            desk.told("call_completed", outcome="promise"),
            desk.told("call_completed", outcome="paid", note="\x00 "),
            desk.told("invoice_corrected", amount="0"),
            desk.told("invoice_corrected", number="a\nb"),
            desk.told("credit_note_issued", amount="1e400", issued_on="2026-03-10"),
            desk.told("payment_received", event_id="e\x00", amount="1.00", received_on="2026-03-10"),
        ]
        unreadable = desk.told("mystery").model_copy(
            update={"content": ["\x00", {"a\x00": 1}], "problem": "no signal of this name is known"}
        )
        for one in (*nonsense, unreadable):
            planned = await desk.plan(one)
            assert planned.status in {DunningStatus.DUNNING, DunningStatus.HELD}, one
        assert desk.tasks(TaskKind.UNREADABLE_MESSAGE)
        assert desk.tasks(TaskKind.REFUSED_FACT)
        assert len(desk.tasks(TaskKind.UNREADABLE_MESSAGE, TaskKind.REFUSED_FACT)) >= 8


async def test_the_same_payment_twice_counts_once(tmp_path: Path) -> None:
    """Booked by the web app first, then told by the signal: one line, one deduction."""
    async with office(tmp_path) as desk:
        desk.register()
        desk.book(PaymentReceived(event_id="p", payment=payment("200.00", "p")))
        told = desk.told("payment_received", event_id="p", amount="200.00", received_on="2026-03-10")
        for _ in range(2):
            await desk.plan(told)
        assert str(desk.case().balance) == "1000.00 EUR"
        assert desk.kinds().count(EntryKind.PAYMENT) == 1
        again = desk.book(PaymentReceived(event_id="p", payment=payment("200.00", "p")))
        assert again.outcome is BookingOutcome.DUPLICATE


async def test_odd_payments_are_kept_for_a_person(tmp_path: Path) -> None:
    """Another currency deducts nothing; more than is owed settles, and somebody decides about the rest."""
    async with office(tmp_path) as desk:
        desk.register()
        dollars = desk.told("payment_received", amount="1200.00", currency="USD", received_on="2026-03-10")
        assert (await desk.plan(dollars)).status is DunningStatus.DUNNING
        assert len(desk.tasks(TaskKind.OTHER_CURRENCY)) == 1
        larger = desk.told("payment_received", amount="1300.00", received_on="2026-03-10")
        assert (await desk.plan(larger)).status is DunningStatus.SETTLED
        assert len(desk.tasks(TaskKind.OVERPAYMENT)) == 1
        late = desk.told("payment_received", amount="5.00", received_on="2026-03-11")
        assert (await desk.plan(late)).status is DunningStatus.SETTLED
        assert len(desk.tasks(TaskKind.OVERPAYMENT)) == 2
        assert desk.kinds().count(EntryKind.SETTLED) == 1


async def test_a_customer_that_turns_out_to_be_a_business(tmp_path: Path) -> None:
    """Of unknown kind it is treated as a consumer with a task; told its kind, the task is over."""
    async with office(tmp_path) as desk:
        desk.register(customer_=customer(kind=CustomerKind.UNKNOWN, siren=None))
        assert len(desk.tasks(TaskKind.FIND_KIND)) == 1
        await desk.plan(desk.told("customer_changed", kind="business", siren="123456782"))
        assert desk.tasks(TaskKind.FIND_KIND) == []
        assert desk.case().customer.legal_kind is CustomerKind.BUSINESS
        desk.now = at(DUE + timedelta(days=14))
        desk.skip_to("reminder-3")
        await desk.attempt("reminder-3")
        assert "pénalités" in desk.text()


async def test_a_refused_command_changes_nothing(tmp_path: Path) -> None:
    """A plan that does not add up is refused in words, and leaves neither a task nor a line."""
    async with office(tmp_path) as desk:
        desk.register()
        before = await desk.plan()
        story = desk.kinds()
        parts = [{"due_on": "2026-04-15", "amount": "100.00"}]
        planned = await desk.plan(desk.told("agree_payment_plan", command=True, instalments=parts))
        assert "100,00" in (planned.answers[0].refusal or "")
        assert planned.steps == before.steps
        assert desk.kinds() == story
        assert desk.tasks() == []


async def test_a_policy_that_is_gone_after_the_end_does_not_reopen_a_case(tmp_path: Path) -> None:
    """A closed case stays closed, whatever is configured since."""
    async with office(tmp_path) as desk:
        desk.register()
        desk.book(PaymentReceived(event_id="p", payment=payment("1200.00", "p")))
        assert (await desk.plan()).status is DunningStatus.SETTLED
        desk.replace(policies=PolicyRegister({"other": policies_with().get(POLICY)}, "other"))
        again = await desk.plan(policy=POLICY)
        assert again.status is DunningStatus.SETTLED
        assert blocked(desk) == []


async def test_a_plan_on_a_business_day_in_the_window(tmp_path: Path) -> None:
    """Every step of a first plan is at an hour when the customer may be contacted."""
    async with office(tmp_path) as desk:
        desk.now = at(FIRST, 23)
        desk.register(invoice(due_date=date(2026, 5, 1), issue_date=date(2026, 3, 1)))
        for step in (await desk.plan()).steps:
            assert step.at.astimezone(at(FIRST).tzinfo).weekday() < 5
