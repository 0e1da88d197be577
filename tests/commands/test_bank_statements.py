from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from stdnum.iso7064 import mod_97_10

from bench.matching_truth import Case, Payment
from bench.statement_files import as_camt, as_cfonb
from intake.references import body_of
from ledger import tasks
from ledger.books import Books
from tests.commands.portfolios import Portfolio, status
from tests.commands.terminal_of_tests import Typist


@pytest.fixture
def two(typist: Typist, portfolio: Portfolio) -> Portfolio:
    """Two invoices of one customer that are followed."""
    portfolio.imported(typist, ("FA", "C1", "1000.00"), ("FB", "C1", "250.00"))
    return portfolio


def transfer(portfolio: Portfolio, amount: str, *, reference: str = "") -> Payment:
    """A transfer for the first invoice of the portfolio."""
    return Payment(
        Case.NUMBER,
        Decimal(amount),
        "TRESORERIE",
        "" if reference else f"Facture {portfolio.id('FA')}",
        {},
        day=date(2026, 11, 20),
        creditor_reference=reference,
    )


@pytest.mark.parametrize("write", [as_camt, as_cfonb])
def test_statements_are_told_by_their_content(
    typist: Typist, two: Portfolio, tmp_path: Path, write: Callable[[list[Payment]], bytes]
) -> None:
    """camt.053 and CFONB 120 are booked as a table is, whatever the file is called."""
    file = tmp_path / "releve.txt"
    file.write_bytes(write([transfer(two, "1000.00")]))

    told = typist.json("import-payments", file)

    assert [(part["invoice"], part["amount"]) for part in told["booked"]] == [(two.id("FA"), "1000.00")]
    assert told["known_to"] == "2026-11-20"
    assert typist.json("import-payments", file)["known"] == 1


def test_a_statement_in_another_format_is_known_already(
    typist: Typist, two: Portfolio, tmp_path: Path
) -> None:
    """The same transfer in CFONB and in camt.053 is booked once."""
    files = {"a.xml": as_camt, "b.txt": as_cfonb}
    for name, write in files.items():
        (tmp_path / name).write_bytes(write([transfer(two, "400.00")]))

    told = [typist.json("import-payments", tmp_path / name) for name in files]

    assert [(len(one["unsure"]), one["known"]) for one in told] == [(1, 0), (0, 1)]


def test_a_structured_reference_names_its_invoice(typist: Typist, two: Portfolio, tmp_path: Path) -> None:
    """Check digits vouch for the number, so that a part is booked though its payer is unknown."""
    body = body_of(two.id("FA"))
    reference = f"RF{mod_97_10.calc_check_digits(f'{body}RF')}{body}"
    file = tmp_path / "releve.xml"
    file.write_bytes(as_camt([transfer(two, "400.00", reference=reference)]))

    typist.json("import-payments", file)

    assert status(typist, two.id("FA"))["balance"] == "600.00"


def test_a_refused_statement_makes_nothing_known(typist: Typist, two: Portfolio, tmp_path: Path) -> None:
    """Where lines are missing, contacts go on waiting until the file is complete."""
    records = as_cfonb([transfer(two, "1000.00")]).splitlines(keepends=True)
    file = tmp_path / "releve.txt"
    file.write_bytes(b"".join(records[:-1]))

    told = typist("import-payments", file, "--json")

    assert told.code == 1
    assert (told.value["booked"], told.value["known_to"]) == ([], None)
    assert "07" in told.value["rejected"][0]["reason"]


def test_a_task_carries_what_a_person_decides_by(typist: Typist, two: Portfolio, tmp_path: Path) -> None:
    """Reason, proposed shares, what is left over, candidates and references of the unsure line."""
    file = tmp_path / "releve.xml"
    file.write_bytes(as_camt([transfer(two, "1300.00")]))
    (unsure,) = typist.json("import-payments", file)["unsure"]

    books = Books.open(typist.deployment.variables["DUNNING_LEDGER_URL"])
    with books.read() as conn:
        task = tasks.get(conn, unsure["task"])
    books.close()

    assert task is not None
    details = task.details
    assert [part["invoice_id"] for part in details["proposals"]] == [two.id("FA")]
    assert details["proposals"][0]["amount"]["amount"] == "1000.00"
    assert details["unallocated"] == "300.00 EUR"
    assert details["candidates"] == [two.id("FA")]
    assert details["reason"] == unsure["reason"]
    assert details["line_key"]
