"""Amounts as people and programs write them, read as decimals."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache

from pydantic import TypeAdapter, ValidationError

from dunning.money import Currency
from intake.phrases import Phrase
from intake.wording import CellError

_PLAIN = re.compile(r"-?\d+(?:([.,])\d{1,2})?")
"""What most cells look like: read without any ado."""
_GROUPED = re.compile(r"-?\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?:([.,])\d{1,2})?")
"""The French way, and the next most common."""
_SPACE = re.compile(r"[\s\u00a0\u202f\u2009\u2007'’]")
_MINUS = str.maketrans({"\u2212": "-", "–": "-", "—": "-", "\u2011": "-"})
_SIGN = r"(?:[^\d\s.,'’()+\-]+\.?)"
_AMOUNT = re.compile(
    rf"(?P<open>\()?\s*(?P<minus1>[-+])?\s*(?P<before>{_SIGN})?\s*(?P<minus2>[-+])?\s*"
    r"(?P<number>\d[\d\s\u00a0\u202f\u2009\u2007'’.,]*|[.,]\d+)"
    rf"\s*(?P<minus3>[-+])?\s*(?P<after>{_SIGN})?\s*(?P<minus4>[-+])?\s*(?P<close>\))?"
)
_SYMBOLS = {
    "€": "EUR",
    "£": "GBP",
    "¥": "JPY",
    "EURO": "EUR",
    "EUROS": "EUR",
    "FS": "CHF",
    "US$": "USD",
    "$US": "USD",
}
DOLLAR = "$"
"""Of no single currency: it fits any dollar that the row states, else it is the American one."""
_CREDIT_SIDE = frozenset({"C", "CR"})
_DEBIT_SIDE = frozenset({"D", "DB", "DR"})
_CODE: TypeAdapter[str] = TypeAdapter(Currency)


class DecimalMark(StrEnum):
    """What stands between units and cents."""

    COMMA = ","
    POINT = "."


@dataclass(frozen=True, slots=True)
class CellAmount:
    """A number, and the currency that the cell itself names (an ISO code or ``$``), if any."""

    value: Decimal
    currency: str | None = None


def shown_mark(number: str) -> DecimalMark | None:
    """The decimal mark that one number proves by its shape; none if it has no mark or may be read both ways.

    ``1.204,50`` and ``12,5`` prove a comma; ``1.204`` proves nothing; ``1.204.500`` proves that the point
    groups thousands.
    """
    points, commas = number.count("."), number.count(",")
    if not points and not commas:
        return None
    if points and commas:
        return DecimalMark(number[max(number.rfind("."), number.rfind(","))])
    mark = DecimalMark.POINT if points else DecimalMark.COMMA
    if points + commas > 1:
        return DecimalMark.COMMA if points else DecimalMark.POINT
    whole, fraction = number.split(mark)
    could_group = len(fraction) == 3 and 1 <= len(whole) <= 3 and whole != "0"  # noqa: PLR2004
    return None if could_group else mark


def decide_mark(cells: Iterable[object]) -> DecimalMark | None:
    """The decimal mark of a column: the one that its cells prove, if they do not contradict each other.

    Args:
        cells: the column's raw cells; those that are no text prove nothing.
    """
    proven: set[DecimalMark] = set()
    for cell in cells:
        if not isinstance(cell, str) or not cell:
            continue
        plain = _PLAIN.fullmatch(cell) or _GROUPED.fullmatch(cell)
        mark: DecimalMark | None
        if plain is not None:
            mark = DecimalMark(plain[1]) if plain[1] else None
        else:
            found = _AMOUNT.fullmatch(cell.translate(_MINUS).strip())
            mark = shown_mark(found["number"].strip()) if found else None
        if mark is not None:
            proven.add(mark)
            if len(proven) > 1:
                return None
    return proven.pop() if proven else None


def parse_amount(cell: object, mark: DecimalMark | None = None) -> CellAmount | None:
    """Read one amount, in major units.

    Understands ``1 204,50``, ``1204.50``, ``1,204.50``, ``1.204,50``, ``1'204.50``, all kinds of spaces, a
    minus before or behind, parentheses for a negative, a currency sign or code on either side, and the
    ``D`` or ``C`` that ledgers print behind a balance.

    Args:
        cell: text, a decimal from a workbook, or nothing.
        mark: the column's decimal mark; none if it is not known.

    Returns:
        The amount, or none for an empty cell (a lone dash counts as empty).

    Raises:
        CellError: not an amount, an unknown currency, or one that may be read two ways.
    """
    if isinstance(cell, Decimal):
        return CellAmount(cell)
    if not isinstance(cell, str):
        if cell is None:
            return None
        raise CellError(Phrase.AMOUNT_UNREADABLE)
    plain = _PLAIN.fullmatch(cell)
    if plain is not None and mark in {None, plain[1] or mark}:
        return CellAmount(Decimal(cell.replace(",", ".")))
    grouped = _GROUPED.fullmatch(cell)
    if grouped is not None and mark in {None, grouped[1] or mark}:
        return CellAmount(Decimal(_SPACE.sub("", cell).replace(",", ".")))
    return _parse_adorned(cell, mark)


def _parse_adorned(cell: str, mark: DecimalMark | None) -> CellAmount | None:
    text = cell.translate(_MINUS).strip()
    if not text.strip("-"):
        return None
    found = _AMOUNT.fullmatch(text)
    if found is None or bool(found["open"]) != bool(found["close"]):
        raise CellError(Phrase.AMOUNT_UNREADABLE)
    signs = [found[name] for name in ("minus1", "minus2", "minus3", "minus4") if found[name]]
    if len(signs) + bool(found["open"]) > 1:
        raise CellError(Phrase.AMOUNT_UNREADABLE)
    side, currency = _adornments(found["before"], found["after"])
    if side and (signs or found["open"]):
        raise CellError(Phrase.AMOUNT_UNREADABLE)
    value = _digits(found["number"].strip(), mark)
    negative = signs == ["-"] or bool(found["open"]) or side in _CREDIT_SIDE
    return CellAmount(-value if negative else value, currency)


def _adornments(before: str | None, after: str | None) -> tuple[str | None, str | None]:
    """Which side of the ledger, and which currency, the words around a number name."""
    side: str | None = None
    currency: str | None = None
    for word in (before, after):
        if word is None:
            continue
        code = word.upper()
        if code in _CREDIT_SIDE | _DEBIT_SIDE and word is after:
            side = code
        elif currency is not None:
            raise CellError(Phrase.AMOUNT_UNREADABLE)
        else:
            currency = currency_code(word)
    return side, currency


def _digits(number: str, mark: DecimalMark | None) -> Decimal:
    """Read digits with their grouping; groups must be of three and of one kind."""
    spaceless = _SPACE.sub("", number)
    has_spaces = spaceless != number
    own = shown_mark(spaceless)
    if own is None and has_spaces and ("." in number or "," in number):
        # Spaces group already, so the one mark left can only be the decimal one.
        own = DecimalMark.POINT if "." in number else DecimalMark.COMMA
    if own is None and mark is None and spaceless.count(".") + spaceless.count(","):
        raise CellError(Phrase.AMOUNT_AMBIGUOUS)
    used = own or mark or DecimalMark.COMMA
    if own is not None and mark is not None and own is not mark:
        raise CellError(Phrase.AMOUNT_UNREADABLE)
    whole, _, fraction = number.partition(used)
    grouping = r"[\s\u00a0\u202f\u2009\u2007'’]" if has_spaces else re.escape("," if used == "." else ".")
    if not re.fullmatch(rf"\d*|\d{{1,3}}(?:{grouping}\d{{3}})+", whole) or not re.fullmatch(r"\d*", fraction):
        raise CellError(Phrase.AMOUNT_UNREADABLE)
    return Decimal(f"{_SPACE.sub('', whole).replace('.', '').replace(',', '') or '0'}.{fraction or '0'}")


@lru_cache(maxsize=256)
def currency_code(word: str) -> str:
    """The ISO 4217 code of a currency written as a code, a sign or a word; ``$`` stays as it is.

    Raises:
        CellError: no currency that is in use.
    """
    code = word.strip().upper()
    code = _SYMBOLS.get(code, code)
    if code == DOLLAR:
        return code
    try:
        return _CODE.validate_python(code)
    except ValidationError as error:
        raise CellError(Phrase.CURRENCY_UNKNOWN) from error
