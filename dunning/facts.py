"""Facts and decisions about a case, as they are booked: each once, by its event id."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from dunning.arrangement import Instalment
from dunning.invoice import CreditNote, Payment
from dunning.money import Money
from dunning.party import CustomerKind, EmailAddress, Language, Line


class _Fact(BaseModel):
    model_config = ConfigDict(frozen=True)

    event_id: str = Field(min_length=1, max_length=255)
    """The same id is the same fact, however often it is told."""
    actor: str = "system"
    """Who told or decided: ``billing``, ``stripe``, ``bank``, ``operator``, ``system``."""


class PaymentReceived(_Fact):
    """Money arrived for the invoice."""

    fact: Literal["payment_received"] = "payment_received"
    payment: Payment


class PaymentRefunded(_Fact):
    """Money went back to the customer; a person decides what that means for the claim."""

    fact: Literal["payment_refunded"] = "payment_refunded"
    amount: Money
    refunded_on: date
    reference: Line | None = None


class PaymentPending(_Fact):
    """A payment is on its way (SEPA debit) or failed on it."""

    fact: Literal["payment_pending"] = "payment_pending"
    amount: Money | None = None
    failed: bool = False


class CreditNoteIssued(_Fact):
    """The creditor lowered the claim."""

    fact: Literal["credit_note_issued"] = "credit_note_issued"
    credit_note: CreditNote


class InvoiceCorrected(_Fact):
    """The billing system replaced figures of the invoice; absent fields stay as they are."""

    fact: Literal["invoice_corrected"] = "invoice_corrected"
    number: Line | None = None
    amount: Money | None = None
    issue_date: date | None = None
    due_date: date | None = None
    description: Line | None = None
    order_number: Line | None = None
    document: str | None = None


class InvoiceCancelled(_Fact):
    """The billing system withdrew the claim."""

    fact: Literal["invoice_cancelled"] = "invoice_cancelled"
    reason: str = ""


class CustomerChanged(_Fact):
    """New particulars of the customer; absent fields stay as they are."""

    fact: Literal["customer_changed"] = "customer_changed"
    name: Annotated[Line, Field(min_length=1)] | None = None
    kind: CustomerKind | None = None
    email: EmailAddress | None = None
    phone: Line | None = None
    language: Language | None = None
    address: str | None = None
    contact_name: Line | None = None
    siren: Line | None = None
    vat_number: Line | None = None


class CallOutcome(StrEnum):
    """How a call ended."""

    PROMISE = "promise"
    DISPUTE = "dispute"
    NO_ANSWER = "no-answer"
    WRONG_NUMBER = "wrong-number"
    PAID = "paid"


class CallCompleted(_Fact):
    """A person called the customer."""

    fact: Literal["call_completed"] = "call_completed"
    task_id: int | None = None
    outcome: CallOutcome
    note: str = ""
    promised_until: date | None = None
    promised_amount: Money | None = None


class PaymentPlanAgreed(_Fact):
    """Creditor and customer agreed on instalments."""

    fact: Literal["payment_plan_agreed"] = "payment_plan_agreed"
    instalments: tuple[Instalment, ...]
    note: str = ""


class PromiseMade(_Fact):
    """The customer said when it will pay."""

    fact: Literal["promise_made"] = "promise_made"
    until: date
    amount: Money | None = None
    note: str = ""


class HoldPlaced(_Fact):
    """Someone paused the case."""

    fact: Literal["hold_placed"] = "hold_placed"
    until: date | None = None
    reason: str = ""


class HoldLifted(_Fact):
    """Someone resumed the case: ends a hold, a presumed payment, a parked plan."""

    fact: Literal["hold_lifted"] = "hold_lifted"
    note: str = ""


class StepApproved(_Fact):
    """A person approved a formal notice or hand-over."""

    fact: Literal["step_approved"] = "step_approved"
    step: str | None = None
    """None: the step that waits for approval, else the next one that will."""
    approved_by: str = ""


class WrittenOff(_Fact):
    """The creditor gave the claim up."""

    fact: Literal["written_off"] = "written_off"
    reason: str = ""


class NoteTaken(_Fact):
    """Any other exchange with the customer, in a person's words."""

    fact: Literal["note_taken"] = "note_taken"
    text: str


class MessageMalformed(_Fact):
    """A message that could not be read; kept, for a person to look at."""

    fact: Literal["message_malformed"] = "message_malformed"
    name: str
    """The signal's name."""
    content: Any = None
    problem: str = ""


Fact = Annotated[
    PaymentReceived
    | PaymentRefunded
    | PaymentPending
    | CreditNoteIssued
    | InvoiceCorrected
    | InvoiceCancelled
    | CustomerChanged
    | CallCompleted
    | PaymentPlanAgreed
    | PromiseMade
    | HoldPlaced
    | HoldLifted
    | StepApproved
    | WrittenOff
    | NoteTaken
    | MessageMalformed,
    Field(discriminator="fact"),
]


class BookingOutcome(StrEnum):
    """What became of a fact that was brought to the books."""

    BOOKED = "booked"
    DUPLICATE = "duplicate"
    """Known already; nothing changed."""
    REFUSED = "refused"
    """Against the rules; nothing changed, the reason is for the person who asked."""
    KEPT = "kept"
    """Could not be applied (unknown currency, unreadable): kept, and a task opened."""


class Booking(BaseModel):
    """The books' answer to one fact."""

    model_config = ConfigDict(frozen=True)

    event_id: str
    outcome: BookingOutcome
    refusal: str | None = None
    """Key of the phrase that says why."""
    details: dict[str, Any] = Field(default_factory=dict)
