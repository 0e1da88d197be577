"""A stateful stand-in for Stripe on loopback: its API, its payment pages, its signed webhooks."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Self

from pydantic import BaseModel, ConfigDict
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from embedded.loopback_app import LoopbackApp
from embedded.stripe_api import StripeApi
from embedded.stripe_book import StripeBook
from embedded.stripe_customer import Visit, pay_as_customer
from embedded.stripe_hosted import HowToPay, StripeHosted
from embedded.stripe_objects import Json, StripeObjects
from embedded.stripe_params import RefundParams
from embedded.stripe_reversals import StripeReversals
from embedded.stripe_webhooks import WebhookSender, WebhookTarget

# no real key: the prefix tells that it only opens the sandbox
API_KEY = "sk_test_sandbox"
WEBHOOK_SECRET = "whsec_sandbox"  # noqa: S105


class StripeCounts(BaseModel):
    """What happened in the sandbox so far."""

    model_config = ConfigDict(frozen=True)

    payment_links: int
    open_links: int
    sessions: int
    payments: int
    """Charges that succeeded."""
    refunds: int
    events: int
    webhooks_delivered: int
    """Answered with 2xx; copies count."""
    webhook_attempts: int
    webhooks_lost: int


class StripeSandbox:
    """One Stripe account that nobody else has, running in this process.

    `sender.target` says where webhooks go and may be set after the start; `sender.faults` and `api.faults`
    make deliveries and requests go wrong.
    """

    def __init__(
        self,
        *,
        webhook: WebhookTarget | None = None,
        clock: Callable[[], datetime] | None = None,
        debit_delay: float | None = 1.0,
        session_lifetime: timedelta = timedelta(hours=24),
        port: int = 0,
    ) -> None:
        """Prepare an empty account.

        Args:
            webhook: Where events go.
            clock: The business time of objects and events (a demo's own clock, say); the real one by default.
                Signatures always carry the real time.
            debit_delay: Real seconds until the bank answers a debit; None leaves that to `settle_debit`.
            session_lifetime: How long a Checkout session stays open, in the time of `clock`.
            port: On loopback; 0 takes a free one.
        """
        self.sender = WebhookSender(webhook)
        self.objects = StripeObjects(clock or _real_time, self.sender.announce)
        self._debit_delay = debit_delay
        self._debits: dict[str, asyncio.TimerHandle] = {}
        app = Starlette()
        self._server = LoopbackApp(app, port=port)
        self.book = StripeBook(self.objects, self.address, session_lifetime)
        self.reversals = StripeReversals(self.objects)
        self.api = StripeApi(self.objects, self.book, self.reversals, API_KEY)
        hosted = StripeHosted(self.book, self._debit_begun)
        counts = Route("/sandbox/counts", self._show_counts, methods=["GET"])
        app.router.routes.extend([*self.api.routes(), *hosted.routes(), counts])

    @property
    def address(self) -> str:
        """The base URL of API and pages."""
        return self._server.address

    @property
    def counts(self) -> StripeCounts:
        """What happened so far; also at `/sandbox/counts`."""
        links = self.objects.all_of("payment_link")
        return StripeCounts(
            payment_links=len(links),
            open_links=sum(link["active"] for link in links),
            sessions=len(self.objects.all_of("checkout.session")),
            payments=len(self.objects.all_of("charge")),
            refunds=len(self.objects.all_of("refund")),
            events=len(self.objects.events),
            webhooks_delivered=self.sender.delivered,
            webhook_attempts=self.sender.attempts,
            webhooks_lost=self.sender.lost,
        )

    async def start(self) -> None:
        """Answer requests."""
        await self._server.start()

    async def stop(self) -> None:
        """Give up deliveries and pending debits, and free the port."""
        for debit in self._debits.values():
            debit.cancel()
        await self.sender.stop()
        await self._server.stop()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def pay(self, url: str, how: HowToPay = HowToPay.CARD) -> Visit:
        """Be the customer who follows the link and pays; see `pay_as_customer`."""
        return await pay_as_customer(url, how)

    def settle_debit(self, payment_id: str, *, succeeds: bool = True) -> None:
        """Have the bank answer a pending debit now.

        Raises:
            StripeApiError: No such debit, or answered before.
        """
        scheduled = self._debits.pop(payment_id, None)
        if scheduled is not None:
            scheduled.cancel()
        self.book.settle_debit(payment_id, succeeds=succeeds)

    def refund(self, payment_id: str, amount: int | None = None) -> Json:
        """Give a payment back as the creditor would in the Dashboard.

        Args:
            payment_id: `pi_…`.
            amount: In Stripe's units; all that is left where it is missing.

        Raises:
            StripeApiError: Nothing was paid, or less than that is left.
        """
        return self.reversals.refund(RefundParams(payment_intent=payment_id, amount=amount))

    def _debit_begun(self, payment_id: str, succeeds: bool) -> None:  # noqa: FBT001 — call_later has positions only
        if self._debit_delay is None:
            return
        loop = asyncio.get_running_loop()
        self._debits[payment_id] = loop.call_later(
            self._debit_delay, lambda: self.settle_debit(payment_id, succeeds=succeeds)
        )

    async def _show_counts(self, _: Request) -> Response:
        return JSONResponse(self.counts.model_dump())


def _real_time() -> datetime:
    return datetime.now(UTC)
