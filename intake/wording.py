"""Faults of a file, and how they are put into words."""

from __future__ import annotations

from dunning.party import Language
from intake.phrases import Phrase
from intake.sentences import SENTENCES


def say(phrase: Phrase, language: Language, **details: object) -> str:
    """Put a phrase into words.

    Args:
        phrase: what to say.
        language: of the person who reads it.
        details: the values that the sentence names.
    """
    french, english = SENTENCES[phrase]
    return (french if language is Language.FRENCH else english).format_map(details)


class IntakeError(ValueError):
    """A whole file, mapping or option cannot be used; says what to do about it."""

    def __init__(self, phrase: Phrase, **details: object) -> None:
        """Keep the phrase, so that the command line can say it in the person's language."""
        self.phrase = phrase
        self.details = details
        super().__init__(say(phrase, Language.ENGLISH, **details))

    def in_words(self, language: Language) -> str:
        """The sentence in this language."""
        return say(self.phrase, language, **self.details)


class CellError(ValueError):
    """One cell does not hold what its column promises."""

    def __init__(self, phrase: Phrase, **details: object) -> None:
        """Keep the phrase; file, line and column are added where they are known."""
        self.phrase = phrase
        self.details = details
        super().__init__(say(phrase, Language.ENGLISH, **details))
