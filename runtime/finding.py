"""What an examination of one service or file found, in words, and what to do about it."""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, ConfigDict


class Verdict(StrEnum):
    """How a finding is to be taken."""

    OK = "ok"
    WARNING = "warning"
    """It works, but someone should look at it."""
    FAILED = "failed"
    """Something will not work until it is mended."""


class Finding(BaseModel):
    """The outcome of one check."""

    model_config = ConfigDict(frozen=True)

    name: str
    """What was looked at, such as ``Temporal``."""
    verdict: Verdict
    words: str
    """What was found; several faults stand on a line each."""
    remedy: str | None = None
    """What to do, unless all is well or the words say so themselves."""


def fine(name: str, words: str) -> Finding:
    """All is well."""
    return Finding(name=name, verdict=Verdict.OK, words=words)


def doubtful(name: str, words: str, remedy: str) -> Finding:
    """It works, but someone should look at it."""
    return Finding(name=name, verdict=Verdict.WARNING, words=words, remedy=remedy)


def broken(name: str, words: str, remedy: str | None = None) -> Finding:
    """It does not work until someone mends it."""
    return Finding(name=name, verdict=Verdict.FAILED, words=words, remedy=remedy)
