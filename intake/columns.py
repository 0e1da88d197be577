"""Which column of a table holds what: headings recognised, or named by a mapping."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache

from intake.phrases import Phrase
from intake.wording import IntakeError

_CAMEL = re.compile(r"(?<=[a-zà-ÿ0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-zà-ÿ])|(?<=[a-z])(?=[0-9])")
_NUMBER_SIGN = re.compile(r"\bn[°ºo]\.?(?!\w)|№|#|\b(?:numeros?|numbers?|num|no|nos|nr|nbr)\b")
_OWED = re.compile(r"\bdû(?:e|s|es)?\b", re.IGNORECASE)
"""``dû`` counts, ``du`` does not: they must be told apart before the accents go."""
_SMALL_WORDS = frozenset(["de", "du", "des", "d", "la", "les", "l", "en", "the", "of", "a", "au", "aux"])
_CURRENCY_WORDS = frozenset(["eur", "euro", "euros", "usd", "gbp", "chf"])
_HEADER_CURRENCY = re.compile(r"\b(EUR|USD|GBP|CHF|CAD|MAD|TND|XOF|XPF)\b|[€$£]", re.IGNORECASE)


@lru_cache(maxsize=2048)
def fold(heading: str) -> str:
    """Reduce a heading to what counts: no case, accents, punctuation, small words or currency.

    ``N° de facture``, ``NumFacture`` and ``numéro facture`` all become ``n facture``.
    """
    spaced = _CAMEL.sub(" ", heading.replace("_", " ").strip())
    owed = _OWED.sub("due", unicodedata.normalize("NFC", spaced))
    decomposed = unicodedata.normalize("NFKD", owed.replace("°", "° ").replace("º", "° "))
    plain = "".join(char for char in decomposed if not unicodedata.combining(char)).lower()
    numbered = _NUMBER_SIGN.sub(" n ", plain.replace("œ", "oe"))
    words = re.findall(r"[a-z0-9]+", numbered)
    kept = [word for word in words if word not in _SMALL_WORDS] or words
    if len(kept) > 1 and kept[-1] in _CURRENCY_WORDS:
        kept.pop()
    return " ".join(kept).replace("e mail", "email")


def header_currency(heading: str) -> str | None:
    """The currency that a heading such as ``Montant TTC (USD)`` names, as written there."""
    found = _HEADER_CURRENCY.search(heading)
    return found[0] if found else None


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The headings that a kind of file is known by."""

    names: Mapping[str, tuple[str, ...]]
    """Folded headings per canonical column, best fit first."""
    folded: Mapping[str, str]
    """The canonical column of each folded heading."""

    @classmethod
    def of(cls, synonyms: Mapping[str, Sequence[str]]) -> Vocabulary:
        """Fold a table of synonyms.

        Raises:
            ValueError: one heading stands for two columns.
        """
        names = {
            column: tuple(dict.fromkeys(fold(heading) for heading in headings))
            for column, headings in synonyms.items()
        }
        folded: dict[str, str] = {}
        for column, headings in names.items():
            for heading in headings:
                if folded.setdefault(heading, column) != column:
                    raise ValueError(f"{heading!r} stands for both {folded[heading]} and {column}")
        return cls(names, folded)

    def with_headings(self, columns: Mapping[str, str]) -> Vocabulary:
        """The same, where the headings of a mapping count as known too."""
        return Vocabulary(self.names, {**self.folded, **{fold(head): name for name, head in columns.items()}})

    def score(self, cells: Iterable[object]) -> int:
        """How many different columns a row would be the header of."""
        texts = (cell for cell in cells if isinstance(cell, str) and cell and len(cell) < 60)  # noqa: PLR2004
        return len({self.folded[folded] for text in texts if (folded := fold(text)) in self.folded})


@dataclass(frozen=True, slots=True)
class Layout:
    """Where each canonical column stands in the rows of one table."""

    header: tuple[str, ...]
    positions: Mapping[str, int]

    def __contains__(self, column: str) -> bool:
        """Whether the table has this canonical column."""
        return column in self.positions

    def heading(self, column: str) -> str:
        """The column's name as the file writes it, else the canonical one."""
        position = self.positions.get(column)
        return self.header[position] if position is not None else column


def locate(
    header: tuple[str, ...],
    vocabulary: Vocabulary,
    mapped: Mapping[str, str],
    name: str,
    ignored: Iterable[str] = (),
) -> Layout:
    """Find the canonical columns among the headings of a table.

    Args:
        header: the headings as written.
        vocabulary: the headings that are known.
        mapped: canonical column → heading, which beats recognition; a heading may serve several columns.
        name: of the file, for errors.
        ignored: headings that are not to be recognised.

    Raises:
        IntakeError: a mapped or ignored heading is not there.
    """
    positions = {column: _position(header, heading, column, name) for column, heading in mapped.items()}
    taken = {*positions.values(), *(_position(header, heading, "ignore", name) for heading in ignored)}
    folded = ["" if at in taken else fold(heading) for at, heading in enumerate(header)]
    for column, names in vocabulary.names.items():
        if column not in positions:
            found = next((folded.index(known) for known in names if known in folded), None)
            if found is not None:
                positions[column] = found
    return Layout(header, positions)


def _position(header: Sequence[str], heading: str, column: str, name: str) -> int:
    if heading in header:
        return header.index(heading)
    folded = [fold(other) for other in header]
    if fold(heading) in folded:
        return folded.index(fold(heading))
    raise IntakeError(Phrase.HEADER_UNKNOWN, name=name, header=heading, column=column, seen=listed(header))


def require(layout: Layout, alternatives: Iterable[Sequence[str]], name: str, given: Collection[str]) -> None:
    """Refuse a table that lacks a column it cannot be read without.

    Args:
        layout: what was found.
        alternatives: for each need, the columns of which one suffices.
        name: of the file, for the error.
        given: columns that a mapping's constants fill.

    Raises:
        IntakeError: names what is missing and which columns were seen.
    """
    missing = [
        columns
        for columns in alternatives
        if not any(column in layout or column in given for column in columns)
    ]
    if missing:
        raise IntakeError(
            Phrase.COLUMNS_MISSING,
            name=name,
            missing=", ".join(" / ".join(columns) for columns in missing),
            seen=listed(layout.header),
            example=missing[0][0],
        )


def closest(word: str, choices: Collection[str]) -> str:
    """The choice that a mistyped word most likely meant, else all of them."""
    return ", ".join(get_close_matches(word, list(choices), n=1) or sorted(choices))


def listed(headings: Iterable[str]) -> str:
    """The headings that were seen, for an error."""
    return ", ".join(f"« {heading} »" for heading in headings if heading) or "–"
