"""A report as lines and columns, printed as a table, as JSON or as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Annotated, Any

import typer
from babel.numbers import format_decimal, format_percent
from pydantic import BaseModel

from commands import terminal
from commands.report_words import known, word
from dunning.money import Money
from dunning.party import Language
from dunning.wording import NO_BREAK, money, numeric_date

Csv = Annotated[bool, typer.Option("--csv", help="Print CSV (commas, decimal points) instead of tables.")]

_LOCALES = {Language.FRENCH: "fr_FR", Language.ENGLISH: "en_GB"}
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A cell that begins so is run as a formula by spreadsheets (OWASP, CSV injection)."""


class Cells(StrEnum):
    """What stands in a column."""

    TEXT = "text"
    WORD = "word"
    """One of a few words, said in the reader's language."""
    FIGURE = "figure"
    MONEY = "money"
    SHARE = "share"
    """From 0 to 1."""
    DATE = "date"
    COMPUTED = "computed"
    """A figure that could not be worked out where there is none."""


FIGURES = frozenset({Cells.FIGURE, Cells.MONEY, Cells.SHARE, Cells.COMPUTED})
"""Aligned to the right."""


@dataclass(frozen=True)
class Sheet:
    """The lines of a report."""

    name: str
    """Its command; the words of the report begin with it."""
    columns: dict[str, Cells]
    """By the name of the lines' field; the same in JSON and CSV."""
    lines: Sequence[BaseModel]
    as_of: date
    notes: Sequence[str] = ()
    """What a person must know to read the figures."""
    titled: Mapping[str, str] = field(default_factory=dict)
    """What its title names beside the day."""
    called: Mapping[str, str] = field(default_factory=dict)
    """Columns that have another name than their field."""
    chart: tuple[str, str] | None = None
    """Columns of the labels and of the bars, where bars say something."""
    apart: str = "currency"
    """Column whose values have a chart each."""

    def name_of(self, key: str) -> str:
        """The name of a column."""
        return self.called.get(key, key)


def objects(sheet: Sheet) -> list[dict[str, Any]]:
    """The lines for programs; an amount stands beside its currency."""
    return [{sheet.name_of(key): _plain(getattr(line, key)) for key in sheet.columns} for line in sheet.lines]


def as_text(sheet: Sheet) -> str:
    """The report as CSV: commas, decimal points, ISO dates, no cell that a spreadsheet would run."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([sheet.name_of(key) for key in sheet.columns])
    for line in objects(sheet):
        writer.writerow([_harmless(value) for value in line.values()])
    return text.getvalue()


def title(sheet: Sheet, language: Language) -> str:
    """What stands above the report."""
    return word(f"title.{sheet.name}", language, day=numeric_date(sheet.as_of, language), **sheet.titled)


def heading(key: str, language: Language) -> str:
    """What stands above a column."""
    return word(f"column.{key}", language)


def cell(value: Any, cells: Cells, key: str, language: Language) -> str:
    """A value as a person reads it."""
    shown = ""
    match cells:
        case Cells.COMPUTED if value is None:
            shown = word("not_computable", language)
        case _ if value is None:
            shown = "–"
        case Cells.TEXT:
            shown = str(value)
        case Cells.WORD:
            # A channel that was added since has no word of ours yet: its name says enough.
            shown = word(f"{key}.{value}", language) if known(f"{key}.{value}") else str(value)
        case Cells.MONEY:
            shown = money(value, language)
        case Cells.DATE:
            shown = numeric_date(value, language)
        case Cells.SHARE:
            shown = format_percent(value, f"#,##0.0{NO_BREAK}%", locale=_LOCALES[language])
        case Cells.FIGURE | Cells.COMPUTED:
            shown = format_decimal(value, "#,##0.#", locale=_LOCALES[language])
    return shown.replace("\u202f", NO_BREAK)


def show_table(sheet: Sheet, language: Language) -> None:
    """Print the report for a person, with what must be known to read it."""
    if sheet.lines:
        columns = [
            (">" if cells in FIGURES else "") + heading(sheet.name_of(key), language)
            for key, cells in sheet.columns.items()
        ]
        rows = [
            [cell(getattr(line, key), cells, key, language) for key, cells in sheet.columns.items()]
            for line in sheet.lines
        ]
        terminal.show_table(title(sheet, language), columns, rows)
    else:
        terminal.say(title(sheet, language))
        terminal.say(word("nothing", language))
    for note in sheet.notes:
        terminal.say(note)


def _plain(value: Any) -> Any:
    return value.amount if isinstance(value, Money) else value


def _harmless(value: Any) -> Any:
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return value.isoformat() if isinstance(value, date) else value
