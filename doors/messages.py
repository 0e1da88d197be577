"""What a run is told of a fact that the books already have: identity, amounts, dates, never a person."""

from __future__ import annotations

from dunning import facts
from workflows import contract
from workflows.contract import SignalName


def message_of(fact: facts.Fact) -> tuple[SignalName, contract.FactMessage]:  # noqa: PLR0911 - one per signal
    """The signal that tells a booked fact, under the same event id.

    Names, addresses, notes and bank references stay in the books: a history is kept by the server, shown in
    its Web UI and cannot be corrected. The run only passes the fact on to the books, which know it.

    Returns:
        The name of the signal and its message; ``books_changed`` for a fact without a signal of its own.
    """
    event_id = fact.event_id
    match fact:
        case facts.PaymentReceived(payment=payment):
            return SignalName.PAYMENT_RECEIVED, contract.PaymentReceived(
                event_id=event_id,
                amount=payment.amount.amount,
                currency=payment.amount.currency,
                received_on=payment.received_on,
                method=payment.method,
                source=fact.actor,
            )
        case facts.PaymentPlanAgreed(instalments=instalments):
            return SignalName.PAYMENT_PLAN_AGREED, contract.PaymentPlanAgreed(
                event_id=event_id,
                currency=instalments[0].amount.currency,
                instalments=tuple(
                    contract.InstalmentFields(due_on=part.due_on, amount=part.amount.amount)
                    for part in instalments
                ),
            )
        case facts.CreditNoteIssued(credit_note=note):
            return SignalName.CREDIT_NOTE_ISSUED, contract.CreditNoteIssued(
                event_id=event_id,
                amount=note.amount.amount,
                currency=note.amount.currency,
                issued_on=note.issued_on,
            )
        case facts.InvoiceCorrected():
            return SignalName.INVOICE_CORRECTED, _correction(fact)
        case facts.InvoiceCancelled():
            return SignalName.INVOICE_CANCELLED, contract.InvoiceCancelled(event_id=event_id)
        case facts.CustomerChanged():
            return SignalName.CUSTOMER_CHANGED, contract.CustomerChanged(event_id=event_id)
        case facts.CallCompleted():
            return SignalName.CALL_COMPLETED, contract.CallCompleted(
                event_id=event_id, task_id=fact.task_id, outcome=fact.outcome
            )
        case _:
            return SignalName.BOOKS_CHANGED, contract.BooksChanged(event_id=event_id, reason=fact.fact)


def _correction(fact: facts.InvoiceCorrected) -> contract.InvoiceCorrected:
    figures = contract.InvoiceCorrected(
        event_id=fact.event_id, issue_date=fact.issue_date, due_date=fact.due_date
    )
    if fact.amount is None:
        return figures
    return figures.model_copy(update={"amount": fact.amount.amount, "currency": fact.amount.currency})
