"""Reading the files under law/ into rates and rules, with errors that name file, place and fault."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from dunning.legal_rules import LegalRules
from dunning.rates import RateTable

Model = TypeVar("Model", bound=BaseModel)

LAW_FOLDER = Path(__file__).parent.parent / "law"


class LawFileError(ValueError):
    """A file of rates or rules cannot be used."""

    def __init__(self, file: str, faults: Sequence[str]) -> None:
        """Name the file and each of its faults, in words."""
        self.file, self.faults = file, tuple(faults)
        super().__init__(f"{file}: " + "; ".join(faults))


def parse_rates(text: str, file: str) -> RateTable:
    """Read the half-yearly rates from YAML: a list of semester, ecb, legal, source, seen_on.

    Args:
        text: content of the file.
        file: its name, for errors.

    Raises:
        LawFileError: no YAML, a missing or unknown field, a figure that is no percentage, a semester twice.
    """
    entries = _yaml(text, file)
    if not isinstance(entries, list):
        raise LawFileError(file, ["must be a list of semesters, such as '- {semester: 2025-S1, …}'"])
    return _validated(RateTable, {"semesters": entries}, file)


def parse_rules(text: str, file: str) -> LegalRules:
    """Read the fixed figures of law from YAML: a mapping of name to value and source.

    Args:
        text: content of the file.
        file: its name, for errors.

    Raises:
        LawFileError: no YAML, a missing or unknown figure, a figure without its source.
    """
    figures = _yaml(text, file)
    if not isinstance(figures, dict):
        raise LawFileError(file, ["must map each figure's name to its value and source"])
    return _validated(LegalRules, figures, file)


def load_rates(path: Path = LAW_FOLDER / "fr-rates.yaml") -> RateTable:
    """Read the rates from a file; by default those of France. Raises `LawFileError`."""
    return parse_rates(_text(path), path.name)


def load_rules(path: Path = LAW_FOLDER / "fr-rules.yaml") -> LegalRules:
    """Read the figures of law from a file; by default those of France. Raises `LawFileError`."""
    return parse_rules(_text(path), path.name)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise LawFileError(path.name, [f"cannot be read ({error})"]) from error


def _yaml(text: str, file: str) -> Any:
    try:
        # The base loader leaves every scalar a string, so that 2.10 never passes through a float.
        return YAML(typ="base", pure=True).load(text)
    except YAMLError as error:
        raise LawFileError(file, [f"is not YAML: {' '.join(str(error).split())}"]) from error


def _validated(model: type[Model], data: Any, file: str) -> Model:
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise LawFileError(file, [_fault(detail, data) for detail in error.errors()]) from error


def _fault(detail: Any, data: Any) -> str:
    place: list[str] = []
    for part in detail["loc"]:
        data = data[part] if isinstance(data, list | dict) and _has(data, part) else None
        named = isinstance(data, dict) and "semester" in data
        place.append(str(data["semester"] if named else part))
    message = str(detail["msg"]).removeprefix("Value error, ")
    return f"{' '.join(place)}: {message}" if place else message


def _has(data: list[Any] | dict[str, Any], part: Any) -> bool:
    return part < len(data) if isinstance(data, list) else part in data
