import os
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from embedded.dev_server import DevServer

_CHECKOUT = Path(__file__).resolve().parents[2]
_RUNS = 20
_AT_ONCE = 3
_SESSION = ("-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/runtime/session_holding_a_client.py")


def _run(arguments: Sequence[str], **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        check=False,
        cwd=_CHECKOUT,
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        timeout=120,
    )


def _run_inline(program: str) -> subprocess.CompletedProcess[str]:
    return _run(["-c", f"import atexit, sys\nfrom runtime.exit_code import run_and_exit\n{program}"])


@pytest.mark.slow
def test_a_program_that_held_a_client_and_a_worker_ends_with_its_true_code(dev_server: DevServer) -> None:
    """Twenty runs of twenty, half of them meant to fail, end with the code that they returned."""
    wanted = [0, 3] * (_RUNS // 2)

    def code_of(code: int) -> int:
        module = "tests.runtime.program_holding_a_client"
        return _run(["-m", module, dev_server.address, str(code)]).returncode

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        assert list(pool.map(code_of, wanted)) == wanted


@pytest.mark.slow
def test_a_pytest_session_that_held_a_client_and_a_worker_ends_with_its_true_code(
    dev_server: DevServer,
) -> None:
    """Twenty sessions of twenty, half of them with a failing test, end with 0 or 1 accordingly."""
    wanted = [0, 1] * (_RUNS // 2)

    def code_of(code: int) -> int:
        variables = {"EXIT_CODE_ADDRESS": dev_server.address, "EXIT_CODE_WANTED": str(code)}
        return _run(_SESSION, **variables).returncode

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        assert list(pool.map(code_of, wanted)) == wanted


@pytest.mark.parametrize("code", [0, 1])
def test_a_distributed_pytest_session_ends_with_its_true_code(dev_server: DevServer, code: int) -> None:
    """With xdist, where the client lives in a worker process, the code is true and nothing aborts."""
    variables = {"EXIT_CODE_ADDRESS": dev_server.address, "EXIT_CODE_WANTED": str(code)}
    ended = _run([*_SESSION, "-n", "1"], **variables)
    assert ended.returncode == code
    assert "Fatal Python error" not in ended.stdout + ended.stderr


def test_no_code_means_success() -> None:
    """A main function that returns nothing ends the process with 0."""
    assert _run_inline("run_and_exit(lambda: None)").returncode == 0


def test_system_exit_keeps_its_code() -> None:
    """A `sys.exit(4)` inside, as command line libraries do it, ends the process with 4."""
    assert _run_inline("run_and_exit(lambda: sys.exit(4))").returncode == 4


def test_system_exit_with_words_prints_them_and_fails() -> None:
    """A `sys.exit("…")` inside prints the words and ends the process with 1, as Python does."""
    ended = _run_inline("run_and_exit(lambda: sys.exit('no ledger'))")
    assert (ended.returncode, ended.stderr) == (1, "no ledger\n")


def test_an_unforeseen_error_shows_its_traceback_and_fails() -> None:
    """An exception that nobody caught is printed with its traceback and ends the process with 1."""
    ended = _run_inline("run_and_exit(lambda: 1 // 0)")
    assert ended.returncode == 1
    assert "ZeroDivisionError" in ended.stderr


def test_an_interrupt_ends_like_a_shell_program() -> None:
    """Ctrl-C ends the process with 130 and without a traceback."""
    ended = _run_inline("def main():\n    raise KeyboardInterrupt\nrun_and_exit(main)")
    assert (ended.returncode, ended.stderr) == (130, "")


def test_what_belongs_to_an_orderly_end_still_happens() -> None:
    """Exit handlers run and buffered output arrives, although the interpreter's own end is left out."""
    ended = _run_inline(
        "atexit.register(lambda: sys.stdout.write(' and the handler'))\n"
        "def main():\n    sys.stdout.write('the output')\nrun_and_exit(main)"
    )
    assert ended.stdout == "the output and the handler"
