from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.commands.portfolios import Portfolio, reached, status
from tests.commands.terminal_of_tests import Typist


@pytest.fixture
def invoice(typist: Typist, portfolio: Portfolio) -> str:
    """The id of an invoice of 1000 euros that is followed."""
    return portfolio.imported(typist, ("F1", "C1", "1000.00"))


def test_a_part_payment_lowers_the_balance(typist: Typist, invoice: str) -> None:
    """Dunning goes on for the rest."""
    case = typist.json("pay", invoice, "400,50", "--on", "20/11/2026", "--reference", "VIR 7")

    assert (case["paid"], case["balance"]) == ("400.50", "599.50")
    story = typist.json("timeline", invoice)["story"]
    (payment,) = [line for line in story if line["kind"] == "payment"]
    assert payment["details"]["received_on"] == "2026-11-20"
    assert payment["actor"] == "operator"


def test_the_same_payment_told_twice_counts_once(typist: Typist, invoice: str) -> None:
    """Amount, day and reference are its identity; another reference is another payment."""
    typist.json("pay", invoice, "100", "--reference", "A")
    again = typist("pay", invoice, "100", "--reference", "A")
    typist.json("pay", invoice, "100", "--reference", "B")

    assert again.code == 0
    assert "déjà enregistré" in again.words
    assert status(typist, invoice)["balance"] == "800.00"


def test_a_payment_in_full_ends_it(typist: Typist, invoice: str) -> None:
    """The run closes the case; the invoice is found by its id still."""
    typist.json("pay", invoice, "1000")

    assert reached(typist, invoice, "settled")["balance"] == "0.00"


def test_a_payment_larger_than_the_balance_becomes_a_task(typist: Typist, invoice: str) -> None:
    """The claim is settled, and a person decides whose the excess is."""
    typist.json("pay", invoice, "1200")

    case = reached(typist, invoice, "settled")
    (task,) = case["tasks"]
    assert (task["kind"], task["details"]["amount"]) == ("overpayment", "200.00 EUR")


def test_a_payment_in_another_currency_is_kept_for_a_person(typist: Typist, invoice: str) -> None:
    """It lowers nothing, and the command says so."""
    told = typist("pay", invoice, "50", "--currency", "USD")

    assert told.code == 1
    assert "50,00 $US" in told.words
    case = status(typist, invoice)
    assert (case["balance"], [task["kind"] for task in case["tasks"]]) == ("1000.00", ["other-currency"])


@pytest.mark.parametrize("amount", ["0", "-5", "abc", "NaN"])
def test_an_amount_that_is_none_is_a_wrong_call(typist: Typist, invoice: str, amount: str) -> None:
    """Nothing is booked for it."""
    told = typist("pay", invoice, "--", amount)

    assert told.code == 2
    assert status(typist, invoice)["balance"] == "1000.00"


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [(("50", "--currency", "XXQ"), "XXQ"), (("0.001",), "unit"), (("1e400",), "too large")],
)
def test_an_amount_that_no_currency_pays_is_refused(
    typist: Typist, invoice: str, arguments: tuple[str, ...], reason: str
) -> None:
    """An unknown currency, or a part of a cent, is told in words."""
    told = typist("pay", invoice, *arguments)

    assert told.code == 1
    assert reason in told.words
    assert "Traceback" not in told.words


def test_an_unknown_invoice_is_refused_by_name(typist: Typist) -> None:
    """Every command says which invoice it did not find."""
    for command in (("pay", "NOPE", "5"), ("hold", "NOPE"), ("note", "NOPE", "x"), ("timeline", "NOPE")):
        told = typist(*command)
        assert (told.code, "NOPE" in told.words) == (1, True)


def test_an_invoice_is_found_by_its_number(typist: Typist, portfolio: Portfolio) -> None:
    """People know the number; an id that cannot be made of it is opaque."""
    typist.json("import", portfolio.write(("F 1/A", "C1", "10.00")))

    case = status(typist, portfolio.id("F 1/A"))

    assert case["number"] == portfolio.id("F 1/A")
    assert case["invoice"] != case["number"]


def test_a_plan_replaces_the_escalation(typist: Typist, invoice: str) -> None:
    """Instalments that add up to the balance are agreed, in whatever order they are typed."""
    case = typist.json("plan", invoice, "--instalment", "2098-02-28=600", "--instalment", "2098-01-31=400.00")

    assert case["status"] == "payment_plan"
    assert [(part["due_on"], part["amount"]) for part in case["instalments"]] == [
        ("2098-01-31", "400.00"),
        ("2098-02-28", "600.00"),
    ]


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        (("2098-01-31=400", "2098-02-28=500"), "900,00"),
        (("2020-01-31=1000",), "avenir"),
    ],
)
def test_a_plan_that_does_not_fit_is_refused(
    typist: Typist, invoice: str, parts: tuple[str, ...], reason: str
) -> None:
    """A plan that does not add up, or lies in the past, changes nothing; the reason has the figures."""
    told = typist("plan", invoice, *(word for part in parts for word in ("--instalment", part)))

    assert told.code == 1
    assert reason in told.words
    assert status(typist, invoice)["instalments"] == []


def test_a_misspelt_instalment_is_a_wrong_call(typist: Typist, invoice: str) -> None:
    """The right form is shown."""
    told = typist("plan", invoice, "--instalment", "2098-01-31:500")

    assert told.code == 2
    assert "2026-01-31=500.00" in told.words


def test_a_promise_waits_for_its_day(typist: Typist, invoice: str) -> None:
    """Nothing is sent before it, and what was promised stands in the books."""
    until = (datetime.now(UTC).date() + timedelta(days=20)).isoformat()

    case = typist.json("promise", invoice, "--until", until, "--amount", "600", "--note", "par virement")

    assert (case["status"], case["promised_until"]) == ("promised", until)
    (line,) = [line for line in typist.json("timeline", invoice)["story"] if line["kind"] == "promise_made"]
    assert (line["details"]["amount"], line["details"]["note"]) == ("600.00 EUR", "par virement")


@pytest.mark.parametrize(("until", "reason"), [("2020-01-01", "passée"), ("2099-01-01", "180 jours")])
def test_a_promise_for_no_sensible_day_is_refused(
    typist: Typist, invoice: str, until: str, reason: str
) -> None:
    """A day that is over, or more than half a year away, is no promise."""
    told = typist("promise", invoice, "--until", until)

    assert (told.code, reason in told.words) == (1, True)


def test_a_hold_pauses_until_someone_resumes(typist: Typist, invoice: str) -> None:
    """*Held* means held in the books; resuming twice is refused in words."""
    held = typist.json("hold", invoice, "--reason", "litige en cours")
    resumed = typist.json("resume", invoice)
    again = typist("resume", invoice)

    assert (held["status"], held["held"]) == ("held", True)
    assert (resumed["status"], resumed["held"]) == ("dunning", False)
    assert (again.code, "pause" in again.words) == (1, True)


def test_a_hold_in_the_past_is_refused(typist: Typist, invoice: str) -> None:
    """A pause that would be over already is no pause."""
    told = typist("hold", invoice, "--until", "2020-01-01")

    assert (told.code, "passé" in told.words) == (1, True)


def test_an_approval_can_be_given_in_advance(typist: Typist, invoice: str) -> None:
    """Without a name there is nothing that waits; with one it stands in the story, and who gave it."""
    nothing = typist("approve", invoice)
    typist.json("approve", invoice, "--step", "formal-notice", "--by", "Claire")

    assert nothing.code == 1
    words = [line["words"] for line in typist.json("timeline", invoice)["story"]]
    assert any("Mise en demeure" in line and "Claire" in line for line in words)


def test_a_write_off_closes_for_good(typist: Typist, invoice: str) -> None:
    """A command after it is refused."""
    closed = typist.json("write-off", invoice, "--reason", "liquidation")
    told = typist("hold", invoice)

    assert closed["status"] == "written_off"
    assert told.code == 1


def test_a_note_stands_in_the_story(typist: Typist, invoice: str) -> None:
    """What a person wrote is told word for word; the same words twice are two notes."""
    typist.json("note", invoice, "A promis de rappeler")
    typist.json("note", invoice, "A promis de rappeler")

    story = typist.json("timeline", invoice)["story"]
    notes = [line for line in story if line["kind"] == "note"]
    assert [note["details"]["text"] for note in notes] == ["A promis de rappeler"] * 2


def test_a_command_that_no_server_takes_is_told(
    typist: Typist, invoice: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where Temporal does not answer, the command names the address and books nothing."""
    monkeypatch.setenv("TEMPORAL_ADDRESS", "127.0.0.1:1")

    told = typist("pay", invoice, "10")

    assert told.code == 1
    assert "127.0.0.1:1" in told.words
    assert status(typist, invoice)["balance"] == "1000.00"
