"""Invoices as reports look at them, with as few words as a test needs."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from dunning.invoice import Invoice
from dunning.money import Money
from dunning.reports_receivables import Movement, MovementKind, Receivable

ISSUED = date(2026, 1, 1)
DUE = date(2026, 1, 31)


def day(count: int) -> date:
    """So many days past the due date."""
    return DUE + timedelta(days=count)


def at(count: int, hour: int = 12) -> datetime:
    """An instant so many days past the due date."""
    return datetime.combine(day(count), time(hour), UTC)


def paid(count: int, amount: str, currency: str = "EUR", **changes: Any) -> Movement:
    """A payment so many days past due, booked at noon."""
    return _movement(MovementKind.PAYMENT, count, Money.of(amount, currency), changes)


def credited(count: int, amount: str, **changes: Any) -> Movement:
    """A credit note so many days past due."""
    return _movement(MovementKind.CREDIT_NOTE, count, Money.of(amount, "EUR"), changes)


def receivable(
    name: str = "F-1", amount: str = "100", *movements: Movement, currency: str = "EUR", **changes: Any
) -> Receivable:
    """An invoice of January, due at its end."""
    particulars: dict[str, Any] = {"issue_date": ISSUED, "due_date": DUE, "customer_id": "C-1"}
    own = {key: changes.pop(key) for key in particulars if key in changes}
    invoice = Invoice(
        creditor_id="acme",
        invoice_id=name,
        number=name,
        amount=Money.of(amount, currency),
        **(particulars | own),
    )
    return Receivable(invoice=invoice, movements=movements, **changes)


def _movement(kind: MovementKind, count: int, amount: Money, changes: dict[str, Any]) -> Movement:
    fields = {"kind": kind, "on": day(count), "booked_at": at(count), "amount": amount}
    return Movement.model_validate(fields | changes)
