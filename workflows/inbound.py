"""Turns messages into facts on their way to the books; what cannot be read is kept as it came."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from pydantic import ValidationError
from pydantic_core import from_json, to_json
from temporalio.common import RawValue
from temporalio.converter import PayloadConverter

from workflows.assignments import PendingFact
from workflows.contract import FactMessage, Message

_MOST_CONTENT = 10_000
"""Characters of JSON: a message is repeated in the history, which the server limits."""
_MOST_NAME = 200
_NUL = re.compile(r"(?<!\\)((?:\\\\)*)\\u0000")
"""The one character that no text column of PostgreSQL takes, as JSON writes it."""

_Handler = TypeVar("_Handler", bound=Callable[..., Any])
_Message = TypeVar("_Message", bound=Message)


class MisfitError(ValueError):
    """A message that cannot be taken; says in words what is wrong with it."""


def takes(model: type[Message]) -> Callable[[_Handler], _Handler]:
    """Declare that a handler takes one message, and let it be called with whatever was sent.

    The SDK decodes by the declared signature. Declared as a raw value, a payload that nobody can decode
    reaches the handler instead of being dropped; taken as ``*given``, a missing or second payload reaches
    it too, instead of failing the workflow task for ever.
    """

    def declare(handler: _Handler) -> _Handler:
        declared = inspect.signature(handler)
        own = declared.parameters["self"]
        message = inspect.Parameter("message", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=model)
        vars(handler)["__signature__"] = declared.replace(parameters=[own, message])
        handler.__annotations__["message"] = RawValue
        return handler

    return declare


def read(model: type[_Message], given: Sequence[Any], converter: PayloadConverter) -> _Message:
    """The message among what was sent.

    Raises:
        MisfitError: it is none, in words for whoever sent it.
    """
    if len(given) != 1 or not isinstance(given[0], RawValue):
        raise MisfitError(f"exactly one JSON object is expected, such as {{}}, and {len(given)} came")
    try:
        message = converter.from_payload(given[0].payload, model)
    except Exception:  # noqa: BLE001 - whatever a payload holds, the words for it come below
        message = None
    if not isinstance(message, model):
        raise MisfitError(_faults(model, _readable(given[0], converter)))
    text = message.model_dump_json(exclude_none=True)
    if len(text) > _MOST_CONTENT:
        raise MisfitError(f"it is longer than {_MOST_CONTENT} characters")
    if _NUL.search(text):
        raise MisfitError("it holds a NUL character, which no book can keep")
    return message


def signal_fact(
    name: str, model: type[FactMessage], given: Sequence[Any], converter: PayloadConverter, fallback_id: str
) -> PendingFact:
    """A signal as it will be booked; one that cannot be read is kept with its problem."""
    try:
        message = read(model, given, converter)
    except MisfitError as misfit:
        fact = malformed_fact(name, given, converter, fallback_id)
        content = fact.content[0] if len(given) == 1 else fact.content
        return fact.model_copy(update={"problem": str(misfit), "content": content})
    content = message.model_dump(mode="json", exclude={"event_id"}, exclude_none=True)
    return PendingFact(name=name, event_id=message.event_id, content=content)


def malformed_fact(
    name: str, given: Sequence[Any], converter: PayloadConverter, fallback_id: str
) -> PendingFact:
    """A signal of a name that nobody knows, with whatever of its content can be read."""
    return PendingFact(
        name=name.replace("\0", "\N{REPLACEMENT CHARACTER}")[:_MOST_NAME],
        event_id=f"malformed:{fallback_id}",
        content=[_kept(_readable(raw, converter)) for raw in given],
        problem="no signal of this name is known",
    )


def command_fact(name: str, command: Message, event_id: str) -> PendingFact:
    """An update as it will be booked, under its update id."""
    content = command.model_dump(mode="json", exclude_none=True)
    return PendingFact(name=name, event_id=event_id, content=content, command=True)


def _faults(model: type[Message], value: object) -> str:
    """What is wrong with a message, field by field."""
    try:
        model.model_validate(value)
    except ValidationError as error:
        faults = error.errors(include_input=False, include_url=False)
        words = "; ".join(
            f"{'.'.join(str(part) for part in fault['loc']) or 'one JSON object is expected'}: {fault['msg']}"
            for fault in faults
        )
        return f"the message does not fit. {words}"
    return "the message could not be read"


def _readable(given: object, converter: PayloadConverter) -> Any:
    if not isinstance(given, RawValue):
        return given
    try:
        return converter.from_payload(given.payload)
    except Exception as error:  # noqa: BLE001 - whatever a payload holds, the handler must not raise
        return f"unreadable: {type(error).__name__}, {len(given.payload.data)} bytes"


def _kept(value: object) -> Any:
    """The value as JSON that histories and books can hold, cut where it is long."""
    try:
        text = to_json(value, inf_nan_mode="strings", bytes_mode="base64").decode()
    except Exception as error:  # noqa: BLE001 - same
        return f"unreadable: {type(error).__name__}"
    if len(text) > _MOST_CONTENT:
        return text[:_MOST_CONTENT]
    return from_json(_NUL.sub(r"\1\\ufffd", text))
