import sys
import threading
from pathlib import Path

import pytest

from embedded.tool_cache import ToolUnavailableError, cache_dir, exclusive, run_step


@pytest.fixture(autouse=True)
def _own_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DUNNING_CACHE_DIR", str(tmp_path / "configured"))


def test_the_configured_folder_comes_first(tmp_path: Path) -> None:
    """`DUNNING_CACHE_DIR` decides, and the folder exists after asking."""
    assert cache_dir() == tmp_path / "configured"
    assert cache_dir().is_dir()


def test_the_desktop_standard_comes_second(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without a configured folder the tools live under `XDG_CACHE_HOME`."""
    monkeypatch.delenv("DUNNING_CACHE_DIR")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert cache_dir() == tmp_path / "xdg" / "relance"


def test_the_home_folder_comes_last(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without either the tools live in the user's own cache, never in the checkout."""
    monkeypatch.delenv("DUNNING_CACHE_DIR")
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert cache_dir() == tmp_path / ".cache" / "relance"


def test_two_never_obtain_the_same_tool_at_once() -> None:
    """The second one is told that it waits, and enters only when the first is done."""
    order: list[str] = []

    def second() -> None:
        with exclusive("temporal", order.append):
            order.append("second")

    with exclusive("temporal"):
        waiting = threading.Thread(target=second)
        waiting.start()
        waiting.join(timeout=0.6)
        order.append("first is done")
    waiting.join(timeout=10)
    assert order == ["Another process is obtaining temporal: waiting for it", "first is done", "second"]


def test_a_missing_program_is_named() -> None:
    """The error says what could not be done and which program is missing."""
    with pytest.raises(ToolUnavailableError, match="Cannot fetch it: no-such-program is not installed"):
        run_step(["no-such-program"], purpose="fetch it", timeout=5)


def test_a_failing_step_shows_its_last_lines() -> None:
    """The error carries the exit code and what the program said last."""
    program = "import sys; print('first'); print('disk full', file=sys.stderr); sys.exit(7)"
    with pytest.raises(ToolUnavailableError, match=r"(?s)Cannot build it \(exit code 7\).*disk full"):
        run_step([sys.executable, "-c", program], purpose="build it", timeout=20)


def test_a_step_is_bounded_in_time() -> None:
    """A step that hangs is ended and reported as taking too long."""
    with pytest.raises(ToolUnavailableError, match="took over 1 s"):
        run_step(["sleep", "60"], purpose="wait", timeout=1)
