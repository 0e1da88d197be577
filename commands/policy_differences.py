"""What differs between two policies, step by step and option by option."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from dunning.party import Language
from dunning.policy import Policy, PolicyStep
from dunning.wording import french_spaces

_NAMED = {"name", "title", "description", "steps"}
"""What two policies differ in by nature, and the steps, which are compared one by one."""

_WORDS: dict[str, tuple[str, str]] = {
    "diff": ("De {first} à {second}", "From {first} to {second}"),
    "diff_none": (
        "{first} et {second} ne diffèrent que par leur nom et leur description.",
        "{first} and {second} differ in nothing but name and description.",
    ),
    "field": ("Champ", "Field"),
    "segments_sound": (
        "La table des segments a {count} ligne(s) ; sinon {default}.",
        "The segment table has {count} row(s); otherwise {default}.",
    ),
}


class Difference(NamedTuple):
    """One field that is not the same in both."""

    field: str
    """As the file names it, such as ``allocation`` or ``call.offset``; a step's own name for a whole step."""
    a: Any
    b: Any


def word(key: str, language: Language, **details: object) -> str:
    """One word or sentence of the list above; details are written as they are to be read."""
    french, english = _WORDS[key]
    if language is Language.FRENCH:
        return french_spaces(french.format_map(details))
    return english.format_map(details)


def differences(first: Policy, second: Policy, language: Language) -> list[Difference]:
    """What differs: options first, then steps in the order of the first policy, then those it lacks.

    Args:
        first: one policy.
        second: the other one.
        language: in which labels are compared and shown.
    """
    names = [step.step for step in first.steps]
    names += [step.step for step in second.steps if step.step not in names]
    found = list(_unlike("", _options(first), _options(second)))
    for name in names:
        ours, theirs = (policy.step(name) for policy in (first, second))
        if ours is None or theirs is None:
            found.append(Difference(name, _whole(ours, language), _whole(theirs, language)))
        else:
            found += _unlike(f"{name}.", _fields(ours, language), _fields(theirs, language))
    return found


def readable(value: Any) -> str:
    """A value as a person reads it in a table; a dash for what is not there."""
    match value:
        case None:
            return "–"
        case str():
            return value
        case _:
            return json.dumps(value, ensure_ascii=False)


def _options(policy: Policy) -> dict[str, Any]:
    return policy.model_dump(mode="json", exclude=_NAMED)


def _fields(step: PolicyStep, language: Language) -> dict[str, Any]:
    fields = step.model_dump(mode="json")
    return fields | {"label": step.label[language], "template": step.template_name}


def _whole(step: PolicyStep | None, language: Language) -> str | None:
    if step is None:
        return None
    return f"{step.label[language]}: {step.channel} {step.offset:+d} {step.counting}"


def _unlike(before: str, ours: dict[str, Any], theirs: dict[str, Any]) -> Iterator[Difference]:
    for name, value in ours.items():
        if value != theirs[name]:
            yield Difference(before + name, value, theirs[name])
