"""`demo`: months of dunning in two minutes, on this machine alone."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from commands.faults import CommandFaultError
from demo.pace import SPEED
from embedded.server_process import ServerFailedError
from embedded.tool_cache import ToolUnavailableError

app = typer.Typer()

_NOT_AS_PLANNED = 1
_SLOWEST, _FASTEST = 36_000.0, 144_000.0


@app.command("demo")
def demo(
    keep: Annotated[
        bool, typer.Option("--keep", help="Leave everything running at the end, until Ctrl-C.")
    ] = False,
    speed: Annotated[
        float,
        typer.Option("--speed", min=_SLOWEST, max=_FASTEST, help="Business seconds per real second."),
    ] = SPEED,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the figures as one JSON object, the last line.")
    ] = False,
) -> None:
    """Show months of dunning in two minutes, on this machine alone.

    Starts a Temporal server with its Web UI, a worker, the web app, a mail sink and a Stripe sandbox, imports
    `examples/portfolio.csv`, and lets customers, bank, billing system and operators do what they do. The
    worker is killed on the way. Nothing leaves this machine, nothing is left behind.

    With --json the last line is an object: invoices, settled, emails_received, payment_links, webhooks,
    call_tasks, plans, worker_kills, handed_over, contacts_after_payment, duplicate_contacts, unknown_sends.

    Exit code: 0 when all went as planned, 1 when somebody was contacted after payment or twice, or something
    of the script did not happen.
    """
    # Its servers would make every other command start later.
    from demo.demonstration import Wishes, demonstrate  # noqa: PLC0415

    try:
        as_planned = asyncio.run(demonstrate(Wishes(speed=speed, keep=keep, as_json=as_json)))
    except (ServerFailedError, ToolUnavailableError) as error:
        raise CommandFaultError(str(error)) from error
    if not as_planned:
        raise typer.Exit(_NOT_AS_PLANNED)
