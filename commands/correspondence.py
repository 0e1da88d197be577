"""The customer's particulars, and the messages as they were sent."""

from __future__ import annotations

import asyncio
import hashlib
import sys
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError

from commands import terminal
from commands.arguments import CreditorId, InvoiceId, Json
from commands.case_view import case_object, show_case
from commands.desk import take_a_seat
from commands.faults import CommandFaultError
from commands.telling import means, tell
from dunning.facts import CustomerChanged
from dunning.party import CustomerKind
from ledger import sends
from ledger.keys import SendKey
from ledger.sends import SendRow
from runtime.composition import opened_books

app = typer.Typer()


@app.command()
def customer(  # noqa: PLR0913, PLR0917 - what is known of a customer
    invoice: InvoiceId,
    email: Annotated[str | None, typer.Option(help="The address that messages go to.")] = None,
    phone: Annotated[str | None, typer.Option(help="For calls.")] = None,
    contact: Annotated[str | None, typer.Option(help="Whom to ask for.")] = None,
    address: Annotated[str | None, typer.Option(help="For letters.")] = None,
    kind: Annotated[
        CustomerKind | None, typer.Option(help="A business needs a SIREN or a VAT number as evidence.")
    ] = None,
    siren: Annotated[str | None, typer.Option(help="Evidence of a French business.")] = None,
    creditor: CreditorId = None,
    as_json: Json = False,
) -> None:
    """Change particulars of the customer of an invoice; what is not named stays.

    A new e-mail address is written to at once where an earlier one was refused: the message that
    could not be delivered goes out at the customer's next slot.
    """
    desk = take_a_seat(creditor)
    told = {
        "email": email,
        "phone": phone,
        "contact_name": contact,
        "address": address,
        "kind": kind,
        "siren": siren,
    }
    changes = {name: value for name, value in told.items() if value is not None}
    if not changes:
        raise typer.BadParameter("name at least one particular to change, such as --email")
    case = means(desk, invoice)
    identity = f"{desk.now().isoformat()}:{sorted(changes)}"
    event_id = f"operator:{hashlib.sha256(identity.encode()).hexdigest()[:32]}"
    try:
        fact = CustomerChanged.model_validate({**changes, "event_id": event_id, "actor": "operator"})
    except ValidationError as error:
        faults = error.errors(include_input=False, include_url=False)
        words = "; ".join(f"--{fault['loc'][-1]}: {fault['msg']}" for fault in faults)
        raise CommandFaultError(words) from None
    after = asyncio.run(tell(desk, case.key, fact))
    if as_json:
        terminal.show_json(case_object(desk, after.case, after.tasks))
    else:
        show_case(desk, after.case, after.tasks)


@app.command()
def messages(
    invoice: InvoiceId,
    out: Annotated[
        Path | None, typer.Option("--out", help="A folder for the messages as sent, one .eml each.")
    ] = None,
    creditor: CreditorId = None,
    as_json: Json = False,
) -> None:
    """List the messages of an invoice with the mail server's answer; --out keeps them byte for byte."""
    desk = take_a_seat(creditor)
    case = means(desk, invoice)
    with opened_books(desk.settings) as books, books.read() as conn:
        rows = [row for row in sends.of_this_case(conn, case.key) if row.acted_at]
        kept = {row.key: sends.evidence(conn, row.key) for row in rows}
    if out:
        _write(out, case.invoice.number, rows, kept)
    if as_json:
        terminal.show_json([_object(row) for row in rows])
        return
    columns = [desk.word(key) for key in ("day", "step", "status", "answer")]
    cells = [
        [row.acted_on.isoformat() if row.acted_on else "", row.key.step, row.state.value, row.response or ""]
        for row in rows
    ]
    terminal.show_table(case.invoice.number, columns, cells)


def _write(out: Path, number: str, rows: list[SendRow], kept: dict[SendKey, bytes | None]) -> None:
    out.mkdir(parents=True, exist_ok=True)
    for row in rows:
        content = kept[row.key]
        if content:
            name = f"{row.acted_on}-{row.key.step}.eml"
            (out / name).write_bytes(content)
            sys.stderr.write(f"{number}: {out / name}\n")


def _object(row: SendRow) -> dict[str, object]:
    return {
        "step": row.key.step,
        "level": row.level,
        "channel": row.key.channel,
        "state": row.state.value,
        "at": row.acted_at.isoformat() if row.acted_at else None,
        "message_id": row.message_id,
        "answer": row.response,
    }
