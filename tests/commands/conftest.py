"""Deployments for the command line: one without any server, one with Temporal, a worker and books."""

import secrets
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from embedded.dev_server import DevServer
from tests.commands.portfolios import Portfolio
from tests.commands.terminal_of_tests import CLOSED_PORT, Deployment, Typist, creditor_file

_GO_TIMEOUT = 30


def _deployment(folder: Path, address: str) -> Deployment:
    creditor_id = f"creditor-{secrets.token_hex(4)}"
    variables = {
        "TEMPORAL_ADDRESS": address,
        "DUNNING_LEDGER_URL": f"sqlite:///{folder / 'books' / 'ledger.sqlite'}",
        "DUNNING_CREDITOR_FILE": str(creditor_file(folder, creditor_id)),
    }
    return Deployment(variables, creditor_id)


def _typist(
    deployment: Deployment, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Typist:
    for name, value in deployment.variables.items():
        monkeypatch.setenv(name, value)
    return Typist(deployment, capsys)


@pytest.fixture
def lonely(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Typist:
    """A checkout with nothing around it: Temporal does not answer, the books do not exist yet."""
    return _typist(_deployment(tmp_path, CLOSED_PORT), capsys, monkeypatch)


@pytest.fixture(scope="module")
def deployment(dev_server: DevServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """Books, a Temporal server and the worker program itself, for the tests of one file."""
    folder = tmp_path_factory.mktemp("deployment")
    made = _deployment(folder, dev_server.address)
    log = folder / "worker.log"
    # Nobody reads while the tests run: a pipe would fill up.
    with log.open("w", encoding="utf-8") as stream:
        worker = made.process("worker.py", stderr=stream)
        assert worker.stdout is not None
        ready = worker.stdout.readline()
        if not ready.startswith("Worker ready"):
            worker.kill()
            worker.communicate(timeout=_GO_TIMEOUT)
            pytest.fail(f"the worker did not start: {ready}{log.read_text(encoding='utf-8')}")
        yield made
        worker.send_signal(signal.SIGTERM)
        worker.communicate(timeout=_GO_TIMEOUT)
    assert worker.returncode == 0, log.read_text(encoding="utf-8")


@pytest.fixture
def typist(
    deployment: Deployment, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Typist:
    """The command line of that deployment."""
    return _typist(deployment, capsys, monkeypatch)


@pytest.fixture
def portfolio(tmp_path: Path) -> Portfolio:
    """A file to be written."""
    return Portfolio(tmp_path)
