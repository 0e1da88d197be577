"""Names and messages of `InvoiceDunning`: what billing systems, webhooks and operators may rely on.

Every message is one JSON object; fields are only ever added, with defaults. Amounts are decimal strings
in major units. Nothing here names a person: ids are opaque.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from dunning.case import DunningStatus
from dunning.clock import DemoClock

WORKFLOW = "InvoiceDunning"
TASK_QUEUE = "dunning"
_PREFIX = "dunning"


def workflow_id(creditor_id: str, invoice_id: str) -> str:
    """The id of the one workflow of an invoice."""
    return f"{_PREFIX}:{creditor_id}:{invoice_id}"


def parse_workflow_id(text: str) -> tuple[str, str]:
    """Creditor and invoice of a workflow id.

    Raises:
        ValueError: not an id of this workflow.
    """
    prefix, _, rest = text.partition(":")
    creditor, separator, invoice = rest.partition(":")
    if prefix != _PREFIX or not separator or not creditor or not invoice:
        msg = f"{text!r} is no dunning workflow id such as dunning:creditor:invoice"
        raise ValueError(msg)
    return creditor, invoice


class SignalName(StrEnum):
    """Facts, past tense."""

    PAYMENT_RECEIVED = "payment_received"
    PAYMENT_PLAN_AGREED = "payment_plan_agreed"
    CREDIT_NOTE_ISSUED = "credit_note_issued"
    INVOICE_CORRECTED = "invoice_corrected"
    INVOICE_CANCELLED = "invoice_cancelled"
    CUSTOMER_CHANGED = "customer_changed"
    CALL_COMPLETED = "call_completed"
    BOOKS_CHANGED = "books_changed"


class UpdateName(StrEnum):
    """Commands, imperative."""

    AGREE_PAYMENT_PLAN = "agree_payment_plan"
    PROMISE_TO_PAY = "promise_to_pay"
    HOLD = "hold"
    RESUME = "resume"
    APPROVE = "approve"
    WRITE_OFF = "write_off"


class QueryName(StrEnum):
    """Nouns."""

    STATUS = "status"
    TIMELINE = "timeline"


class Message(BaseModel):
    """Base of all messages: immutable, unknown fields of a newer sender are ignored."""

    model_config = ConfigDict(frozen=True)


class InvoiceFields(Message):
    """An invoice, as a direct client may give it in the input."""

    number: str
    amount: Decimal
    currency: str = "EUR"
    issue_date: date
    due_date: date
    description: str | None = None
    order_number: str | None = None
    document: str | None = None


class CustomerFields(Message):
    """A customer, as a direct client may give it in the input."""

    customer_id: str
    name: str
    kind: str = "unknown"
    siren: str | None = None
    vat_number: str | None = None
    email: str | None = None
    phone: str | None = None
    language: str = "fr"
    address: str | None = None
    country: str = "FR"
    contact_name: str | None = None


class StartDunning(Message):
    """Input of the workflow: ids where the books know the invoice, else all of it."""

    creditor_id: str
    invoice_id: str
    invoice: InvoiceFields | None = None
    customer: CustomerFields | None = None
    policy: str | None = None
    """A policy by name; none lets the segment choose."""
    clock: DemoClock | None = None
    carried: dict[str, Any] | None = None
    """What an earlier run of the same workflow remembered."""


class DunningResult(Message):
    """How it ended."""

    status: DunningStatus
    level: int
    balance: str


class FactMessage(Message):
    """A fact; the same event id is the same fact, however often it is told."""

    event_id: str = Field(min_length=1, max_length=255)


class PaymentReceived(FactMessage):
    """Money arrived."""

    amount: Decimal
    currency: str = "EUR"
    received_on: date
    method: str = "other"
    reference: str | None = None
    source: str = "billing"


class InstalmentFields(Message):
    """One instalment."""

    due_on: date
    amount: Decimal


class PaymentPlanAgreed(FactMessage):
    """Instalments were agreed."""

    instalments: tuple[InstalmentFields, ...] = Field(min_length=1)
    currency: str = "EUR"
    note: str = ""


class CreditNoteIssued(FactMessage):
    """The claim was lowered."""

    amount: Decimal
    currency: str = "EUR"
    issued_on: date
    reference: str | None = None


class InvoiceCorrected(FactMessage):
    """Figures were replaced; absent fields stay."""

    number: str | None = None
    amount: Decimal | None = None
    currency: str = "EUR"
    issue_date: date | None = None
    due_date: date | None = None
    description: str | None = None
    order_number: str | None = None
    document: str | None = None


class InvoiceCancelled(FactMessage):
    """The claim was withdrawn."""

    reason: str = ""


class CustomerChanged(FactMessage):
    """New particulars; absent fields stay."""

    name: str | None = None
    kind: str | None = None
    email: str | None = None
    phone: str | None = None
    language: str | None = None
    address: str | None = None
    contact_name: str | None = None
    siren: str | None = None
    vat_number: str | None = None


class CallCompleted(FactMessage):
    """A person called."""

    task_id: int | None = None
    outcome: str
    note: str = ""
    promised_until: date | None = None
    promised_amount: Decimal | None = None
    currency: str = "EUR"


class BooksChanged(FactMessage):
    """The books already hold something new about this invoice; look again."""

    reason: str = ""


class AgreePaymentPlan(Message):
    """Agree on instalments that add up to the balance."""

    instalments: tuple[InstalmentFields, ...] = Field(min_length=1)
    currency: str = "EUR"
    note: str = ""


class PromiseToPay(Message):
    """Note by when the customer will pay."""

    until: date
    amount: Decimal | None = None
    currency: str = "EUR"
    note: str = ""


class Hold(Message):
    """Pause until a day, or until resumed."""

    until: date | None = None
    reason: str = ""


class Resume(Message):
    """End a pause."""

    note: str = ""


class Approve(Message):
    """Approve the formal notice or hand-over that waits, or will."""

    step: str | None = None
    approved_by: str = ""


class WriteOff(Message):
    """Give the claim up."""

    reason: str = ""


class CommandAnswer(Message):
    """What holds once the command is in the books."""

    status: DunningStatus
    balance: str
    next_action: str | None = None


class StatusReport(Message):
    """Where the case stands."""

    status: DunningStatus
    level: int
    balance: str
    next_action: str | None = None
    next_action_at: datetime | None = None
    problem: str | None = None


class DoneStep(Message):
    """A step that was acted on."""

    step: str
    level: int
    at: datetime
    result: str


class TimelineReport(Message):
    """What was done and what is planned."""

    done: tuple[DoneStep, ...]
    planned: tuple[str, ...]
