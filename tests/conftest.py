"""The servers that the tests run on: real ones, obtained like everybody obtains them, never skipped."""

import os
import sys
from collections.abc import AsyncIterator, Generator, Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.testing import WorkflowEnvironment

from embedded.chromium import obtain_chromium
from embedded.dev_server import DevServer
from embedded.postgres import PostgresServer
from embedded.stripe_mock import running_stripe_mock
from embedded.time_skipping import start_time_skipping
from embedded.tool_cache import Progress
from runtime.exit_code import leave_with
from workflows.search_attributes import ALL as SEARCH_ATTRIBUTES

# The same examples on every run, so that a red build is red for its change; `HYPOTHESIS_PROFILE=search` looks
# for new ones. No deadline: the machine may be busy with servers.
settings.register_profile("steady", derandomize=True, deadline=None)
settings.register_profile("search", max_examples=2_000, deadline=None, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))


def pytest_configure() -> None:
    """Forget the developer's own Temporal settings, which must not decide where a test connects."""
    for name in [name for name in os.environ if name.startswith("TEMPORAL_")]:
        del os.environ[name]


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> Generator[None, None, None]:
    """Have the process end with the session's own exit code, also in the workers of xdist."""
    leave_with(lambda: int(session.exitstatus))
    return (yield)


@pytest.fixture(scope="session")
def progress(request: pytest.FixtureRequest) -> Progress:
    """Tell the person at the terminal about a long step, past pytest's capture."""
    capture = request.config.pluginmanager.getplugin("capturemanager")

    def tell(line: str) -> None:
        with capture.global_and_fixture_disabled():
            sys.stderr.write(f"\n{line}\n")

    return tell


@pytest.fixture(scope="session")
def dev_server(progress: Progress) -> Iterator[DevServer]:
    """A Temporal dev server with Web UI, one for each test process."""
    with DevServer(search_attributes=SEARCH_ATTRIBUTES, progress=progress) as server:
        yield server


@pytest.fixture(scope="session")
async def dev_client(dev_server: DevServer) -> Client:
    """A client of the dev server that speaks pydantic models."""
    return await Client.connect(dev_server.address, data_converter=pydantic_data_converter)


@pytest.fixture
async def time_skipping_env(progress: Progress) -> AsyncIterator[WorkflowEnvironment]:
    """A time-skipping server for one test: at a workflow's end its clock leaps by years."""
    async with start_time_skipping(SEARCH_ATTRIBUTES, progress=progress) as environment:
        yield environment


@pytest.fixture(scope="session")
def postgres_server(progress: Progress) -> Iterator[PostgresServer]:
    """A PostgreSQL server, one for each test process."""
    with PostgresServer(progress) as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def ledger_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database, once for each kind of database that the ledger supports."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'ledger.sqlite'}"
    server: PostgresServer = request.getfixturevalue("postgres_server")
    return server.create_database()


@pytest.fixture(scope="session")
def stripe_mock(progress: Progress) -> Iterator[str]:
    """The address of stripe-mock, which checks requests against Stripe's published schema."""
    with running_stripe_mock(progress) as address:
        yield address


@pytest.fixture(scope="session")
def chromium(progress: Progress) -> Path:
    """A Chromium for playwright's `executable_path` (start it with `--no-sandbox` as root)."""
    return obtain_chromium(progress)
