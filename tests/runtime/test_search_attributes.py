import asyncio
from typing import cast

import pytest
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest, ListSearchAttributesRequest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from embedded.dev_server import DevServer
from runtime.search_attributes import (
    SearchAttributesError,
    missing_search_attributes,
    register_search_attributes,
)
from tests.runtime.namespaces import client_of_new_namespace
from workflows.search_attributes import ALL, LEVEL

_NAMES = {key.name for key in ALL}


async def test_what_is_missing_is_registered_once(dev_server: DevServer, dev_client: Client) -> None:
    """A new namespace learns all attributes; a second start changes nothing."""
    client = await client_of_new_namespace(dev_server, dev_client)
    assert set(await missing_search_attributes(client)) == _NAMES
    assert set(await register_search_attributes(client)) == _NAMES
    assert await missing_search_attributes(client) == ()
    assert await register_search_attributes(client) == ()


async def test_workers_that_start_together_do_not_collide(dev_server: DevServer, dev_client: Client) -> None:
    """Several processes may register at the same moment; all of them go on."""
    client = await client_of_new_namespace(dev_server, dev_client)
    await asyncio.gather(*(register_search_attributes(client) for _ in range(4)))
    assert await missing_search_attributes(client) == ()


async def test_an_attribute_of_another_type_is_refused(dev_server: DevServer, dev_client: Client) -> None:
    """What another program registered under our name is named, with the type that we need."""
    client = await client_of_new_namespace(dev_server, dev_client)
    request = AddSearchAttributesRequest(namespace=client.namespace)
    request.search_attributes[LEVEL.name] = 1  # type: ignore[assignment] # Text
    await client.operator_service.add_search_attributes(request)
    with pytest.raises(SearchAttributesError, match="DunningLevel exists, but is no Int"):
        await register_search_attributes(client)


async def test_a_missing_namespace_is_told_with_the_command_that_makes_it(dev_server: DevServer) -> None:
    """The error names the setting and the command."""
    client = await Client.connect(dev_server.address, namespace="nowhere")
    with pytest.raises(
        SearchAttributesError, match=r"no namespace nowhere .* temporal operator namespace create"
    ):
        await register_search_attributes(client)


class _LockedServer:
    """Stands for Temporal Cloud, whose operator service no key of a namespace may use."""

    def __init__(self, real: Client, status: RPCStatusCode) -> None:
        self.namespace = real.namespace
        self.workflow_service = real.workflow_service
        self.operator_service = self
        self._status = status

    async def list_search_attributes(self, _request: ListSearchAttributesRequest) -> None:
        raise RPCError("Request unauthorized.", self._status, b"")

    async def add_search_attributes(self, _request: AddSearchAttributesRequest) -> None:
        raise RPCError("Request unauthorized.", self._status, b"")


@pytest.mark.parametrize(
    "status", [RPCStatusCode.PERMISSION_DENIED, RPCStatusCode.UNAUTHENTICATED, RPCStatusCode.UNIMPLEMENTED]
)
async def test_where_it_is_not_permitted_a_person_is_told_how(
    dev_server: DevServer, dev_client: Client, status: RPCStatusCode
) -> None:
    """The error holds the whole command, for Temporal Cloud and for a cluster of one's own."""
    fresh = await client_of_new_namespace(dev_server, dev_client)
    with pytest.raises(SearchAttributesError) as refusal:
        await register_search_attributes(cast("Client", _LockedServer(fresh, status)))
    told = str(refusal.value)
    assert f"tcld namespace search-attributes add --namespace {fresh.namespace}" in told
    assert '--search-attribute "DunningNextActionAt=Datetime"' in told
    assert f"temporal operator search-attribute create --namespace {fresh.namespace}" in told
    assert "--name DunningLevel --type Int" in told


async def test_what_someone_else_registered_is_enough(dev_server: DevServer, dev_client: Client) -> None:
    """A worker that may not use the operator service starts all the same once the attributes are there."""
    fresh = await client_of_new_namespace(dev_server, dev_client)
    await register_search_attributes(fresh)
    locked = cast("Client", _LockedServer(fresh, RPCStatusCode.PERMISSION_DENIED))
    async with asyncio.timeout(30):
        # The description of a namespace is a cached one.
        while await missing_search_attributes(locked):  # noqa: ASYNC110 - the server tells nobody
            await asyncio.sleep(0.2)
    assert await register_search_attributes(locked) == ()


async def test_a_server_that_is_away_is_no_question_of_permission(dev_client: Client) -> None:
    """Other failures stay what they are, for whoever retries them."""
    away = _LockedServer(dev_client, RPCStatusCode.UNAVAILABLE)
    with pytest.raises(RPCError, match="Request unauthorized"):
        await register_search_attributes(cast("Client", away))
