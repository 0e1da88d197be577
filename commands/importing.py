"""`import`: a file of unpaid invoices into the books, and their runs set going."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from commands import terminal
from commands.arguments import CreditorId, Json, Maps, PolicyName
from commands.desk import Desk, take_a_seat
from commands.import_writing import ImportWriter, Written
from commands.portfolio_files import (
    findings_object,
    read_file,
    show_left_over,
    show_notices,
    show_rejected,
)
from commands.setting_going import Reached, reach_all
from intake.portfolio import Portfolio
from ledger.cases import Registration
from runtime.door_opening import opened_doors

app = typer.Typer()

_NOT_ALL = 1
"""Exit code where some lines were rejected or some runs not reached; the rest was done."""


@dataclass(frozen=True)
class _Request:
    """What the person asked for."""

    file: Path
    customers: Path | None
    maps: list[str] | None
    policy: str | None
    full: bool
    as_json: bool


@dataclass(frozen=True)
class _Result:
    portfolio: Portfolio
    written: Written
    reached: Reached


@app.command("import")
def import_file(  # noqa: PLR0913, PLR0917 - what a file may need to be read
    file: Annotated[Path, typer.Argument(help="CSV or XLSX, as your accounting program writes it.")],
    customers: Annotated[
        Path | None, typer.Option("--customers", help="A separate file of customers, joined by their code.")
    ] = None,
    maps: Maps = None,
    full: Annotated[
        bool,
        typer.Option(
            "--full",
            help="The file holds everything open: what is absent or smaller is presumed paid, paused and "
            "given to a person.",
        ),
    ] = False,
    policy: PolicyName = None,
    creditor: CreditorId = None,
    as_json: Json = False,
) -> None:
    """Import unpaid invoices: start following new ones, take over what changed of the others.

    The whole file is read and checked first; each bad line is shown with its reason, the others are taken.
    Importing the same file twice changes nothing. Negative rows are credits or deposits: they are netted
    before any contact.

    Exit code: 0 when all is done, 1 when lines were rejected or the work broke off (the rest was done, and
    importing again continues), 2 for a wrong call.

    With --json an object: file, new, changed, unchanged, settled, presumed_paid, not_started, left_over,
    rejected (line, column, value, reason), notices, skipped.
    """
    desk = take_a_seat(creditor)
    if policy is not None:
        desk.policy_named(policy)
    request = _Request(file, customers, maps, policy, full, as_json)
    result = asyncio.run(_import(desk, request))
    if as_json:
        terminal.show_json(_object(result))
    else:
        _show(desk, result)
    if result.portfolio.rejected or result.reached.missed:
        raise typer.Exit(_NOT_ALL)


async def _import(desk: Desk, request: _Request) -> _Result:
    async with opened_doors(desk.settings, desk.registers.creditors) as (books, doors):
        writer = ImportWriter(desk, books, request.policy, request.full)
        known = await writer.known()
        ids = {(row.number, row.due_date): row.key.invoice_id for row in known.values()}
        portfolio = read_file(desk, request.file, request.customers, request.maps, ids)
        shown = not request.as_json
        with terminal.progress(desk.word("import_writing"), len(portfolio.entries), shown=shown) as step:
            written = await writer.write(portfolio, known, step)
        total = len(written.to_start) + len(written.to_tell)
        with terminal.progress(desk.word("import_starting"), total, shown=shown) as step:
            started = await reach_all(written.to_start, doors.start, step)
            told = await reach_all(written.to_tell, lambda key: doors.look_again(key, "import"), step)
        reached = Reached((*started.missed, *told.missed), started.reason or told.reason)
        return _Result(portfolio, written, reached)


def _object(result: _Result) -> dict[str, Any]:
    written = result.written
    return {
        "file": result.portfolio.file,
        "new": written.registrations[Registration.NEW],
        "changed": written.registrations[Registration.CHANGED],
        "unchanged": written.registrations[Registration.UNCHANGED],
        "settled": written.settled,
        "presumed_paid": written.presumed_paid,
        "not_started": [key.invoice_id for key in result.reached.missed],
        "left_over": [
            {
                "customer": credit.customer_id,
                "amount": credit.amount.amount,
                "currency": credit.amount.currency,
                "reference": credit.reference,
                "line": credit.line,
            }
            for credit in written.left_over
        ],
        **findings_object(result.portfolio),
    }


def _show(desk: Desk, result: _Result) -> None:
    written, counts = result.written, result.written.registrations
    show_rejected(desk, result.portfolio.rejected)
    show_notices(desk, result.portfolio)
    show_left_over(desk, written.left_over)
    summary = desk.word(
        "import_done",
        new=counts[Registration.NEW],
        changed=counts[Registration.CHANGED],
        unchanged=counts[Registration.UNCHANGED],
        settled=written.settled,
    )
    terminal.say(summary)
    if written.presumed_paid:
        terminal.say(desk.word("import_presumed", count=len(written.presumed_paid)))
    if result.reached.missed:
        missed = result.reached
        terminal.say_aside(desk.word("import_not_started", count=len(missed.missed), reason=missed.reason))
