"""Gathers from the books what a person needs during a call."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from activities.correspondence import earlier_contacts
from activities.dependencies import Dependencies
from dunning.arrangement import Promise
from dunning.journal import EntryKind, JournalEntry, TaskKind
from dunning.money import Money
from dunning.party import Creditor
from dunning.policy import Policy
from ledger import cases, journal, tasks
from ledger.cases import Case
from rendering.call_sheet import render_call_sheet
from rendering.context import Contact, OpenItem, SheetContext
from rendering.templates import TemplateFaultError

_OBJECTIONS = {EntryKind.CALL_DONE, EntryKind.NOTE}


def sheet_for(
    conn: Connection,
    dependencies: Dependencies,
    case: Case,
    creditor: Creditor,
    policy: Policy,
    today: date,
) -> str:
    """The call sheet of a case, in the creditor's language."""
    entries = journal.entries(conn, case.key)
    context = SheetContext(
        creditor=creditor,
        customer=case.customer,
        invoice=case.invoice,
        language=creditor.language,
        today=today,
        balance=case.balance,
        payments=case.payments,
        credit_notes=case.credit_notes,
        history=earlier_contacts(case, policy),
        promises=_promises(entries, case),
        objections=_objections(entries),
        other_items=_other_items(conn, case),
        instalments_from=Money(amount=policy.suggest_instalments_from, currency="EUR"),
    )
    return render_call_sheet(dependencies.templates, context)


def sheet_or_task(
    conn: Connection,
    dependencies: Dependencies,
    case: Case,
    creditor: Creditor,
    policy: Policy,
    now: datetime,
) -> str | None:
    """The call sheet; where its template is faulty none, and a task that says what is wrong with it.

    A call without a sheet is better than none.
    """
    today = now.astimezone(ZoneInfo(creditor.time_zone)).date()
    try:
        return sheet_for(conn, dependencies, case, creditor, policy, today)
    except TemplateFaultError as error:
        tasks.open_task(
            conn,
            kind=TaskKind.STEP_FAILED,
            dedupe_key=tasks.task_key(TaskKind.STEP_FAILED, *case.key, case.facts.cycle, "call-sheet"),
            creditor_id=case.key.creditor_id,
            invoice_id=case.key.invoice_id,
            customer_id=case.customer.customer_id,
            details={"problem": str(error)},
            now=now,
        )
        return None


def attach_missing_sheets(
    conn: Connection,
    dependencies: Dependencies,
    case: Case,
    creditor: Creditor,
    policy: Policy,
    now: datetime,
) -> None:
    """Give a sheet to the calls that the books opened themselves, after a missed instalment."""
    for task in tasks.of_this_case(conn, case.key, TaskKind.CALL):
        if task.sheet is None:
            sheet = sheet_or_task(conn, dependencies, case, creditor, policy, now)
            if sheet is not None:
                tasks.attach_sheet(conn, task.id, sheet)


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
