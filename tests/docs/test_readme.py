"""The README's examples, run as they stand there against a real server and worker."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest
from pydantic import SecretStr

from dunning.case import DunningStatus
from embedded.dev_server import DevServer
from embedded.temporal_binary import obtain_temporal
from ledger import cases
from ledger.keys import CaseKey
from runtime.clock import SystemClock
from runtime.environment import variable_of
from runtime.schema_files import configuration_page
from runtime.settings import Settings
from tests.docs.office import CREDITOR, Office
from tests.docs.pages import CHECKOUT, block_with, links
from web.app import create_app
from web.dependencies import WebDependencies
from web.serve import WebServer

README = CHECKOUT / "README.md"
_PATIENCE = 60.0
_KEY = "a-key-for-the-billing-system"


async def _run(*command: str | Path, folder: Path, **variables: str) -> str:
    """What a program prints, as a billing system would run it."""
    environment: Mapping[str, str] = {"PATH": os.environ["PATH"], "HOME": str(folder), **variables}
    process = await asyncio.create_subprocess_exec(
        *map(str, command),
        cwd=folder,
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(_PATIENCE):
        printed, errors = await process.communicate()
    assert not errors.strip() or printed.strip(), errors.decode()
    return printed.decode()


async def _status(office: Office, invoice_id: str) -> DunningStatus:
    case = await office.books.reading(lambda conn: cases.load(conn, CaseKey(CREDITOR, invoice_id)))
    assert case is not None, f"invoice {invoice_id} is not in the books"
    return case.status


async def test_python_starts_a_workflow_and_reports_a_payment(
    office: Office, own_server: DevServer, tmp_path: Path
) -> None:
    """The ten lines of Python start an invoice with a plain client, pay it, and print how it ended."""
    script = tmp_path / "billing.py"
    script.write_text(block_with(README, "python", "start_workflow"), encoding="utf-8")
    # The exit code is the SDK's own business: a process that held its client may abort at the very end.
    printed = await _run(sys.executable, script, folder=tmp_path, TEMPORAL_ADDRESS=own_server.address)
    assert "'status': 'settled'" in printed
    assert await _status(office, "0142") is DunningStatus.SETTLED


async def test_the_temporal_cli_does_the_same(office: Office, own_server: DevServer, tmp_path: Path) -> None:
    """Start, hold, status, payment and result, each by one command of the CLI."""
    folder = obtain_temporal().parent
    script = block_with(README, "sh", "temporal workflow start")
    printed = await _run(
        "sh",
        "-euc",
        script,
        folder=tmp_path,
        TEMPORAL_ADDRESS=own_server.address,
        PATH=f"{folder}:{os.environ['PATH']}",
    )
    assert '"status":"held"' in printed.replace(" ", "")
    assert '"status":"settled"' in printed.replace(" ", "")
    assert await _status(office, "0143") is DunningStatus.SETTLED


@pytest.fixture
async def web_app(office: Office) -> AsyncIterator[str]:
    """The address of the web app beside the worker."""
    real_now = SystemClock().now
    desk = office.desk(real_now())
    server = WebServer(
        create_app(
            WebDependencies(
                books=office.books,
                doors=desk.doors,
                creditors=office.registers.creditors,
                policies=office.registers.policies,
                clock=desk.now,
                real_clock=real_now,
                events=None,
                pages=None,
                public_url=None,
                api_keys=(SecretStr(_KEY),),
            )
        ),
        "127.0.0.1",
        0,
    )
    await server.start()
    yield server.address
    await server.stop()


async def test_http_does_the_same(office: Office, web_app: str, tmp_path: Path) -> None:
    """Register, pay and look, each by one request of the billing API."""
    script = block_with(README, "sh", "curl")
    printed = await _run("sh", "-euc", script, folder=tmp_path, RELANCE=web_app, KEY=_KEY)
    assert '"registration":"new"' in printed
    assert '"outcome":"booked"' in printed
    assert '"invoice_id":"0144"' in printed
    assert office.client.namespace == "default"


def test_the_configuration_table_is_that_of_the_settings() -> None:
    """Each setting stands in the README with its meaning and default, in the order of the program."""
    published = [line for line in configuration_page().splitlines() if line.startswith("| `DUNNING_")]
    names = {variable_of(name) for name in Settings.model_fields}
    rows = [line.rsplit(" | ", 1)[0] + " |" for line in published if line.split("`")[1] in names]
    table = [
        line for line in README.read_text(encoding="utf-8").splitlines() if line.startswith("| `DUNNING_")
    ]
    assert table == rows, "Put these rows into the README:\n" + "\n".join(rows)


def test_every_room_stands_in_the_layout() -> None:
    """Each folder of the checkout that is under version control is named and linked in the README."""
    tracked = subprocess.run(["git", "ls-files"], cwd=CHECKOUT, capture_output=True, text=True, check=True)
    folders = {path.split("/")[0] for path in tracked.stdout.splitlines() if "/" in path}
    rooms = {folder for folder in folders if not folder.startswith(".")}
    assert rooms <= set(links(README))
