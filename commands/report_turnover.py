"""Turnover by month, as a person gives it: in options such as 2026-01=12000.00, or in a file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

import typer

from commands.faults import CommandFaultError
from commands.report_words import word
from dunning.money import Money, round_half_up
from dunning.party import Language
from intake.amounts import DecimalMark, decide_mark, parse_amount
from intake.columns import Vocabulary, locate, require
from intake.rows import Cell
from intake.tables import Source, read_table
from intake.wording import CellError, say

_MONTH = re.compile(r"(?P<year>\d{4})-(?P<month>\d\d)(-\d\d)?|(\d\d/)?(?P<month2>\d\d)/(?P<year2>\d{4})")
_OPTION = re.compile(r"(?P<month>\d{4}-\d\d)=(?P<amount>.+)")
_VOCABULARY = Vocabulary.of(
    {
        "month": ("month", "mois", "période", "period"),
        "turnover": (
            "turnover",
            "CA TTC",
            "chiffre d'affaires TTC",
            "chiffre d'affaires",
            "CA",
            "sales",
            "revenue",
            "montant TTC",
            "montant",
            "amount",
        ),
        "currency": ("currency", "devise", "monnaie"),
    }
)


class _Sold(NamedTuple):
    month: date
    amount: Money
    where: str
    """As a person finds it again."""


def read_turnover(
    given: Sequence[str], currencies: Iterable[str], language: Language
) -> dict[str, dict[date, Money]]:
    """Read the turnover of months, VAT included.

    Args:
        given: options such as ``2026-01=12000.00`` or ``2026-01=12000.00 USD``, and names of CSV or XLSX
            files with the columns month, turnover and, where there are several, currency.
        currencies: in which money is owed; the only one counts where none is named.
        language: of who reads the refusal.

    Returns:
        By currency and first day of the month.

    Raises:
        IntakeError: a file is no such table.
        CommandFaultError: a month or an amount cannot be read, stands twice, or has no currency.
        typer.BadParameter: neither a month with its amount nor a file.
    """
    usual = set(currencies)
    reader = _Reader(usual.pop() if len(usual) == 1 else None, language)
    found: dict[str, dict[date, Money]] = {}
    for text in given:
        for sold in reader.read(text):
            months = found.setdefault(sold.amount.currency, {})
            if sold.month in months:
                raise reader.fault("twice", sold.where, f"{sold.month:%Y-%m}")
            months[sold.month] = sold.amount
    return found


class _Reader:
    def __init__(self, usual: str | None, language: Language) -> None:
        self._usual = usual
        self._language = language

    def read(self, text: str) -> Iterator[_Sold]:
        option = _OPTION.fullmatch(text.strip())
        if option:
            yield self._sold(text, option["month"], option["amount"], None, None)
            return
        path = Path(text)
        if not path.exists():
            raise typer.BadParameter(
                f"{text!r} is neither a month with its turnover such as 2026-01=12000.00 nor a file"
            )
        yield from self._rows(path)

    def fault(self, key: str, where: str, value: object) -> CommandFaultError:
        return CommandFaultError(word(f"turnover.{key}", self._language, where=where, value=value))

    def _rows(self, path: Path) -> Iterator[_Sold]:
        table = read_table(Source.of(path), _VOCABULARY)
        layout = locate(table.header, _VOCABULARY, {}, table.name)
        require(layout, [["month"], ["turnover"]], table.name, ())
        mark = decide_mark(table.column(layout.positions["turnover"]))
        for row in table.rows:
            month, amount, currency = (
                row.cells[at]
                if (at := layout.positions.get(column)) is not None and at < len(row.cells)
                else None
                for column in ("month", "turnover", "currency")
            )
            yield self._sold(f"{table.name}:{row.line}", month, amount, currency, mark)

    def _sold(self, where: str, month: Cell, amount: Cell, currency: Cell, mark: DecimalMark | None) -> _Sold:
        first = self._month(where, month)
        try:
            parsed = parse_amount(amount, mark)
        except CellError as error:
            told = say(error.phrase, self._language, **error.details)
            raise self.fault("amount", where, f"{amount}: {told}") from error
        if parsed is None:
            raise self.fault("amount", where, amount or "–")
        code = str(currency or parsed.currency or self._usual or "").strip().upper()
        if not code:
            raise self.fault("currency", where, amount)
        try:
            return _Sold(first, Money(amount=round_half_up(parsed.value, code), currency=code), where)
        except ValueError as error:
            raise self.fault("amount", where, f"{amount} {code}") from error

    def _month(self, where: str, cell: Cell) -> date:
        if isinstance(cell, date):
            return date(cell.year, cell.month, 1)
        found = _MONTH.fullmatch(str(cell or "").strip())
        if found:
            try:
                return date(int(found["year"] or found["year2"]), int(found["month"] or found["month2"]), 1)
            except ValueError:
                pass
        raise self.fault("month", where, cell or "–")
