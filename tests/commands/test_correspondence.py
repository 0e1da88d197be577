"""`customer` and `messages`: whom we write to, and what was written."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from ledger import cases, sends
from ledger.books import Books
from ledger.keys import CaseKey, SendKey
from tests.commands.portfolios import Portfolio
from tests.commands.terminal_of_tests import Deployment, Typist

_NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def invoice(typist: Typist, portfolio: Portfolio) -> str:
    """The id of an invoice of 1000 euros that is followed."""
    return portfolio.imported(typist, ("F1", "C1", "1000.00"))


def _books(deployment: Deployment) -> Books:
    return Books.open(deployment.variables["DUNNING_LEDGER_URL"])


def test_a_new_address_stands_in_the_books(typist: Typist, deployment: Deployment, invoice: str) -> None:
    """Only what is named changes; the story names the field, never its value."""
    typist.json("customer", invoice, "--email", "nouvelle@example.com", "--contact", "Anne Roux")

    books = _books(deployment)
    with books.read() as conn:
        case = cases.load(conn, CaseKey(deployment.creditor_id, invoice))
    books.close()
    assert case is not None
    assert (case.customer.email, case.customer.contact_name) == ("nouvelle@example.com", "Anne Roux")
    story = typist.json("timeline", invoice)["story"]
    (changed,) = [line for line in story if line["kind"] == "customer_changed"]
    assert "nouvelle@example.com" not in str(changed)


def test_an_address_that_is_none_is_refused_in_words(typist: Typist, invoice: str) -> None:
    """Nothing is changed, and the option is named."""
    told = typist("customer", invoice, "--email", "nobody at home")

    assert told.code == 1
    assert "--email" in told.words
    assert "Traceback" not in told.words


def test_a_change_of_nothing_is_a_wrong_call(typist: Typist, invoice: str) -> None:
    """At least one particular is named."""
    assert typist("customer", invoice).code == 2


def test_messages_are_listed_and_kept_as_sent(
    typist: Typist, deployment: Deployment, invoice: str, tmp_path: Path
) -> None:
    """The server's answer stands beside each; --out writes the bytes that went out."""
    assert typist.json("messages", invoice) == []
    key = SendKey(CaseKey(deployment.creditor_id, invoice), 1, "reminder-1", "email")
    books = _books(deployment)
    with books.write() as conn:
        sends.reserve(conn, key, level=1, reminder=True, now=_NOW)
        sends.start_submitting(conn, key, "token", _NOW)
        sends.accept(
            conn,
            key,
            "token",
            on=date(2026, 11, 2),
            now=_NOW,
            message_id="<a@example.com>",
            response="250 queued",
            evidence=b"Subject: x\r\n\r\ny",
        )
    books.close()

    (row,) = typist.json("messages", invoice, "--out", str(tmp_path / "sent"))
    assert (row["step"], row["state"], row["answer"]) == ("reminder-1", "accepted", "250 queued")
    assert (tmp_path / "sent" / "2026-11-02-reminder-1.eml").read_bytes() == b"Subject: x\r\n\r\ny"
