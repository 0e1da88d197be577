"""The filters of templates: figures in the language of the message."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from jinja2 import pass_context
from jinja2.runtime import Context

from dunning import wording
from dunning.money import Money
from dunning.party import Language

_TEXT_WIDTH = 76
_BREAKS = re.compile(r"[ \t\r\n]+")

# A message prints the same balance and dates in its subject, text and HTML; Babel takes 20 µs for each.
_money = lru_cache(2048)(wording.money)
_day = lru_cache(2048)(wording.long_date)
_percent = lru_cache(256)(wording.percentage)


def _language(context: Context) -> Language:
    return Language(context["language"])


@pass_context
def money(context: Context, amount: Money) -> str:
    """An amount with its currency."""
    return _money(amount, _language(context))


@pass_context
def whole_money(context: Context, amount: Money) -> str:
    """An amount as a rule states it: ``40 €`` rather than ``40,00 €``."""
    return re.sub(r"[.,]00(?!\d)", "", money(context, amount))


@pass_context
def day(context: Context, value: date) -> str:
    """A date in words."""
    if not isinstance(value, date):
        raise TypeError(f"{value!r} is no date")
    return _day(value, _language(context))


@pass_context
def percent(context: Context, rate: Decimal) -> str:
    """A rate given in percent."""
    return _percent(rate, _language(context))


@pass_context
def days(context: Context, count: int) -> str:
    """A number of days with its unit."""
    return wording.days(count, _language(context))


@pass_context
def typeset(context: Context, text: str) -> str:
    """A phrase from the configuration with the no-break spaces that its author may not have typed."""
    return wording.french_spaces(text) if _language(context) is Language.FRENCH else text


@pass_context
def listing(context: Context, items: Sequence[str]) -> str:
    """Items as one phrase."""
    return wording.listing([str(item) for item in items], _language(context))


def iban(text: str) -> str:
    """An IBAN in groups of four (ISO 13616 print form), with plain spaces, which bank forms accept."""
    compact = re.sub(r"\s+", "", text).upper()
    return " ".join(compact[start : start + 4] for start in range(0, len(compact), 4))


def one_line(text: str) -> str:
    """Text on one line, without outer spaces; no-break spaces stay."""
    return _BREAKS.sub(" ", text).strip(" ")


def lines(text: str) -> list[str]:
    """The lines of an address, empty ones left out."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def packed(text: str) -> str:
    """Lines without the empty ones between them."""
    return "\n".join(line.rstrip(" ") for line in text.splitlines() if line.strip())


def wrapped(text: str, indent: str = "") -> str:
    """A paragraph of plain text in lines of up to 76 characters, later lines indented."""
    line = one_line(text)
    if len(line) <= _TEXT_WIDTH:
        return line
    return textwrap.fill(
        line,
        _TEXT_WIDTH,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


FILTERS: dict[str, Callable[..., Any]] = {
    "money": money,
    "whole_money": whole_money,
    "day": day,
    "percent": percent,
    "days": days,
    "listing": listing,
    "typeset": typeset,
    "iban": iban,
    "one_line": one_line,
    "lines": lines,
    "packed": packed,
    "wrapped": wrapped,
}
