"""What we read of Stripe's objects: few fields, tolerant of API versions, strict on those that count."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from providers.protocols import UnreadableEventError


class _Shape(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


def _identity(value: Any) -> Any:
    # an API version or an expansion may bring the whole object where another brings its id
    return value.get("id") if isinstance(value, Mapping) else value


Identity = Annotated[str | None, BeforeValidator(_identity)]


class OurMetadata(_Shape):
    """What we write on everything that we create at Stripe, to find the way back."""

    creditor_id: str | None = None
    invoice_id: str | None = None
    token: str | None = None
    instalment: int | None = None

    @classmethod
    def of(cls, metadata: Mapping[str, str] | None) -> OurMetadata:
        """Read it from an object that may also be somebody else's."""
        theirs = metadata or {}
        instalment = theirs.get("instalment", "")
        return cls(
            creditor_id=theirs.get("creditor_id"),
            invoice_id=theirs.get("invoice_id"),
            token=theirs.get("token"),
            instalment=int(instalment) if instalment.isdecimal() else None,
        )


class EventData(_Shape):
    """Where an event carries its object."""

    object: dict[str, Any]


class Envelope(_Shape):
    """An event around the object that it is about."""

    id: str
    object: Literal["event"]
    type: str
    created: int
    data: EventData


class Session(_Shape):
    """A Checkout session."""

    id: str
    mode: str
    payment_status: str
    payment_intent: Identity = None
    amount_total: int | None = None
    currency: str | None = None
    metadata: dict[str, str] | None = None


class Refund(_Shape):
    """Money given back to the payer."""

    id: str
    amount: int
    currency: str
    created: int = 0
    status: str | None = None
    payment_intent: Identity = None
    charge: Identity = None
    failure_balance_transaction: Identity = None
    metadata: dict[str, str] | None = None


class Refunds(_Shape):
    """The refunds of a charge, in API versions that still list them."""

    data: tuple[Refund, ...] = ()


class RefundedCharge(_Shape):
    """A charge of which something was refunded."""

    metadata: dict[str, str] | None = None
    refunds: Refunds | None = None


class Dispute(_Shape):
    """A chargeback."""

    id: str
    amount: int
    currency: str
    payment_intent: Identity = None
    charge: Identity = None


def read_envelope(body: bytes) -> Envelope:
    """Read the body of a webhook request or one item of the events list.

    Raises:
        UnreadableEventError: No event of Stripe's, or one of the thin kind.
    """
    try:
        return Envelope.model_validate_json(body)
    except ValidationError as error:
        raise UnreadableEventError(
            f"This is no Stripe event ({faults_of(error)}). "
            "The endpoint must be of the snapshot kind, not thin."
        ) from None


def faults_of(error: ValidationError) -> str:
    """Name what is wrong with an object, for a log."""
    # places and kinds only: the values may be personal data
    return "; ".join(f"{'.'.join(map(str, e['loc'])) or 'body'}: {e['type']}" for e in error.errors())
