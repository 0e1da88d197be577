from datetime import date

import pytest

from ledger import ageing, bank, cases
from ledger import credits as credit_book
from ledger.ageing import AgeingBucket
from ledger.bank import LineState
from ledger.books import Books
from ledger.credits import Applied
from ledger.keys import CaseKey
from tests.ledger.desk import CREDITOR, KEY, NOW, TODAY, Desk, eur, invoice


def _add(books: Books, amount: str, credit_id: str = "A-1") -> bool:
    with books.write() as conn:
        return credit_book.add(
            conn,
            creditor_id=CREDITOR,
            customer_id="C-1",
            credit_id=credit_id,
            amount=eur(amount),
            reference="Avoir A-1",
            now=NOW,
        )


def _apply(books: Books) -> list[Applied]:
    with books.write() as conn:
        return credit_book.apply(conn, CREDITOR, "C-1", now=NOW, today=TODAY)


def _left(books: Books) -> list[str]:
    with books.read() as conn:
        return [str(credit.remaining) for credit in credit_book.unapplied(conn, CREDITOR, "C-1")]


def test_a_credit_pays_the_oldest_invoice_first(books: Books) -> None:
    """What is left after the oldest due date goes to the next; the rest waits for a later invoice."""
    desk = Desk(books)
    younger = CaseKey(CREDITOR, "F-2")
    desk.register(invoice(invoice_id="F-2", due_date=date(2026, 3, 1)))
    desk.register()
    assert _add(books, "1200")
    assert _apply(books) == [Applied("A-1", KEY, eur("1000")), Applied("A-1", younger, eur("200"))]
    assert (str(desk.case().balance), str(desk.case(younger).balance)) == ("0.00 EUR", "800.00 EUR")
    assert _left(books) == []
    assert not _add(books, "1200")
    assert _apply(books) == []


def test_a_credit_may_serve_the_same_invoice_twice(books: Books) -> None:
    """Where the invoice grew in between, what is left of the credit is taken off again."""
    desk = Desk(books)
    desk.register()
    _add(books, "1500")
    _apply(books)
    assert _left(books) == ["500.00 EUR"]
    desk.correct(amount=eur("1100"))
    assert _apply(books) == [Applied("A-1", KEY, eur("100"))]
    assert _left(books) == ["400.00 EUR"]


def test_a_credit_leaves_other_currencies_and_closed_invoices_alone(books: Books) -> None:
    """Euros do not pay dollars, and a closed invoice takes nothing."""
    desk = Desk(books)
    desk.register()
    desk.cancel()
    desk.register(invoice(invoice_id="F-2", amount={"amount": "5", "currency": "USD"}))
    _add(books, "100")
    assert _apply(books) == []
    assert _left(books) == ["100.00 EUR"]


def test_a_credit_of_nothing_is_a_mistake(books: Books) -> None:
    """A credit that is not more than zero is refused."""
    with pytest.raises(ValueError, match="more than zero"):
        _add(books, "0")


def test_bank_lines_are_known_once_stored(books: Books) -> None:
    """A line that overlapping files repeat is known; the day payments are known to never goes back."""
    with books.write() as conn:
        for _ in range(2):
            bank.store(
                conn,
                CREDITOR,
                "line-1",
                received_on=TODAY,
                amount=eur("12.30"),
                text="VIR LENOIR F-1",
                state=LineState.BOOKED,
                now=NOW,
            )
        many = [f"line-{number}" for number in range(1200)]
        assert bank.known(conn, CREDITOR, many) == {"line-1"}
        assert bank.payments_known_to(conn, CREDITOR) is None
        for day in (date(2026, 3, 1), date(2026, 2, 1)):
            bank.set_payments_known_to(conn, CREDITOR, day)
        assert bank.payments_known_to(conn, CREDITOR) == date(2026, 3, 1)


def test_overdue_money_is_summed_by_currency_and_age(books: Books) -> None:
    """Each open overdue invoice stands in one bucket with what remains of it; sums are exact."""
    desk = Desk(books)
    ages = {"F-1": 1, "F-2": 30, "F-3": 31, "F-4": 90, "F-5": 91, "F-6": 0, "F-7": -5}
    for number, days in ages.items():
        due = date.fromordinal(TODAY.toordinal() - days)
        desk.register(
            invoice(invoice_id=number, due_date=due, issue_date=date(2025, 1, 1), amount=eur("0.10"))
        )
    desk.register(invoice(invoice_id="F-8", amount={"amount": "7", "currency": "USD"}))
    desk.register(invoice(invoice_id="F-9"))
    desk.register(invoice(invoice_id="F-10"))
    desk.pay("0.03", key=CaseKey(CREDITOR, "F-2"))
    desk.pay("1000", key=CaseKey(CREDITOR, "F-9"))
    with books.write() as conn:
        cases.presume_paid(conn, CaseKey(CREDITOR, "F-10"), NOW)
    with books.read() as conn:
        overdue = ageing.overdue_by_age(conn, CREDITOR, TODAY)
    assert {bucket: (entry.invoices, str(entry.amount)) for bucket, entry in overdue["EUR"].items()} == {
        AgeingBucket.TO_30: (2, "0.17 EUR"),
        AgeingBucket.TO_60: (1, "0.10 EUR"),
        AgeingBucket.TO_90: (1, "0.10 EUR"),
        AgeingBucket.OVER_90: (1, "0.10 EUR"),
    }
    assert overdue["USD"][AgeingBucket.TO_30].invoices == 1
