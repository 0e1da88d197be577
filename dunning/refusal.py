"""A refusal that a person can act on: a key of the phrase book, and what fills it."""

from __future__ import annotations


class Refusal(Exception):  # noqa: N818 - it is the word of the field, and no fault of the program
    """Something was asked that the rules do not allow; nothing was changed."""

    def __init__(self, key: str, **details: object) -> None:
        """Take the key of the phrase and its details; amounts and dates stay typed until they are read."""
        self.key = key
        self.details = details
        super().__init__(f"{key} {details}" if details else key)
