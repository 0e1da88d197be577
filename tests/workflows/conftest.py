"""Servers for the tests of the process alone."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from embedded.time_skipping import start_time_skipping
from embedded.tool_cache import Progress
from tests.workflows.short_histories import short_history_server
from workflows.search_attributes import ALL as SEARCH_ATTRIBUTES


@pytest.fixture(scope="session")
async def skipping(progress: Progress) -> AsyncIterator[WorkflowEnvironment]:
    """One time-skipping server for all lives: each test dates its steps from the server's own clock."""
    async with start_time_skipping(SEARCH_ATTRIBUTES, progress=progress) as environment:
        yield environment


@pytest.fixture(scope="session")
async def short_history_client(progress: Progress) -> AsyncIterator[Client]:
    """A client of a server whose histories are full after forty events."""
    async with short_history_server(progress) as client:
        yield client
