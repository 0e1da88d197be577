"""One time-skipping server for many tests, replaced when its clock stands still."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from datetime import timedelta

from temporalio.service import RPCError
from temporalio.testing import WorkflowEnvironment

from embedded.time_skipping import start_time_skipping
from embedded.tool_cache import Progress
from workflows.search_attributes import ALL as SEARCH_ATTRIBUTES

_PATIENCE = 3.0


class SharedClock:
    """Starting one costs as much as ten tests, but one that lost a run in mid-task skips no more."""

    def __init__(self, progress: Progress) -> None:
        """Start nothing yet."""
        self._progress = progress
        self._stack = AsyncExitStack()
        self._server: WorkflowEnvironment | None = None

    async def running(self) -> WorkflowEnvironment:
        """The server, or a new one where time no longer passes on it."""
        if self._server is None or not await _time_passes(self._server):
            await self.stop()
            starting = start_time_skipping(SEARCH_ATTRIBUTES, progress=self._progress)
            self._server = await self._stack.enter_async_context(starting)
        return self._server

    async def stop(self) -> None:
        """End the server, if there is one."""
        self._server = None
        await self._stack.aclose()


async def _time_passes(server: WorkflowEnvironment) -> bool:
    try:
        async with asyncio.timeout(_PATIENCE):
            await server.sleep(timedelta(hours=1))
    except (TimeoutError, RPCError):
        return False
    return True
