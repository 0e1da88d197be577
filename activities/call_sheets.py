"""Gathers from the books what a person needs during a call."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from activities.correspondence import earlier_contacts
from activities.dependencies import Dependencies
from activities.summaries import label_of
from dunning.arrangement import Promise
from dunning.journal import EntryKind, JournalEntry, TaskKind
from dunning.money import Money
from dunning.party import Creditor
from dunning.phrases import phrase
from dunning.policy import Policy
from ledger import cases, journal, tasks
from ledger import credits as customer_credits
from ledger.cases import Case
from ledger.tasks import Task
from rendering.call_sheet import render_call_sheet
from rendering.context import Contact, OpenItem, SheetContext
from rendering.templates import TemplateFaultError

_OBJECTIONS = {EntryKind.CALL_DONE, EntryKind.NOTE}


@dataclass(frozen=True)
class Caller:
    """Whom a call is made for: the case, as it stands at an instant, under its policy."""

    case: Case
    creditor: Creditor
    policy: Policy
    now: datetime


def write_sheet(conn: Connection, dependencies: Dependencies, caller: Caller, task: Task) -> None:
    """Give a call task its sheet, in the creditor's language, as things stand now.

    Where the template is faulty the task has none, and another says what is wrong: a call without a sheet is
    better than no call.
    """
    try:
        sheet = render_call_sheet(dependencies.templates, _context(conn, caller, task))
    except TemplateFaultError as error:
        _report_fault(conn, caller, str(error))
    else:
        tasks.attach_sheet(conn, task.id, sheet)


def refresh_sheets(conn: Connection, dependencies: Dependencies, caller: Caller) -> None:
    """Write the sheets of the calls that wait: of later rounds, of calls that the books opened themselves.

    What was paid or said since the task was opened is on the sheet before the call, not found out in it.
    """
    for task in tasks.of_this_case(conn, caller.case.key, TaskKind.CALL):
        write_sheet(conn, dependencies, caller, task)


def _context(conn: Connection, caller: Caller, task: Task) -> SheetContext:
    case, creditor = caller.case, caller.creditor
    entries = journal.entries(conn, case.key)
    return SheetContext(
        creditor=creditor,
        customer=case.customer,
        invoice=case.invoice,
        language=creditor.language,
        today=caller.now.astimezone(ZoneInfo(creditor.time_zone)).date(),
        task_id=task.id,
        reason=_reason(task, caller),
        balance=case.balance,
        payments=case.payments,
        credit_notes=case.credit_notes,
        history=earlier_contacts(case, caller.policy),
        promises=_promises(entries, case),
        objections=_objections(entries),
        other_items=(*_other_items(conn, case), *_credits(conn, case)),
        instalments_from=Money(amount=caller.policy.suggest_instalments_from, currency="EUR"),
    )


def _reason(task: Task, caller: Caller) -> str:
    language, told = caller.creditor.language, task.details
    if told.get("reason"):
        return phrase(f"reason.{told['reason']}", language)
    return label_of(str(told["step"]), caller.policy, language) if told.get("step") else ""


def _report_fault(conn: Connection, caller: Caller, problem: str) -> None:
    case = caller.case
    tasks.open_task(
        conn,
        kind=TaskKind.STEP_FAILED,
        dedupe_key=tasks.task_key(TaskKind.STEP_FAILED, *case.key, case.facts.cycle, "call-sheet"),
        creditor_id=case.key.creditor_id,
        invoice_id=case.key.invoice_id,
        customer_id=case.customer.customer_id,
        details={"problem": problem},
        now=caller.now,
    )


def _promises(entries: list[JournalEntry], case: Case) -> tuple[Promise, ...]:
    found = []
    for entry in entries:
        if entry.kind is EntryKind.PROMISE_MADE and {"until", "amount"} <= entry.details.keys():
            amount, _, currency = str(entry.details["amount"]).partition(" ")
            found.append(
                Promise(
                    arrangement_id=entry.event_id or "",
                    agreed_on=entry.at.date(),
                    until=date.fromisoformat(entry.details["until"]),
                    amount=Money.of(amount, currency or case.balance.currency),
                )
            )
    return tuple(found)


def _objections(entries: list[JournalEntry]) -> tuple[Contact, ...]:
    """What was said, in the words of the note."""
    return tuple(
        Contact(on=entry.at.date(), label=str(entry.details.get("note") or entry.details.get("text")))
        for entry in entries
        if entry.kind in _OBJECTIONS and (entry.details.get("note") or entry.details.get("text"))
    )


def _other_items(conn: Connection, case: Case) -> tuple[OpenItem, ...]:
    items = cases.customer_items(conn, case.key.creditor_id, case.customer.customer_id)
    return tuple(
        OpenItem(number=item.number, due_on=item.due_date, amount=item.balance)
        for item in items
        if item.invoice_id != case.key.invoice_id
    )


def _credits(conn: Connection, case: Case) -> tuple[OpenItem, ...]:
    """What the creditor holds for the customer and no invoice has taken."""
    return tuple(
        OpenItem(number=credit.reference or credit.credit_id, amount=-credit.remaining)
        for credit in customer_credits.unapplied(conn, case.key.creditor_id, case.customer.customer_id)
    )
