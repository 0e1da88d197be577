"""The send ledger: each act once, claimed by one attempt before anything leaves the house.

A row goes ``reserved`` → ``submitting`` → ``accepted``, ``refused`` or ``unknown``. What became ``unknown``
is not sent again by itself.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from pydantic import BaseModel, ConfigDict

from dunning.case import SendState
from ledger.keys import CaseKey, SendKey, of_case
from ledger.schema import sends
from ledger.upsert import insert_new

EARLIER_CONTACT = "earlier-contact"
"""Step of a contact that was made before the books knew the invoice."""


class LostClaimError(RuntimeError):
    """The act was claimed by another attempt, or is over: this attempt must not write its outcome."""

    def __init__(self, key: SendKey, state: SendState | None) -> None:
        """Name the act and where it stands."""
        super().__init__(
            f"step {key.step} (cycle {key.cycle}, {key.channel}) of invoice {key.case.invoice_id} "
            f"is no longer this attempt's: it is {state or 'not reserved'}"
        )


class SendRow(BaseModel):
    """Where one act stands; the message itself is read apart."""

    model_config = ConfigDict(frozen=True)

    key: SendKey
    level: int
    reminder: bool
    state: SendState
    attempt_token: str | None
    acted_on: date | None
    acted_at: datetime | None
    message_id: str | None
    response: str | None
    created_at: datetime


def reserve(conn: sa.Connection, key: SendKey, *, level: int, reminder: bool, now: datetime) -> SendState:
    """Write the row of an act that is about to be made; an existing row stays as it is.

    Returns:
        Where the act stands now.
    """
    insert_new(conn, sends, _row(key, SendState.RESERVED, level=level, reminder=reminder, now=now))
    row = state(conn, key)
    return row.state if row else SendState.RESERVED


def start_submitting(conn: sa.Connection, key: SendKey, token: str, now: datetime) -> bool:
    """Claim an act for one attempt, in one comparing statement, so that two attempts never both act.

    Args:
        conn: a transaction that is committed before anything is sent.
        key: the act.
        token: identity of the attempt.
        now: the instant of the claim.

    Returns:
        Whether this attempt has it.
    """
    values = {"state": SendState.SUBMITTING.value, "attempt_token": token, "acted_at": now}
    return _move(conn, key, {SendState.RESERVED}, values)


def state(conn: sa.Connection, key: SendKey) -> SendRow | None:
    """Where an act stands; none where it was never reserved."""
    columns = [column for column in sends.c if column is not sends.c.evidence]
    row = conn.execute(sa.select(*columns).where(_of(key))).first()
    return _send_row(row) if row else None


def of_this_case(conn: sa.Connection, key: CaseKey) -> list[SendRow]:
    """All acts of a case, oldest first."""
    columns = [column for column in sends.c if column is not sends.c.evidence]
    rows = conn.execute(sa.select(*columns).where(of_case(sends, key)).order_by(sends.c.id))
    return [_send_row(row) for row in rows]


def release(conn: sa.Connection, key: SendKey, token: str) -> None:
    """Give an act back that definitely did not reach anybody, for another attempt.

    Raises:
        LostClaimError: it is not this attempt's.
    """
    values = {"state": SendState.RESERVED.value, "attempt_token": None, "acted_at": None}
    if not _move(conn, key, {SendState.SUBMITTING}, values, token):
        raise LostClaimError(key, _state_of(conn, key))


def accept(  # noqa: PLR0913 - what is kept of a message
    conn: sa.Connection,
    key: SendKey,
    token: str,
    *,
    on: date,
    now: datetime,
    message_id: str | None = None,
    response: str | None = None,
    evidence: bytes | None = None,
) -> None:
    """Write that an act was made. Telling it again changes nothing.

    An attempt that was given up as ``unknown`` may still learn that it was accepted.

    Args:
        conn: a transaction that may write.
        key: the act.
        token: identity of the attempt.
        on: the local date.
        now: the instant.
        message_id: identity of the message at the other side.
        response: what the other side answered.
        evidence: the message as sent, byte for byte.

    Raises:
        LostClaimError: the act is not this attempt's.
    """
    values = _outcome(SendState.ACCEPTED, on, now, response) | {
        "message_id": message_id,
        "evidence": evidence,
    }
    _conclude(conn, key, token, SendState.ACCEPTED, values)


def refuse(conn: sa.Connection, key: SendKey, token: str, *, on: date, now: datetime, response: str) -> None:
    """Write that the other side refused for good. Telling it again changes nothing.

    Raises:
        LostClaimError: the act is not this attempt's.
    """
    _conclude(conn, key, token, SendState.REFUSED, _outcome(SendState.REFUSED, on, now, response))


def mark_unknown(conn: sa.Connection, key: SendKey, *, on: date, now: datetime, response: str) -> bool:
    """Write that nobody knows whether an act was made: its attempt ended between sending and answer.

    Returns:
        False where it was not being submitted; nothing changes then.
    """
    return _move(conn, key, {SendState.SUBMITTING}, _outcome(SendState.UNKNOWN, on, now, response))


def send_again(conn: sa.Connection, key: SendKey) -> bool:
    """Let an act of unknown outcome be made again, because a person or the policy says so.

    Returns:
        False where its outcome is not unknown; nothing changes then.
    """
    values = {"state": SendState.RESERVED.value, "attempt_token": None, "acted_on": None, "acted_at": None}
    return _move(conn, key, {SendState.UNKNOWN}, values)


def skip(conn: sa.Connection, key: SendKey, *, level: int, reminder: bool, on: date, now: datetime) -> bool:
    """Write that a step is left out, reserved or not.

    Returns:
        False where it was acted on already; nothing changes then.
    """
    skipped = _row(key, SendState.SKIPPED, level=level, reminder=reminder, now=now)
    if insert_new(conn, sends, skipped | {"acted_on": on, "acted_at": now}):
        return True
    return _move(conn, key, {SendState.RESERVED}, _outcome(SendState.SKIPPED, on, now, None))


def contacted_before(conn: sa.Connection, key: CaseKey, *, level: int, on: date, now: datetime) -> None:
    """Write the last contact that was made before the books knew the invoice."""
    send = SendKey(key, 1, EARLIER_CONTACT, "earlier")
    accepted = _row(send, SendState.ACCEPTED, level=level, reminder=True, now=now)
    insert_new(conn, sends, accepted | {"acted_on": on, "acted_at": now})


def evidence(conn: sa.Connection, key: SendKey) -> bytes | None:
    """The message as sent, byte for byte."""
    content = conn.execute(sa.select(sends.c.evidence).where(_of(key))).scalar()
    return None if content is None else bytes(content)


def _of(key: SendKey) -> sa.ColumnElement[bool]:
    same_act = (sends.c.cycle == key.cycle, sends.c.step == key.step, sends.c.channel == key.channel)
    return sa.and_(of_case(sends, key.case), *same_act)


def _row(key: SendKey, state_: SendState, *, level: int, reminder: bool, now: datetime) -> dict[str, Any]:
    act = {"cycle": key.cycle, "step": key.step, "channel": key.channel}
    standing = {"level": level, "reminder": reminder, "state": state_.value, "created_at": now}
    return {**key.case._asdict(), **act, **standing}


def _outcome(state_: SendState, on: date, now: datetime, response: str | None) -> dict[str, Any]:
    return {"state": state_.value, "acted_on": on, "acted_at": now, "response": response}


def _conclude(conn: sa.Connection, key: SendKey, token: str, to: SendState, values: dict[str, Any]) -> None:
    if _move(conn, key, {SendState.SUBMITTING, SendState.UNKNOWN}, values, token):
        return
    row = state(conn, key)
    if row is None or row.state is not to or row.attempt_token != token:
        raise LostClaimError(key, row.state if row else None)


def _move(
    conn: sa.Connection,
    key: SendKey,
    allowed: Collection[SendState],
    values: dict[str, Any],
    token: str | None = None,
) -> bool:
    """Change a row that is in one of the allowed states, and the token's where one is given."""
    here = sa.and_(_of(key), sends.c.state.in_([one.value for one in allowed]))
    if token is not None:
        here = sa.and_(here, sends.c.attempt_token == token)
    return conn.execute(sa.update(sends).where(here).values(values)).rowcount == 1


def _state_of(conn: sa.Connection, key: SendKey) -> SendState | None:
    row = state(conn, key)
    return row.state if row else None


def _send_row(row: sa.Row[Any]) -> SendRow:
    fields = dict(row._mapping)  # noqa: SLF001 - the public name of SQLAlchemy's mapping
    case = CaseKey(fields.pop("creditor_id"), fields.pop("invoice_id"))
    key = SendKey(case, fields.pop("cycle"), fields.pop("step"), fields.pop("channel"))
    fields.pop("id")
    return SendRow(key=key, **fields)
