"""Puts the web app together from the settings."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from dunning.clock import DemoClock
from runtime.clock import SystemClock, clock_of
from runtime.composition import Registers, opened_books, opened_providers
from runtime.connection import connect
from runtime.door_opening import doors_of
from runtime.settings import Settings
from web.dependencies import WebDependencies


@asynccontextmanager
async def opened_web(
    settings: Settings, registers: Registers, demo: DemoClock | None = None
) -> AsyncIterator[WebDependencies]:
    """What the web app works with, closed at the end.

    Temporal may be away: webhooks go into the inbox, and the relay catches up.

    Raises:
        BooksUnreachableError: the ledger cannot be used.
        TemporalConfigError: the settings of Temporal make no sense.
    """
    client = await connect(lazy=True)
    with opened_books(settings) as books:
        async with opened_providers(settings) as providers:
            yield WebDependencies(
                books=books,
                doors=doors_of(books, client, registers.creditors, demo),
                creditors=registers.creditors,
                policies=registers.policies,
                clock=clock_of(demo).now,
                real_clock=SystemClock().now,
                events=providers.pages,
                pages=providers.pages,
                public_url=settings.public_url,
                api_keys=settings.api_keys,
            )
