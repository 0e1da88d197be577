"""A Stripe account of our own for each test, and a mail server to send to."""

from collections.abc import AsyncIterator

import pytest

from embedded.stripe_sandbox import StripeSandbox
from providers.stripe_pages import StripePages
from tests.providers.mail_desk import authority, hasty, mail, sink  # noqa: F401 - fixtures
from tests.providers.stripe_account import pages_at


@pytest.fixture
async def sandbox() -> AsyncIterator[StripeSandbox]:
    """An account of our own, whose debits wait for the test."""
    async with StripeSandbox(debit_delay=None) as running:
        yield running


@pytest.fixture
async def pages(sandbox: StripeSandbox) -> AsyncIterator[StripePages]:
    """The adapter on our sandbox."""
    adapter = pages_at(sandbox.address)
    yield adapter
    await adapter.aclose()
