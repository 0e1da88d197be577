import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
from fastapi import FastAPI

from web.serve import PortUnavailableError, WebServer, serve


def _app(events: list[str], gate: asyncio.Event) -> FastAPI:
    """An app that notes its life, and answers when it is let."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        events.append("began")
        yield
        events.append("ended")

    app = FastAPI(lifespan=lifespan)

    @app.get("/slow")
    async def slow() -> str:
        events.append("asked")
        await gate.wait()
        return "answered"

    return app


async def test_a_request_under_way_is_finished_before_the_end() -> None:
    """A deploy cuts nobody off: the answer goes out, then the lifespan ends, then the port is free."""
    events: list[str] = []
    gate, leave = asyncio.Event(), asyncio.Event()
    addresses: asyncio.Queue[str] = asyncio.Queue()
    running = asyncio.create_task(
        serve(_app(events, gate), host="127.0.0.1", port=0, until=leave, told=addresses.put_nowait)
    )
    address = await asyncio.wait_for(addresses.get(), 10)
    async with httpx.AsyncClient(base_url=address, timeout=10, trust_env=False) as http:
        asking = asyncio.create_task(http.get("/slow"))
        while "asked" not in events:  # noqa: ASYNC110 - the request travels through a real socket
            await asyncio.sleep(0.01)
        leave.set()
        await asyncio.sleep(0.2)
        gate.set()
        assert (await asking).json() == "answered"
    await asyncio.wait_for(running, 10)
    assert events == ["began", "asked", "ended"]
    async with httpx.AsyncClient(trust_env=False) as http:
        with pytest.raises(httpx.ConnectError):
            await http.get(address)


async def test_a_port_that_is_taken_is_named() -> None:
    """The person who configured it learns which one, and which setting to change."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(PortUnavailableError, match=rf"port {port}.*DUNNING_WEB_PORT"):
            WebServer(FastAPI(), "127.0.0.1", port)


async def test_a_host_that_is_not_ours_is_named() -> None:
    """A name that leads nowhere is an error in words too."""
    with pytest.raises(PortUnavailableError, match="DUNNING_WEB_HOST"):
        WebServer(FastAPI(), "no-such-host.invalid", 0)


async def test_an_app_that_cannot_start_says_so() -> None:
    """A lifespan that fails ends the start instead of waiting for ever."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        if app.title:
            raise ValueError("no books")
        yield

    with pytest.raises(RuntimeError, match="could not start"):
        await WebServer(FastAPI(lifespan=lifespan), "127.0.0.1", 0).start()
