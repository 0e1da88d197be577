"""The demonstration's worker: the real one in a process of its own, which may be killed and started again."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from embedded.server_process import ServerProcess
from runtime.yaml_files import CHECKOUT

_READY = "Worker ready"
_START_SECONDS = 60.0


class DemoWorker:
    """One `worker.py` at a time; it reads its settings from the environment of this process."""

    def __init__(self, log: Path, state: Path) -> None:
        """Prepare the worker.

        Args:
            log: what it prints.
            state: folder to remove should this process die without stopping it.
        """
        self.kills = 0
        self._log = log
        self._state = state
        self._process: ServerProcess | None = None

    async def start(self) -> None:
        """Start it, and return once it takes work.

        Raises:
            ServerFailedError: it did not come up; carries its last words.
        """
        await asyncio.to_thread(self._start)

    async def kill(self) -> None:
        """End it with SIGKILL, in the middle of whatever it does."""
        if self._process is not None:
            await asyncio.to_thread(self._process.kill)
            self.kills += 1

    async def stop(self) -> None:
        """Ask it to leave in good order."""
        if self._process is not None:
            await asyncio.to_thread(self._process.stop)

    def _start(self) -> None:
        heard = len(self._heard())
        self._process = ServerProcess(
            [sys.executable, CHECKOUT / "worker.py"], log=self._log, leftovers=self._state
        )
        self._process.wait_until(lambda: _READY in self._heard()[heard:], timeout=_START_SECONDS)

    def _heard(self) -> str:
        return self._log.read_text(errors="replace") if self._log.exists() else ""
