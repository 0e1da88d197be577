"""The phrase book: what the program says to people, by key, in each language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation

from dunning.money import Money
from dunning.party import Language
from dunning.phrases_en import ENGLISH
from dunning.phrases_fr import FRENCH
from dunning.wording import french_spaces, long_date, money

BOOKS: Mapping[Language, Mapping[str, str]] = {Language.FRENCH: FRENCH, Language.ENGLISH: ENGLISH}

_AMOUNT = re.compile(r"(-?\d+(?:\.\d+)?) ([A-Z]{3})")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


class _Details(dict[str, str]):
    """A phrase may name a detail that an old entry does not have: it then reads a dash."""

    def __missing__(self, key: str) -> str:
        return "–"


def phrase(key: str, language: Language, **details: object) -> str:
    """The phrase of a key, its details written as people read them.

    Args:
        key: such as ``refusal.plan_sum``.
        language: of the reader.
        details: values; amounts (``1204.50 EUR``) and dates (ISO) may come as text, as the journal
            keeps them.

    Raises:
        KeyError: no such phrase.
    """
    shown = _Details({name: _shown(value, language) for name, value in details.items()})
    text = BOOKS[language][key].format_map(shown)
    return french_spaces(text) if language is Language.FRENCH else text


def has_phrase(key: str) -> bool:
    """Whether the book knows a key."""
    return key in FRENCH


def _shown(value: object, language: Language) -> str:
    if isinstance(value, Money):
        return money(value, language)
    if isinstance(value, date):
        return long_date(value, language)
    if isinstance(value, str):
        return _shown_text(value, language)
    return "–" if value is None else str(value)


def _shown_text(text: str, language: Language) -> str:
    if _DATE.fullmatch(text):
        return long_date(date.fromisoformat(text), language)
    if amount := _AMOUNT.fullmatch(text):
        try:
            return money(Money(amount=Decimal(amount[1]), currency=amount[2]), language)
        except (ValueError, InvalidOperation):
            return text
    return text
