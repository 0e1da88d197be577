"""One row of a portfolio, read cell by cell, before rows are compared with each other."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache, partial

from pydantic import TypeAdapter, ValidationError

from dunning.party import EmailAddress
from intake import values
from intake.cells import Cells
from intake.columns import Layout
from intake.dates import parse_date
from intake.figures import Figures
from intake.findings import Findings
from intake.formats import DATE_COLUMNS, Formats
from intake.mapping import ColumnMapping
from intake.phrases import Phrase
from intake.rows import Cell, Row
from intake.synonyms import CUSTOMER_COLUMNS, Column
from intake.wording import CellError

_INVOICE_TEXTS = (
    Column.INVOICE_ID,
    Column.NUMBER,
    Column.CUSTOMER_ID,
    Column.DESCRIPTION,
    Column.ORDER_NUMBER,
    Column.DOCUMENT,
    Column.CREDITED_NUMBER,
)
_BLOCKS = frozenset({Column.ADDRESS})
_EMAIL: TypeAdapter[str] = TypeAdapter(EmailAddress)
_SEVERAL = re.compile(r"\s*[;,/]\s*|\s+")
_HIGHEST_LEVEL = 20


@dataclass(slots=True)
class Draft:
    """A row that can be read on its own; amounts in major units."""

    line: int
    texts: dict[str, str]
    currency: str
    amount: Decimal
    """What the invoice asked for."""
    open: Decimal
    """What remains of it; negative for a credit."""
    issued: date | None
    due: date | None
    settled: date | None
    contacted: date | None
    level: int | None

    @property
    def number(self) -> str:
        """The number that both parties know, else the id, else nothing."""
        return self.texts.get(Column.NUMBER) or self.texts.get(Column.INVOICE_ID) or ""

    def content(self) -> tuple[object, ...]:
        """All but the line, to tell a row given twice from two that differ."""
        dates = (self.issued, self.due, self.settled, self.contacted)
        return (*sorted(self.texts.items()), self.currency, self.amount, self.open, *dates, self.level)


class RowReader:
    """Reads the rows of one file; every fault of a row is noted, not only the first."""

    def __init__(
        self,
        layout: Layout,
        formats: Formats,
        mapping: ColumnMapping,
        default_currency: str,
        findings: Findings,
    ) -> None:
        """Prepare for the rows of one table."""
        self._cells = Cells(layout, mapping.constants, findings)
        self._figures = Figures(self._cells, formats, default_currency)
        self._texts_present = self._cells.among((*_INVOICE_TEXTS, *CUSTOMER_COLUMNS))
        self._dates = {
            column: partial(parse_date, order=formats.orders.get(column)) for column in DATE_COLUMNS
        }

    @property
    def currency_seen(self) -> bool:
        """Whether anything in the file named a currency."""
        return self._figures.currency_seen

    def read(self, row: Row) -> Draft | None:
        """Read one row; nothing if it has a fault, which is then in the findings."""
        cells = self._cells
        cells.turn_to(row)
        texts = self._texts(self._texts_present)
        currency, amount, remaining = self._figures.read()
        dates = {column: cells.attempt(column, parse) for column, parse in self._dates.items()}
        draft = Draft(
            line=row.line,
            texts=texts,
            currency=currency,
            amount=amount,
            open=remaining,
            issued=dates[Column.ISSUE_DATE],
            due=dates[Column.DUE_DATE],
            settled=dates[Column.SETTLED_DATE],
            contacted=dates[Column.LAST_CONTACT_DATE],
            level=cells.attempt(Column.LAST_CONTACT_LEVEL, _level),
        )
        self._check(draft)
        return None if cells.faults else draft

    def read_customer(self, row: Row) -> dict[str, str]:
        """Read one row of a customer file: the texts that it has."""
        self._cells.turn_to(row)
        return self._texts(self._cells.among((Column.CUSTOMER_ID, *CUSTOMER_COLUMNS)))

    def _texts(self, columns: Sequence[str]) -> dict[str, str]:
        texts = {}
        for column in columns:
            cell = self._cells.get(column)
            if cell is None or cell == "":
                continue
            try:
                parsed = values.block(cell) if column in _BLOCKS else values.text(cell)
            except CellError as fault:
                self._cells.fault(column, fault)
                continue
            if parsed:
                texts[column] = parsed
        if Column.EMAIL in texts:
            texts[Column.EMAIL] = self._email(texts[Column.EMAIL])
        return texts

    def _email(self, words: str) -> str:
        address, several, valid = email(words)
        if not valid:
            self._cells.fault(Column.EMAIL, CellError(Phrase.EMAIL_MALFORMED))
        elif several:
            self._cells.findings.notice(self._cells.row.line, Column.EMAIL, words, Phrase.EMAIL_SEVERAL)
        return address

    def _check(self, draft: Draft) -> None:
        """What an invoice cannot be without; a credit needs neither dates nor a number."""
        cells = self._cells
        if Column.CUSTOMER_ID not in draft.texts and Column.CUSTOMER_NAME not in draft.texts:
            cells.fault(Column.CUSTOMER_NAME, CellError(Phrase.CUSTOMER_MISSING))
        if draft.open < 0 or draft.amount < 0:
            return
        if not draft.number:
            cells.fault(Column.NUMBER, CellError(Phrase.NUMBER_MISSING))
        for column, day in ((Column.ISSUE_DATE, draft.issued), (Column.DUE_DATE, draft.due)):
            if day is None and cells.is_blank(column):
                cells.fault(column, CellError(Phrase.DATE_MISSING))
        if draft.issued and draft.due and draft.due < draft.issued:
            issued = draft.issued.isoformat()
            cells.fault(Column.DUE_DATE, CellError(Phrase.DUE_BEFORE_ISSUE, issued=issued))


def _level(cell: Cell) -> int | None:
    words = values.text(cell)
    if words is None:
        return None
    if words.isdecimal() and int(words) <= _HIGHEST_LEVEL:
        return int(words)
    raise CellError(Phrase.LEVEL_UNREADABLE)


@lru_cache(maxsize=8192)
def email(words: str) -> tuple[str, bool, bool]:
    """An e-mail cell: the first address, whether there are several, and whether it is well formed."""
    parts = [part for part in _SEVERAL.split(words) if part]
    several = len(parts) > 1 and all("@" in part for part in parts)
    address = parts[0] if several else words
    try:
        return _EMAIL.validate_python(address), several, True
    except ValidationError:
        return address, several, False
