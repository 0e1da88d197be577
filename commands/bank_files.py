"""`import-payments`: a bank's file into payments, the sure ones booked, the others given to a person."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import sqlalchemy as sa
import typer

from commands import terminal
from commands.arguments import CreditorId, Json, Maps, read_day
from commands.desk import Desk, take_a_seat
from commands.portfolio_files import show_rejected
from doors.doors import Doors
from doors.refusals import RunNotToldError
from dunning.facts import Booking, BookingOutcome, PaymentReceived
from dunning.invoice import Payment, PaymentMethod
from dunning.journal import TaskKind
from dunning.wording import long_date, money, numeric_date
from intake.bank import BANK_COLUMNS, BankFile, BankLine, BankOptions
from intake.mapping import parse_map_arguments
from intake.matching import Allocation, OpenItem, Proposal, match
from intake.statements import read_bank_file
from intake.values import plain
from ledger import bank, booking, cases, tasks
from ledger.bank import LineState
from ledger.books import Books
from ledger.keys import CaseKey
from runtime.door_opening import opened_doors

app = typer.Typer()

_NOT_ALL = 1
_CHEQUE = ("chq", "cheque", "remise")


@dataclass
class Told:
    """What was made of the lines."""

    booked: list[tuple[Proposal, Allocation]] = field(default_factory=list)
    unsure: list[tuple[Proposal, int]] = field(default_factory=list)
    """With the task of each."""
    known: int = 0
    away: str | None = None
    known_to: date | None = None


@app.command("import-payments")
def import_payments(
    file: Annotated[Path, typer.Argument(help="Statement of your bank: camt.053, CFONB 120 or CSV.")],
    maps: Maps = None,
    account: Annotated[
        str, typer.Option("--account", help="Name of the account, where files of several are imported.")
    ] = "",
    known_to: Annotated[
        str | None,
        typer.Option(
            "--known-to",
            metavar="DATE",
            help="The day up to which the file is complete; by default its closing balance's, or its last.",
        ),
    ] = None,
    creditor: CreditorId = None,
    as_json: Json = False,
) -> None:
    """Import payments from a bank's file: transfers and cheques that came in.

    The format is told by the content. Matched by reference, number, amount and customer. The sure ones are
    booked at once, the others become tasks with proposals. Lines that an earlier file had are left alone.

    Exit code: 0 when all lines could be read, 1 when some could not or a run was not reached (the rest was
    done), 2 for a wrong call.

    With --json an object: file, booked (invoice, amount, currency, received_on, reason), known,
    unsure (task, amount, currency, received_on, text, reason, candidates), known_to, rejected.
    """
    desk = take_a_seat(creditor)
    complete_to = read_day(known_to) if known_to else None
    mapping = parse_map_arguments(maps or [], BANK_COLUMNS)
    options = BankOptions(language=desk.language, mapping=mapping, account=account)
    read = read_bank_file(file, options)
    told = asyncio.run(_opened_and_taken_in(desk, read, complete_to))
    if as_json:
        terminal.show_json(_object(read, told))
    else:
        _show(desk, read, told)
    if read.rejected or told.away:
        raise typer.Exit(_NOT_ALL)


async def _opened_and_taken_in(desk: Desk, read: BankFile, complete_to: date | None) -> Told:
    async with opened_doors(desk.settings, desk.registers.creditors) as (books, doors):
        return await take_in(desk, books, doors, read, complete_to)


async def take_in(
    desk: Desk, books: Books, doors: Doors, read: BankFile, complete_to: date | None = None
) -> Told:
    """Book the sure lines of a bank's file and give the others to a person.

    Args:
        desk: whose money came in.
        books: with the open invoices.
        doors: to their runs.
        read: the file.
        complete_to: the day up to which it is complete; by default what it says itself, else its last,
            and not at all where a line was refused.
    """
    creditor_id = desk.creditor.creditor_id
    told = Told()
    keys = [line.line_key for line in read.lines]
    known = await books.reading(lambda conn: bank.known(conn, creditor_id, keys))
    items = await books.reading(lambda conn: _open_items(conn, creditor_id))
    new = [line for line in read.lines if line.line_key not in known]
    told.known = len(read.lines) - len(new)
    for proposal in match(new, items, desk.language):
        if proposal.sure:
            await _book(desk, books, doors, proposal, told)
        else:
            task = await books.writing(lambda conn, one=proposal: _ask(conn, desk, one))  # type: ignore[misc]
            told.unsure.append((proposal, task))
    told.known_to = complete_to or _complete_to(read)
    if told.known_to:
        day = told.known_to
        await books.writing(lambda conn: bank.set_payments_known_to(conn, creditor_id, day))
    return told


def _complete_to(read: BankFile) -> date | None:
    """The day up to which a file holds everything; none where a line that was refused may be a payment."""
    if read.rejected:
        return None
    return read.complete_to or max((line.date for line in read.lines), default=None)


def _open_items(conn: sa.Connection, creditor_id: str) -> list[OpenItem]:
    return [
        OpenItem(**item.model_dump(include=set(OpenItem.model_fields)))
        for item in cases.open_items(conn, creditor_id)
    ]


async def _book(desk: Desk, books: Books, doors: Doors, proposal: Proposal, told: Told) -> None:
    """Book a line and remember it in one transaction, then tell the runs.

    A run that is not told sees the payment all the same: each step reads the books before it acts.
    """
    creditor_id, now = desk.creditor.creditor_id, desk.now()
    facts = [
        (CaseKey(creditor_id, part.invoice_id), _fact(proposal.line, part)) for part in proposal.allocations
    ]

    def write(conn: sa.Connection) -> list[Booking]:
        _store(conn, desk, proposal.line, LineState.BOOKED, now)
        return [booking.book(conn, key, fact, now=now, today=desk.today()) for key, fact in facts]

    answers = await books.writing(write)
    told.booked.extend((proposal, part) for part in proposal.allocations)
    for (key, fact), booked in zip(facts, answers, strict=True):
        if booked.outcome is BookingOutcome.DUPLICATE or told.away:
            continue
        try:
            await doors.pass_on(key, fact, booked)
        except RunNotToldError as error:
            told.away = str(error)


def _fact(line: BankLine, part: Allocation) -> PaymentReceived:
    event_id = f"bank:{line.line_key}"
    words = plain(line.text).split()
    cheque = any(word.startswith(_CHEQUE) for word in words)
    payment = Payment(
        event_id=event_id,
        amount=part.amount,
        received_on=line.date,
        method=PaymentMethod.CHEQUE if cheque else PaymentMethod.TRANSFER,
        reference=line.reference or next(iter(line.creditor_references), None),
    )
    return PaymentReceived(event_id=event_id, actor="bank", payment=payment)


def _ask(conn: sa.Connection, desk: Desk, proposal: Proposal) -> int:
    """Have a person decide whose money it is."""
    creditor_id, line, now = desk.creditor.creditor_id, proposal.line, desk.now()
    _store(conn, desk, line, LineState.UNSURE, now)
    return tasks.open_task(
        conn,
        kind=TaskKind.UNMATCHED_PAYMENT,
        dedupe_key=tasks.task_key(TaskKind.UNMATCHED_PAYMENT, creditor_id, "bank", line.line_key),
        creditor_id=creditor_id,
        details={
            "amount": line.amount,
            "received_on": line.date,
            "text": line.text,
            "counterparty": line.counterparty,
            "reason": proposal.reason,
            "proposals": [part.model_dump() for part in proposal.allocations],
            "unallocated": proposal.unallocated,
            "candidates": proposal.candidates,
            "reference": line.reference,
            "creditor_references": line.creditor_references,
            "line_key": line.line_key,
        },
        now=now,
    )


def _store(conn: sa.Connection, desk: Desk, line: BankLine, state: LineState, now: datetime) -> None:
    bank.store(
        conn,
        desk.creditor.creditor_id,
        line.line_key,
        received_on=line.date,
        amount=line.amount,
        text=line.text,
        state=state,
        now=now,
    )


def _object(read: BankFile, told: Told) -> dict[str, Any]:
    return {
        "file": read.file,
        "booked": [
            {
                "invoice": part.invoice_id,
                "amount": part.amount.amount,
                "currency": part.amount.currency,
                "received_on": proposal.line.date,
                "reason": proposal.reason,
            }
            for proposal, part in told.booked
        ],
        "known": told.known,
        "unsure": [
            {
                "task": task,
                "amount": proposal.line.amount.amount,
                "currency": proposal.line.amount.currency,
                "received_on": proposal.line.date,
                "text": proposal.line.text,
                "reason": proposal.reason,
                "candidates": proposal.candidates,
            }
            for proposal, task in told.unsure
        ],
        "known_to": told.known_to,
        "rejected": [row.model_dump() for row in read.rejected],
    }


def _show(desk: Desk, read: BankFile, told: Told) -> None:
    show_rejected(desk, read.rejected)
    rows: Sequence[list[str]] = [
        [
            str(task),
            numeric_date(proposal.line.date, desk.language),
            money(proposal.line.amount, desk.language),
            proposal.line.text,
            proposal.reason,
        ]
        for proposal, task in told.unsure
    ]
    if rows:
        columns = [desk.word(key) for key in ("kind", "when", "amount", "what", "reason")]
        terminal.show_table(desk.word("unsure"), [f">{columns[0]}", *columns[1:]], rows)
    counts = {"booked": len(told.booked), "unsure": len(told.unsure), "known": told.known}
    terminal.say(desk.word("bank_booked", **counts))
    if told.known_to:
        terminal.say(desk.word("bank_known_to", day=long_date(told.known_to, desk.language)))
    if told.away:
        terminal.say_aside(desk.word("temporal_away", reason=told.away))
