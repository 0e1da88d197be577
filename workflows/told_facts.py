"""Translates messages of the workflow into facts of the books; what does not fit stays a malformed one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from pydantic import BaseModel, ValidationError

from dunning import facts
from dunning.arrangement import Instalment
from dunning.invoice import CreditNote, Invoice, Payment
from dunning.money import Money
from dunning.party import Customer
from workflows import contract
from workflows.assignments import PendingFact, PlanRequest
from workflows.contract import SignalName, UpdateName

_ACTORS = {"stripe", "bank", "billing", "operator"}


def fact_of(pending: PendingFact) -> facts.Fact | None:
    """The fact that a message tells; none for one that only asks to look again.

    A message whose values do not make sense (an unknown currency, a malformed address) becomes a
    `MessageMalformed`, unless a caller waits for it: then the reason is raised.

    Raises:
        ValueError: a command's values do not make sense, in words for the caller.
    """
    # PostgreSQL cannot keep NUL in a text; the id stays as good an identity without it.
    pending = pending.model_copy(update={"event_id": pending.event_id.replace("\x00", "\ufffd")})
    if pending.problem:
        return malformed(pending, pending.problem)
    if pending.name == SignalName.BOOKS_CHANGED:
        return None
    try:
        return _TRANSLATIONS[pending.name](pending.event_id, pending.content or {})
    except (ValidationError, ValueError, KeyError, ArithmeticError) as error:
        if pending.command:
            raise ValueError(in_words(error)) from error
        return malformed(pending, in_words(error))


def invoice_of(request: PlanRequest) -> tuple[Invoice, Customer] | None:
    """Invoice and customer that a direct client gave in the input; none where only ids were given.

    Raises:
        ValueError: they do not make sense, in words for an operator.
    """
    if request.invoice is None or request.customer is None:
        return None
    try:
        fields = request.invoice.model_dump(exclude={"amount", "currency"})
        invoice = Invoice(
            creditor_id=request.creditor_id,
            invoice_id=request.invoice_id,
            customer_id=request.customer.customer_id,
            amount=Money(amount=request.invoice.amount, currency=request.invoice.currency),
            **fields,
        )
        customer = Customer.model_validate(request.customer.model_dump())
    except ValidationError as error:
        raise ValueError(in_words(error)) from error
    return invoice, customer


def in_words(error: Exception) -> str:
    """What is wrong with a message, field by field, without its values."""
    if not isinstance(error, ValidationError):
        return str(error)
    return "; ".join(
        f"{'.'.join(str(part) for part in fault['loc']) or 'value'}: {fault['msg']}"
        for fault in error.errors(include_input=False, include_url=False)
    )


def malformed(pending: PendingFact, problem: str) -> facts.MessageMalformed:
    """A message that could not be made sense of, as a fact for a person to look at."""
    return facts.MessageMalformed(
        event_id=pending.event_id, name=pending.name, content=pending.content, problem=problem
    )


def _money(content: dict[str, Any], key: str = "amount") -> Money | None:
    amount = content.get(key)
    return None if amount is None else Money(amount=Decimal(amount), currency=content.get("currency", "EUR"))


def _payment(event_id: str, content: dict[str, Any]) -> facts.Fact:
    message = contract.PaymentReceived.model_validate({**content, "event_id": event_id})
    payment = Payment(
        event_id=event_id,
        amount=Money(amount=message.amount, currency=message.currency),
        received_on=message.received_on,
        method=message.method,  # type: ignore[arg-type] # validated by the model
        reference=message.reference,
    )
    actor = message.source if message.source in _ACTORS else "billing"
    return facts.PaymentReceived(event_id=event_id, actor=actor, payment=payment)


def _credit_note(event_id: str, content: dict[str, Any]) -> facts.Fact:
    message = contract.CreditNoteIssued.model_validate({**content, "event_id": event_id})
    note = CreditNote(
        event_id=event_id,
        amount=Money(amount=message.amount, currency=message.currency),
        issued_on=message.issued_on,
        reference=message.reference,
    )
    return facts.CreditNoteIssued(event_id=event_id, actor="billing", credit_note=note)


def _payment_plan(actor: str) -> Callable[[str, dict[str, Any]], facts.Fact]:
    def translate(event_id: str, content: dict[str, Any]) -> facts.Fact:
        instalments = tuple(
            Instalment(
                number=number,
                due_on=date.fromisoformat(part["due_on"]),
                amount=Money(amount=Decimal(part["amount"]), currency=content.get("currency", "EUR")),
            )
            for number, part in enumerate(content["instalments"], start=1)
        )
        note = content.get("note", "")
        return facts.PaymentPlanAgreed(event_id=event_id, actor=actor, instalments=instalments, note=note)

    return translate


def _promise(event_id: str, content: dict[str, Any]) -> facts.Fact:
    return facts.PromiseMade(
        event_id=event_id,
        actor="operator",
        until=content["until"],
        amount=_money(content),
        note=content.get("note", ""),
    )


def _corrected(event_id: str, content: dict[str, Any]) -> facts.Fact:
    rest = {key: value for key, value in content.items() if key not in {"amount", "currency"}}
    return facts.InvoiceCorrected.model_validate(
        {**rest, "event_id": event_id, "actor": "billing", "amount": _money(content)}
    )


def _call(event_id: str, content: dict[str, Any]) -> facts.Fact:
    rest = {key: value for key, value in content.items() if key not in {"promised_amount", "currency"}}
    return facts.CallCompleted.model_validate(
        {
            **rest,
            "event_id": event_id,
            "actor": "operator",
            "promised_amount": _money(content, "promised_amount"),
        }
    )


def _plain(model: type[BaseModel], actor: str) -> Callable[[str, dict[str, Any]], Any]:
    def translate(event_id: str, content: dict[str, Any]) -> Any:
        return model.model_validate({**content, "event_id": event_id, "actor": actor})

    return translate


_TRANSLATIONS: dict[str, Callable[[str, dict[str, Any]], facts.Fact]] = {
    SignalName.PAYMENT_RECEIVED: _payment,
    SignalName.PAYMENT_PLAN_AGREED: _payment_plan("billing"),
    SignalName.CREDIT_NOTE_ISSUED: _credit_note,
    SignalName.INVOICE_CORRECTED: _corrected,
    SignalName.INVOICE_CANCELLED: _plain(facts.InvoiceCancelled, "billing"),
    SignalName.CUSTOMER_CHANGED: _plain(facts.CustomerChanged, "billing"),
    SignalName.CALL_COMPLETED: _call,
    UpdateName.AGREE_PAYMENT_PLAN: _payment_plan("operator"),
    UpdateName.PROMISE_TO_PAY: _promise,
    UpdateName.HOLD: _plain(facts.HoldPlaced, "operator"),
    UpdateName.RESUME: _plain(facts.HoldLifted, "operator"),
    UpdateName.APPROVE: _plain(facts.StepApproved, "operator"),
    UpdateName.WRITE_OFF: _plain(facts.WrittenOff, "operator"),
}
