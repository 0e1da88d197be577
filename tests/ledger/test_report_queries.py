from datetime import date, timedelta
from zoneinfo import ZoneInfo

from dunning import facts
from dunning.arrangement import ArrangementState
from dunning.case import DunningStatus
from dunning.facts import CallOutcome
from dunning.invoice import Payment
from dunning.journal import EntryKind
from dunning.money import Money
from dunning.reports_receivables import MovementKind, Receivable
from ledger import cases, pages, report_queries, report_work_queries, sends
from ledger.books import Books
from ledger.keys import CaseKey, SendKey
from ledger.pages import PageKind
from tests.ledger.desk import CREDITOR, KEY, Desk, customer, eur, invoice

PARIS = ZoneInfo("Europe/Paris")


def _receivables(books: Books) -> dict[str, Receivable]:
    with books.read() as conn:
        found = report_queries.receivables(conn, CREDITOR, PARIS)
    return {each.invoice.invoice_id: each for each in found}


def _desk(books: Books) -> Desk:
    """Two invoices of ours, one of somebody else."""
    desk = Desk(books)
    desk.register()
    desk.register(invoice(invoice_id="F-2", number="F-2"))
    desk.register(invoice(creditor_id="other", customer_id="C-9"), customer(customer_id="C-9"))
    return desk


def _take(desk: Desk, step: str, channel: str = "email", *, accepted: bool = True) -> None:
    send = SendKey(KEY, 1, step, channel)
    with desk.books.write() as conn:
        sends.reserve(conn, send, level=1, reminder=True, now=desk.now)
        sends.start_submitting(conn, send, "token", desk.now)
        if accepted:
            sends.accept(conn, send, "token", on=desk.today, now=desk.now)
        else:
            sends.refuse(conn, send, "token", on=desk.today, now=desk.now, response="550")


def test_receivables_have_all_that_lowered_them(books: Books) -> None:
    """Payments and credit notes in the order they were booked; money of another currency lowers nothing."""
    desk = _desk(books)
    desk.pay("100")
    desk.pay("5", currency="USD")
    desk.later(days=1)
    desk.credit("50")
    found = _receivables(books)
    assert sorted(found) == ["F-1", "F-2"]
    assert [(one.kind, str(one.amount), one.on) for one in found["F-1"].movements] == [
        (MovementKind.PAYMENT, "100.00 EUR", date(2026, 3, 2)),
        (MovementKind.CREDIT_NOTE, "50.00 EUR", date(2026, 3, 3)),
    ]
    assert found["F-1"].owed_on(date(2026, 3, 2)) == eur("900")
    assert found["F-1"].owed_on(desk.today) == desk.case().balance


def test_a_closing_has_its_local_day(books: Books) -> None:
    """Half past eleven in the evening in UTC is the next day in Paris."""
    desk = _desk(books)
    desk.later(hours=15.5)
    with books.write() as conn:
        cases.close(conn, KEY, DunningStatus.WRITTEN_OFF, desk.now, kind=EntryKind.WRITTEN_OFF, details={})
    assert _receivables(books)["F-1"].closed_on == date(2026, 3, 3)


def test_where_money_came_from_is_known(books: Books) -> None:
    """Through a page of the provider; found paid by an import, of an unknown day unless the file tells it."""
    desk = _desk(books)
    for key, identity, day in (
        (KEY, "stripe:pi_1", desk.today),
        (KEY, "import:400.00", desk.today),
        (CaseKey(CREDITOR, "F-2"), "import:300.00", desk.today - timedelta(days=3)),
    ):
        payment = Payment(event_id=identity, amount=eur("100"), received_on=day)
        desk.book(facts.PaymentReceived(event_id=identity, payment=payment), key)
    found = _receivables(books)
    assert [(one.by_card_page, one.opening) for one in found["F-1"].movements] == [
        (True, False),
        (False, True),
    ]
    assert [one.opening for one in found["F-2"].movements] == [False]


def test_steps_are_those_that_were_carried_out(books: Books) -> None:
    """Neither refused messages nor contacts from before the books."""
    desk = _desk(books)
    _take(desk, "reminder-1")
    _take(desk, "reminder-2", accepted=False)
    with books.write() as conn:
        sends.contacted_before(conn, KEY, level=1, on=desk.today, now=desk.now)
    with books.read() as conn:
        (step,) = report_work_queries.steps_taken(conn, CREDITOR)
        assert report_work_queries.steps_taken(conn, "other") == []
    assert (step.invoice_id, step.step, step.on, step.at) == ("F-1", "reminder-1", desk.today, desk.now)


def test_contacts_are_messages_and_calls(books: Books) -> None:
    """A refused message too; a call when it was made, not when it was asked for."""
    desk = _desk(books)
    _take(desk, "reminder-1")
    _take(desk, "reminder-2", accepted=False)
    _take(desk, "call", "call")
    desk.call(CallOutcome.WRONG_NUMBER)
    with books.read() as conn:
        found = report_work_queries.contacts_made(conn, CREDITOR, PARIS)
        assert report_work_queries.contacts_made(conn, "other", PARIS) == []
    assert [(one.channel, one.outcome, one.customer_id) for one in found] == [
        ("email", "accepted", "C-1"),
        ("email", "refused", "C-1"),
        ("call", "wrong-number", "C-1"),
    ]


def test_promises_have_the_money_since(books: Books) -> None:
    """What came before the promise is not its fruit."""
    desk = _desk(books)
    desk.pay("100")
    desk.promise(5, "300")
    desk.later(days=1)
    desk.pay("200")
    with books.read() as conn:
        (promise,) = report_work_queries.promises_given(conn, CREDITOR, PARIS)
        assert report_work_queries.promises_given(conn, "other", PARIS) == []
    assert (promise.amount, promise.state, promise.ended_on) == (eur("300"), ArrangementState.ACTIVE, None)
    assert promise.cash_by(desk.today) == eur("200")
    desk.pay("700")
    with books.read() as conn:
        (promise,) = report_work_queries.promises_given(conn, CREDITOR, PARIS)
    assert (promise.state, promise.ended_on) == (ArrangementState.KEPT, desk.today)


def test_links_are_given_from_the_first_on(books: Books) -> None:
    """A second link of the invoice is no second invoice; one that was opened is told."""
    desk = _desk(books)
    first_at = desk.now
    with books.write() as conn:
        token = pages.token_for(conn, KEY, cycle=1, now=desk.now)
        pages.token_for(conn, KEY, cycle=2, now=desk.now + timedelta(days=9))
        pages.token_for(conn, CaseKey(CREDITOR, "F-2"), cycle=1, now=desk.now)
        amount = Money.of("1000", "EUR")
        pages.next_page(conn, token, kind=PageKind.CHECKOUT, amount=amount, now=desk.now)
    with books.read() as conn:
        found = report_work_queries.links_given(conn, CREDITOR, PARIS)
    assert {name: (one.given_at, one.given_on, one.opened) for name, one in found.items()} == {
        "F-1": (first_at, desk.today, True),
        "F-2": (first_at, desk.today, False),
    }
