"""Texts, kinds, languages, registration numbers and ids, read from cells."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from datetime import date
from decimal import Decimal
from functools import cache, lru_cache

from babel import Locale

from dunning.party import CustomerKind, Language
from intake.phrases import Phrase
from intake.rows import Cell
from intake.wording import CellError

_KINDS = {
    CustomerKind.BUSINESS: (
        "business entreprise entreprises pro professionnel professionnels professionnelle societe b2b"
        " commercant artisan company commercial corporate morale association"
    ),
    CustomerKind.CONSUMER: (
        "consumer particulier particuliers individu b2c individual physique prive consommateur"
    ),
    CustomerKind.PUBLIC: (
        "public publique administration collectivite collectivites mairie commune etat b2g departement"
        " region hopital etablissement government"
    ),
    CustomerKind.UNKNOWN: "unknown inconnu inconnue nc",
}
_KIND_OF_WORD = {word: kind for kind, words in _KINDS.items() for word in words.split()}
_LANGUAGES = {
    "fr": Language.FRENCH,
    "fra": Language.FRENCH,
    "fre": Language.FRENCH,
    "francais": Language.FRENCH,
    "french": Language.FRENCH,
    "en": Language.ENGLISH,
    "eng": Language.ENGLISH,
    "gb": Language.ENGLISH,
    "anglais": Language.ENGLISH,
    "english": Language.ENGLISH,
}
_OPAQUE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,55}")
"""Shorter than an id may be by eight characters, which leave room for a suffix."""
_NEUTRAL_WORDS = re.compile(r"(?i)client|customer|cust|compte|account|acct|tiers|auxi?|code")
_TELLING = re.compile(r"[A-Za-z]{4,}")
_LUHN_SIREN, _SIRET = 9, 14
_FRENCH_PHONE = re.compile(r"[1-9]\d{8}")
_LOOSE_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f]")


def text(cell: Cell) -> str | None:
    """A cell as one line of text; nothing where it is blank.

    Numbers of a workbook lose their ``.0``, line breaks become spaces.

    Raises:
        CellError: control characters, which no cell needs and which forge headers of messages.
    """
    if isinstance(cell, str) and cell.isprintable():
        return " ".join(cell.split()) or None
    joined = block(cell)
    return " ".join(joined.split()) if joined else None


def block(cell: Cell) -> str | None:
    """A cell as text of several lines, such as an address; nothing where it is blank.

    Raises:
        CellError: control characters other than line breaks and tabs.
    """
    if cell is None:
        return None
    if isinstance(cell, Decimal):
        return f"{cell.normalize():f}"
    if isinstance(cell, date):
        return cell.isoformat()
    if _LOOSE_CONTROL.search(cell):
        raise CellError(Phrase.CONTROL_CHARACTERS)
    lines = (" ".join(line.split()) for line in cell.splitlines())
    return "\n".join(line for line in lines if line) or None


@lru_cache(maxsize=8192)
def plain(words: str) -> str:
    """Lower case without accents or punctuation, for comparing what people typed."""
    decomposed = unicodedata.normalize("NFKD", words.casefold().replace("œ", "oe").replace("æ", "ae"))
    letters = "".join(char for char in decomposed if not unicodedata.combining(char))
    return " ".join(re.findall(r"[^\W_]+", letters))


def kind(words: str) -> CustomerKind | None:
    """The kind of customer that a word names, such as ``Particulier`` or ``collectivité``; else nothing."""
    return next((_KIND_OF_WORD[word] for word in plain(words).split() if word in _KIND_OF_WORD), None)


def language(words: str) -> Language | None:
    """The language that a word or code names (``FR``, ``fr-FR``, ``anglais``); else nothing."""
    first = plain(words).split()
    return _LANGUAGES.get(first[0]) if first else None


@cache
def _countries() -> dict[str, str]:
    names = {
        plain(name): code
        for tongue in ("en", "fr")
        for code, name in Locale(tongue).territories.items()
        if len(code) == 2 and code.isalpha()  # noqa: PLR2004
    }
    return {code.lower(): code for code in names.values()} | names


def country(words: str) -> str | None:
    """The ISO 3166 code of a country given by code or name, French or English; else nothing."""
    return _countries().get(plain(words))


def _passes_luhn(digits: str) -> bool:
    doubled = (int(digit) * (1 + at % 2) for at, digit in enumerate(reversed(digits)))
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0  # noqa: PLR2004


def siren(words: str) -> str | None:
    """The nine digits of a SIREN, also out of a SIRET; nothing where the check digit is wrong.

    Leading zeros that a spreadsheet dropped are put back when the check digit then fits (ISO/IEC 7812-1,
    the scheme of the INSEE).
    """
    digits = re.sub(r"[\s.\-\u00a0\u202f]", "", words)
    if not digits.isdecimal() or not digits.isascii():
        return None
    padded = digits.zfill(_LUHN_SIREN if len(digits) <= _LUHN_SIREN else _SIRET)[:_LUHN_SIREN]
    fits = len(digits) <= _SIRET and int(padded) > 0 and _passes_luhn(padded)
    return padded if fits else None


def phone(words: str) -> tuple[str, bool]:
    """A phone number, and whether the leading zero that a spreadsheet dropped was put back."""
    digits = re.sub(r"[\s.\-\u00a0\u202f]", "", words)
    if _FRENCH_PHONE.fullmatch(digits):
        return f"0{digits}", True
    return words, False


def invoice_id(number: str) -> str:
    """The opaque id of an invoice that has only a number: the number where it may be an id, else a hash.

    The same number always gives the same id, so that importing twice finds the same workflow.
    """
    return number if _OPAQUE.fullmatch(number) else f"inv-{_digest(number)}"


def customer_id(code: str) -> str:
    """The opaque id of a customer that has a code: the code, unless it may tell a name.

    Many programs make codes of names (``411DUPONT``). Ids stand in search attributes, so any code with four
    letters in a row is hashed, ``CLIENT`` and its like apart.
    """
    unnamed = _NEUTRAL_WORDS.sub("0", code)
    tells = not _OPAQUE.fullmatch(code) or _TELLING.search(unnamed)
    return f"cus-{_digest(code)}" if tells else code


def customer_id_of_name(name: str) -> str:
    """The opaque id of a customer that has only a name: a hash, blind to case, accents and punctuation."""
    return f"cus-{_digest(plain(name))}"


def _digest(words: str) -> str:
    normal = unicodedata.normalize("NFKC", words).strip()
    return hashlib.sha256(normal.encode()).hexdigest()[:16]
