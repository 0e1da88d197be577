"""Stripe for tests of activities: the sandbox, and the adapter that talks to it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from pydantic import SecretStr

from embedded.stripe_sandbox import API_KEY, StripeSandbox
from providers.stripe_pages import StripePages, StripeSettings


@asynccontextmanager
async def stripe_pages(sandbox: StripeSandbox, *, key: str = API_KEY) -> AsyncIterator[StripePages]:
    """The adapter, with this key."""
    pages = StripePages(StripeSettings(api_key=SecretStr(key), api_base=sandbox.address, timeout_seconds=5))
    try:
        yield pages
    finally:
        await pages.aclose()
