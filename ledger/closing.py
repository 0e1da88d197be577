"""Closing a case: its status, the arrangements and tasks that end with it, and the line in the journal."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from dunning.arrangement import ArrangementState
from dunning.case import DunningStatus
from dunning.journal import EntryKind, TaskKind
from ledger import journal, tasks
from ledger.arrangements import active_arrangements, conclude
from ledger.keys import CaseKey
from ledger.standing import change, known_standing

_ABOUT_DUNNING = frozenset(
    {
        TaskKind.CALL,
        TaskKind.APPROVAL,
        TaskKind.PRESUMED_PAID,
        TaskKind.PLAN_CHANGED,
        TaskKind.BLOCKED,
        TaskKind.STEP_FAILED,
    }
)
_ABOUT_THE_CLAIM = frozenset(
    {TaskKind.REGISTERED_LETTER, TaskKind.HAND_OVER, TaskKind.DISPUTE, TaskKind.UNKNOWN_SEND}
)


def close(  # noqa: PLR0913 - the line in the journal has as many columns
    conn: sa.Connection,
    key: CaseKey,
    status: DunningStatus,
    now: datetime,
    *,
    kind: EntryKind,
    details: Mapping[str, Any],
    actor: str = "system",
    event_id: str | None = None,
    fact: str = "",
) -> bool:
    """Close a case that is open: nobody is asked to call about it any more, nothing is planned.

    Returns:
        False where it was closed before; nothing changes then.

    Raises:
        UnknownCaseError: the books have no such invoice.
    """
    standing = known_standing(conn, key, lock=True)
    if standing.closed_at is not None:
        return False
    change(conn, key, now, status=status.value, closed_at=now, next_step=None, next_action_at=None)
    for one in active_arrangements(conn, key).running:
        conclude(conn, one, ArrangementState.ENDED, now)
    finish_tasks_of_closed(conn, key, status, now)
    journal.append(conn, key, kind, at=now, actor=actor, event_id=event_id, fact=fact, **details)
    return True


def finish_tasks_of_closed(conn: sa.Connection, key: CaseKey, status: DunningStatus, now: datetime) -> None:
    """Close the tasks that a closed case makes pointless; a hand-over still needs its letter and its file."""
    moot = _ABOUT_DUNNING if status is DunningStatus.HANDED_OVER else _ABOUT_DUNNING | _ABOUT_THE_CLAIM
    tasks.finish_moot(conn, key, moot, outcome=status.value, now=now)
