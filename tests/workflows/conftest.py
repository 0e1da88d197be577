"""Servers for the tests of the process alone."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from temporalio.testing import WorkflowEnvironment

from embedded.time_skipping import start_time_skipping
from embedded.tool_cache import Progress
from workflows.search_attributes import ALL as SEARCH_ATTRIBUTES


@pytest.fixture(scope="session")
async def skipping(progress: Progress) -> AsyncIterator[WorkflowEnvironment]:
    """One time-skipping server for all lives: each test dates its steps from the server's own clock."""
    async with start_time_skipping(SEARCH_ATTRIBUTES, progress=progress) as environment:
        yield environment
