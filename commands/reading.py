"""Looking at the books: `list`, `status`, `timeline`. They need the ledger alone, not Temporal."""

from __future__ import annotations

from typing import Annotated

import sqlalchemy as sa
import typer

from commands import terminal
from commands.arguments import CreditorId, InvoiceId, Json
from commands.case_view import (
    case_object,
    planned_objects,
    planned_words,
    show_case,
    story_objects,
    story_words,
)
from commands.desk import Desk, load_case, take_a_seat
from dunning.case import DunningStatus
from dunning.journal import TaskKind
from dunning.phrases import phrase
from dunning.policy import Policy
from dunning.wording import money, numeric_date, short_instant
from ledger import cases, journal, tasks
from ledger.cases import Case, CaseOrder, CaseRow
from ledger.tasks import Task
from runtime.composition import opened_books

app = typer.Typer()


@app.command("list")
def list_invoices(
    status: Annotated[
        list[DunningStatus] | None, typer.Option("--status", help="Only these; may be repeated.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Closed ones too.")] = False,
    order: Annotated[CaseOrder, typer.Option("--order", help="How they are sorted.")] = CaseOrder.DUE_DATE,
    creditor: CreditorId = None,
    as_json: Json = False,
) -> None:
    """List invoices: status, level, balance, next action, last event.

    With --json an array of objects: invoice, number, customer, customer_name, status, level, currency,
    amount, balance, due_date, policy, next_step, next_action_at, last_event, last_event_at.
    """
    desk = take_a_seat(creditor)
    wanted = status or (None if everything else [one for one in DunningStatus if not one.closed])
    with opened_books(desk.settings) as books, books.read() as conn:
        rows = cases.list_cases(conn, creditor_id=desk.creditor.creditor_id, statuses=wanted, order=order)
    if as_json:
        terminal.show_json([_row_object(desk, row) for row in rows])
    elif rows:
        headings = ("number", "customer", "due", "status", "level", "account", "action", "last")
        figures = {"level", "account"}
        columns = [(">" if key in figures else "") + desk.word(key) for key in headings]
        terminal.show_table(desk.word("invoices"), columns, [_row_cells(desk, row) for row in rows])
    else:
        terminal.say(desk.word("invoices_none"))


@app.command("status")
def show_status(invoice: InvoiceId, creditor: CreditorId = None, as_json: Json = False) -> None:
    """Show where one invoice stands: status, balance, what is planned, what waits for a person."""
    desk = take_a_seat(creditor)
    with opened_books(desk.settings) as books, books.read() as conn:
        case = load_case(conn, desk, invoice)
        open_tasks = tasks_of(conn, case)
    if as_json:
        terminal.show_json(case_object(desk, case, open_tasks))
    else:
        show_case(desk, case, open_tasks)


@app.command()
def timeline(invoice: InvoiceId, creditor: CreditorId = None, as_json: Json = False) -> None:
    """Tell the story of one invoice: all that was sent, received and decided, then what is planned.

    With --json an object: invoice, number, status, story (at, kind, actor, words, details),
    planned (step, level, channel, at).
    """
    desk = take_a_seat(creditor)
    with opened_books(desk.settings) as books, books.read() as conn:
        case = load_case(conn, desk, invoice)
        entries = journal.entries(conn, case.key)
    if as_json:
        story = {
            "invoice": case.key.invoice_id,
            "number": case.invoice.number,
            "status": case.status,
            "story": story_objects(desk, case, entries),
            "planned": planned_objects(desk, case),
        }
        terminal.show_json(story)
        return
    title = f"{desk.word('number')} {case.invoice.number} – {case.customer.name}"
    terminal.show_table(title, [desk.word("when"), desk.word("story")], story_words(desk, case, entries))
    rows = [[words] for words in planned_words(desk, case)]
    terminal.show_table(desk.word("planned"), [desk.word("label")], rows)


def tasks_of(conn: sa.Connection, case: Case) -> list[Task]:
    """What waits for a person about a case."""
    return [task for kind in TaskKind for task in tasks.of_this_case(conn, case.key, kind)]


def _row_object(desk: Desk, row: CaseRow) -> dict[str, object]:
    zone = desk.creditor.time_zone
    return {
        "invoice": row.key.invoice_id,
        "number": row.number,
        "customer": row.customer_id,
        "customer_name": row.customer_name,
        "status": row.status,
        "level": row.level,
        "currency": row.balance.currency,
        "amount": row.amount.amount,
        "balance": row.balance.amount,
        "due_date": row.due_date,
        "policy": row.policy,
        "next_step": row.next_step,
        "next_action_at": terminal.local(row.next_action_at, zone),
        "last_event": row.last.kind if row.last else None,
        "last_event_at": terminal.local(row.last.at, zone) if row.last else None,
    }


def _row_cells(desk: Desk, row: CaseRow) -> list[str]:
    language, zone = desk.language, desk.creditor.time_zone
    policy = _policy(desk, row)
    teller = desk.storyteller_with(policy)
    action = "–"
    if row.next_step and row.next_action_at:
        action = f"{teller.label(row.next_step)} – {short_instant(row.next_action_at, zone, language)}"
    return [
        row.number,
        row.customer_name,
        numeric_date(row.due_date, language),
        phrase(f"status.{row.status}", language),
        str(row.level) if row.level >= 0 else "–",
        money(row.balance, language),
        action,
        teller.sentence(row.last) if row.last else "–",
    ]


def _policy(desk: Desk, row: CaseRow) -> Policy | None:
    return desk.registers.policies.policies.get(row.policy) if row.policy else None
