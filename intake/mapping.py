"""What a person says about a file's columns, with ``--map`` or in a YAML file."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.error import MarkedYAMLError

from intake.amounts import DecimalMark
from intake.columns import closest
from intake.dates import DateOrder
from intake.phrases import Phrase
from intake.synonyms import Column
from intake.wording import IntakeError

_PLACEHOLDER = re.compile(r"\{([^{}]+)\}")
_CONSTANT = "constant."
PORTFOLIO_COLUMNS = frozenset(column.value for column in Column)
"""The canonical columns of a portfolio or customer file."""
_SETTINGS = ("date_order", "decimal_mark", "sheet")


class ColumnMapping(BaseModel):
    """Columns named by a person, where recognition does not find them or finds the wrong ones."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    columns: Mapping[str, str] = Field(default_factory=dict)
    """Canonical column → heading in the file; one heading may serve several columns."""
    constants: Mapping[str, str] = Field(default_factory=dict)
    """Canonical column → text for every row that has none of its own; ``{Heading}`` stands for the row's
    cell under that heading."""
    ignore: tuple[str, ...] = ()
    """Headings that recognition takes for something they are not."""
    date_order: DateOrder | None = None
    decimal_mark: DecimalMark | None = None
    sheet: str | None = None
    """Sheet of a workbook."""

    def merged(self, other: ColumnMapping) -> ColumnMapping:
        """Both mappings; where they speak of the same thing, the other one wins."""
        return ColumnMapping(
            columns={**self.columns, **other.columns},
            constants={**self.constants, **other.constants},
            ignore=tuple(dict.fromkeys((*self.ignore, *other.ignore))),
            date_order=other.date_order or self.date_order,
            decimal_mark=other.decimal_mark or self.decimal_mark,
            sheet=other.sheet or self.sheet,
        )

    def placeholders(self, column: str) -> list[str]:
        """The headings that a constant refers to."""
        return _PLACEHOLDER.findall(self.constants.get(column, ""))


def fill(constant: str, values: Mapping[str, str]) -> str:
    """Put a row's cells into a constant; a placeholder without a cell gives an empty text."""
    filled = [values.get(name, "") for name in _PLACEHOLDER.findall(constant)]
    if not all(filled):
        return ""
    return _PLACEHOLDER.sub(lambda found: values[found[1]], constant)


def parse_map_arguments(
    arguments: Iterable[str], known: Collection[str] = PORTFOLIO_COLUMNS
) -> ColumnMapping:
    """Read the values of ``--map``, later ones winning.

    Args:
        arguments: each ``column=Heading``, ``constant.column=text``, ``ignore=Heading``,
            ``date_order=dmy|mdy``, ``decimal_mark=,`` or ``.``, ``sheet=Name``, or the path of a YAML file.
        known: the canonical columns of this kind of file.

    Raises:
        IntakeError: names the argument, or file, line and field, that cannot be used.
    """
    mapping = ColumnMapping()
    for argument in arguments:
        key, equals, value = argument.partition("=")
        if not equals:
            if not argument.lower().endswith((".yaml", ".yml")):
                raise IntakeError(Phrase.MAP_ARGUMENT, argument=argument)
            mapping = mapping.merged(read_mapping(Path(argument), known))
        else:
            mapping = mapping.merged(_from_argument(argument, key.strip(), value, known))
    return mapping


def _from_argument(argument: str, key: str, value: str, known: Collection[str]) -> ColumnMapping:
    if not value.strip():
        raise IntakeError(Phrase.MAP_ARGUMENT, argument=argument)
    if key == "ignore":
        return ColumnMapping(ignore=(value.strip(),))
    if key in _SETTINGS:
        try:
            return ColumnMapping.model_validate({key: value.strip()})
        except ValueError as error:
            raise IntakeError(Phrase.MAP_ARGUMENT, argument=argument) from error
    column = key.removeprefix(_CONSTANT)
    if column not in known:
        raise IntakeError(Phrase.COLUMN_UNKNOWN, column=column, close=closest(column, known))
    if key.startswith(_CONSTANT):
        return ColumnMapping(constants={column: value})
    return ColumnMapping(columns={column: value.strip()})


def read_mapping(path: Path, known: Collection[str] = PORTFOLIO_COLUMNS) -> ColumnMapping:
    """Read a mapping file.

    Args:
        path: a YAML file with any of ``columns``, ``constants`` (mappings by canonical column),
            ``ignore`` (a list of headings), ``date_order``, ``decimal_mark`` and ``sheet``.
        known: the canonical columns of this kind of file.

    Raises:
        IntakeError: missing, no YAML, or a field that is not known; names file, line and field.
    """
    try:
        content: Any = YAML(typ="rt").load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise IntakeError(Phrase.FILE_MISSING, name=path.name) from error
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark is not None else 1
        raise IntakeError(
            Phrase.MAP_FILE, name=path.name, line=line, field="YAML", problem=error.problem
        ) from error
    except UnicodeDecodeError as error:
        raise IntakeError(Phrase.NOT_A_TABLE, name=path.name, seen="YAML UTF-8 ?") from error
    if not isinstance(content, CommentedMap):
        raise IntakeError(Phrase.MAP_FILE, name=path.name, line=1, field="YAML", problem="columns: …")
    return _checked(content, path.name, known)


def _checked(content: CommentedMap, name: str, known: Collection[str]) -> ColumnMapping:
    fields: dict[str, Any] = {}
    for field, value in content.items():
        line = content.lc.key(field)[0] + 1
        if field in {"columns", "constants"}:
            fields[field] = _checked_names(value, (name, field, line), known)
        elif field == "ignore":
            fields[field] = _checked_headings(value, name, line)
        elif field in _SETTINGS:
            fields[field] = _checked_setting(field, value, name, line)
        else:
            fields_known = ("columns", "constants", "ignore", *_SETTINGS)
            raise IntakeError(
                Phrase.MAP_FILE,
                name=name,
                line=line,
                field=field,
                problem=f"→ {closest(str(field), fields_known)} ?",
            )
    return ColumnMapping(**fields)


def _checked_names(value: Any, place: tuple[str, str, int], known: Collection[str]) -> dict[str, str]:
    name, field, line = place
    if not isinstance(value, CommentedMap):
        raise IntakeError(Phrase.MAP_FILE, name=name, line=line, field=field, problem="column: Heading")
    for column, text in value.items():
        problem = None
        if column not in known:
            problem = f"→ {closest(str(column), known)} ?"
        elif not isinstance(text, str | int | float) or not str(text).strip():
            problem = "…: text"
        if problem:
            at = value.lc.key(column)[0] + 1
            raise IntakeError(Phrase.MAP_FILE, name=name, line=at, field=f"{field}.{column}", problem=problem)
    return {str(column): str(text) for column, text in value.items()}


def _checked_headings(value: Any, name: str, line: int) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(heading, str) for heading in value):
        raise IntakeError(Phrase.MAP_FILE, name=name, line=line, field="ignore", problem="- Heading")
    return tuple(value)


def _checked_setting(field: str, value: Any, name: str, line: int) -> str:
    try:
        ColumnMapping.model_validate({field: value})
    except ValueError as error:
        choices = {"date_order": DateOrder, "decimal_mark": DecimalMark}.get(field)
        problem = " | ".join(choices) if choices else "text"
        raise IntakeError(Phrase.MAP_FILE, name=name, line=line, field=field, problem=problem) from error
    return str(value)
