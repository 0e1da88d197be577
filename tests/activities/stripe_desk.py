"""Stripe for tests of activities: the sandbox, and the adapter that talks to it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from pydantic import SecretStr

from embedded.stripe_sandbox import API_KEY, StripeSandbox
from providers.protocols import CheckoutRequest, PaymentPage
from providers.stripe_pages import StripePages, StripeSettings


class HeldBack:
    """The adapter, with a gate before the creation of a link: what a test does meanwhile is in between."""

    def __init__(self, pages: StripePages) -> None:
        """Ask this adapter once the gate is open."""
        self.asked = asyncio.Event()
        self.gate = asyncio.Event()
        self._pages = pages

    async def create_link(self, request: CheckoutRequest) -> PaymentPage:
        """Wait, then create it."""
        self.asked.set()
        await self.gate.wait()
        return await self._pages.create_link(request)

    async def open_session(self, request: CheckoutRequest) -> PaymentPage:
        """Open it at once."""
        return await self._pages.open_session(request)

    async def switch_off(self, provider_id: str) -> None:
        """Switch it off at once."""
        await self._pages.switch_off(provider_id)

    async def check(self) -> None:
        """Check at once."""
        await self._pages.check()


@asynccontextmanager
async def stripe_pages(sandbox: StripeSandbox, *, key: str = API_KEY) -> AsyncIterator[StripePages]:
    """The adapter, with this key."""
    pages = StripePages(StripeSettings(api_key=SecretStr(key), api_base=sandbox.address, timeout_seconds=5))
    try:
        yield pages
    finally:
        await pages.aclose()
