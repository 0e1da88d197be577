"""What stands in the books before a customer opens the pay page."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from dunning import facts
from dunning.arrangement import Instalment
from dunning.money import Money
from dunning.party import Language
from ledger import booking, cases
from ledger.books import Books
from ledger.keys import CaseKey
from tests.doors.deployment import customer_of, invoice, now, today

EUR = "EUR"


def known(books: Books, *, language: Language = Language.FRENCH, **changes: Any) -> CaseKey:
    """An invoice in the books."""
    taken = invoice(**changes)
    with books.write() as conn:
        cases.register(conn, taken, customer_of(taken, language=language), now())
    return CaseKey(taken.creditor_id, taken.invoice_id)


def book(books: Books, key: CaseKey, fact: facts.Fact) -> None:
    """A fact that the books take."""
    with books.write() as conn:
        booked = booking.book(conn, key, fact, now=now(), today=today())
    assert booked.outcome == "booked", booked


def agree_plan(books: Books, key: CaseKey) -> None:
    """Three instalments, a month apart."""
    parts = tuple(
        Instalment(number=number, due_on=today() + timedelta(days=30 * number), amount=Money.of(amount, EUR))
        for number, amount in enumerate(("400.00", "400.00", "404.50"), start=1)
    )
    book(books, key, facts.PaymentPlanAgreed(event_id="plan:1", instalments=parts))
