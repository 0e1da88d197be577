"""The mail sink and its outbox page as a process of their own."""

from __future__ import annotations

import asyncio
import json
import socket
from pathlib import Path
from typing import Annotated

import typer
import uvicorn
from pydantic import BaseModel, ConfigDict

from embedded.outbox import create_outbox
from embedded.smtp_faults import Fault, FaultKind, FaultMoment, defer, refuse
from embedded.smtp_sink import SmtpSink

_FAREWELL_SECONDS = 2


class MailProcessOptions(BaseModel):
    """What the process is told on its command line."""

    model_config = ConfigDict(frozen=True)

    port: int = 0
    page_port: int = 0
    folder: Path | None = None
    faults: tuple[Fault, ...] = ()
    stop_after_seconds: float | None = None


def program() -> None:
    """The command line ``python -m embedded.smtp_sink``."""
    typer.run(_command)


def _command(  # noqa: PLR0913, PLR0917 - typer reads the options from the arguments
    port: Annotated[int, typer.Option(help="Of the SMTP server; 0 takes a free one.")] = 0,
    page_port: Annotated[int, typer.Option(help="Of the outbox page; 0 takes a free one.")] = 0,
    folder: Annotated[Path | None, typer.Option(help="Keeps the messages as .eml files.")] = None,
    refuse_address: Annotated[
        list[str] | None, typer.Option("--refuse", help="Answers 550 to this address, always.")
    ] = None,
    defer_address: Annotated[
        list[str] | None, typer.Option("--defer", help="Answers 451 to this address, once.")
    ] = None,
    lose_address: Annotated[
        list[str] | None, typer.Option("--lose", help="Takes one message to it and cuts the line unanswered.")
    ] = None,
    stop_after: Annotated[float | None, typer.Option(help="Seconds after which it ends by itself.")] = None,
) -> None:
    """Take every e-mail and deliver none, until interrupted.

    The first line printed is JSON: the SMTP port and the address of the page.
    """
    faults = [
        *(refuse(address) for address in refuse_address or ()),
        *(defer(address, times=1) for address in defer_address or ()),
        *(
            Fault(moment=FaultMoment.DOT, kind=FaultKind.DROP, recipient=address, times=1, taken=True)
            for address in lose_address or ()
        ),
    ]
    options = MailProcessOptions(
        port=port, page_port=page_port, folder=folder, faults=tuple(faults), stop_after_seconds=stop_after
    )
    asyncio.run(serve(options))


async def serve(options: MailProcessOptions) -> None:
    """Run sink and page until a signal, or the time given."""
    sink = SmtpSink(folder=options.folder)
    sink.inject(*options.faults)
    await sink.start(options.port)
    try:
        await _serve_page(sink, options)
    finally:
        await sink.stop()


async def _serve_page(sink: SmtpSink, options: MailProcessOptions) -> None:
    config = uvicorn.Config(
        create_outbox(sink.store),
        log_level="warning",
        access_log=False,
        lifespan="off",
        timeout_graceful_shutdown=_FAREWELL_SECONDS,
    )
    server = uvicorn.Server(config)
    with socket.create_server((sink.host, options.page_port)) as door:
        page = f"http://{sink.host}:{door.getsockname()[1]}/"
        typer.echo(json.dumps({"smtp_host": sink.host, "smtp_port": sink.port, "outbox": page}))
        if options.stop_after_seconds is not None:
            loop = asyncio.get_running_loop()
            loop.call_later(options.stop_after_seconds, setattr, server, "should_exit", True)
        await server.serve(sockets=[door])
