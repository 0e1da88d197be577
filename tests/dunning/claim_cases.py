"""The invoice of the worked examples, and claims on it, for the tests of the legal claim."""

from __future__ import annotations

from datetime import date
from typing import Any

from dunning.claim import Claim, ClaimInput, claim
from dunning.invoice import CreditNote, Invoice, Payment
from dunning.money import Money
from dunning.party import CustomerKind
from runtime.law_files import load_rates, load_rules

RATES = load_rates()
RULES = load_rules()
DUE = date(2025, 5, 31)


def eur(amount: str) -> Money:
    """An amount in euros."""
    return Money.of(amount, "EUR")


def invoice(amount: str = "1200.00", due: date = DUE, currency: str = "EUR") -> Invoice:
    """An invoice of 1 200.00 euros due on 31 May 2025, issued 30 days earlier."""
    return Invoice(
        creditor_id="acme",
        invoice_id="inv-1",
        number="F-2025-001",
        customer_id="cust-1",
        amount=Money.of(amount, currency),
        issue_date=date.fromordinal(due.toordinal() - 30),
        due_date=due,
    )


def paid(amount: str, on: date, event_id: str = "pay-1", currency: str = "EUR") -> Payment:
    """A payment."""
    return Payment(event_id=event_id, amount=Money.of(amount, currency), received_on=on)


def credited(amount: str, on: date, event_id: str = "note-1") -> CreditNote:
    """A credit note in euros."""
    return CreditNote(event_id=event_id, amount=eur(amount), issued_on=on)


def claimed(as_of: date, kind: CustomerKind = CustomerKind.BUSINESS, **facts: Any) -> Claim:
    """The claim on an invoice under the law files of the checkout; the invoice of the examples by default."""
    request = ClaimInput(**{"invoice": invoice(), "kind": kind, **facts})
    return claim(request, RATES, as_of, rules=RULES)
