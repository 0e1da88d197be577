from __future__ import annotations

from pathlib import Path

import pytest

from ledger import bank
from ledger.books import Books
from tests.commands.portfolios import Portfolio, reached, status
from tests.commands.terminal_of_tests import Typist


def written(folder: Path, *lines: str) -> Path:
    """A bank's file of these lines."""
    path = folder / "bank.csv"
    path.write_text("\n".join(("Date;Libellé;Débit;Crédit", *lines)) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def two(typist: Typist, portfolio: Portfolio) -> Portfolio:
    """Two invoices of one customer that are followed."""
    portfolio.imported(typist, ("FA", "C1", "1000.00"), ("FB", "C1", "250.00"))
    return portfolio


def test_a_sure_payment_is_booked_and_ends_the_dunning(
    typist: Typist, two: Portfolio, tmp_path: Path
) -> None:
    """A transfer that names an invoice and has its amount settles it; money that went out is no payment."""
    file = written(tmp_path, f"20/11/2026;VIR SEPA {two.id('FA')};;1000,00", "20/11/2026;PRLV EDF;-80,00;")

    told = typist.json("import-payments", file)

    (booked,) = told["booked"]
    assert (booked["invoice"], booked["amount"], booked["received_on"]) == (
        two.id("FA"),
        "1000.00",
        "2026-11-20",
    )
    assert reached(typist, two.id("FA"), "settled")["balance"] == "0.00"
    assert status(typist, two.id("FB"))["balance"] == "250.00"


def test_one_transfer_may_pay_several_invoices(typist: Typist, two: Portfolio, tmp_path: Path) -> None:
    """Each gets its part."""
    file = written(tmp_path, f"20/11/2026;VIR {two.id('FA')} ET {two.id('FB')};;1250,00")

    told = typist.json("import-payments", file)

    assert sorted(part["amount"] for part in told["booked"]) == ["1000.00", "250.00"]
    reached(typist, two.id("FB"), "settled")


def test_an_unsure_payment_is_given_to_a_person(typist: Typist, two: Portfolio, tmp_path: Path) -> None:
    """Nothing is booked by a guess: the task shows amount, wording and what it may be for."""
    file = written(tmp_path, f"20/11/2026;VIR {two.id('FA')};;1300,00")

    (unsure,) = typist.json("import-payments", file)["unsure"]

    assert status(typist, two.id("FA"))["balance"] == "1000.00"
    assert (unsure["amount"], two.id("FA") in unsure["candidates"]) == ("1300.00", True)
    waiting = typist.json("tasks", "--kind", "unmatched-payment")
    assert unsure["task"] in [task["task"] for task in waiting]
    done = typist.json("task-done", str(unsure["task"]), "--note", "remboursé")
    assert done["kind"] == "unmatched-payment"
    assert unsure["task"] not in [task["task"] for task in typist.json("tasks")]


def test_the_same_lines_again_change_nothing(typist: Typist, two: Portfolio, tmp_path: Path) -> None:
    """Overlapping files of one account are normal: known lines are left alone."""
    first = f"20/11/2026;VIR SEPA {two.id('FB')};;250,00"
    typist.json("import-payments", written(tmp_path, first))

    told = typist.json("import-payments", written(tmp_path, first, f"23/11/2026;VIR {two.id('FA')};;1000,00"))

    assert (told["known"], len(told["booked"])) == (1, 1)
    assert status(typist, two.id("FB"))["paid"] == "250.00"


def test_a_cheque_is_booked_as_one(typist: Typist, two: Portfolio, tmp_path: Path) -> None:
    """The story says how the money came."""
    typist.json("import-payments", written(tmp_path, f"20/11/2026;REMISE CHQ 123 {two.id('FB')};;250,00"))

    story = typist.json("timeline", two.id("FB"))["story"]
    (payment,) = [line for line in story if line["kind"] == "payment"]
    assert payment["details"]["method"] == "cheque"
    assert payment["actor"] == "bank"


def test_the_books_know_how_far_payments_are_known(typist: Typist, two: Portfolio, tmp_path: Path) -> None:
    """It is the day that the person names, else the last one of the file; an older file takes none back."""
    typist.json("import-payments", written(tmp_path, "01/12/2026;VIR X;;1,23"), "--known-to", "2026-12-02")
    typist.json("import-payments", written(tmp_path, "30/11/2026;VIR X;;1,24"))

    books = Books.open(typist.deployment.variables["DUNNING_LEDGER_URL"])
    with books.read() as conn:
        known_to = bank.payments_known_to(conn, typist.deployment.creditor_id)
    books.close()
    assert known_to is not None
    assert known_to.isoformat() == "2026-12-02"


def test_a_bad_line_is_told_and_the_others_are_taken(typist: Typist, two: Portfolio, tmp_path: Path) -> None:
    """Exit code 1 says that a line could not be read."""
    file = written(
        tmp_path, f"31/31/2026;VIR {two.id('FA')};;1000,00", f"20/11/2026;VIR {two.id('FB')};;250,00"
    )

    told = typist("import-payments", file, "--json")

    assert told.code == 1
    assert [row["line"] for row in told.value["rejected"]] == [2]
    assert [part["invoice"] for part in told.value["booked"]] == [two.id("FB")]


def test_a_person_reads_what_became_of_the_file(typist: Typist, two: Portfolio, tmp_path: Path) -> None:
    """Counts, the day, and a table of what is to be matched by hand."""
    file = written(tmp_path, f"20/11/2026;VIR {two.id('FA')};;1000,00", "20/11/2026;VIR INCONNU;;77,77")

    told = typist("import-payments", file)

    assert told.code == 0
    assert "1 paiement(s) enregistré(s), 1 à attribuer" in told.words
    assert "VIR INCONNU" in told.words
    assert "77,77 €" in told.words


def test_a_heading_that_the_file_lacks_is_asked_for(typist: Typist, tmp_path: Path) -> None:
    """A file without amounts is refused as a whole, with what to do."""
    file = tmp_path / "bank.csv"
    file.write_text("Date;Libellé;Truc\n20/11/2026;VIR;5\n", encoding="utf-8")

    told = typist("import-payments", file)

    assert told.code == 1
    assert "--map" in told.words
