"""Where obtained tools are kept between runs, outside the checkout, and how two processes share them."""

import os
import pwd
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeAlias

from filelock import FileLock, Timeout

Progress: TypeAlias = Callable[[str], None]
"""Receives one line for people about a step that takes long."""


class ToolUnavailableError(RuntimeError):
    """A server or tool could not be obtained; the message says what is missing and what to do."""


def silent(_line: str) -> None:
    """Swallow progress lines, for callers that have nobody to show them to."""


def cache_dir() -> Path:
    """Return the folder of obtained tools, creating it where it is missing.

    Returns:
        `DUNNING_CACHE_DIR`, else `$XDG_CACHE_HOME/relance`, else `~/.cache/relance`
        (XDG Base Directory Specification).
    """
    configured = os.environ.get("DUNNING_CACHE_DIR")
    xdg = os.environ.get("XDG_CACHE_HOME")
    base = Path(xdg) if xdg else Path.home() / ".cache"
    folder = Path(configured) if configured else base / "relance"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@contextmanager
def exclusive(name: str, progress: Progress = silent) -> Iterator[None]:
    """Hold the lock of one tool, so that two processes never obtain it at once.

    Args:
        name: Name of the tool; one lock each.
        progress: Told when another process holds the lock, since that may take minutes.
    """
    locks = cache_dir() / "locks"
    locks.mkdir(exist_ok=True)
    lock = FileLock(locks / f"{name}.lock")
    try:
        lock.acquire(timeout=0.2)
    except Timeout:
        progress(f"Another process is obtaining {name}: waiting for it")
        lock.acquire(timeout=1_200)
    try:
        yield
    finally:
        lock.release()


def run_step(
    command: Sequence[str | Path],
    *,
    purpose: str,
    timeout: float,
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
    user: str | None = None,
) -> str:
    """Run one step of obtaining a tool and return what it printed.

    Args:
        command: Program and arguments.
        purpose: What the step was for, to open the error with ("build the Temporal server").
        timeout: Seconds after which the step is given up.
        environment: Added to this process's own environment.
        folder: Working directory.
        user: Run as this user (only root can).

    Raises:
        ToolUnavailableError: The program is missing, failed or took too long; ends with its last lines.
    """
    try:
        done = subprocess.run(  # the exit code is judged below, with words
            [str(part) for part in command],
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=timeout,
            env={**os.environ, **(environment or {})},
            cwd=folder,
            user=user,
            group=pwd.getpwnam(user).pw_gid if user else None,
            extra_groups=[] if user else None,
        )
    except FileNotFoundError as error:
        raise ToolUnavailableError(f"Cannot {purpose}: {command[0]} is not installed.") from error
    except subprocess.TimeoutExpired as error:
        raise ToolUnavailableError(f"Cannot {purpose}: {command[0]} took over {timeout:.0f} s.") from error
    if done.returncode != 0:
        last_lines = "\n".join(done.stdout.strip().splitlines()[-8:])
        raise ToolUnavailableError(f"Cannot {purpose} (exit code {done.returncode}):\n{last_lines}")
    return done.stdout
