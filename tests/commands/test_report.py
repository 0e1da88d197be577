from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date

import pytest

from ledger.books import Books
from ledger.keys import CaseKey
from tests.commands.terminal_of_tests import Typist
from tests.ledger.desk import Desk, customer, invoice

DAY = ("--as-of", "2026-03-02")


class Office:
    """The books of a deployment, and its command line."""

    def __init__(self, typist: Typist, books: Books) -> None:
        self.typist = typist
        self.desk = Desk(books)
        self.creditor_id = typist.deployment.creditor_id

    def register(self, name: str, **changes: object) -> CaseKey:
        """Take an invoice in."""
        fields = {"creditor_id": self.creditor_id, "invoice_id": name, "number": name} | changes
        self.desk.register(invoice(**fields), customer())
        return CaseKey(self.creditor_id, name)


@pytest.fixture
def office(lonely: Typist) -> Iterator[Office]:
    """Books with nothing in them; today is 2 March 2026."""
    books = Books.open(lonely.deployment.variables["DUNNING_LEDGER_URL"])
    yield Office(lonely, books)
    books.close()


def csv_of(office: Office, *arguments: str) -> list[dict[str, str]]:
    """What a report prints as CSV."""
    told = office.typist("report", *arguments, "--csv")
    assert told.code == 0, told.words
    return list(csv.DictReader(io.StringIO(told.out)))


def test_ageing_is_told_in_all_three_forms(office: Office) -> None:
    """Table, JSON and CSV have the same figures; a person reads them in French."""
    key = office.register("F-1")
    office.register("F-2", due_date=date(2026, 4, 1))
    office.desk.pay("250", key=key)

    told = office.typist.json("report", "ageing", *DAY)
    assert [(line["age"], line["amount"]) for line in told if line["invoices"]] == [
        ("not-due", "1000.00"),
        ("1-30", "750.00"),
    ]
    assert [line["amount"] for line in csv_of(office, "ageing", *DAY)] == [line["amount"] for line in told]
    words = office.typist("report", "ageing", *DAY).words
    for said in ("Balance âgée au 02/03/2026", "1 à 30 jours", "750,00 €", "42,9 %"):
        assert said in words


def test_an_earlier_day_is_told_as_it_was(office: Office) -> None:
    """A payment of today is not known on an earlier day."""
    key = office.register("F-1")
    office.desk.pay("250", key=key)
    told = office.typist.json("report", "ageing", "--as-of", "2026-03-01")
    assert [line["amount"] for line in told if line["invoices"]] == ["1000.00"]


def test_empty_books_have_nothing_to_report(office: Office) -> None:
    """No line, and no failure."""
    assert office.typist.json("report", "ageing", *DAY) == []
    assert "Rien à montrer" in office.typist("report", "ageing", *DAY).words


@pytest.mark.parametrize("arguments", [("--as-of", "soon"), ("--json", "--csv")])
def test_a_wrong_call_is_refused(office: Office, arguments: tuple[str, ...]) -> None:
    """Exit code 2, and nothing on standard output."""
    told = office.typist("report", "ageing", *arguments)
    assert (told.code, told.out) == (2, "")
