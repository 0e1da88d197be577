"""A Stripe account of our own for each test, and where its webhooks go."""

from collections.abc import AsyncIterator

import httpx
import pytest

from embedded.stripe_sandbox import API_KEY, WEBHOOK_SECRET, StripeSandbox
from embedded.stripe_webhooks import WebhookTarget
from tests.embedded.stripe_endpoint import BUSINESS_TIME, Endpoint


@pytest.fixture
async def endpoint() -> AsyncIterator[Endpoint]:
    """Where webhooks go."""
    taking = Endpoint()
    await taking.server.start()
    yield taking
    await taking.server.stop()


@pytest.fixture
async def sandbox(endpoint: Endpoint) -> AsyncIterator[StripeSandbox]:
    """An account that subscribes the endpoint to sessions and refunds, in a business time of its own."""
    target = WebhookTarget(
        url=f"{endpoint.server.address}/hook",
        secrets=(WEBHOOK_SECRET,),
        event_types=frozenset(
            {
                "checkout.session.completed",
                "checkout.session.async_payment_succeeded",
                "checkout.session.async_payment_failed",
                "checkout.session.expired",
                "refund.created",
            }
        ),
    )
    async with StripeSandbox(webhook=target, clock=lambda: BUSINESS_TIME, debit_delay=None) as running:
        yield running


@pytest.fixture
async def api(sandbox: StripeSandbox) -> AsyncIterator[httpx.AsyncClient]:
    """A client with the account's key."""
    headers = {"authorization": f"Bearer {API_KEY}"}
    async with httpx.AsyncClient(base_url=sandbox.address, headers=headers, trust_env=False) as client:
        yield client
