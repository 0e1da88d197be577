"""The money of one row: which currency, what the invoice asked for, what remains of it."""

from __future__ import annotations

from decimal import Decimal
from functools import cache, lru_cache

from babel.numbers import get_currency_precision

from dunning.money import round_half_up
from intake import values
from intake.amounts import DOLLAR, CellAmount, currency_code, parse_amount
from intake.cells import Cells
from intake.columns import header_currency
from intake.formats import AMOUNT_COLUMNS, Formats
from intake.phrases import Phrase
from intake.rows import Cell
from intake.synonyms import Column
from intake.wording import CellError

_LARGEST = Decimal(10) ** 12
"""In major units; what is larger is an account number in the wrong column."""
_SHOWN_AT = (Column.AMOUNT, Column.BALANCE, Column.DEBIT, Column.CREDIT)


class Figures:
    """Reads the money of each row of one table."""

    def __init__(self, cells: Cells, formats: Formats, default_currency: str) -> None:
        """Prepare for one table; the default is taken where nothing names a currency."""
        self._cells = cells
        self._marks = formats.marks
        self._default_currency = default_currency
        self._columns = cells.among(AMOUNT_COLUMNS)
        self._main = next(iter(cells.among(_SHOWN_AT)), Column.AMOUNT)
        headings = (cells.layout.heading(column) for column in self._columns)
        named = next(filter(None, map(header_currency, headings)), None)
        self._header_currency = currency_code(named) if named else None
        self.currency_seen = self._header_currency is not None
        """Whether anything in the file names a currency."""

    def read(self) -> tuple[str, Decimal, Decimal]:
        """Currency, amount asked for and amount that remains; negative for a credit.

        The balance says what remains where the file has one, else the amount less what was paid.
        """
        faults_before = self._cells.faults
        found = self._amounts()
        currency = self._currency(found)
        figures = {column: self._rounded(column, amount, currency) for column, amount in found.items()}
        asked = self._asked(figures)
        balance, paid = figures.get(Column.BALANCE), figures.get(Column.PAID)
        if asked is None or (asked == 0 and balance):
            asked = balance
        if asked is None:
            if self._cells.faults == faults_before:
                self._cells.fault(self._main, CellError(Phrase.AMOUNT_MISSING))
            return currency, Decimal(0), Decimal(0)
        if asked == 0 and self._cells.faults == faults_before:
            both = figures.get(Column.DEBIT) and figures.get(Column.CREDIT)
            self._cells.fault(self._main, CellError(Phrase.DEBIT_AND_CREDIT if both else Phrase.AMOUNT_ZERO))
        remaining = balance if balance is not None else asked - (paid or 0)
        if asked < 0:
            # Some programs print what is left of a credit without its sign.
            remaining = -abs(remaining)
        if remaining > asked > 0:
            self._cells.fault(Column.BALANCE, CellError(Phrase.BALANCE_ABOVE_AMOUNT, amount=asked))
        return currency, asked, remaining

    def _amounts(self) -> dict[str, CellAmount]:
        found = {}
        for column in self._columns:
            try:
                amount = parse_amount(self._cells.get(column), self._marks.get(column))
            except CellError as fault:
                self._cells.fault(column, fault)
            else:
                if amount is not None:
                    found[column] = amount
        return found

    def _asked(self, figures: dict[str, Decimal]) -> Decimal | None:
        """The amount, signed: debit counts for the creditor, credit against."""
        amount = figures.get(Column.AMOUNT)
        if amount is None and (Column.DEBIT in figures or Column.CREDIT in figures):
            return figures.get(Column.DEBIT, Decimal(0)) - figures.get(Column.CREDIT, Decimal(0))
        side = self._cells.attempt(Column.SIDE, values.text)
        return -amount if amount is not None and side is not None and side[0] in "Cc" else amount

    def _rounded(self, column: str, amount: CellAmount, currency: str) -> Decimal:
        """To the smallest unit: figures of a workbook as it shows them; written text must fit by itself."""
        value = amount.value
        exponent = value.as_tuple().exponent
        if not isinstance(exponent, int) or abs(value) >= _LARGEST:
            self._cells.fault(column, CellError(Phrase.AMOUNT_UNREADABLE))
            return Decimal(0)
        if -exponent <= _places(currency):
            return value
        rounded = round_half_up(value, currency)
        if rounded != value and isinstance(self._cells.get(column), str):
            self._cells.fault(column, CellError(Phrase.AMOUNT_TOO_FINE, currency=currency))
        return rounded

    def _currency(self, found: dict[str, CellAmount]) -> str:
        stated = self._cells.attempt(Column.CURRENCY, _currency_cell) or self._header_currency
        for column, amount in found.items():
            named = amount.currency
            if named is None:
                continue
            if stated is None or stated == DOLLAR:
                stated = named
            elif named != stated and not (named == DOLLAR and stated.endswith("D")):
                self._cells.fault(column, CellError(Phrase.CURRENCY_DISAGREES, cell=named, row=stated))
        self.currency_seen = self.currency_seen or stated is not None
        return "USD" if stated == DOLLAR else stated or self._default_currency


@cache
def _places(currency: str) -> int:
    return get_currency_precision(currency)


@lru_cache(maxsize=256)
def _currency_cell(cell: Cell) -> str | None:
    words = values.text(cell)
    return currency_code(words) if words else None
