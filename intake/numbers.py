"""Invoice numbers found in texts that people typed."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_PIECE = re.compile(r"[a-z]+|\d+")
_PREFIX = r"(?:factures?|facts?|fac|fa|f|inv|invoices?|ref|n[°o]?|num|numero|#)[\W_]{0,3}"
"""What people write before a bare number."""
_BARE = 5
"""Digits from which a number without letters is looked for on its own; shorter ones, ``12`` or ``2026``,
stand in too many texts and count only behind a word such as *facture*."""


@lru_cache(maxsize=65536)
def folded(words: str) -> str:
    """Lower case, without accents."""
    decomposed = unicodedata.normalize("NFKD", words.casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def _significant(run: str) -> str:
    return run.lstrip("0") or "0"


def keys(number: str) -> frozenset[str]:
    """The runs of digits by which a text that names this number can be found; the text may name others."""
    runs = re.findall(r"\d+", folded(number))
    return frozenset({_significant(runs[-1]), _significant("".join(runs))}) if runs else frozenset()


def keys_in(words: str) -> frozenset[str]:
    """The runs of digits of a text, to be compared with `keys`."""
    return frozenset(_significant(run) for run in re.findall(r"\d+", folded(words)))


def names_number(words: str, number: str) -> bool:
    """Whether a text names an invoice number.

    Spaces, dashes, slashes, case and leading zeros do not count; the number must stand as a whole, so that
    ``F-12`` is found neither in ``F-123`` nor in ``AF-12`` nor in ``F-12-3``.
    """
    pattern = _pattern(number)
    return pattern is not None and pattern.search(folded(words)) is not None


@lru_cache(maxsize=65536)
def _pattern(number: str) -> re.Pattern[str] | None:
    runs = _PIECE.findall(folded(number))
    if not any(run.isdigit() for run in runs):
        return None
    body = r"[\W_]{0,3}".join(f"0*{_significant(run)}" if run.isdigit() else run for run in runs)
    if any(run.isalpha() for run in runs):
        start = r"(?<![^\W_])(?<!\d[-/.])"
    elif len(re.sub(r"\D", "", number)) >= _BARE:
        start = rf"(?:(?<![^\W_]){_PREFIX}|(?<![^\W_])(?<!\d[-/.]))"
    else:
        start = rf"(?<![^\W_]){_PREFIX}"
    return re.compile(rf"{start}{body}(?![^\W_])(?![-/.]\d)")
