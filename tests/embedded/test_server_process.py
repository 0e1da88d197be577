import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from embedded.server_process import ServerFailedError, ServerProcess, free_port, listens
from tests.embedded.processes import is_gone

_CHECKOUT = Path(__file__).resolve().parents[2]


def test_it_ends_with_its_starter_however_that_ends(tmp_path: Path) -> None:
    """After a SIGKILL of the starter the server is gone within seconds, and so is its folder."""
    leftovers = tmp_path / "state"
    leftovers.mkdir()
    program = (
        "import pathlib, time\n"
        "from embedded.server_process import ServerProcess\n"
        f"folder = pathlib.Path({str(leftovers)!r})\n"
        "server = ServerProcess(['sleep', '600'], log=folder / 'log', leftovers=folder)\n"
        "print(server.pid, flush=True)\n"
        "time.sleep(600)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], cwd=_CHECKOUT, stdout=subprocess.PIPE, text=True
    ) as starter:
        assert starter.stdout is not None
        pid = int(starter.stdout.readline())
        os.kill(pid, 0)
        starter.send_signal(signal.SIGKILL)
    assert is_gone(pid)
    deadline = time.monotonic() + 10
    while leftovers.exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not leftovers.exists()


def test_it_outlives_the_thread_that_started_it(tmp_path: Path) -> None:
    """A server started from a helper thread stays when that thread ends, as `asyncio.to_thread` ends it."""
    servers: list[ServerProcess] = []
    starter = threading.Thread(
        target=lambda: servers.append(ServerProcess(["sleep", "600"], log=tmp_path / "log"))
    )
    starter.start()
    starter.join()
    time.sleep(1.5)
    assert servers[0].running
    servers[0].stop()
    assert not servers[0].running


def test_an_early_end_shows_the_last_words(tmp_path: Path) -> None:
    """A server that ends at its start is reported with its exit code and its own complaint."""
    server = ServerProcess(["sh", "-c", "echo no disk >&2; exit 3"], log=tmp_path / "log")
    with pytest.raises(ServerFailedError, match=r"(?s)sh ended at its start \(code 3\).*no disk"):
        server.wait_until(lambda: False, timeout=10)


def test_a_missing_program_is_an_early_end(tmp_path: Path) -> None:
    """A program that does not exist is reported in the same way."""
    server = ServerProcess([tmp_path / "no-such-server"], log=tmp_path / "log")
    with pytest.raises(ServerFailedError, match="no-such-server ended at its start"):
        server.wait_until(lambda: False, timeout=10)


def test_a_server_that_is_never_ready_is_stopped(tmp_path: Path) -> None:
    """Waiting is bounded, and nothing is left running afterwards."""
    server = ServerProcess(["sleep", "600"], log=tmp_path / "log")
    with pytest.raises(ServerFailedError, match="sleep was not ready after 0 s"):
        server.wait_until(lambda: False, timeout=0.3)
    assert not server.running


def test_a_server_that_ignores_the_request_is_ended(tmp_path: Path) -> None:
    """`stop` insists after its patience."""
    deaf = "trap '' TERM; touch ready; while :; do sleep 1; done"
    server = ServerProcess(["sh", "-c", f"cd {tmp_path}; {deaf}"], log=tmp_path / "log")
    server.wait_until((tmp_path / "ready").exists, timeout=10)
    server.stop(patience=0.3)
    assert not server.running


def test_a_free_port_is_free() -> None:
    """Nobody listens on the port that is handed out."""
    assert not listens(free_port())
