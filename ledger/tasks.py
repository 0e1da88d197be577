"""Tasks: what waits for a person, each once."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from pydantic import BaseModel, ConfigDict

from dunning.journal import EntryKind, TaskKind, TaskState
from dunning.refusal import Refusal
from ledger import journal
from ledger.keys import CaseKey, fitting, of_case, of_customer
from ledger.schema import tasks
from ledger.upsert import insert_new

_OUTCOME_LENGTH = 24
_ENTRIES = {TaskKind.CALL: EntryKind.CALL_OPENED, TaskKind.APPROVAL: EntryKind.APPROVAL_ASKED}


class Task(BaseModel):
    """Something that a person is asked to do."""

    model_config = ConfigDict(frozen=True)

    id: int
    dedupe_key: str
    kind: TaskKind
    creditor_id: str
    invoice_id: str | None
    customer_id: str | None
    details: dict[str, Any]
    sheet: str | None
    round: int
    """Which attempt this is: a call that nobody answered comes back as the next round."""
    state: TaskState
    due_on: date | None
    opened_at: datetime
    done_at: datetime | None
    outcome: str | None
    note: str | None

    @property
    def case(self) -> CaseKey | None:
        """The case that it belongs to, unless it is about the customer as a whole."""
        return CaseKey(self.creditor_id, self.invoice_id) if self.invoice_id else None


def task_key(kind: TaskKind, *parts: str | int) -> str:
    """A dedupe key: kind and parts, or their digest where that would be too long for the books."""
    return fitting(":".join([kind.value, *map(str, parts)]))


def open_task(  # noqa: PLR0913 - a task is a form, and these are its fields
    conn: sa.Connection,
    *,
    kind: TaskKind,
    dedupe_key: str,
    creditor_id: str,
    invoice_id: str | None = None,
    customer_id: str | None = None,
    details: dict[str, Any],
    sheet: str | None = None,
    due_on: date | None = None,
    call_round: int = 1,
    now: datetime,
) -> int:
    """Ask a person to do something; asking again with the same key changes nothing.

    A task of an invoice is journalled there. The details of an approval name the ``step`` that waits.

    Returns:
        The id of the task.
    """
    values = {
        "dedupe_key": dedupe_key,
        "kind": kind.value,
        "creditor_id": creditor_id,
        "invoice_id": invoice_id,
        "customer_id": customer_id,
        "details": journal.plain(details),
        "sheet": sheet,
        "round": call_round,
        "state": TaskState.OPEN.value,
        "due_on": due_on,
        "opened_at": now,
    }
    new = insert_new(conn, tasks, values)
    task_id = conn.execute(sa.select(tasks.c.id).where(tasks.c.dedupe_key == dedupe_key)).scalar_one()
    if new and invoice_id:
        entry = _ENTRIES.get(kind, EntryKind.TASK_OPENED)
        told = {name: details[name] for name in ("step", "level", "reason") if name in details}
        key = CaseKey(creditor_id, invoice_id)
        journal.append(
            conn, key, entry, at=now, task_id=task_id, task=kind, due_on=due_on, round=call_round, **told
        )
    return int(task_id)


def get(conn: sa.Connection, task_id: int) -> Task | None:
    """The task of this id."""
    row = conn.execute(sa.select(tasks).where(tasks.c.id == task_id)).first()
    return Task(**row._mapping) if row else None  # noqa: SLF001 - the public name of SQLAlchemy's mapping


def open_tasks(
    conn: sa.Connection,
    creditor_id: str,
    kinds: Collection[TaskKind] | None = None,
    due_to: date | None = None,
) -> list[Task]:
    """What waits for a person, what is due first first.

    Args:
        conn: any transaction.
        creditor_id: whose tasks.
        kinds: only these.
        due_to: only tasks due by this day; those without a day are due at once.
    """
    waiting = _open().where(tasks.c.creditor_id == creditor_id)
    if kinds is not None:
        waiting = waiting.where(tasks.c.kind.in_([kind.value for kind in kinds]))
    if due_to is not None:
        waiting = waiting.where(sa.or_(tasks.c.due_on.is_(None), tasks.c.due_on <= due_to))
    return _listed(conn, waiting)


def of_this_case(conn: sa.Connection, key: CaseKey, kind: TaskKind) -> list[Task]:
    """The open tasks of a kind of one case."""
    return _listed(conn, _open().where(of_case(tasks, key), tasks.c.kind == kind.value))


def complete(
    conn: sa.Connection, task_id: int, *, outcome: str, note: str | None, now: datetime, actor: str
) -> Task:
    """Tick a task off, and journal it on its invoice.

    Raises:
        Refusal: ``unknown_task``, or ``task_done`` where someone was faster.
    """
    task = get(conn, task_id)
    if task is None:
        raise Refusal("unknown_task", task_id=task_id)
    if not finish(conn, task_id, outcome=outcome, note=note, now=now):
        raise Refusal("task_done", task_id=task_id, outcome=task.outcome)
    if task.case:
        journal.append(
            conn,
            task.case,
            EntryKind.TASK_DONE,
            at=now,
            actor=actor,
            task_id=task_id,
            task=task.kind,
            outcome=outcome,
            note=note,
        )
    return task


def attach_sheet(conn: sa.Connection, task_id: int, sheet: str) -> None:
    """Add the call sheet to a task that the books opened themselves, such as after a missed instalment."""
    conn.execute(sa.update(tasks).where(tasks.c.id == task_id).values(sheet=sheet))


def finish(
    conn: sa.Connection, task_id: int, *, outcome: str, note: str | None = None, now: datetime
) -> bool:
    """Close a task without a line in the journal, for bookings that write their own.

    Returns:
        False where it was closed before.
    """
    return _finish(conn, tasks.c.id == task_id, outcome=outcome, note=note, now=now) == 1


def finish_moot(
    conn: sa.Connection, key: CaseKey, kinds: Collection[TaskKind], *, outcome: str, now: datetime
) -> int:
    """Close the tasks of a case that a fact made pointless, such as a call after the payment.

    Returns:
        How many were closed.
    """
    chosen = sa.and_(of_case(tasks, key), tasks.c.kind.in_([kind.value for kind in kinds]))
    return _finish(conn, chosen, outcome=outcome, now=now)


def ask_about_customer(
    conn: sa.Connection,
    kind: TaskKind,
    creditor_id: str,
    customer_id: str,
    details: dict[str, Any],
    now: datetime,
) -> int:
    """Open a task about a customer as a whole, unless one of the kind waits already.

    A question that was answered before and comes up again is a new task.
    """
    mine = sa.and_(of_customer(tasks, creditor_id, customer_id), tasks.c.kind == kind.value)
    waiting = conn.execute(sa.select(tasks.c.id).where(mine, tasks.c.state == TaskState.OPEN.value)).scalar()
    if waiting is not None:
        return int(waiting)
    asked = conn.execute(sa.select(sa.func.count()).select_from(tasks).where(mine)).scalar_one()
    return open_task(
        conn,
        kind=kind,
        dedupe_key=task_key(kind, creditor_id, customer_id, asked + 1),
        creditor_id=creditor_id,
        customer_id=customer_id,
        details=details,
        now=now,
    )


def answered_about_customer(
    conn: sa.Connection, kind: TaskKind, creditor_id: str, customer_id: str, *, outcome: str, now: datetime
) -> None:
    """Close the question about a customer that new particulars answered."""
    mine = sa.and_(of_customer(tasks, creditor_id, customer_id), tasks.c.kind == kind.value)
    _finish(conn, mine, outcome=outcome, now=now)


def _open() -> sa.Select[Any]:
    return sa.select(tasks).where(tasks.c.state == TaskState.OPEN.value)


def _listed(conn: sa.Connection, chosen: sa.Select[Any]) -> list[Task]:
    found = [Task(**row) for row in conn.execute(chosen).mappings()]
    return sorted(found, key=lambda task: (task.due_on or task.opened_at.date(), task.id))


def _finish(
    conn: sa.Connection,
    chosen: sa.ColumnElement[bool],
    *,
    outcome: str,
    now: datetime,
    note: str | None = None,
) -> int:
    done = {
        "state": TaskState.DONE.value,
        "done_at": now,
        "outcome": outcome[:_OUTCOME_LENGTH],
        "note": note,
        # What blocked a case once may block it again, under the same key: that must be a new task.
        "dedupe_key": sa.case(
            (
                tasks.c.kind == TaskKind.BLOCKED.value,
                tasks.c.dedupe_key + "#" + sa.cast(tasks.c.id, sa.String),
            ),
            else_=tasks.c.dedupe_key,
        ),
    }
    return conn.execute(
        sa.update(tasks).where(chosen, tasks.c.state == TaskState.OPEN.value).values(done)
    ).rowcount
