"""The demonstration where no terminal watches: a line for each event."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, TextIO

from demo.feed import Line, News
from dunning.party import Language
from dunning.wording import short_instant

if TYPE_CHECKING:
    from demo.performance import Programme


class ToldLines:
    """Prints what happens as it happens, business time first."""

    def __init__(self, stream: TextIO, language: Language, time_zone: str) -> None:
        """Print there, for this reader."""
        self._stream = stream
        self._language = language
        self._time_zone = time_zone

    def show(self, now: datetime, lines: tuple[Line, ...], programme: Programme) -> None:
        """Nothing: the lines told it."""

    def hear(self, news: tuple[News, ...]) -> None:
        """A line each."""
        for one in news:
            self._say(one.at, f"{one.number}  {one.customer} : {one.sentence}")

    def note(self, at: datetime, text: str) -> None:
        """A line that stands out."""
        self._say(at, f"*** {text}")

    def _say(self, at: datetime, text: str) -> None:
        when = short_instant(at, self._time_zone, self._language)
        self._stream.write(f"{when}  {text}\n")
        self._stream.flush()
