from __future__ import annotations

from pathlib import Path

import pytest

from ledger.books import Books
from tests.commands.portfolios import Portfolio, reached, status
from tests.commands.terminal_of_tests import CLOSED_PORT, Typist


def test_new_invoices_are_booked_and_followed(typist: Typist, portfolio: Portfolio) -> None:
    """Every invoice of the file is in the books, and its run has planned it."""
    told = typist.json("import", portfolio.write(("F1", "C1", "100.00"), ("F2", "C2", "1 204,50")))

    assert (told["new"], told["changed"], told["unchanged"]) == (2, 0, 0)
    case = reached(typist, portfolio.id("F2"), "dunning")
    assert (case["balance"], case["currency"], case["next_step"]) == ("1204.50", "EUR", "courtesy")


def test_importing_twice_changes_nothing(typist: Typist, portfolio: Portfolio) -> None:
    """The same file again leaves the story of each invoice as it was."""
    file = portfolio.write(("F1", "C1", "100.00"), ("A1", "C1", "-30.00"))
    typist.json("import", file)
    reached(typist, portfolio.id("F1"), "dunning")
    before = typist.json("timeline", portfolio.id("F1"))

    again = typist.json("import", file)

    assert (again["new"], again["changed"], again["unchanged"]) == (0, 0, 1)
    assert typist.json("timeline", portfolio.id("F1")) == before


def test_a_changed_figure_is_taken_over(typist: Typist, portfolio: Portfolio) -> None:
    """A higher amount in the file corrects the invoice, and its run plans again."""
    typist.json("import", portfolio.write(("F1", "C1", "100.00")))

    told = typist.json("import", portfolio.write(("F1", "C1", "150.00")))

    assert told["changed"] == 1
    assert status(typist, portfolio.id("F1"))["balance"] == "150.00"


def test_bad_lines_are_rejected_and_the_others_taken(typist: Typist, portfolio: Portfolio) -> None:
    """Exit code 1 says that lines were rejected; each is named, and the good ones are followed."""
    told = typist("import", portfolio.write(("F1", "C1", "100.00"), ("F2", "C2", "0.00")), "--json")

    assert told.code == 1
    assert told.value["new"] == 1
    (bad,) = told.value["rejected"]
    assert (bad["line"], bad["column"], bad["value"]) == (3, "amount", "0.00")
    shown = typist("import", portfolio.path)
    assert "montant nul" in shown.words
    assert "Traceback" not in shown.words


def test_credits_are_netted_before_any_contact(typist: Typist, portfolio: Portfolio) -> None:
    """A negative row lowers the customer's invoice before its run is started."""
    file = portfolio.write(("F1", "C1", "100.00"), ("A1", "C1", "-30.00"))

    typist.json("import", file)

    story = typist.json("timeline", portfolio.id("F1"))["story"]
    kinds = [line["kind"] for line in story]
    assert kinds[:2] == ["opened", "credit_note"]
    assert status(typist, portfolio.id("F1"))["balance"] == "70.00"


def test_a_credit_that_nothing_takes_up_is_told(typist: Typist, portfolio: Portfolio) -> None:
    """What is left of a credit is shown, so that the customer is not chased for it later."""
    told = typist.json("import", portfolio.write(("F1", "C1", "100.00"), ("A1", "C1", "-130.00")))

    (left,) = told["left_over"]
    assert (left["customer"], left["amount"]) == (portfolio.id("C1"), "30.00")
    assert reached(typist, portfolio.id("F1"), "settled")["balance"] == "0.00"


def test_what_was_paid_before_lowers_the_balance_once(typist: Typist, portfolio: Portfolio) -> None:
    """A column of payments is booked for a new invoice; the same file again books nothing."""
    file = portfolio.write(("F1", "C1", "100.00"), header=";paid", cells=";40.00")

    typist.json("import", file)
    typist.json("import", file)

    case = status(typist, portfolio.id("F1"))
    assert (case["paid"], case["balance"]) == ("40.00", "60.00")


def test_a_full_file_presumes_what_is_absent_or_smaller_paid(typist: Typist, portfolio: Portfolio) -> None:
    """Both are paused and given to a person; nothing is booked for them."""
    rows = [("F1", "C1", "100.00"), ("F2", "C2", "200.00"), ("F3", "C3", "300.00")]
    typist.json("import", portfolio.write(*rows))
    reached(typist, portfolio.id("F2"), "dunning")

    told = typist.json("import", portfolio.write(rows[0], ("F3", "C3", "120.00")), "--full")

    assert {portfolio.id("F2"), portfolio.id("F3")} <= set(told["presumed_paid"])
    assert portfolio.id("F1") not in told["presumed_paid"]
    for name, balance in (("F2", "200.00"), ("F3", "300.00")):
        case = reached(typist, portfolio.id(name), "presumed_paid")
        assert case["balance"] == balance
        assert [task["kind"] for task in case["tasks"]] == ["presumed-paid"]
    again = typist.json("import", portfolio.path, "--full")
    assert again["presumed_paid"] == []


def test_a_presumed_payment_that_did_not_come_is_resumed(typist: Typist, portfolio: Portfolio) -> None:
    """A person says that it is open after all: dunning goes on."""
    typist.json("import", portfolio.write(("F1", "C1", "100.00"), ("F2", "C2", "200.00")))
    typist.json("import", portfolio.write(("F2", "C2", "200.00")), "--full")
    reached(typist, portfolio.id("F1"), "presumed_paid")

    case = typist.json("resume", portfolio.id("F1"))

    assert (case["status"], case["tasks"]) == ("dunning", [])


def test_an_unknown_policy_is_refused_before_anything_is_written(
    typist: Typist, portfolio: Portfolio
) -> None:
    """A mistyped policy leaves the books as they are."""
    told = typist("import", portfolio.write(("F1", "C1", "100.00")), "--policy", "gentle")

    assert told.code == 1
    assert "gentle" in told.words
    assert typist("status", portfolio.id("F1")).code == 1


def test_an_unreadable_file_is_told_in_words(typist: Typist, tmp_path: Path) -> None:
    """A file that is no table says which columns were seen and what to do."""
    file = tmp_path / "letter.csv"
    file.write_text("Bonjour,\n\nVeuillez trouver ci-joint...\n", encoding="utf-8")

    told = typist("import", file)

    assert told.code == 1
    assert "--map" in told.words


def test_without_temporal_nothing_is_booked(lonely: Typist, portfolio: Portfolio, tmp_path: Path) -> None:
    """The server is asked first: an import that nobody would follow up does not begin."""
    told = lonely("import", portfolio.write(("F1", "C1", "100.00")))

    assert told.code == 1
    assert CLOSED_PORT in told.words
    assert "Traceback" not in told.words
    assert not (tmp_path / "books").exists()


def test_books_that_cannot_be_used_are_told_in_words(
    typist: Typist, portfolio: Portfolio, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A ledger out of reach is named with its place and what to do."""
    monkeypatch.setenv("DUNNING_LEDGER_URL", "postgresql://relance:hunter22@127.0.0.1:1/relance")

    told = typist("import", portfolio.write(("F1", "C1", "100.00")))

    assert told.code == 1
    assert "127.0.0.1" in told.words
    assert "hunter22" not in told.words
    assert "Traceback" not in told.words


def test_an_invoice_that_was_booked_but_never_started_is_started_by_the_next_import(
    typist: Typist, portfolio: Portfolio, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where Temporal went away in the middle, the command says so, and importing again continues."""
    file = portfolio.write(("F1", "C1", "100.00"))
    with monkeypatch.context() as away:
        away.setattr("doors.runs._PATIENCE", 0.0)
        broken = typist("import", file, "--json")
        assert broken.code == 1
        assert broken.value["not_started"] == [portfolio.id("F1")]
    assert status(typist, portfolio.id("F1"))["status"] == "pending"

    assert typist.json("import", file)["not_started"] == []
    reached(typist, portfolio.id("F1"), "dunning")


def test_books_are_where_the_settings_say(typist: Typist, portfolio: Portfolio) -> None:
    """What was imported can be read by another process of the same deployment."""
    typist.json("import", portfolio.write(("F1", "C1", "100.00")))

    books = Books.open(typist.deployment.variables["DUNNING_LEDGER_URL"])
    with books.read() as conn:
        numbers = set(conn.exec_driver_sql("select number from invoices").scalars())
    books.close()
    assert portfolio.id("F1") in numbers
