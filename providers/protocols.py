"""What the activities ask of outside services, and how those services say no."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from pydantic import BaseModel, ConfigDict

from dunning.money import Money


class ProviderError(Exception):
    """An outside service did not do what was asked; the message is written for an operator."""


class TemporaryRefusalError(ProviderError):
    """Definitely not done, and worth trying again: nothing was delivered or created."""


class FinalRefusalError(ProviderError):
    """Definitely not done, and trying again will not help (bad address, rejected request)."""


class RecipientRefusedError(FinalRefusalError):
    """The address is wrong or gone: another one is needed."""


class MessageRefusedError(FinalRefusalError):
    """The address may be right, but this message is not wanted (size, content, policy)."""


class UncertainOutcomeError(ProviderError):
    """It may or may not have been done; doing it again could do it twice."""


class OutgoingEmail(BaseModel):
    """A complete message as bytes, with the envelope it travels in."""

    model_config = ConfigDict(frozen=True)

    message_id: str
    sender: str
    recipients: tuple[str, ...]
    content: bytes


class MailReceipt(BaseModel):
    """The server's own words on accepting a message, kept as proof of delivery to it."""

    model_config = ConfigDict(frozen=True)

    response: str


class MailProvider(Protocol):
    """Hands e-mail to a mail server."""

    async def send(self, email: OutgoingEmail) -> MailReceipt:
        """Send one message.

        Raises:
            TemporaryRefusalError: 4xx, or any failure before the final dot of DATA.
            FinalRefusalError: 5xx on the recipient or the message.
            UncertainOutcomeError: the line broke after the final dot, before the answer.
        """
        ...

    async def check(self) -> None:
        """Connect and log in without sending; raises ProviderError with what to do."""
        ...


class CheckoutRequest(BaseModel):
    """What the customer is to pay through a page of the payment provider."""

    model_config = ConfigDict(frozen=True)

    token: str
    """Our own token of the payable (an invoice or an instalment); part of the idempotency key."""
    link_number: int
    """Counts the links made for the token; part of the idempotency key."""
    amount: Money
    label: str
    """What the payer reads, such as ``Facture F-2026-0042``."""
    creditor_id: str
    invoice_id: str
    instalment: int | None = None
    language: str = "fr"
    return_url: str | None = None
    """Where the payer comes back to; needed for a session, unused for a link."""


class PaymentPage(BaseModel):
    """An open page of the payment provider."""

    model_config = ConfigDict(frozen=True)

    provider_id: str
    """``plink_…`` or ``cs_…``."""
    url: str
    expires_at: datetime | None = None


class PaymentPageProvider(Protocol):
    """Creates and closes pages on which a customer pays by card or bank debit."""

    async def create_link(self, request: CheckoutRequest) -> PaymentPage:
        """A payment link that can be completed once; safe to repeat with the same request."""
        ...

    async def open_session(self, request: CheckoutRequest) -> PaymentPage:
        """A Checkout session for today's balance, up to 24 h; safe to repeat with the same request."""
        ...

    async def switch_off(self, provider_id: str) -> None:
        """Deactivate a link, or expire a session; one that is off, paid or unknown already is no error."""
        ...

    async def check(self) -> None:
        """Make one harmless request; raises ProviderError with what to do."""
        ...


class PaymentEventKind(StrEnum):
    """What a payment provider reports, in our words."""

    PAID = "paid"
    PENDING = "pending"
    FAILED = "failed"
    REFUNDED = "refunded"
    IRRELEVANT = "irrelevant"


class PaymentEvent(BaseModel):
    """A verified event of the payment provider, translated."""

    model_config = ConfigDict(frozen=True)

    event_id: str
    """``evt_…``: one delivery may come several times with the same id."""
    kind: PaymentEventKind
    payment_id: str | None = None
    """Identity of the money (``pi_…`` or ``cs_…``), the same in every event about it; of a refund or
    chargeback its own (``re_…``, ``du_…``), so that each movement is booked once."""
    original_payment_id: str | None = None
    """The payment that a refund, a chargeback or its return is about; it leads to the invoice where the
    event names none."""
    creditor_id: str | None = None
    invoice_id: str | None = None
    token: str | None = None
    instalment: int | None = None
    amount: Money | None = None
    occurred_at: datetime
    provider_type: str
    """The provider's own name of the event, for the journal."""


class BadSignatureError(Exception):
    """A webhook request that the payment provider did not sign, or signed too long ago: answer 400."""


class UnreadableEventError(Exception):
    """The body is no event that we can read; the message says what is missing, never whose data it is."""


class ReceivedEvent(BaseModel):
    """An event as it came, for the inbox: its identity for deduplication and the body to read later."""

    model_config = ConfigDict(frozen=True)

    event_id: str
    provider_type: str
    body: bytes


class PaymentEventProvider(Protocol):
    """Tells what happened to payments: by webhook, and again on request."""

    def verify(self, raw_body: bytes, signature_header: str, *, now: datetime) -> ReceivedEvent:
        """Check that a webhook request is the provider's; `now` is the real time, not a demo clock's.

        Raises:
            BadSignatureError: not signed, with another secret, or too long ago.
            UnreadableEventError: signed, and yet no event.
        """
        ...

    def parse(self, body: bytes) -> PaymentEvent:
        """Translate a verified event; raises UnreadableEventError where it makes no sense."""
        ...

    async def trace(self, event: PaymentEvent) -> PaymentEvent:
        """Fill in the invoice of a refund or chargeback from the payment that it is about.

        Raises:
            TemporaryRefusalError: worth repeating.
            FinalRefusalError: the provider does not accept the key.
        """
        ...

    def list_events_since(self, created_after: datetime) -> AsyncIterator[ReceivedEvent]:
        """The events that webhooks should have brought, newest first, for the same inbox."""
        ...
