import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import async_playwright, expect
from temporalio.api.operatorservice.v1 import ListSearchAttributesRequest
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.client import Client

from embedded.dev_server import DevServer, Ports
from embedded.server_process import free_port, listens
from embedded.tool_cache import ToolUnavailableError
from tests.embedded.processes import is_gone
from workflows.search_attributes import ALL as SEARCH_ATTRIBUTES

_CHECKOUT = Path(__file__).resolve().parents[2]


async def test_closed_workflows_stay_thirty_days(dev_client: Client) -> None:
    """The namespace keeps what is closed for 30 days instead of the server's default of one."""
    request = DescribeNamespaceRequest(namespace=dev_client.namespace)
    described = await dev_client.workflow_service.describe_namespace(request)
    assert described.config.workflow_execution_retention_ttl.ToTimedelta() == timedelta(days=30)


async def test_search_attributes_are_there_from_the_start(dev_client: Client) -> None:
    """Every attribute can be searched for as soon as the server answers."""
    request = ListSearchAttributesRequest(namespace=dev_client.namespace)
    known = await dev_client.operator_service.list_search_attributes(request)
    wanted = {key.name: key.indexed_value_type for key in SEARCH_ATTRIBUTES}
    assert wanted.items() <= dict(known.custom_attributes).items()


@pytest.mark.browser
async def test_the_web_ui_is_there(dev_server: DevServer, chromium: Path) -> None:
    """An operator's browser shows the list of workflows."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=str(chromium), args=["--no-sandbox"])
        page = await browser.new_page()
        await page.goto(dev_server.ui_url)
        await expect(page.get_by_role("heading", name="Workflows").first).to_be_visible(timeout=20_000)
        await browser.close()


async def test_workflows_survive_a_restart_with_a_database(tmp_path: Path) -> None:
    """With a file for its state the server comes back with every workflow, and the same settings."""
    database = tmp_path / "state" / "temporal.sqlite"
    for visit in ("first", "second"):
        async with DevServer(database=database, search_attributes=SEARCH_ATTRIBUTES) as server:
            client = await Client.connect(server.address)
            if visit == "first":
                await client.start_workflow("Anything", id="invoice", task_queue="nobody")
            description = await client.get_workflow_handle("invoice").describe()
            assert description.workflow_type == "Anything"
    assert not listens(int(server.address.rpartition(":")[2]))


def test_it_leaves_nothing_behind() -> None:
    """After the block the process is gone and its temporary folder too."""
    with DevServer() as server:
        pid, log = server.pid, server.log
        assert log.exists()
    assert is_gone(pid)
    assert not log.parent.exists()


def test_a_server_that_cannot_be_obtained_is_reported(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The reason reaches whoever wanted to start it."""
    monkeypatch.setenv("DUNNING_TEMPORAL_BINARY", str(tmp_path))
    with pytest.raises(ToolUnavailableError, match="DUNNING_TEMPORAL_BINARY"):
        DevServer().start()


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_the_server_of_a_single_machine_ends_in_good_order(tmp_path: Path, ending: signal.Signals) -> None:
    """`make server` says where it listens, keeps its state in the file, and ends with 0 when asked to.

    So it does as a background job of a shell, which starts with SIGINT ignored.
    """
    state = tmp_path / "temporal.sqlite"
    command = [sys.executable, "-m", "embedded.single_machine", "--port", "0", "--ui-port", "0"]
    with subprocess.Popen(
        ["/bin/sh", "-c", 'trap "" INT; exec "$@"', "sh", *command, "--state", str(state)],
        cwd=_CHECKOUT,
        stdout=subprocess.PIPE,
        text=True,
    ) as server:
        try:
            assert server.stdout is not None
            said = server.stdout.readline()
            server.send_signal(ending)
            assert server.wait(timeout=30) == 0
        finally:
            server.kill()
    assert said.startswith("Temporal at 127.0.0.1:")
    assert f"state in {state}" in said
    assert state.exists()


def test_the_server_of_a_single_machine_refuses_a_taken_port(dev_server: DevServer, tmp_path: Path) -> None:
    """A second `make server` says that the port is taken instead of half-starting."""
    port = dev_server.address.rpartition(":")[2]
    command = [sys.executable, "-m", "embedded.single_machine", "--port", port, "--ui-port", "0"]
    ended = subprocess.run(
        [*command, "--state", str(tmp_path / "state.sqlite")],
        check=False,
        cwd=_CHECKOUT,
        capture_output=True,
        text=True,
        timeout=60,
        env=dict(os.environ),
    )
    assert ended.returncode == 1
    assert ended.stderr.startswith(f"Port {port} is taken")


def test_wanted_ports_are_kept() -> None:
    """A port that is asked for is used; a zero becomes a free one."""
    wanted = free_port()
    chosen = Ports(grpc=wanted).chosen()
    assert chosen.grpc == wanted
    assert chosen.ui != 0
