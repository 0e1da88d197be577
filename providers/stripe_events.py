"""Stripe's webhook events: is it really Stripe who speaks, and what does it say in our words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from pydantic import SecretStr, ValidationError
from stripe import SignatureVerificationError, WebhookSignature

from dunning.money import Money
from providers.protocols import (
    BadSignatureError,
    PaymentEvent,
    PaymentEventKind,
    ReceivedEvent,
    UnreadableEventError,
)
from providers.stripe_amounts import from_stripe_units
from providers.stripe_shapes import (
    Dispute,
    Envelope,
    OurMetadata,
    Refund,
    RefundedCharge,
    Session,
    faults_of,
    read_envelope,
)

TOLERANCE = timedelta(seconds=300)
"""Stripe's own default: an older signature may be a recording played back."""


def verify_and_parse(
    raw_body: bytes,
    signature_header: str,
    secrets: Sequence[SecretStr],
    tolerance: timedelta,
    now: datetime,
) -> PaymentEvent:
    """Check a webhook request and translate it in one go; see `verify` and `parse_event`."""
    received = verify(raw_body, signature_header, secrets, tolerance=tolerance, now=now)
    return parse_event(received.body)


def verify(
    raw_body: bytes,
    signature_header: str,
    secrets: Sequence[SecretStr],
    *,
    now: datetime,
    tolerance: timedelta = TOLERANCE,
) -> ReceivedEvent:
    """Check that a webhook request comes from Stripe (https://docs.stripe.com/webhooks/signature).

    Args:
        raw_body: The body as received, byte for byte.
        signature_header: `Stripe-Signature`, empty where the request had none.
        secrets: Every secret in force: while one is rotated Stripe signs with the old and the new.
        now: The real time, never that of a demo clock: Stripe stamps signatures with the real time.
        tolerance: Greatest age of a signature.

    Raises:
        BadSignatureError: Not signed, signed with another secret, or too long ago.
        UnreadableEventError: Signed, and yet no event; the request must not be repeated.
    """
    if not secrets:
        raise BadSignatureError("No webhook secret is configured: set DUNNING_STRIPE_WEBHOOK_SECRETS.")
    # a non-ASCII signature would make the constant-time comparison raise TypeError
    if not signature_header or not signature_header.isascii():
        raise BadSignatureError("The request carries no Stripe-Signature.")
    try:
        body = raw_body.decode("utf-8")
    except UnicodeDecodeError:
        raise BadSignatureError("The body is not text, so Stripe did not sign it.") from None
    if not any(_signed_with(secret, body, signature_header) for secret in secrets):
        raise BadSignatureError(
            "The signature fits none of the webhook secrets: compare DUNNING_STRIPE_WEBHOOK_SECRETS with the "
            "signing secret of this endpoint in the Stripe Dashboard."
        )
    age = now - _signed_at(signature_header)
    if age > tolerance:
        raise BadSignatureError(
            f"The request was signed {age.total_seconds():.0f} s ago, allowed are "
            f"{tolerance.total_seconds():.0f} s: a request played back, or this machine's clock is wrong."
        )
    envelope = read_envelope(raw_body)
    return ReceivedEvent(event_id=envelope.id, provider_type=envelope.type, body=raw_body)


def parse_event(body: bytes) -> PaymentEvent:
    """Translate a verified event.

    A payment counts when Checkout says so (https://docs.stripe.com/payments/checkout/fulfill-orders): the
    events of the payment intent and the charge below are about the same money and therefore irrelevant.
    Refunds and chargebacks are movements of their own; where one comes back (a refund that fails after it
    left, a dispute won) it is a payment under the identity `<refund or dispute>:returned`.

    Raises:
        UnreadableEventError: No event, or one of ours with fields missing or an unknown currency.
    """
    envelope = read_envelope(body)
    try:
        translated = _TRANSLATIONS.get(envelope.type, _irrelevant)(envelope)
    except ValidationError as error:
        raise UnreadableEventError(f"{envelope.type} {envelope.id}: {faults_of(error)}") from None
    except (ValueError, OverflowError, OSError) as error:
        raise UnreadableEventError(f"{envelope.type} {envelope.id}: {error}") from None
    return translated


def _signed_with(secret: SecretStr, body: str, header: str) -> bool:
    try:
        # without tolerance: the library would compare with a clock of its own
        return bool(WebhookSignature.verify_header(body, header, secret.get_secret_value()))
    except SignatureVerificationError:
        return False


def _signed_at(header: str) -> datetime:
    stamps = (part.removeprefix("t=") for part in header.split(",") if part.startswith("t="))
    try:
        return datetime.fromtimestamp(int(next(stamps)), UTC)
    except (ValueError, OverflowError, OSError):
        raise BadSignatureError("The signature carries no readable time.") from None


def _event(
    envelope: Envelope,
    kind: PaymentEventKind,
    *,
    payment_id: str | None = None,
    original_payment_id: str | None = None,
    amount: Money | None = None,
    metadata: Mapping[str, str] | None = None,
) -> PaymentEvent:
    return PaymentEvent(
        event_id=envelope.id,
        kind=kind,
        payment_id=payment_id,
        original_payment_id=original_payment_id,
        amount=amount,
        occurred_at=datetime.fromtimestamp(envelope.created, UTC),
        provider_type=envelope.type,
        **OurMetadata.of(metadata).model_dump(),
    )


def _irrelevant(envelope: Envelope) -> PaymentEvent:
    return _event(envelope, PaymentEventKind.IRRELEVANT)


def _completed(envelope: Envelope) -> PaymentEvent:
    kinds = {"paid": PaymentEventKind.PAID, "unpaid": PaymentEventKind.PENDING}
    status = Session.model_validate(envelope.data.object).payment_status
    return _session(envelope, kinds.get(status, PaymentEventKind.IRRELEVANT))


def _debit_succeeded(envelope: Envelope) -> PaymentEvent:
    return _session(envelope, PaymentEventKind.PAID)


def _debit_failed(envelope: Envelope) -> PaymentEvent:
    return _session(envelope, PaymentEventKind.FAILED)


def _session(envelope: Envelope, kind: PaymentEventKind) -> PaymentEvent:
    session = Session.model_validate(envelope.data.object)
    if session.mode != "payment" or kind is PaymentEventKind.IRRELEVANT:
        return _irrelevant(envelope)
    if session.amount_total is None or session.currency is None:
        raise ValueError("the session states no amount")
    return _event(
        envelope,
        kind,
        payment_id=session.payment_intent or session.id,
        amount=from_stripe_units(session.amount_total, session.currency),
        metadata=session.metadata,
    )


def _refund(envelope: Envelope) -> PaymentEvent:
    refund = Refund.model_validate(envelope.data.object)
    return _refund_event(envelope, refund, refund.metadata)


def _charge_refunded(envelope: Envelope) -> PaymentEvent:
    # since API version 2022-11-15 the charge lists its refunds no more and `refund.created` tells each
    charge = RefundedCharge.model_validate(envelope.data.object)
    if charge.refunds is None or not charge.refunds.data:
        return _irrelevant(envelope)
    newest = max(charge.refunds.data, key=lambda refund: refund.created)
    return _refund_event(envelope, newest, charge.metadata)


def _refund_event(envelope: Envelope, refund: Refund, metadata: Mapping[str, str] | None) -> PaymentEvent:
    amount = from_stripe_units(refund.amount, refund.currency)
    original = refund.payment_intent or refund.charge
    if refund.status in {"succeeded", "pending", None}:
        kind, identity = PaymentEventKind.REFUNDED, refund.id
    elif refund.status == "failed" and refund.failure_balance_transaction:
        kind, identity = PaymentEventKind.PAID, f"{refund.id}:returned"
    else:  # cancelled, or waiting for the customer's bank details: no money has left
        return _irrelevant(envelope)
    return _event(
        envelope,
        kind,
        payment_id=identity,
        original_payment_id=original,
        amount=amount,
        metadata=metadata,
    )


def _chargeback(envelope: Envelope) -> PaymentEvent:
    return _dispute(envelope, PaymentEventKind.REFUNDED, "")


def _chargeback_won(envelope: Envelope) -> PaymentEvent:
    return _dispute(envelope, PaymentEventKind.PAID, ":returned")


def _dispute(envelope: Envelope, kind: PaymentEventKind, suffix: str) -> PaymentEvent:
    dispute = Dispute.model_validate(envelope.data.object)
    return _event(
        envelope,
        kind,
        payment_id=f"{dispute.id}{suffix}",
        original_payment_id=dispute.payment_intent or dispute.charge,
        amount=from_stripe_units(dispute.amount, dispute.currency),
    )


_TRANSLATIONS: Mapping[str, Callable[[Envelope], PaymentEvent]] = {
    "checkout.session.completed": _completed,
    "checkout.session.async_payment_succeeded": _debit_succeeded,
    "checkout.session.async_payment_failed": _debit_failed,
    "refund.created": _refund,
    "refund.updated": _refund,
    "refund.failed": _refund,
    "charge.refund.updated": _refund,
    "charge.refunded": _charge_refunded,
    "charge.dispute.funds_withdrawn": _chargeback,
    "charge.dispute.funds_reinstated": _chargeback_won,
}

HANDLED_EVENT_TYPES: tuple[str, ...] = tuple(_TRANSLATIONS)
"""What the webhook endpoint must be subscribed to in the Stripe Dashboard."""
