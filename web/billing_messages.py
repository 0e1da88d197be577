"""What a billing system sends and receives."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from dunning.invoice import Invoice
from dunning.money import Money
from dunning.party import Customer
from ledger.keys import CaseKey
from workflows.contract import CustomerFields, InvoiceFields, SignalName


class _Body(BaseModel):
    # A misspelt field that was silently left out would be a wrong invoice.
    model_config = ConfigDict(frozen=True, extra="forbid")


class LastContact(_Body):
    """The last reminder that another program sent before."""

    level: int = Field(ge=0)
    on: date


class _Invoice(InvoiceFields):
    model_config = ConfigDict(extra="forbid")


class _Customer(CustomerFields):
    model_config = ConfigDict(extra="forbid")


class RegisterBody(_Body):
    """`PUT /api/invoices/{creditor_id}/{invoice_id}`."""

    invoice: _Invoice
    customer: _Customer
    policy: str | None = None
    last_contact: LastContact | None = None

    def invoice_of(self, key: CaseKey) -> Invoice:
        """The claim as a value.

        Raises:
            ValidationError: it does not make sense.
        """
        fields = self.invoice.model_dump(exclude={"amount", "currency"})
        amount = Money(amount=self.invoice.amount, currency=self.invoice.currency)
        return Invoice(**key._asdict(), customer_id=self.customer.customer_id, amount=amount, **fields)

    def customer_of(self) -> Customer:
        """The customer as a value, with only what was said about it.

        Raises:
            ValidationError: it does not make sense.
        """
        return Customer.model_validate(self.customer.model_dump(exclude_unset=True))


class FactBody(_Body):
    """`POST /api/invoices/{creditor_id}/{invoice_id}/facts`."""

    fact: SignalName
    message: dict[str, Any]


class RegisterAnswer(BaseModel):
    """What became of an invoice."""

    registration: str
    """``new``, ``unchanged`` or ``changed``."""
    workflow_id: str


class FactAnswer(BaseModel):
    """What became of a fact."""

    event_id: str
    outcome: str
    """``booked``, ``duplicate`` or ``kept`` (a person looks at it)."""
    reason: str | None = None


class StoryLine(BaseModel):
    """One line of the story."""

    kind: str
    at: datetime
    actor: str
    text: str
    details: dict[str, Any]


class InvoiceAnswer(BaseModel):
    """`GET /api/invoices/{creditor_id}/{invoice_id}`."""

    creditor_id: str
    invoice_id: str
    number: str
    status: str
    level: int
    amount: str
    balance: str
    currency: str
    due_date: date
    policy: str | None
    next_action: str | None
    next_action_at: datetime | None
    problem: str | None
    planned: tuple[str, ...]
    story: tuple[StoryLine, ...]
