"""The invoice, what was paid and credited on it, and what remains."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from dunning.money import Money
from dunning.party import Line, OpaqueId


class Invoice(BaseModel):
    """A claim for goods or services, as the billing system issued it."""

    model_config = ConfigDict(frozen=True)

    creditor_id: OpaqueId
    invoice_id: OpaqueId
    number: Line = Field(min_length=1, max_length=255)
    """The number that both parties know; printed, never part of an id."""
    customer_id: OpaqueId
    amount: Money
    """What the invoice asked for, VAT included."""
    issue_date: date
    due_date: date
    description: Line | None = None
    order_number: Line | None = None
    document: str | None = None
    """File of the invoice copy, attached to messages."""

    @model_validator(mode="after")
    def _claims_something(self) -> Self:
        if not self.amount.is_positive:
            msg = f"invoice {self.number}: the amount must be more than zero, not {self.amount}"
            raise ValueError(msg)
        if self.due_date < self.issue_date:
            msg = f"invoice {self.number}: due {self.due_date}, before it was issued on {self.issue_date}"
            raise ValueError(msg)
        return self

    def days_past_due(self, today: date) -> int:
        """Days since the due date; negative before it."""
        return (today - self.due_date).days


class PaymentMethod(StrEnum):
    """How money came."""

    TRANSFER = "transfer"
    CHEQUE = "cheque"
    CARD = "card"
    DIRECT_DEBIT = "direct_debit"
    CASH = "cash"
    OTHER = "other"


class Payment(BaseModel):
    """Money received for one invoice; the same event id is the same money."""

    model_config = ConfigDict(frozen=True)

    event_id: str = Field(min_length=1, max_length=255)
    amount: Money
    received_on: date
    method: PaymentMethod = PaymentMethod.OTHER
    reference: Line | None = None


class CreditNote(BaseModel):
    """A reduction that the creditor granted; the same event id is the same note."""

    model_config = ConfigDict(frozen=True)

    event_id: str = Field(min_length=1, max_length=255)
    amount: Money
    issued_on: date
    reference: Line | None = None


def balance(invoice: Invoice, payments: Iterable[Payment], credit_notes: Iterable[CreditNote]) -> Money:
    """What remains of the principal; negative when overpaid. Amounts of another currency raise."""
    remaining = invoice.amount
    for payment in payments:
        remaining -= payment.amount
    for note in credit_notes:
        remaining -= note.amount
    return remaining
