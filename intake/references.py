"""Structured creditor references (ISO 11649, ``RF…``) in what payers write."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from stdnum import iso11649

from intake.numbers import folded

_START = re.compile(r"(?<![^\W_])RF\d{2}", re.IGNORECASE)
_LONGEST = 25
"""Letters and digits of a reference: RF, two check digits and at most 21 of the creditor's own."""
_SHORTEST = 5


@dataclass(frozen=True, slots=True)
class CreditorReference:
    """A reference as it may have been meant; where it ends in a text is not told."""

    body: str
    """The creditor's own part, as `body_of` an invoice number gives it."""
    is_valid: bool
    """Whether the check digits fit."""


def body_of(number: str) -> str:
    """What stands for an invoice number in a reference: letters and digits, no leading zeros.

    ISO 11649 allows nothing else, and lets a reference be filled up with zeros on the left.
    """
    return re.sub(r"[^a-z0-9]", "", folded(number)).upper().lstrip("0")


def references_in(words: str) -> Iterable[CreditorReference]:
    """Every reading of every reference in a text.

    Printed references stand in groups of four, and any text may follow: each end at a space is a reading.
    """
    for start in _START.finditer(words):
        compact = ""
        for token in re.split(r"[\s.\-]+", words[start.start() :]):
            compact += token.rstrip(",;:)/").upper()
            if len(compact) > _LONGEST or not (compact.isascii() and compact.isalnum()):
                break
            if len(compact) >= _SHORTEST:
                body = compact[4:].lstrip("0")
                yield CreditorReference(body, iso11649.is_valid(compact))
