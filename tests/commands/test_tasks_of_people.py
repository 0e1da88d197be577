from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from dunning.journal import TaskKind
from ledger import tasks
from ledger.books import Books
from tests.commands.portfolios import Portfolio, reached, status
from tests.commands.terminal_of_tests import Typist

TODAY = datetime.now(UTC).date()


def ask_to_call(typist: Typist, invoice: str, due_on: date = TODAY) -> int:
    """Open a call task as a step of the policy would."""
    creditor_id = typist.deployment.creditor_id
    books = Books.open(typist.deployment.variables["DUNNING_LEDGER_URL"])
    with books.write() as conn:
        task = tasks.open_task(
            conn,
            kind=TaskKind.CALL,
            dedupe_key=tasks.task_key(TaskKind.CALL, creditor_id, invoice, due_on.isoformat()),
            creditor_id=creditor_id,
            invoice_id=invoice,
            details={"step": "call"},
            sheet="# Appel\n\nDemander la personne qui paie.",
            due_on=due_on,
            now=datetime.now(UTC),
        )
    books.close()
    return task


@pytest.fixture
def invoice(typist: Typist, portfolio: Portfolio) -> str:
    """The id of an invoice of 1000 euros that is followed."""
    return portfolio.imported(typist, ("F1", "C1", "1000.00"))


def listed(typist: Typist, *options: str) -> list[int]:
    """The ids of the calls to make."""
    return [call["task"] for call in typist.json("calls", *options)]


def test_todays_calls_are_listed_with_what_a_caller_needs(typist: Typist, invoice: str) -> None:
    """Whom, about which invoice, how much, why; the sheet comes along. Those of later days do not."""
    task = ask_to_call(typist, invoice)
    later = ask_to_call(typist, invoice, TODAY + timedelta(days=9))

    (call,) = [call for call in typist.json("calls") if call["task"] == task]

    assert (call["invoice"], call["balance"], call["currency"]) == (invoice, "1000.00", "EUR")
    assert (call["customer_name"], call["reason"]) == ("Client C1", "call")
    assert call["sheet"].startswith("# Appel")
    assert later not in listed(typist)
    assert later in listed(typist, "--all")
    assert "Appel téléphonique" in typist("calls").words


def test_the_sheet_of_one_call_is_shown(typist: Typist, invoice: str) -> None:
    """With its id, the command prints what stands on the sheet."""
    task = ask_to_call(typist, invoice)

    assert "Demander la personne qui paie." in typist("calls", str(task)).words


def test_a_promise_closes_the_call_and_waits(typist: Typist, invoice: str) -> None:
    """The case waits for the day that the customer named."""
    task = ask_to_call(typist, invoice)
    until = (TODAY + timedelta(days=10)).isoformat()

    typist.json("call-done", str(task), "--outcome", "promise", "--until", until, "--note", "par virement")

    case = reached(typist, invoice, "promised")
    assert case["promised_until"] == until
    assert task not in listed(typist)


def test_a_promise_needs_a_day(typist: Typist, invoice: str) -> None:
    """Without one the call stays open, and the command says what is missing."""
    task = ask_to_call(typist, invoice)

    told = typist("call-done", str(task), "--outcome", "promise")

    assert (told.code, "date" in told.words) == (1, True)
    assert task in listed(typist)


def test_nobody_answering_comes_back_on_the_next_business_day(typist: Typist, invoice: str) -> None:
    """The call is a new task of the second round, later than today."""
    task = ask_to_call(typist, invoice)

    typist.json("call-done", str(task), "--outcome", "no-answer")

    calls = [call for call in typist.json("calls", "--all") if call["invoice"] == invoice]
    assert [call["round"] for call in calls] == [2]
    assert calls[0]["due_on"] > TODAY.isoformat()


def test_a_dispute_pauses_until_someone_resumes(typist: Typist, invoice: str) -> None:
    """The objection stands in the story and becomes a task."""
    task = ask_to_call(typist, invoice)

    typist.json("call-done", str(task), "--outcome", "dispute", "--note", "livraison incomplète")

    case = reached(typist, invoice, "held")
    assert "dispute" in [one["kind"] for one in case["tasks"]]
    assert "livraison incomplète" in typist("timeline", invoice).words


@pytest.mark.parametrize(("outcome", "kind"), [("wrong-number", "find-phone")])
def test_a_wrong_number_asks_for_another(typist: Typist, invoice: str, outcome: str, kind: str) -> None:
    """A person is asked to find the right one."""
    task = ask_to_call(typist, invoice)

    typist.json("call-done", str(task), "--outcome", outcome)

    customer = status(typist, invoice)["customer"]
    assert customer in [one["customer"] for one in typist.json("tasks", "--kind", kind)]


def test_an_announced_payment_pauses_for_some_days(typist: Typist, invoice: str) -> None:
    """The customer says that it paid: nothing goes out while the money may be on its way."""
    task = ask_to_call(typist, invoice)

    typist.json("call-done", str(task), "--outcome", "paid")

    assert reached(typist, invoice, "held")["held_until"] > TODAY.isoformat()


def test_a_call_is_noted_once(typist: Typist, invoice: str) -> None:
    """Noting it again is told, and nothing follows twice."""
    task = ask_to_call(typist, invoice)
    typist.json("call-done", str(task), "--outcome", "paid")

    again = typist("call-done", str(task), "--outcome", "dispute")

    assert "déjà noté" in again.words
    assert "dispute" not in [one["kind"] for one in status(typist, invoice)["tasks"]]


@pytest.mark.parametrize("arguments", [("999999", "--outcome", "paid")])
def test_an_unknown_call_is_refused(typist: Typist, arguments: tuple[str, ...]) -> None:
    """The message says where calls are listed."""
    told = typist("call-done", *arguments)

    assert (told.code, "calls" in told.words) == (1, True)


def test_an_outcome_that_is_none_is_a_wrong_call(typist: Typist) -> None:
    """The possible ones are named."""
    told = typist("call-done", "1", "--outcome", "maybe")

    assert told.code == 2
    assert "no-answer" in told.words


def test_an_unknown_task_cannot_be_done(typist: Typist) -> None:
    """Ticking off what does not exist is refused in words."""
    told = typist("task-done", "999999")

    assert (told.code, "999999" in told.words) == (1, True)


def test_a_task_is_done_once(typist: Typist, invoice: str) -> None:
    """The second person learns that someone was faster."""
    typist.json("pay", invoice, "1200")
    (task,) = reached(typist, invoice, "settled")["tasks"]

    assert typist("task-done", str(task["task"]), "--note", "remboursé").code == 0
    again = typist("task-done", str(task["task"]))

    assert (again.code, "déjà" in again.words) == (1, True)
    assert "remboursé" in typist("timeline", invoice).words
