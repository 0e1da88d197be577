"""Heartbeats while an outside service takes its time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

from temporalio import activity

_INTERVAL = timedelta(seconds=8)


@asynccontextmanager
async def heartbeats() -> AsyncIterator[None]:
    """Tell the server every few seconds that this attempt is alive."""

    async def beat() -> None:
        while True:
            activity.heartbeat()
            await asyncio.sleep(_INTERVAL.total_seconds())

    beating = asyncio.create_task(beat())
    try:
        yield
    finally:
        beating.cancel()
        with suppress(asyncio.CancelledError):
            await beating
