"""Portfolios for the tests of commands that change something, and how far their runs have come."""

from __future__ import annotations

import secrets
import time
from pathlib import Path
from typing import Any

import pytest

from tests.commands.terminal_of_tests import Typist

HEADER = "number;customer_id;customer_name;customer_kind;siren;email;amount;currency;issue_date;due_date"


class Portfolio:
    """A file whose invoices and customers no other test knows."""

    def __init__(self, folder: Path) -> None:
        self.tag = secrets.token_hex(3)
        self.path = folder / "portfolio.csv"

    def write(self, *rows: tuple[str, str, str], header: str = "", cells: str = "") -> Path:
        """Rows of number, customer and amount, due in the far future so that nothing goes out."""
        lines = [
            f"{self.id(number)};{self.id(customer)};Client {customer};business;732829320;"
            f"{customer.lower()}@client.example;{amount};EUR;2026-01-05;2099-01-30{cells}"
            for number, customer, amount in rows
        ]
        self.path.write_text("\n".join((HEADER + header, *lines)) + "\n", encoding="utf-8")
        return self.path

    def id(self, name: str) -> str:
        """A name that is this file's alone."""
        return f"{name}-{self.tag}"

    def imported(self, typist: Typist, *rows: tuple[str, str, str]) -> str:
        """Write the rows, import them, wait until they are planned; the id of the first invoice."""
        typist.json("import", self.write(*rows))
        for number, _, _ in rows:
            reached(typist, self.id(number), "dunning")
        return self.id(rows[0][0])


def status(typist: Typist, invoice: str) -> Any:
    """Where an invoice stands."""
    return typist.json("status", invoice)


def reached(typist: Typist, invoice: str, wanted: str, seconds: float = 20) -> Any:
    """Wait until the run of an invoice has brought it to a status."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        case = status(typist, invoice)
        if case["status"] == wanted:
            return case
        time.sleep(0.2)
    pytest.fail(f"{invoice} is {case['status']}, not {wanted}")
