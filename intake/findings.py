"""What is wrong with a file, row by row, in words."""

from __future__ import annotations

from decimal import Decimal

from pydantic import BaseModel, ConfigDict

from dunning.party import Language
from intake.columns import Layout
from intake.phrases import Phrase
from intake.rows import Cell
from intake.wording import CellError, say


class BadRow(BaseModel):
    """A row that was not taken, with the cell that is to blame."""

    model_config = ConfigDict(frozen=True)

    line: int
    column: str
    """The heading as the file writes it."""
    value: str
    reason: str


class Notice(BaseModel):
    """A row that was taken, but that someone should look at."""

    model_config = ConfigDict(frozen=True)

    line: int
    column: str
    value: str
    text: str


class Skipped(BaseModel):
    """A row that is no invoice: a total, a note, an entry that is settled already."""

    model_config = ConfigDict(frozen=True)

    line: int
    reason: str


class Findings:
    """Collects what is found while a file is read."""

    def __init__(self, language: Language, layout: Layout) -> None:
        """Begin with nothing, to be said in this language and with the headings of this layout."""
        self._language = language
        self._layout = layout
        self.rejected: list[BadRow] = []
        self.notices: list[Notice] = []
        self.skipped: list[Skipped] = []

    def reject(self, line: int, column: str, value: Cell, fault: CellError) -> None:
        """Note that a row is not taken, because of this canonical column."""
        heading = self._layout.heading(column)
        reason = say(fault.phrase, self._language, **fault.details)
        self.rejected.append(BadRow(line=line, column=heading, value=_shown(value), reason=reason))

    def notice(self, line: int, column: str, value: Cell, phrase: Phrase, **details: object) -> None:
        """Note that a row is taken with a doubt."""
        heading = self._layout.heading(column)
        words = say(phrase, self._language, **details)
        self.notices.append(Notice(line=line, column=heading, value=_shown(value), text=words))

    def skip(self, line: int, phrase: Phrase) -> None:
        """Note that a row is left aside."""
        self.skipped.append(Skipped(line=line, reason=say(phrase, self._language)))

    def in_order(self) -> None:
        """Sort by line, the order in which a person goes through the file."""
        self.rejected.sort(key=lambda row: row.line)
        self.notices.sort(key=lambda row: row.line)


def _shown(value: Cell) -> str:
    if value is None:
        return ""
    return f"{value:f}" if isinstance(value, Decimal) else str(value)
