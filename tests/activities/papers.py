"""What the tests of activities are about: one invoice, its customer, the days of its course."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from dunning.invoice import Invoice, Payment
from dunning.money import Money
from dunning.party import Customer, CustomerKind
from dunning.registers import PolicyRegister
from ledger.keys import CaseKey
from runtime.composition import Registers, load_registers
from runtime.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
CREDITOR = "atelier-lumen"
KEY = CaseKey(CREDITOR, "F-1")
PARIS = ZoneInfo("Europe/Paris")
POLICY = "standard-business"

# Due on Friday 6 March 2026; the first reminder falls on Tuesday 10 March.
DUE = date(2026, 3, 6)
FIRST = date(2026, 3, 10)


def at(day: date, hour: int = 14, minute: int = 0) -> datetime:
    """An instant by the creditor's clock."""
    return datetime.combine(day, time(hour, minute), tzinfo=PARIS).astimezone(UTC)


def registers() -> Registers:
    """The example creditor, our policies, law and templates."""
    return load_registers(Settings(creditor_file=ROOT / "examples" / "creditor.yaml"))


def policies_with(**changes: Any) -> PolicyRegister:
    """The standard policy with some settings changed."""
    known = registers().policies
    return PolicyRegister({POLICY: known.get(POLICY).model_copy(update=changes)}, POLICY)


def invoice(**changes: Any) -> Invoice:
    """An invoice of 1,200 euros, due on 6 March 2026."""
    fields: dict[str, Any] = {
        "creditor_id": CREDITOR,
        "invoice_id": "F-1",
        "number": "2026-0042",
        "customer_id": "C-1",
        "amount": Money.of("1200.00", "EUR"),
        "issue_date": date(2026, 2, 4),
        "due_date": DUE,
        "description": "Luminaires",
    }
    return Invoice.model_validate(fields | changes)


def customer(**changes: Any) -> Customer:
    """A business with a SIREN and an address."""
    fields: dict[str, Any] = {
        "customer_id": "C-1",
        "name": "Garage Dupont",
        "kind": CustomerKind.BUSINESS,
        "siren": "123456782",
        "email": "compta@garage-dupont.example",
        "phone": "04 65 71 20 30",
        "contact_name": "Paul Dupont",
    }
    return Customer.model_validate(fields | changes)


def payment(amount: str, event_id: str, on: date = FIRST, currency: str = "EUR") -> Payment:
    """Money received."""
    return Payment(event_id=event_id, amount=Money.of(amount, currency), received_on=on)
