from __future__ import annotations

import json
from pathlib import Path

from tests.commands.portfolios import Portfolio, reached
from tests.commands.terminal_of_tests import Typist

LIST_KEYS = [
    "invoice",
    "number",
    "customer",
    "customer_name",
    "status",
    "level",
    "currency",
    "amount",
    "balance",
    "due_date",
    "policy",
    "next_step",
    "next_action_at",
    "last_event",
    "last_event_at",
]


def test_a_list_has_stable_keys(typist: Typist, portfolio: Portfolio) -> None:
    """Amounts are decimal strings, instants have an offset, and nothing else is in an object."""
    invoice = portfolio.imported(typist, ("F1", "C1", "1204.50"))

    (row,) = [row for row in typist.json("list") if row["invoice"] == invoice]

    assert list(row) == LIST_KEYS
    assert (row["amount"], row["balance"], row["level"]) == ("1204.50", "1204.50", -1)
    assert row["next_action_at"].endswith(("+01:00", "+02:00"))


def test_closed_ones_are_listed_on_request(typist: Typist, portfolio: Portfolio) -> None:
    """A list shows what is open; --all the rest too, --status what is asked for."""
    invoice = portfolio.imported(typist, ("F1", "C1", "100.00"))
    typist.json("write-off", invoice)

    def listed(*options: str) -> bool:
        return invoice in [row["invoice"] for row in typist.json("list", *options)]

    assert (listed(), listed("--all"), listed("--status", "written_off"), listed("--status", "held")) == (
        False,
        True,
        True,
        False,
    )


def test_a_person_reads_a_table(typist: Typist, portfolio: Portfolio) -> None:
    """In the creditor's language: status, balance, the next action by its name, the last event."""
    portfolio.imported(typist, ("F1", "C1", "1204.50"))

    words = typist("list").words

    assert portfolio.id("F1")[:8] in words
    assert "relances en cours" in words
    assert "1 204,50 €" in words
    assert "Rappel d'échéance" in words


def test_the_story_is_told_in_sentences(typist: Typist, portfolio: Portfolio) -> None:
    """What happened stands in order, each line with its sentence; then what is planned, and how."""
    invoice = portfolio.imported(typist, ("F1", "C1", "1204.50"))
    typist.json("pay", invoice, "204.50")

    told = typist.json("timeline", invoice)

    assert [line["kind"] for line in told["story"]] == ["opened", "policy_chosen", "payment"]
    assert all(list(line) == ["at", "kind", "actor", "words", "details"] for line in told["story"])
    assert [step["step"] for step in told["planned"]][:2] == ["courtesy", "reminder-1"]
    assert [step["channel"] for step in told["planned"]][-1] == "hand_over"
    words = typist("timeline", invoice).words
    assert "Paiement de 204,50 € reçu le" in words
    assert "reste 1 000,00 €" in words
    assert "Mise en demeure – e-mail" in words


def test_a_closed_story_says_that_nothing_is_planned(typist: Typist, portfolio: Portfolio) -> None:
    """Instead of an empty table the reason is told."""
    invoice = portfolio.imported(typist, ("F1", "C1", "100.00"))
    typist.json("pay", invoice, "100")
    reached(typist, invoice, "settled")

    assert "Rien n'est prévu : soldée." in typist("timeline", invoice).words
    assert typist.json("timeline", invoice)["planned"] == []


def test_a_number_of_several_invoices_is_refused_with_their_ids(typist: Typist, portfolio: Portfolio) -> None:
    """One number with two due dates is two invoices: a person must say which."""
    file = portfolio.write(("F1", "C1", "100.00"))
    second = file.read_text(encoding="utf-8").splitlines()[1].replace("2099-01-30", "2099-03-30")
    file.write_text(file.read_text(encoding="utf-8") + second + "\n", encoding="utf-8")
    assert typist.json("import", file)["new"] == 2

    told = typist("status", portfolio.id("F1"))

    assert told.code == 1
    assert f"{portfolio.id('F1')}-1" in told.words
    assert f"{portfolio.id('F1')}-2" in told.words


def test_reading_needs_no_temporal(lonely: Typist) -> None:
    """An empty set of books is an empty list, while no server answers."""
    assert lonely.json("list") == []
    assert "Aucune facture" in lonely("list").words
    assert lonely.json("calls") == []
    assert lonely.json("tasks") == []


def test_json_is_one_value_in_utf8(typist: Typist, portfolio: Portfolio, tmp_path: Path) -> None:
    """Programs read standard output as it is; accents are letters."""
    file = portfolio.write(("F1", "C1", "100.00"))
    file.write_text(file.read_text(encoding="utf-8").replace("Client C1", "Crêperie Zoë"), encoding="utf-8")
    typist.json("import", file)

    out = typist("status", portfolio.id("F1"), "--json").out

    assert json.loads(out)["customer_name"] == "Crêperie Zoë"
    assert "Crêperie Zoë" in out
