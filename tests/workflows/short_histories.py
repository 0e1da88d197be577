"""A server that suggests to continue as new after forty events instead of thousands."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter

from embedded import dev_server
from embedded.tool_cache import Progress, silent
from workflows.search_attributes import ALL as SEARCH_ATTRIBUTES

_SHORT = {"limit.historyCount.suggestContinueAsNew": 40}


@asynccontextmanager
async def short_history_server(progress: Progress = silent) -> AsyncIterator[Client]:
    """A client of such a server, which ends with the block."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dev_server, "_DYNAMIC_CONFIG", {**dev_server._DYNAMIC_CONFIG, **_SHORT})
        server = dev_server.DevServer(search_attributes=SEARCH_ATTRIBUTES, progress=progress)
        async with server:
            yield await Client.connect(server.address, data_converter=pydantic_data_converter)
