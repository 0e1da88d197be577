"""Books in which reports are read, filled with as few words as a test needs."""

from __future__ import annotations

import csv
import io

from ledger import sends
from ledger.books import Books
from ledger.keys import CaseKey, SendKey
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

    def take_step(self, key: CaseKey, step: str, channel: str = "email") -> None:
        """A step is carried out now."""
        send = SendKey(key, 1, step, channel)
        now, today = self.desk.now, self.desk.today
        with self.desk.books.write() as conn:
            sends.reserve(conn, send, level=1, reminder=True, now=now)
            sends.start_submitting(conn, send, "token", now)
            sends.accept(conn, send, "token", on=today, now=now)


def csv_of(office: Office, *arguments: str) -> list[dict[str, str]]:
    """What a report prints as CSV."""
    told = office.typist("report", *arguments, "--csv")
    assert told.code == 0, told.words
    return list(csv.DictReader(io.StringIO(told.out)))
