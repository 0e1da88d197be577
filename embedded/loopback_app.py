"""An ASGI application served on loopback from within this process, and stopped without a trace."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp


class _QuietServer(uvicorn.Server):
    """A server that leaves Ctrl-C to the program it runs in."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class LoopbackApp:
    """One application on one port of 127.0.0.1."""

    def __init__(self, app: ASGIApp, *, port: int = 0) -> None:
        """Prepare the server.

        Args:
            app: What answers.
            port: 0 takes a free one.
        """
        self._socket = socket.socket()
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._socket.bind(("127.0.0.1", port))
        config = uvicorn.Config(
            app, log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=2
        )
        self._server = _QuietServer(config)
        self._task: asyncio.Task[None] | None = None

    @property
    def address(self) -> str:
        """The base URL, known before the start."""
        return f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    async def start(self) -> None:
        """Serve; returns once requests are answered.

        Raises:
            RuntimeError: The server ended at its start.
        """
        self._task = asyncio.create_task(self._server.serve(sockets=[self._socket]))
        while not self._server.started:
            if self._task.done():
                await self._task
                raise RuntimeError(f"The server at {self.address} ended at its start.")
            await asyncio.sleep(0.01)

    async def stop(self) -> None:
        """Finish the requests under way, two seconds at most, and free the port."""
        self._server.should_exit = True
        if self._task is not None:
            await self._task
        self._socket.close()
