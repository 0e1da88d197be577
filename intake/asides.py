"""Rows that are no invoice and that nobody needs to look at: totals, notes, settled entries."""

from __future__ import annotations

import re

from intake import values
from intake.columns import Layout
from intake.phrases import Phrase
from intake.rows import Row
from intake.synonyms import Column

_TOTAL = re.compile(r"(?:sous |grand )?tota(?:l|ux)\b|subtotal|solde\b|cumul|report\b|a reporter|nombre de")
_LABELLED = (Column.NUMBER, Column.CUSTOMER_ID, Column.CUSTOMER_NAME, Column.DESCRIPTION)
_KEYS = (Column.NUMBER, Column.INVOICE_ID, Column.CUSTOMER_ID, Column.CUSTOMER_NAME, Column.DUE_DATE)
_NOTE_BELOW = 4
"""Columns from which a row with a single filled cell is a note, not an invoice."""


class Asides:
    """Tells the rows of one table that are left aside."""

    def __init__(self, layout: Layout) -> None:
        """Look for them in the columns of this layout."""
        self._layout = layout
        self._due = layout.positions.get(Column.DUE_DATE)
        self._number = layout.positions.get(Column.NUMBER)
        self._lettering = layout.positions.get(Column.LETTERING)
        self._labels = [layout.positions.get(column) for column in _LABELLED]
        self._keys = [layout.positions.get(column) for column in _KEYS]

    def why(self, row: Row) -> Phrase | None:
        """Why a row is left aside; nothing for one that has to be read."""
        lettering = _words(row, self._lettering)
        if lettering and not lettering.islower():
            # Sage, EBP and Cegid write a full match in capitals and a partial one in small letters.
            return Phrase.SKIPPED_LETTERED
        due, number = _words(row, self._due), _words(row, self._number)
        if due and number:
            return Phrase.SKIPPED_HEADER if due == self._layout.heading(Column.DUE_DATE) else None
        if not due and (not number or is_total(number)) and self._labelled_total(row):
            return Phrase.SKIPPED_TOTAL
        if not any(_words(row, key) for key in self._keys):
            return Phrase.SKIPPED_TOTAL
        filled = sum(1 for cell in row.cells if cell is not None and cell != "")
        return Phrase.SKIPPED_NOTE if filled == 1 and len(self._layout.header) >= _NOTE_BELOW else None

    def _labelled_total(self, row: Row) -> bool:
        return any(is_total(_words(row, at)) for at in self._labels)


def is_total(words: str) -> bool:
    """Whether words label a total or a balance rather than an invoice."""
    return bool(words) and _TOTAL.match(values.plain(words)) is not None


def _words(row: Row, at: int | None) -> str:
    if at is None or at >= len(row.cells):
        return ""
    cell = row.cells[at]
    return cell.strip() if isinstance(cell, str) else "" if cell is None else str(cell)
