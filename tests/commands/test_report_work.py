from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from dunning import facts
from dunning.facts import CallOutcome, PromiseMade
from dunning.invoice import Payment, PaymentMethod
from dunning.money import Money
from ledger import pages
from ledger.books import Books
from ledger.keys import CaseKey
from ledger.pages import PageKind
from tests.commands.report_office import DAY, Office, csv_of
from tests.commands.terminal_of_tests import Typist


@pytest.fixture
def office(lonely: Typist) -> Iterator[Office]:
    """Books with nothing in them; today is 2 March 2026."""
    books = Books.open(lonely.deployment.variables["DUNNING_LEDGER_URL"])
    yield Office(lonely, books)
    books.close()


def pay(office: Office, key: CaseKey, amount: str, identity: str) -> None:
    """Money under an identity of its own."""
    payment = Payment(
        event_id=identity,
        amount=Money.of(amount, "EUR"),
        received_on=office.desk.today,
        method=PaymentMethod.CARD,
    )
    office.desk.book(facts.PaymentReceived(event_id=identity, payment=payment), key)


def test_promises_are_told(office: Office) -> None:
    """A promise that was paid in full is kept, another still runs."""
    first, second = office.register("F-1"), office.register("F-2")
    for key in (first, second):
        until = office.desk.today + timedelta(days=5)
        office.desk.book(PromiseMade(event_id=office.desk.event(), until=until), key)
    office.desk.later(days=1)
    office.desk.pay("1000", key=first)
    day = ("--as-of", "2026-03-04")
    (line,) = office.typist.json("report", "promises", *day)
    assert line == {
        "currency": "EUR",
        "promises": 2,
        "kept": 1,
        "broken": 0,
        "running": 1,
        "ended": 0,
        "share": 1.0,
        "promised": "1000.00",
        "cash": "1000.00",
        "cash_on_time": "1000.00",
    }
    assert csv_of(office, "promises", *DAY)[0]["running"] == "2"
    assert "Tenues" in office.typist("report", "promises", *day).words


def test_contacts_are_told_by_channel(office: Office) -> None:
    """E-mails by what the server said, calls by what the customer said; a call only asked for is none."""
    key = office.register("F-1")
    office.take_step(key, "reminder-1")
    office.take_step(key, "call", channel="call")
    office.desk.book(facts.CallCompleted(event_id="call-1", outcome=CallOutcome.NO_ANSWER), key)
    told = office.typist.json("report", "contacts", *DAY)
    assert [(line["channel"], line["outcome"], line["contacts"]) for line in told] == [
        ("call", "no-answer", 1),
        ("email", "accepted", 1),
    ]
    assert len(csv_of(office, "contacts", *DAY)) == 2
    assert "pas de réponse" in office.typist("report", "contacts", *DAY).words
    assert office.typist.json("report", "contacts", "--as-of", "2026-03-01") == []


def test_links_are_followed_to_what_was_paid_through_them(office: Office) -> None:
    """Two invoices got a link, one was opened and paid by card; a transfer is no conversion."""
    first, second = office.register("F-1"), office.register("F-2")
    now = office.desk.now
    with office.desk.books.write() as conn:
        token = pages.token_for(conn, first, cycle=1, now=now)
        pages.token_for(conn, second, cycle=1, now=now)
        pages.next_page(conn, token, kind=PageKind.CHECKOUT, amount=Money.of("1000", "EUR"), now=now)
    office.desk.later(hours=1)
    pay(office, first, "400", "stripe:pi_1")
    pay(office, second, "300", "bank:1")
    (line,) = office.typist.json("report", "links", *DAY)
    assert line == {"currency": "EUR", "invoices": 2, "opened": 1, "paid": 1, "share": 0.5, "cash": "400.00"}
    assert csv_of(office, "links", *DAY)[0]["cash"] == "400.00"
    assert "50,0 %" in office.typist("report", "links", *DAY).words


def test_expected_cash_is_told_by_week(office: Office) -> None:
    """Thirteen weeks and what comes later add up to what is owed."""
    for count in range(5):
        key = office.register(f"P-{count}", issue_date=date(2026, 1, 1), due_date=date(2026, 2, 20))
        office.desk.pay("1000", key=key)
    office.register("F-1", issue_date=date(2026, 2, 20), due_date=date(2026, 3, 10))
    told = office.typist.json("report", "expected-cash", *DAY)
    assert len(told) == 14
    assert (told[0]["week"], told[0]["begins"], told[-1]["week"]) == (1, "2026-03-03", None)
    assert sum(float(line["expected"]) for line in told) == pytest.approx(1000)
    assert len(csv_of(office, "expected-cash", *DAY, "--weeks", "4")) == 5
    assert "Encaissements attendus" in office.typist("report", "expected-cash", *DAY).words


def test_expected_cash_without_history_is_refused_in_words(office: Office) -> None:
    """Nothing was settled: the message says by when, and what to import."""
    office.register("F-1")
    told = office.typist("report", "expected-cash", *DAY, "--json")
    assert (told.code, told.out) == (1, "")
    for said in ("Non calculable", "02/03/2026", "settled_date"):
        assert said in told.words


@pytest.mark.parametrize(
    "report", ["promises", "contacts", "links", "recovery", "days-late", "expected-cash"]
)
def test_empty_books_have_nothing_to_report(office: Office, report: str) -> None:
    """No line, and no failure."""
    assert office.typist.json("report", report, *DAY) == []
    assert csv_of(office, report, *DAY) == []
    assert "Rien à montrer" in office.typist("report", report, *DAY).words


def test_what_an_import_found_paid_already_says_nothing_about_delays(office: Office) -> None:
    """Nobody knows when it came: it lowers the balance, and is no payment of the day of the import."""
    key = office.register("F-1")
    pay(office, key, "600", "import:400.00")
    told = office.typist.json("report", "days-late", *DAY)
    assert [(line["money"], line["amount"]) for line in told] == [("overdue", "400.00")]
    office.desk.later(days=1)
    pay(office, key, "100", "import:300.00")
    told = office.typist.json("report", "days-late", "--as-of", "2026-03-03")
    assert [(line["money"], line["amount"]) for line in told] == [("paid", "100.00"), ("overdue", "300.00")]
