"""Numbers that look like an invoice's, or nearly are one: what slips of the fingers make."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from intake.numbers import folded

_WORD = re.compile(r"(?<![^\W_])[^\W_](?:[\w/.\-]*[^\W_])?")
_PIECES = re.compile(r"[a-z]+|\d+")
_ANNOUNCED = re.compile(
    r"(?<![^\W_])(?:factures?|facts?|fac|inv|invoices?)[\W_]{0,3}(?:n[°o]?[\W_]{0,3})?([^\W_]*\d[\w/.\-]*)"
)
"""What follows a word such as *facture*, whatever it looks like."""
_CODE = re.compile(r"(?<![^\W_])[^\W_]*\d(?:[\w/.\-]*[^\W_])?")
_PART_OF_DATE = re.compile(r"\d{1,2}|(?:19|20)\d\d")
_LONG_ENOUGH = 3
_SHORTEST = 4
"""Digits from which a bare number is taken for one of an invoice where other numbers have as many."""


def shape(number: str) -> str:
    """A number with its letters kept and each digit made a nine: ``FA-2026-0012`` is ``fa99999999``."""
    return re.sub(r"\d", "9", "".join(_PIECES.findall(folded(number))))


def shapes_in(text: str, shapes: Collection[str]) -> Iterator[str]:
    """The words of a text, alone or two or three together, that have one of these shapes."""
    words = [match[0] for match in _WORD.finditer(folded(text))]
    for at in range(len(words)):
        for length in (1, 2, 3):
            joined = " ".join(words[at : at + length])
            found = shape(joined)
            if found in shapes and found.count("9") >= min(_SHORTEST, len(found) - 1):
                yield joined
                break


def announced_in(text: str) -> Iterator[str]:
    """The numbers that a text calls an invoice's, also of another series than ours."""
    return (match[1] for match in _ANNOUNCED.finditer(folded(text)))


def codes_in(text: str, *, bare: bool) -> Iterator[str]:
    """The words of a text that may be a document's number of any series: no years, dates or small figures.

    Args:
        text: what the payer wrote.
        bare: whether digits alone count; in texts that hold the bank's own figures too they do not.
    """
    for found in _CODE.findall(folded(text)):
        parts = re.split(r"[/.\-]", found)
        is_date = all(_PART_OF_DATE.fullmatch(part) for part in parts)
        is_code = not found.isdecimal() or (bare and len(found) >= _LONG_ENOUGH)
        if is_code and not is_date:
            yield found


def alikes(body: str) -> Iterator[str]:
    """Every body of a number with one digit changed, or two neighbours that differ swapped."""
    for at, character in enumerate(body):
        if character.isdecimal():
            yield from (f"{body[:at]}{other}{body[at + 1 :]}" for other in "0123456789" if other != character)
        following = body[at + 1 : at + 2]
        if following and following != character:
            yield f"{body[:at]}{following}{character}{body[at + 2 :]}"
