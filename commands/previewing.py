"""`preview`: what would go out, and when; it needs neither books nor Temporal and changes nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from commands import terminal
from commands.arguments import CreditorId, Json, Maps, PolicyName, read_day
from commands.case_view import CHANNELS
from commands.desk import Desk, take_a_seat
from commands.portfolio_files import read_file, show_notices, show_rejected
from commands.preview_files import write_messages
from commands.preview_plan import Outlook, outlooks
from dunning.phrases import phrase
from dunning.wording import money, short_instant

app = typer.Typer()


@app.command()
def preview(  # noqa: PLR0913, PLR0917 - what a file may need to be read
    file: Annotated[Path, typer.Argument(help="CSV or XLSX, as your accounting program writes it.")],
    as_of: Annotated[
        str | None,
        typer.Option(
            "--as-of",
            metavar="DATE",
            help="Show what would really go out from that day on: the first wave of a backlog, "
            "the later levels keeping their spacing. Without it every step stands on its own date.",
        ),
    ] = None,
    policy: PolicyName = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="DIR", help="Write every message as it would be sent into a new folder."
        ),
    ] = None,
    customers: Annotated[
        Path | None, typer.Option("--customers", help="A separate file of customers, joined by their code.")
    ] = None,
    maps: Maps = None,
    creditor: CreditorId = None,
    as_json: Json = False,
) -> None:
    """Show what would go out for the invoices of a file, and when; nothing is sent or written down.

    With --json an array of objects: invoice, policy, steps (step, level, channel, at). Bad lines stand on
    standard error then.

    Exit code: 0 when every line could be read, 1 when some were rejected, 2 for a wrong call.
    """
    desk = take_a_seat(creditor)
    if policy is not None:
        desk.policy_named(policy)
    day = read_day(as_of) if as_of else None
    portfolio = read_file(desk, file, customers, maps)
    found = list(outlooks(desk, portfolio, policy, day))
    if as_json:
        terminal.show_json([_object(desk, outlook) for outlook in found])
        for row in portfolio.rejected:
            terminal.say_aside(f"{row.line}: {row.column}: {row.value}: {row.reason}")
    else:
        show_rejected(desk, portfolio.rejected)
        show_notices(desk, portfolio)
        _show(desk, found)
    if out:
        count = write_messages(desk, found, out, shown=not as_json)
        if not as_json:
            terminal.say(desk.word("preview_written", count=count, folder=out))
    if portfolio.rejected:
        raise typer.Exit(1)


def _object(desk: Desk, outlook: Outlook) -> dict[str, Any]:
    return {
        "invoice": outlook.case.key.invoice_id,
        "policy": outlook.policy.name,
        "steps": [
            {
                "step": step.step,
                "level": step.level,
                "channel": CHANNELS[step.act],
                "at": terminal.local(step.at, desk.creditor.time_zone),
            }
            for step in outlook.steps
        ],
    }


def _show(desk: Desk, found: list[Outlook]) -> None:
    ordered = sorted(
        ((step, outlook) for outlook in found for step in outlook.steps), key=lambda pair: pair[0].at
    )
    if not ordered:
        terminal.say(desk.word("preview_none"))
        return
    rows = [
        [
            short_instant(step.at, desk.creditor.time_zone, desk.language),
            str(outlook.day(step).year),
            outlook.case.invoice.number,
            outlook.case.customer.name,
            money(outlook.case.balance, desk.language),
            outlook.policy_step(step).label[desk.language],
            phrase(f"channel.{CHANNELS[step.act]}", desk.language),
        ]
        for step, outlook in ordered
    ]
    columns = [
        desk.word(key) for key in ("when", "year", "number", "customer", "account", "label", "channel")
    ]
    columns[4] = f">{columns[4]}"
    terminal.show_table(desk.word("preview"), columns, rows)
