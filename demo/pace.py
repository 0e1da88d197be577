"""The demonstration's time: business days that pass in about a second each."""

from __future__ import annotations

import asyncio
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dunning.clock import DemoClock
from runtime.clock import Clock, SystemClock

SPEED = 72_000.0
"""Business seconds per real second, unless asked otherwise: a day lasts 1.2 s."""


class Pace:
    """Tells the business time, and waits for it."""

    def __init__(self, start: datetime, speed: float, zone: ZoneInfo, real: Clock | None = None) -> None:
        """Let business time begin now.

        Args:
            start: the business instant of this moment.
            speed: business seconds per real second.
            zone: of the creditor, in which dates are read.
            real: the clock that the business time is derived from.
        """
        self._real = real or SystemClock()
        self.zone = zone
        self.clock = DemoClock(business_start=start, real_start=self._real.now(), speed=speed)

    def now(self) -> datetime:
        """The business instant, in UTC."""
        return self.clock.business(self._real.now())

    def today(self) -> date:
        """The creditor's local date."""
        return self.now().astimezone(self.zone).date()

    def at(self, day: date, moment: time) -> datetime:
        """The business instant of a local time."""
        return datetime.combine(day, moment, tzinfo=self.zone)

    async def until(self, instant: datetime) -> None:
        """Return once the business time is there, at once where it has passed."""
        left = self.clock.real(instant) - self._real.now()
        await asyncio.sleep(max(left.total_seconds(), 0))

    async def pause(self, business: timedelta) -> None:
        """Let a business duration pass."""
        await asyncio.sleep(self.clock.real_delay(business).total_seconds())
