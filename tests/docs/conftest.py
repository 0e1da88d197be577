"""A server of their own for the tests of the documentation, so that its list holds only their invoices."""

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from temporalio.client import Client

from embedded.dev_server import DevServer
from embedded.tool_cache import Progress
from runtime.data_converter import DATA_CONVERTER
from tests.docs.office import Office, office_on
from tests.docs.pages import CHECKOUT
from workflows.search_attributes import ALL as SEARCH_ATTRIBUTES

_RENEW = "RENEW_PICTURES"


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where pictures go: with `RENEW_PICTURES=1` into the documentation, else nowhere that lasts."""
    if os.environ.get(_RENEW):
        return CHECKOUT / "docs" / "pictures"
    return tmp_path_factory.mktemp("pictures")


@pytest.fixture(scope="module")
def own_server(progress: Progress) -> Iterator[DevServer]:
    """A dev server with Web UI that nobody else uses."""
    with DevServer(search_attributes=SEARCH_ATTRIBUTES, progress=progress) as server:
        yield server


@pytest.fixture(scope="module")
async def office(own_server: DevServer, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Office]:
    """Books, mail sink and worker on that server."""
    client = await Client.connect(own_server.address, data_converter=DATA_CONVERTER)
    async with office_on(client, tmp_path_factory.mktemp("office")) as office:
        yield office
