"""Invoices for the tests of how customers pay."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from dunning.customer_record import SettledInvoice
from dunning.invoice import Invoice
from dunning.money import Money

TODAY = date(2026, 6, 30)
TERM = 30


def invoice(customer: str = "C-1", number: str = "F-1", *, due: date = TODAY, term: int = TERM) -> Invoice:
    """An open invoice."""
    return Invoice(
        creditor_id="creditor",
        invoice_id=number,
        number=number,
        customer_id=customer,
        amount=Money(amount=Decimal(100), currency="EUR"),
        issue_date=due - timedelta(days=term),
        due_date=due,
    )


def paid(customer: str, *delays: int, last_due: date = TODAY - timedelta(days=60)) -> list[SettledInvoice]:
    """Settled invoices a week apart, the last one due on a day; delays in days past due, oldest first."""
    found = []
    for back, delay in enumerate(reversed(delays)):
        due = last_due - timedelta(days=7 * back)
        one = invoice(customer, f"{customer}-{len(delays) - back}", due=due)
        found.append(SettledInvoice(invoice=one, settled_on=due + timedelta(days=delay)))
    return found[::-1]
