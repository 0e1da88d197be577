"""What waits for a person: `calls`, `call-done`, `tasks`, `task-done`."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

import sqlalchemy as sa
import typer

from commands import terminal
from commands.arguments import CreditorId, Json, Note, TaskId, read_amount, read_day
from commands.case_view import case_object, show_case, task_object
from commands.desk import Desk, take_a_seat
from commands.faults import CommandFaultError
from commands.telling import tell
from dunning.facts import CallCompleted, CallOutcome
from dunning.journal import TaskKind
from dunning.money import Money
from dunning.phrases import has_phrase, phrase
from dunning.wording import money, numeric_date
from ledger import cases, tasks
from ledger.cases import Case
from ledger.tasks import Task
from runtime.composition import opened_books

app = typer.Typer()


@app.command()
def calls(
    task: Annotated[int | None, typer.Argument(metavar="[ID]", help="Show the sheet of this call.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Those of later days too.")] = False,
    creditor: CreditorId = None,
    as_json: Json = False,
) -> None:
    """List today's calls, or show the sheet of one.

    With --json an array of objects: task, invoice, number, customer, customer_name, phone, currency,
    balance, due_on, round, reason, sheet.
    """
    desk = take_a_seat(creditor)
    with opened_books(desk.settings) as books, books.read() as conn:
        due_to = None if everything or task else desk.today()
        waiting = tasks.open_tasks(conn, desk.creditor.creditor_id, {TaskKind.CALL}, due_to)
        found = [(one, _case_of(conn, one)) for one in waiting if task in {None, one.id}]
    if task is not None and not found:
        raise CommandFaultError(desk.word("call_unknown", task=task))
    if as_json:
        terminal.show_json([_call_object(one, case) for one, case in found])
    elif task is not None:
        terminal.show_markdown(found[0][0].sheet or "–")
    elif found:
        headings = ("kind", "due", "customer", "phone", "number", "account", "reason")
        columns = [(">" if key in {"kind", "account"} else "") + desk.word(key) for key in headings]
        terminal.show_table(
            desk.word("calls"), columns, [_call_cells(desk, one, case) for one, case in found]
        )
    else:
        terminal.say(desk.word("calls_none"))


@app.command("call-done")
def call_done(  # noqa: PLR0913, PLR0917 - what a caller notes
    task: TaskId,
    outcome: Annotated[CallOutcome, typer.Option("--outcome", help="How the call ended.")],
    note: Note = "",
    until: Annotated[
        str | None, typer.Option("--until", metavar="DATE", help="By when it will pay; for a promise.")
    ] = None,
    amount: Annotated[
        str | None, typer.Option("--amount", help="What it promised; everything that is owed by default.")
    ] = None,
    creditor: CreditorId = None,
    as_json: Json = False,
) -> None:
    """Note how a call ended: it closes the task and moves the invoice on.

    `no-answer` comes back on the next business day, twice. `wrong-number` opens a task to find the right
    one. `dispute` pauses until someone resumes. `paid` pauses five business days. `promise` needs --until.
    """
    desk = take_a_seat(creditor)
    promised_until = read_day(until) if until else None
    promised = read_amount(amount) if amount else None
    with opened_books(desk.settings) as books, books.read() as conn:
        called = tasks.get(conn, task)
        case = _case_of(conn, called) if called and called.kind is TaskKind.CALL else None
    if called is None or case is None:
        raise CommandFaultError(desk.word("call_unknown", task=task))
    fact = CallCompleted(
        event_id=f"call-done:{task}",
        actor="operator",
        task_id=task,
        outcome=outcome,
        note=note,
        promised_until=promised_until,
        promised_amount=Money.of(promised, case.balance.currency) if promised else None,
    )
    after = asyncio.run(tell(desk, case.key, fact))
    if as_json:
        terminal.show_json(case_object(desk, after.case, after.tasks))
        return
    terminal.say(desk.word("call_known" if after.known_before else "call_closed", task=task))
    show_case(desk, after.case, after.tasks)


@app.command("tasks")
def list_tasks(
    kind: Annotated[
        list[TaskKind] | None, typer.Option("--kind", help="Only these; may be repeated.")
    ] = None,
    creditor: CreditorId = None,
    as_json: Json = False,
) -> None:
    """List everything that waits for a person: approvals, payments to match, addresses to find, calls."""
    desk = take_a_seat(creditor)
    with opened_books(desk.settings) as books, books.read() as conn:
        waiting = tasks.open_tasks(conn, desk.creditor.creditor_id, kind or None)
    if as_json:
        terminal.show_json([task_object(one) for one in waiting])
    elif waiting:
        columns = [">ID", *(desk.word(key) for key in ("kind", "number", "customer", "due", "details"))]
        terminal.show_table(desk.word("tasks"), columns, [_task_cells(desk, one) for one in waiting])
    else:
        terminal.say(desk.word("tasks_none"))


@app.command("task-done")
def task_done(task: TaskId, note: Note = "", creditor: CreditorId = None, as_json: Json = False) -> None:
    """Tick a task off that is no call: the letter was posted, the payment was matched."""
    desk = take_a_seat(creditor)
    with opened_books(desk.settings) as books, books.write() as conn:
        done = tasks.complete(conn, task, outcome="done", note=note or None, now=desk.now(), actor="operator")
    if as_json:
        terminal.show_json(task_object(done))
    else:
        terminal.say(desk.word("task_closed", task=task))


def _case_of(conn: sa.Connection, task: Task) -> Case | None:
    return cases.load(conn, task.case) if task.case else None


def _call_object(task: Task, case: Case | None) -> dict[str, Any]:
    return {
        "task": task.id,
        "invoice": task.invoice_id,
        "number": case.invoice.number if case else None,
        "customer": task.customer_id,
        "customer_name": case.customer.name if case else None,
        "phone": case.customer.phone if case else None,
        "currency": case.balance.currency if case else None,
        "balance": case.balance.amount if case else None,
        "due_on": task.due_on,
        "round": task.round,
        "reason": task.details.get("reason") or task.details.get("step"),
        "sheet": task.sheet,
    }


def _call_cells(desk: Desk, task: Task, case: Case | None) -> list[str]:
    language = desk.language
    return [
        str(task.id),
        numeric_date(task.due_on, language) if task.due_on else "–",
        case.customer.name if case else "–",
        (case.customer.phone if case else None) or "–",
        case.invoice.number if case else "–",
        money(case.balance, language) if case else "–",
        _why(desk, task, case),
    ]


def _why(desk: Desk, task: Task, case: Case | None) -> str:
    reason = task.details.get("reason")
    if reason:
        return phrase(f"reason.{reason}", desk.language) if has_phrase(f"reason.{reason}") else str(reason)
    step = str(task.details.get("step") or "–")
    return desk.storyteller(case).label(step) if case else step


def _task_cells(desk: Desk, task: Task) -> list[str]:
    return [
        str(task.id),
        phrase(f"task.{task.kind}", desk.language),
        task.invoice_id or "–",
        task.customer_id or "–",
        numeric_date(task.due_on, desk.language) if task.due_on else "–",
        _detail_words(desk, task),
    ]


def _detail_words(desk: Desk, task: Task) -> str:
    shown = []
    for name in ("reason", "step", "problem", "amount", "note"):
        value = task.details.get(name)
        if value:
            key = f"reason.{value}"
            known = has_phrase(key)
            words = (
                phrase(key, desk.language) if known else phrase("detail.value", desk.language, value=value)
            )
            shown.append(words)
    return " – ".join(shown) or "–"
