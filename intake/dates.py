"""Dates as people and programs write them, read as calendar days."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache

from dunning.party import Language
from intake.phrases import Phrase
from intake.wording import CellError

_CLOCK = r"(?:[T ]+\d{1,2}[:h]\d{2}.*)?"
_NUMERIC = re.compile(rf"(\d{{1,2}})([/.\- ])(\d{{1,2}})\2(\d{{4}}|\d{{2}}){_CLOCK}")
_ISO = re.compile(rf"(\d{{4}})[-/.](\d{{1,2}})[-/.](\d{{1,2}}){_CLOCK}")
_COMPACT = re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})")
"""Year, month, day without separators, as in the statutory ledger file (FEC, LPF art. A47 A-1)."""
_SERIAL = re.compile(r"\d{5}(?:[.,]\d+)?")
_WORDS = re.compile(rf"(?:\w+\.? )?(\d{{1,2}})(?:er)?[ \-.]([^\W\d]+)\.?[ \-.,]+(\d{{4}}|\d{{2}}){_CLOCK}")
_WORDS_US = re.compile(rf"([^\W\d]+)\.? (\d{{1,2}}),? (\d{{4}}){_CLOCK}")
_MONTHS = {
    name: month
    for month, names in enumerate(
        (
            "janvier janv jan january",
            "février fevrier févr fevr fév fev february feb",
            "mars mar march",
            "avril avr april apr",
            "mai may",
            "juin june jun",
            "juillet juil july jul",
            "août aout aoû aou august aug",
            "septembre sept sep september",
            "octobre oct october",
            "novembre nov november",
            "décembre decembre déc dec december",
        ),
        start=1,
    )
    for name in names.split()
}
EXCEL_EPOCH = date(1899, 12, 30)
"""Day zero of a workbook's serial numbers, counted so that Excel's 29 February 1900 does no harm."""
FIRST_YEAR, LAST_YEAR = 1990, 2100
_PIVOT = 70
"""Two-digit years below it are of this century (POSIX strptime)."""
_LAST_MONTH = 12
_TOLERATED = 0.1
"""Share of contradicting dates that still counts as typing errors, not as a second order."""


class DateOrder(StrEnum):
    """Which of the two small numbers comes first."""

    DAY_FIRST = "dmy"
    MONTH_FIRST = "mdy"


def decide_order(column: Iterable[object], others: Iterable[object], language: Language) -> DateOrder | None:
    """Whether a column writes the day or the month first.

    The order that its dates prove wins (``31/12/2026`` proves one, ``12/31/2026`` the other), as long as
    no more than a tenth of the proofs contradict it. A column without proof follows the other date columns
    of its file. Without any proof French files are day first, the way of every French program; English ones
    stay open, because both orders are common there.

    Args:
        column: the column's raw cells; those that are no text prove nothing.
        others: the cells of the other date columns of the file.
        language: of the file.
    """
    day_first, month_first = _proofs(column)
    if not day_first and not month_first:
        day_first, month_first = _proofs(others)
    if not day_first and not month_first:
        return DateOrder.DAY_FIRST if language is Language.FRENCH else None
    if min(day_first, month_first) > _TOLERATED * (day_first + month_first):
        return None
    return DateOrder.DAY_FIRST if day_first > month_first else DateOrder.MONTH_FIRST


def _proofs(cells: Iterable[object]) -> tuple[int, int]:
    """How many dates can only be day first, and how many only month first."""
    day_first = month_first = 0
    for cell in cells:
        found = _NUMERIC.fullmatch(cell.strip()) if isinstance(cell, str) else None
        if found is None:
            continue
        first, second = int(found[1]), int(found[3])
        if first > _LAST_MONTH >= second:
            day_first += 1
        elif second > _LAST_MONTH >= first:
            month_first += 1
    return day_first, month_first


def parse_date(cell: object, order: DateOrder | None = None) -> date | None:
    """Read one date.

    Understands ``31/12/2026``, ``31/12/26``, ``31-12-2026``, ``31.12.2026``, ISO dates with or without a
    time, ``20261231``, a workbook's serial number, and months in words, French or English.

    Args:
        cell: text, a date or a number from a workbook, or nothing.
        order: the column's order of day and month; none if it is not known.

    Returns:
        The day, or none for an empty cell.

    Raises:
        CellError: not a date, one that does not exist or lies far off, or one that may be read two ways.
    """
    if cell is None:
        return None
    if isinstance(cell, datetime):
        return _plausible(cell.date())
    if isinstance(cell, date):
        return _plausible(cell)
    if isinstance(cell, Decimal):
        return _parse_text(f"{cell:f}", order)
    if not isinstance(cell, str):
        raise CellError(Phrase.DATE_UNREADABLE)
    text = cell.strip()
    return _parse_text(text, order) if text else None


@lru_cache(maxsize=4096)
def _parse_text(text: str, order: DateOrder | None) -> date:
    if found := _NUMERIC.fullmatch(text):
        return _numeric(int(found[1]), int(found[3]), _full_year(found[4]), order)
    if found := _ISO.fullmatch(text) or _COMPACT.fullmatch(text):
        return _day(int(found[1]), int(found[2]), int(found[3]))
    if _SERIAL.fullmatch(text):
        return _from_serial(Decimal(text.replace(",", ".")))
    if found := _WORDS.fullmatch(text):
        return _day(_full_year(found[3]), _month(found[2]), int(found[1]))
    if found := _WORDS_US.fullmatch(text):
        return _day(int(found[3]), _month(found[1]), int(found[2]))
    raise CellError(Phrase.DATE_UNREADABLE)


def _numeric(first: int, second: int, year: int, order: DateOrder | None) -> date:
    if order is DateOrder.MONTH_FIRST:
        return _day(year, first, second)
    if order is DateOrder.DAY_FIRST or first > _LAST_MONTH or first == second:
        return _day(year, second, first)
    if second > _LAST_MONTH:
        return _day(year, first, second)
    raise CellError(Phrase.DATE_AMBIGUOUS)


def _full_year(digits: str) -> int:
    year = int(digits)
    if len(digits) > 2:  # noqa: PLR2004
        return year
    return year + (2000 if year < _PIVOT else 1900)


def _month(name: str) -> int:
    month = _MONTHS.get(name.lower())
    if month is None:
        raise CellError(Phrase.DATE_UNREADABLE)
    return month


def _day(year: int, month: int, day: int) -> date:
    try:
        return _plausible(date(year, month, day))
    except CellError:
        raise
    except ValueError as error:
        raise CellError(Phrase.DATE_IMPOSSIBLE) from error


def _from_serial(number: Decimal) -> date:
    if not 0 < number < 99_999:  # noqa: PLR2004
        raise CellError(Phrase.DATE_UNREADABLE)
    return _plausible(EXCEL_EPOCH + timedelta(days=int(number)))


def _plausible(day: date) -> date:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise CellError(Phrase.DATE_IMPLAUSIBLE, year=day.year)
    return day
