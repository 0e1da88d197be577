"""Turns messages into facts on their way to the books; what cannot be read is kept as it came."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import ValidationError
from temporalio.common import RawValue
from temporalio.converter import PayloadConverter

from workflows.assignments import PendingFact
from workflows.contract import FactMessage, Message

_MOST_CONTENT = 4000


def signal_fact(name: str, message: object, fallback_id: str) -> PendingFact:
    """A signal as it will be booked; one that did not validate arrives here as the raw value."""
    if isinstance(message, FactMessage):
        content = message.model_dump(mode="json", exclude={"event_id"}, exclude_none=True)
        return PendingFact(name=name, event_id=message.event_id, content=content)
    return PendingFact(
        name=name,
        event_id=f"malformed:{fallback_id}",
        content=_short(message),
        problem="the content does not fit this signal",
    )


def malformed_fact(
    name: str, args: Sequence[RawValue], converter: PayloadConverter, fallback_id: str
) -> PendingFact:
    """A signal of a name that nobody knows, with whatever of its content can be read."""
    return PendingFact(
        name=name,
        event_id=f"malformed:{fallback_id}",
        content=[_short(_readable(raw, converter)) for raw in args],
        problem="no signal of this name is known",
    )


def command_fact(name: str, command: Message, event_id: str) -> PendingFact:
    """An update as it will be booked, under its update id."""
    content = command.model_dump(mode="json", exclude_none=True)
    return PendingFact(name=name, event_id=event_id, content=content, command=True)


def misfit(model: type[Message], value: object) -> str:
    """What is wrong with a command, field by field, for the person who typed it."""
    try:
        model.model_validate(value)
    except ValidationError as error:
        faults = error.errors(include_input=False, include_url=False)
        words = "; ".join(
            f"{'.'.join(str(part) for part in fault['loc']) or 'value'}: {fault['msg']}" for fault in faults
        )
        return f"Nothing was changed: the command does not fit. {words}"
    return "Nothing was changed: the command could not be read"


def _readable(raw: RawValue, converter: PayloadConverter) -> Any:
    try:
        return converter.from_payloads([raw.payload], None)[0]
    except Exception as error:  # noqa: BLE001 - whatever a payload holds, the handler must not raise
        return f"unreadable: {type(error).__name__}, {len(raw.payload.data)} bytes"


def _short(value: object) -> Any:
    text = str(value)
    return value if len(text) <= _MOST_CONTENT else text[:_MOST_CONTENT]
