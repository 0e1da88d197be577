"""Reads a message of a billing system as the fact it tells, the way the workflow's own signals are read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dunning.facts import Fact
from workflows.assignments import PendingFact
from workflows.contract import SignalName
from workflows.told_facts import fact_of

TELLABLE = tuple(name for name in SignalName if name is not SignalName.BOOKS_CHANGED)
"""The signals that tell a fact; the other one only says that the books know one."""


def fact_of_message(name: SignalName, message: Mapping[str, Any]) -> Fact:
    """The fact that a signal of this name would tell.

    Args:
        name: one of `TELLABLE`.
        message: its fields, as JSON has them.

    Raises:
        ValueError: the message does not make sense; in words for whom sent it, without its values.
    """
    event_id = message.get("event_id")
    if not isinstance(event_id, str) or not event_id:
        raise ValueError("event_id: every fact needs one, so that it is booked once however often it is told")
    content = {field: value for field, value in message.items() if field != "event_id"}
    # Read as a command is: whoever asks here waits for the reason of a refusal.
    fact = fact_of(PendingFact(name=name, event_id=event_id, content=content, command=True))
    if fact is None:
        msg = f"{name} tells no fact; there are: {', '.join(TELLABLE)}"
        raise ValueError(msg)
    return fact
