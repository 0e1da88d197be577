"""Turning what stands in a YAML file into a model, every fault in words and at its line."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from dunning.policy import StepError
from runtime.configuration_error import ConfigurationError
from runtime.yaml_files import Place, YamlFile

Model = TypeVar("Model", bound=BaseModel)

_WORDS = {
    "missing": "is missing",
    "int_parsing": "must be a whole number, not {input!r}",
    "decimal_parsing": "must be a number such as 12.15, not {input!r}",
    "bool_parsing": "must be true or false, not {input!r}",
    "string_type": "must be text",
    "string_too_short": "must not be empty",
    "enum": "must be {expected}, not {input!r}",
    "literal_error": "must be {expected}, not {input!r}",
    "greater_than": "must be more than {gt}, not {input}",
    "greater_than_equal": "must be at least {ge}, not {input}",
    "less_than_equal": "must be at most {le}, not {input}",
    "string_pattern_mismatch": "{input!r} does not fit the pattern {pattern}",
    "path_not_file": "{input} is not a file",
    "tuple_type": "must be a list",
    "model_type": "must be a mapping of keys to values",
    "model_attributes_type": "must be a mapping of keys to values",
    "dict_type": "must be a mapping of keys to values",
    "too_short": "must have at least {min_length}, not {actual_length}",
    "too_long": "must have at most {max_length}",
    "time_parsing": "must be a time such as 09:00, not {input!r}",
}


def validated(model: type[Model], file: YamlFile) -> Model:
    """Build the model from the content of a file.

    Raises:
        ConfigurationError: with every fault of the file, each with line and field.
    """
    try:
        return model.model_validate(file.data)
    except ValidationError as error:
        faults = [_fault(model, file, detail) for detail in _telling(error.errors(include_url=False))]
        raise ConfigurationError(faults) from error


def unknown(name: str, known: list[str], what: str = "key") -> str:
    """Say that a name is not known, with the nearest known one or all of them."""
    near = get_close_matches(name, known, n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"known are: {', '.join(known)}"
    return f"is not a known {what}; {hint}"


def _telling(details: list[ErrorDetails]) -> list[ErrorDetails]:
    """Leave out that a list is too short where it is so only because its items are at fault."""
    return [
        detail
        for detail in details
        if detail["type"] != "too_short" or not any(_inside(other["loc"], detail["loc"]) for other in details)
    ]


def _inside(place: Place, around: Place) -> bool:
    return len(place) > len(around) and place[: len(around)] == around


def _fault(model: type[BaseModel], file: YamlFile, detail: ErrorDetails) -> str:
    place = tuple(part for part in detail["loc"] if part != "[key]")
    cause = detail.get("ctx", {}).get("error")
    if isinstance(cause, StepError):
        return file.fault(_place_of_step(file, cause), str(cause))
    if detail["type"] == "extra_forbidden":
        return file.fault(place, unknown(str(place[-1]), _fields_at(model, place[:-1])))
    return file.fault(place, words_of(detail))


def words_of(detail: ErrorDetails) -> str:
    """What is wrong with a value, in words that follow the name of its field."""
    known = _WORDS.get(detail["type"])
    if known:
        return known.format(**{**detail.get("ctx", {}), "input": detail["input"]})
    message = detail["msg"].removeprefix("Value error, ")
    return message[:1].lower() + message[1:] if message.startswith("Input") else message


def _place_of_step(file: YamlFile, error: StepError) -> Place:
    steps = file.at(("steps",))
    named = [index for index, step in enumerate(steps) if step.get("step") == error.step]
    place = ("steps", named[-1], error.field)
    return place if place in file.lines else place[:-1]


def _fields_at(model: type[BaseModel], place: Place) -> list[str]:
    """Names of the fields of the model that sits at a place of another one."""
    for part in place:
        if isinstance(part, str) and part in model.model_fields:
            inner = _model_in(model.model_fields[part].annotation)
            model = inner or model
    return list(model.model_fields)


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next(filter(None, map(_model_in, get_args(annotation))), None)
