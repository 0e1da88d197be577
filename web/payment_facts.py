"""What an event of the payment provider means for an invoice."""

from __future__ import annotations

from datetime import date

from dunning import facts
from dunning.invoice import Payment, PaymentMethod
from providers.protocols import PaymentEvent, PaymentEventKind

_PROVIDER = "stripe"
_BANK_DEBIT = "async_payment"
"""Part of the name of events about money that comes days after the customer's visit."""


def fact_of_event(event: PaymentEvent, local_date: date) -> facts.Fact | None:
    """The fact that an event tells; None for one that concerns no invoice.

    The identity is that of the money, so that `completed` and `async_payment_succeeded` about one payment
    count once.

    Args:
        event: translated and traced to its invoice.
        local_date: the creditor's date at the instant of the event.
    """
    if event.amount is None or event.payment_id is None:
        return None
    identity = payment_event_id(event.payment_id)
    match event.kind:
        case PaymentEventKind.PAID:
            payment = Payment(
                event_id=identity,
                amount=event.amount,
                received_on=local_date,
                method=PaymentMethod.DIRECT_DEBIT
                if _BANK_DEBIT in event.provider_type
                else PaymentMethod.CARD,
                reference=event.payment_id,
            )
            return facts.PaymentReceived(event_id=identity, actor=_PROVIDER, payment=payment)
        case PaymentEventKind.PENDING:
            return facts.PaymentPending(event_id=identity, actor=_PROVIDER, amount=event.amount)
        case PaymentEventKind.FAILED:
            return facts.PaymentPending(
                event_id=failure_event_id(event.payment_id),
                actor=_PROVIDER,
                amount=event.amount,
                failed=True,
            )
        case PaymentEventKind.REFUNDED:
            return facts.PaymentRefunded(
                event_id=identity,
                actor=_PROVIDER,
                amount=event.amount,
                refunded_on=local_date,
                reference=event.original_payment_id or event.payment_id,
            )
        case PaymentEventKind.IRRELEVANT:
            return None


def payment_event_id(payment_id: str) -> str:
    """Identity of a movement of money in the books."""
    return f"{_PROVIDER}:{payment_id}"


def failure_event_id(payment_id: str) -> str:
    """Identity of the news that a payment on its way failed: another than that it was on its way."""
    return f"{payment_event_id(payment_id)}:failed"
