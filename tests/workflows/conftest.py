"""Servers for the tests of the process alone."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.testing import WorkflowEnvironment

from embedded import dev_server
from embedded.time_skipping import start_time_skipping
from embedded.tool_cache import Progress
from workflows.search_attributes import ALL as SEARCH_ATTRIBUTES

_SHORT = {"limit.historyCount.suggestContinueAsNew": 40}


@pytest.fixture(scope="session")
async def skipping(progress: Progress) -> AsyncIterator[WorkflowEnvironment]:
    """One time-skipping server for all lives: each test dates its steps from the server's own clock."""
    async with start_time_skipping(SEARCH_ATTRIBUTES, progress=progress) as environment:
        yield environment


@pytest.fixture(scope="session")
async def short_history_client(progress: Progress) -> AsyncIterator[Client]:
    """A client of a server that suggests to continue as new after forty events instead of thousands."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dev_server, "_DYNAMIC_CONFIG", {**dev_server._DYNAMIC_CONFIG, **_SHORT})
        server = dev_server.DevServer(search_attributes=SEARCH_ATTRIBUTES, progress=progress)
        async with server:
            yield await Client.connect(
                server.address, data_converter=pydantic_data_converter, identity="relance-tests"
            )
