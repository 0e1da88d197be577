"""What `rates` says, in French and English."""

from __future__ import annotations

from dunning.party import Language
from dunning.wording import said

_WORDS: dict[str, tuple[str, str]] = {
    "added": (
        "{semester} : noté dans {file}. Redémarrez le worker pour qu'il en tienne compte.",
        "{semester}: written to {file}. Restart the worker so that it takes it into account.",
    ),
    "ecb": ("Taux BCE", "ECB rate"),
    "legal": ("Taux légal", "Legal rate"),
    "missing": (
        "Taux inconnu(s) : {semesters}. Les intérêts s'arrêtent avant ; `rates add` les note.",
        "Rate(s) not known: {semesters}. Interest stops before; `rates add` takes them.",
    ),
    "penalty": ("Pénalités par défaut", "Default penalty"),
    "public_penalty": ("Acheteurs publics", "Public buyers"),
    "seen_on": ("Vu le", "Seen on"),
    "semester": ("Semestre", "Semester"),
    "source": ("Source", "Source"),
    "title": ("Taux d'intérêt, France", "Interest rates, France"),
}


def word(key: str, language: Language, **details: object) -> str:
    """One word or sentence of the list above; details are written as they are to be read."""
    return said(_WORDS[key], language, details)
