"""Serves the web app until it is asked to leave."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Callable, Iterator

import uvicorn
from starlette.types import ASGIApp

_GRACE_SECONDS = 10
"""For the requests under way at the end; webhooks and pay pages take much less."""


class PortUnavailableError(OSError):
    """The app cannot listen where it was told to."""


class WebServer:
    """One application on one port."""

    def __init__(self, app: ASGIApp, host: str, port: int) -> None:
        """Take the port, so that its number is known before the start.

        Args:
            app: what answers.
            host: address to listen on.
            port: 0 takes a free one.

        Raises:
            PortUnavailableError: in words for who configured it.
        """
        self._host = host
        self._socket = _listening(host, port)
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,  # the path of a pay page is a secret
            server_header=False,
            lifespan="on",
            timeout_graceful_shutdown=_GRACE_SECONDS,
        )
        self._server = _QuietServer(config)
        self._task: asyncio.Task[None] | None = None

    @property
    def address(self) -> str:
        """The base URL on this machine."""
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"http://{host}:{self._socket.getsockname()[1]}"

    async def start(self) -> None:
        """Return once requests are answered.

        Raises:
            RuntimeError: the app failed at its start.
        """
        self._task = asyncio.create_task(self._run())
        while not self._server.started:
            if self._task.done():
                self._socket.close()
                await self._task
                raise RuntimeError("The web app ended at its start.")
            await asyncio.sleep(0.01)

    async def stop(self) -> None:
        """Finish the requests under way, end the lifespan, free the port."""
        self._server.should_exit = True
        if self._task is not None:
            await self._task
        self._socket.close()

    async def _run(self) -> None:
        try:
            await self._server.serve(sockets=[self._socket])
        except SystemExit as end:
            # Raised where the lifespan fails; inside a task it would take the whole loop down.
            raise RuntimeError("The web app could not start: see its log.") from end


async def serve(
    app: ASGIApp, *, host: str, port: int, until: asyncio.Event, told: Callable[[str], None]
) -> None:
    """Run the app until the event is set.

    Args:
        app: what answers.
        host: address to listen on.
        port: 0 takes a free one.
        until: set to end it.
        told: gets the address once it answers.

    Raises:
        PortUnavailableError: the port is taken, or not allowed.
    """
    server = WebServer(app, host, port)
    await server.start()
    told(server.address)
    try:
        await until.wait()
    finally:
        await server.stop()


class _QuietServer(uvicorn.Server):
    """A server that leaves signals to the program it runs in, which has a relay to end too."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _listening(host: str, port: int) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with contextlib.ExitStack() as on_failure:
            listening = on_failure.enter_context(socket.socket(family, kind, protocol))
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind(address)
            on_failure.pop_all()
    except OSError as error:
        raise PortUnavailableError(
            f"The web app cannot listen on {host}, port {port}: {error.strerror or error}. "
            "Choose another with DUNNING_WEB_HOST and DUNNING_WEB_PORT."
        ) from error
    return listening
