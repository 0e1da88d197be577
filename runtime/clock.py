"""The clocks that web and command line are given: besides Temporal's, the only ones that are read."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Protocol

from dunning.clock import DemoClock


class Clock(Protocol):
    """Tells the business time."""

    def now(self) -> datetime:
        """The instant, in UTC."""
        ...


class SystemClock:
    """The clock of the machine."""

    def now(self) -> datetime:
        """The instant, in UTC."""
        return datetime.now(UTC)


class DemoTime:
    """Business time of a demonstration, which runs faster than that of the machine."""

    def __init__(self, demo: DemoClock, real: Clock | None = None) -> None:
        """Take the mapping that the workflows were started with, and the clock that it maps from."""
        self._demo = demo
        self._real = real or SystemClock()

    def now(self) -> datetime:
        """The business instant, in UTC."""
        return self._demo.business(self._real.now()).astimezone(UTC)


def clock_of(demo: DemoClock | None) -> Clock:
    """The clock of a process: business time where a demonstration runs, else that of the machine."""
    return DemoTime(demo) if demo else SystemClock()
