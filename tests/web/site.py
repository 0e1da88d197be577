"""The web app of a test over real HTTP: Stripe's sandbox behind it, signed webhooks before it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import count
from typing import Any

import httpx
from pydantic import SecretStr
from stripe import WebhookSignature
from temporalio.client import Client

from doors.doors import Doors
from embedded.stripe_sandbox import API_KEY, StripeSandbox
from embedded.stripe_webhooks import WebhookTarget
from ledger import inbox, pages
from ledger.books import Books
from ledger.keys import CaseKey
from ledger.schema import inbox as inbox_table
from providers.stripe_pages import StripePages, StripeSettings
from tests.doors.deployment import CREDITORS, Deployment, doors_on, eventually, now, policies
from web.app import create_app
from web.dependencies import WebDependencies
from web.serve import WebServer

OLD_SECRET = "whsec_old"
NEW_SECRET = "whsec_new"
API_KEYS = ("key-of-the-billing-system", "key-of-the-next-quarter")
_events = count(1)


@dataclass
class Site:
    """A running web app."""

    deployment: Deployment
    sandbox: StripeSandbox
    server: WebServer
    http: httpx.AsyncClient

    @property
    def books(self) -> Books:
        """The ledger."""
        return self.deployment.books

    async def deliver(
        self, event: dict[str, Any], *, secret: str = NEW_SECRET, signed_at: datetime | None = None
    ) -> httpx.Response:
        """A webhook request, signed as Stripe signs."""
        return await self.post_signed(json.dumps(event).encode(), secret=secret, signed_at=signed_at)

    async def post_signed(
        self, body: bytes, *, secret: str = NEW_SECRET, signed_at: datetime | None = None
    ) -> httpx.Response:
        """Any body under a true signature."""
        stamp = int((signed_at or now()).timestamp())
        header = WebhookSignature.generate_signature_header(body.decode(), secret, timestamp=stamp)
        return await self.http.post("/webhooks/stripe", content=body, headers={"stripe-signature": header})

    async def waiting(self) -> int:
        """How many events the relay has not dealt with."""
        far = datetime.max.replace(tzinfo=now().tzinfo)
        return len(await self.books.reading(lambda conn: inbox.due(conn, "stripe", far, 1000)))

    async def inbox_states(self) -> dict[str, str]:
        """Where each event stands."""
        rows = await self.books.reading(
            lambda conn: list(conn.execute(inbox_table.select().order_by(inbox_table.c.id)))
        )
        return {row.event_id: row.state for row in rows}

    async def quiet(self) -> None:
        """Wait until the relay has dealt with everything."""

        async def nothing_waits() -> bool | None:
            return True if await self.waiting() == 0 else None

        await eventually(nothing_waits)

    async def token(self, key: CaseKey, instalment: int = 0) -> str:
        """The pay token of an invoice or an instalment."""
        case = await self.deployment.case(key)
        return await self.books.writing(
            lambda conn: pages.token_for(conn, key, cycle=case.facts.cycle, instalment=instalment, now=now())
        )


def session_event(
    key: CaseKey, *, kind: str = "checkout.session.completed", **changes: Any
) -> dict[str, Any]:
    """An event about a Checkout session, as Stripe words it."""
    number = next(_events)
    session: dict[str, Any] = {
        "id": f"cs_test_{number}",
        "object": "checkout.session",
        "mode": "payment",
        "payment_status": "paid",
        "payment_intent": f"pi_{number}",
        "amount_total": 20450,
        "currency": "eur",
        "metadata": {"creditor_id": key.creditor_id, "invoice_id": key.invoice_id},
    }
    return event_of(kind, session | changes)


def event_of(kind: str, about: dict[str, Any]) -> dict[str, Any]:
    """An event around an object."""
    return {
        "id": f"evt_{next(_events)}",
        "object": "event",
        "type": kind,
        "created": int(now().timestamp()),
        "data": {"object": about},
    }


def stripe_at(address: str) -> StripePages:
    """The adapter, with a secret that is being rotated."""
    return StripePages(
        StripeSettings(
            api_key=SecretStr(API_KEY),
            api_base=address,
            webhook_secrets=(SecretStr(NEW_SECRET), SecretStr(OLD_SECRET)),
            timeout_seconds=5,
        )
    )


def bare_dependencies(books: Books, doors: Doors) -> WebDependencies:
    """A deployment without a payment provider and without API keys."""
    return WebDependencies(
        books=books, doors=doors, creditors=CREDITORS, policies=policies(), clock=now, real_clock=now
    )


@asynccontextmanager
async def bare_site_on(dependencies: WebDependencies) -> AsyncIterator[httpx.AsyncClient]:
    """A web app with exactly these dependencies."""
    server = WebServer(create_app(dependencies), "127.0.0.1", 0)
    await server.start()
    try:
        async with httpx.AsyncClient(base_url=server.address, timeout=20, trust_env=False) as http:
            yield http
    finally:
        await server.stop()


@asynccontextmanager
async def site_on(books: Books, client: Client, *, poll_seconds: float = 0.2) -> AsyncIterator[Site]:
    """A web app with everything configured; whether a worker runs is the test's affair."""
    doors = doors_on(books, client)
    async with StripeSandbox(debit_delay=None) as sandbox:
        stripe = stripe_at(sandbox.address)
        dependencies = replace(
            bare_dependencies(books, doors),
            events=stripe,
            pages=stripe,
            api_keys=tuple(SecretStr(key) for key in API_KEYS),
        )
        server = WebServer(create_app(dependencies, poll_seconds=poll_seconds), "127.0.0.1", 0)
        await server.start()
        sandbox.sender.target = WebhookTarget(url=f"{server.address}/webhooks/stripe", secrets=(NEW_SECRET,))
        try:
            async with httpx.AsyncClient(base_url=server.address, timeout=20, trust_env=False) as http:
                yield Site(Deployment(books, client, doors), sandbox, server, http)
        finally:
            await server.stop()
            await stripe.aclose()
