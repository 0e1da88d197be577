"""A Temporal server whose clock leaps to the next timer, so that a life of 90 days passes in a second."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Any

from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.common import SearchAttributeKey
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.testing import WorkflowEnvironment

from embedded.time_skipping_binary import obtain_test_server
from embedded.tool_cache import Progress, silent


@asynccontextmanager
async def start_time_skipping(
    search_attributes: Iterable[SearchAttributeKey[Any]] = (),
    *,
    progress: Progress = silent,
) -> AsyncIterator[WorkflowEnvironment]:
    """Start a time-skipping server and stop it at the end of the block.

    Its clock is global: after a workflow completes it leaps by years. So take one server for each life,
    assert recorded times, and await results under `auto_time_skipping_disabled`.

    Args:
        search_attributes: Registered before anything else; a workflow that upserts an unknown one hangs.
        progress: Told before each long step of obtaining the server.

    Yields:
        The environment, whose client speaks pydantic models.

    Raises:
        ToolUnavailableError: The server could not be obtained.
    """
    server = await asyncio.to_thread(obtain_test_server, progress)
    environment = await WorkflowEnvironment.start_time_skipping(
        data_converter=pydantic_data_converter,
        test_server_existing_path=str(server),
    )
    async with environment:
        await register_search_attributes(environment, search_attributes)
        yield environment


async def register_search_attributes(
    environment: WorkflowEnvironment, search_attributes: Iterable[SearchAttributeKey[Any]]
) -> None:
    """Tell the server of an environment which search attributes exist.

    Args:
        environment: A running environment.
        search_attributes: Their names and types.
    """
    types = {key.name: int(key.indexed_value_type) for key in search_attributes}
    if types:
        client = environment.client
        request = AddSearchAttributesRequest(namespace=client.namespace)
        for name, kind in types.items():
            request.search_attributes[name] = kind  # type: ignore[assignment] # protobuf enums are ints
        await client.operator_service.add_search_attributes(request)
