"""Payment pages at Stripe: links that can be completed once, Checkout sessions, and what happened since."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import stripe
from pydantic import BaseModel, ConfigDict, SecretStr

from providers.protocols import CheckoutRequest, FinalRefusalError, PaymentEvent, PaymentPage, ReceivedEvent
from providers.stripe_events import HANDLED_EVENT_TYPES, TOLERANCE, parse_event, verify
from providers.stripe_refusals import stripe_refusals, was_replayed
from providers.stripe_requests import idempotency_key, in_language_of, link_params, session_params
from providers.stripe_shapes import OurMetadata

_KEYS_PER_PAGE = 3
_Page = TypeVar("_Page")
_MISSING = "resource_missing"


class StripeSettings(BaseModel):
    """How to reach Stripe, and the secrets that sign its webhooks."""

    model_config = ConfigDict(frozen=True)

    api_key: SecretStr
    api_base: str = "https://api.stripe.com"
    webhook_secrets: tuple[SecretStr, ...] = ()
    """All in force: two while one is being rotated."""
    tolerance: timedelta = TOLERANCE
    """Greatest age of a webhook's signature."""
    timeout_seconds: float = 20.0


class StripePages:
    """`PaymentPageProvider` and `PaymentEventProvider` on Stripe; belongs to the loop that uses it first."""

    def __init__(self, settings: StripeSettings) -> None:
        """Prepare the client; nothing is sent yet."""
        self._settings = settings
        self._http = stripe.HTTPXClient(timeout=settings.timeout_seconds)
        self._client = stripe.StripeClient(
            settings.api_key.get_secret_value().strip(),
            base_addresses={"api": settings.api_base.rstrip("/")},
            http_client=self._http,
            max_network_retries=0,  # the caller retries, where it can be seen
        )

    async def aclose(self) -> None:
        """Close the connections."""
        await self._http.close_async()  # type: ignore[no-untyped-call]

    async def create_link(self, request: CheckoutRequest) -> PaymentPage:
        """Create a payment link that can be completed once.

        Returns:
            The link, whose address asks for the customer's language; it stays open until switched off.

        Raises:
            TemporaryRefusalError: Worth repeating with the same request.
            FinalRefusalError: Stripe does not accept the request, the amount or the key.
        """
        doing = f"create a payment link for invoice {request.invoice_id}"
        params = link_params(request)

        async def create(key: str) -> stripe.PaymentLink:
            return await self._client.v1.payment_links.create_async(params, {"idempotency_key": key})

        with stripe_refusals(doing):
            link = await _created(create, idempotency_key("link", request))
        return PaymentPage(provider_id=link.id, url=in_language_of(request, link.url))

    async def open_session(self, request: CheckoutRequest) -> PaymentPage:
        """Open a Checkout session, for 24 h (Stripe's default and maximum).

        The payer comes back to `return_url` with `checkout=done` or `checkout=cancelled` in its query.

        Returns:
            The session and its end. Repeating the request returns the same session, though it may be over.

        Raises:
            TemporaryRefusalError: Worth repeating with the same request.
            FinalRefusalError: No return address, or Stripe does not accept the request, amount or key.
        """
        doing = f"open a Checkout session for invoice {request.invoice_id}"
        if request.return_url is None:
            raise FinalRefusalError(
                f"Could not {doing}: the payer needs an address to come back to, so the public address of "
                "the web app must be configured. Payment links do without."
            )
        params = session_params(request, request.return_url)

        async def create(key: str) -> stripe.checkout.Session:
            return await self._client.v1.checkout.sessions.create_async(params, {"idempotency_key": key})

        with stripe_refusals(doing):
            session = await _created(create, idempotency_key("session", request))
        if session.url is None:
            raise FinalRefusalError(f"Could not {doing}: Stripe gave session {session.id} no address.")
        expires_at = datetime.fromtimestamp(session.expires_at, UTC)
        return PaymentPage(provider_id=session.id, url=session.url, expires_at=expires_at)

    async def switch_off(self, provider_id: str) -> None:
        """Deactivate a link with the sessions opened from it, or expire a session.

        Deactivating alone would leave a page payable that a customer has opened: up to 24 h, at the old
        amount.

        Raises:
            TemporaryRefusalError: Worth repeating; the page may still be payable.
            FinalRefusalError: Neither a link nor a session, or Stripe does not accept the key.
        """
        with stripe_refusals(f"switch off {provider_id}"):
            if provider_id.startswith("plink_"):
                await self._deactivate(provider_id)
            elif provider_id.startswith("cs_"):
                await self._expire(provider_id)
            else:
                raise FinalRefusalError(f"{provider_id} is neither a payment link nor a Checkout session.")

    async def check(self) -> None:
        """Read one link and one event, which tells whether the key works and may read both.

        Raises:
            TemporaryRefusalError: Stripe cannot be reached.
            FinalRefusalError: The key is wrong or restricted; the message names the setting.
        """
        with stripe_refusals("reach Stripe"):
            await self._client.v1.payment_links.list_async({"limit": 1})
            await self._client.v1.events.list_async({"limit": 1})

    def verify(self, raw_body: bytes, signature_header: str, *, now: datetime) -> ReceivedEvent:
        """Check a webhook request against every secret in force; see `stripe_events.verify`."""
        return verify(
            raw_body,
            signature_header,
            self._settings.webhook_secrets,
            now=now,
            tolerance=self._settings.tolerance,
        )

    def parse(self, body: bytes) -> PaymentEvent:
        """Translate a verified event; see `stripe_events.parse_event`."""
        return parse_event(body)

    async def list_events_since(self, created_after: datetime) -> AsyncIterator[ReceivedEvent]:
        """Fetch the events that webhooks should have brought, newest first; Stripe keeps them 30 days.

        Each is as it would have come by webhook, so it goes into the same inbox, where those that did come
        are known by their id, and is read with `parse_event`.

        Args:
            created_after: An instant; events of its very second are included.

        Raises:
            TemporaryRefusalError: Worth repeating; what was yielded is complete in itself.
            FinalRefusalError: Stripe does not accept the key.
        """
        last: str | None = None
        while True:
            items, more = await self._events_page(created_after, last)
            for item in items:
                last = item["id"]
                yield ReceivedEvent(
                    event_id=item["id"],
                    provider_type=item["type"],
                    body=json.dumps(item, ensure_ascii=False).encode(),
                )
            if not more or not items:
                return

    async def trace(self, event: PaymentEvent) -> PaymentEvent:
        """Fill in the invoice of a refund or chargeback from the payment that it is about.

        Returns:
            The event with creditor, invoice, token and instalment of the original payment; unchanged where
            it has them already or Stripe does not know that payment.

        Raises:
            TemporaryRefusalError: Worth repeating.
            FinalRefusalError: Stripe does not accept the key.
        """
        original = event.original_payment_id
        if event.invoice_id is not None or original is None or not original.startswith("pi_"):
            return event
        with stripe_refusals(f"look up payment {original}"):
            try:
                payment = await self._client.v1.payment_intents.retrieve_async(original)
            except stripe.InvalidRequestError as error:
                if error.code == _MISSING:
                    return event
                raise
        return event.model_copy(update=OurMetadata.of(payment.metadata.to_dict()).model_dump())

    async def _deactivate(self, link_id: str) -> None:
        links, sessions = self._client.v1.payment_links, self._client.v1.checkout.sessions
        try:
            await links.update_async(link_id, {"active": False})
        except stripe.InvalidRequestError as error:
            if error.code == _MISSING:
                return
            raise
        while True:
            opened = await sessions.list_async({"payment_link": link_id, "status": "open", "limit": 100})
            for session in opened.data:
                await self._expire(session.id)
            if not opened.has_more:
                return

    async def _expire(self, session_id: str) -> None:
        sessions = self._client.v1.checkout.sessions
        try:
            await sessions.expire_async(session_id)
        except stripe.InvalidRequestError as error:
            if error.code == _MISSING:
                return
            # Stripe has no code for "paid or expired already"
            session = await sessions.retrieve_async(session_id)
            if session.status == "open":
                raise

    async def _events_page(self, since: datetime, after: str | None) -> tuple[list[dict[str, Any]], bool]:
        with stripe_refusals("fetch the latest events from Stripe"):
            page = await self._client.v1.events.list_async(
                {
                    "created": {"gte": int(since.timestamp())},
                    "types": list(HANDLED_EVENT_TYPES),
                    "limit": 100,
                    **({"starting_after": after} if after else {}),
                }
            )
        # the answer itself: the library's objects would come back with decimals for strings
        answer = json.loads(page.last_response.body) if page.last_response else {}
        return answer.get("data", []), bool(answer.get("has_more"))


async def _created(create: Callable[[str], Awaitable[_Page]], key: str) -> _Page:
    """Create a page under the key, or under the next one where Stripe has saved a failure of its own.

    Stripe repeats a saved 500 for as long as it keeps the key (https://docs.stripe.com/api/idempotent_requests),
    so trying again would never help. A second page that may come into being has an address that nobody knows.
    """
    for attempt in range(1, _KEYS_PER_PAGE):
        try:
            return await create(key)
        except stripe.APIError as error:
            if not was_replayed(error):
                raise
        key = f"{key}:{attempt}"
    return await create(key)
