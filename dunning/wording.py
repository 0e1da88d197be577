"""Amounts, dates, rates and lists as a reader of the customer's language expects them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from babel.lists import format_list
from babel.numbers import format_currency, format_percent
from babel.units import format_unit

from dunning.money import Money
from dunning.party import Language

NO_BREAK = "\u00a0"
"""The one no-break space of the project.

Babel puts the narrow U+202F between thousands. It is missing from fonts of common mail programs and from
Latin-1, and two kinds of space make texts that look alike compare unequal; so U+00A0 stands everywhere.
"""
_NARROW = "\u202f"

_LOCALES = {Language.FRENCH: "fr_FR", Language.ENGLISH: "en_GB"}
_PERCENT_PATTERNS = {Language.FRENCH: f"#,##0.00{NO_BREAK}%", Language.ENGLISH: "#,##0.00%"}
_HUNDREDTH = Decimal("0.01")


def _one_space(text: str) -> str:
    return text.replace(_NARROW, NO_BREAK)


def money(amount: Money, language: Language) -> str:
    """An amount with its currency, such as ``1 204,50 €`` (no-break spaces) or ``€1,204.50``."""
    return _one_space(format_currency(amount.amount, amount.currency, locale=_LOCALES[language]))


def percentage(rate: Decimal, language: Language) -> str:
    """A rate with two decimals, rounded half-up, such as ``12,15 %``.

    Args:
        rate: in percent: 12.15, not 0.1215.
        language: of the reader.
    """
    fraction = rate.quantize(_HUNDREDTH, rounding=ROUND_HALF_UP).scaleb(-2)
    return _one_space(format_percent(fraction, _PERCENT_PATTERNS[language], locale=_LOCALES[language]))


def _first_of_month(day: date, language: Language, text: str) -> str:
    # French counts the first of a month as an ordinal, which CLDR patterns cannot say.
    if language is Language.FRENCH and day.day == 1:
        return re.sub(r"^1\b", "1er", text)
    return text


def long_date(day: date, language: Language) -> str:
    """A date in words, such as ``1er septembre 2026`` or ``1 September 2026``."""
    return _first_of_month(day, language, format_date(day, "d MMMM y", locale=_LOCALES[language]))


def numeric_date(day: date, language: Language) -> str:
    """A date in figures, day first, such as ``30/06/2026``."""
    return format_date(day, "dd/MM/y", locale=_LOCALES[language])


def short_instant(at: datetime, time_zone: str, language: Language) -> str:
    """An instant on a zone's clock, such as ``14 déc. 09:00``.

    Args:
        at: aware of its offset.
        time_zone: IANA name, such as ``Europe/Paris``.
        language: of the reader.

    Raises:
        ValueError: the instant has no offset.
    """
    if at.tzinfo is None:
        msg = f"{at} does not say its offset: an instant is needed, not a local time"
        raise ValueError(msg)
    local = at.astimezone(ZoneInfo(time_zone))
    text = format_datetime(local, "d MMM HH:mm", tzinfo=local.tzinfo, locale=_LOCALES[language])
    return _first_of_month(local.date(), language, text)


def days(count: int, language: Language) -> str:
    """A number of days, such as ``12 jours`` (no-break space), ``1 day``."""
    return _one_space(format_unit(count, "duration-day", locale=_LOCALES[language]))


def listing(items: Sequence[str], language: Language) -> str:
    """Items in one phrase, such as ``a, b et c``; nothing for none."""
    return format_list(list(items), locale=_LOCALES[language])


_URL = r"(?:https?://|www\.)[^\s«»<>]+"
_EMAIL = r"(?:mailto:)?[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
_ENTITY = r"&#?\w+;"
_SPACES = r"[ \t\u00a0\u2009\u202f]"
_FRENCH = re.compile(
    rf"(?P<opening>(?<=«){_SPACES}*(?=[^\s»]))"
    rf"|(?P<kept>{_URL}|{_EMAIL}|{_ENTITY})"
    # A sign that is already set apart keeps its distance, whatever the space was.
    rf"|(?P<apart>(?<=\S){_SPACES}+(?=[:;!?»€]))"
    # A sign that touches its word and ends it; 09:00 and a:b go on, so they are no punctuation.
    rf"|(?P<touching>(?<=[\w.)\]»”\"'’%€…])(?=[:;!?]+(?:$|[\s»)\]”\"'’.,…])))"
    rf"|(?P<closing>(?<=[^\s«])(?=»)|(?<=\d)(?=€))",
    re.MULTILINE,
)


def french_spaces(text: str) -> str:
    """Put no-break spaces before ``: ; ! ? » €`` and after ``«`` in running French text.

    Web and e-mail addresses, HTML entities, times (09:00) and signs inside a word stay as they are.
    To be applied to text, before it is escaped for HTML; applying it twice changes nothing more.
    """
    return _FRENCH.sub(lambda match: match["kept"] or NO_BREAK, text)


def said(sentences: tuple[str, str], language: Language, details: Mapping[str, object]) -> str:
    """One sentence of a word list, which keeps each in French and in English.

    Args:
        sentences: the French one, then the English one, with the names of details in braces.
        language: of the reader.
        details: written as they are to be read.
    """
    french, english = sentences
    if language is Language.FRENCH:
        return french_spaces(french.format_map(details))
    return english.format_map(details)
