"""Servers for the tests of the process alone."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from embedded.tool_cache import Progress
from tests.workflows.shared_clock import SharedClock
from tests.workflows.short_histories import short_history_server


@pytest.fixture(scope="session")
async def shared_clock(progress: Progress) -> AsyncIterator[SharedClock]:
    """The time-skipping server of all lives."""
    clock = SharedClock(progress)
    yield clock
    await clock.stop()


@pytest.fixture
async def skipping(shared_clock: SharedClock) -> WorkflowEnvironment:
    """A time-skipping server shared by all lives: each dates its steps from the server's own clock."""
    return await shared_clock.running()


@pytest.fixture(scope="session")
async def short_history_client(progress: Progress) -> AsyncIterator[Client]:
    """A client of a server whose histories are full after forty events."""
    async with short_history_server(progress) as client:
        yield client
