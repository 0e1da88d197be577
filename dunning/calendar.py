"""Business days, contact windows and the customer's slot, in the local time of the creditor."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import holidays

from dunning.policy import Window

_SATURDAY = 5


@cache
def _holidays(country: str, subdivision: str | None, year: int) -> frozenset[date]:
    # A year at a time and complete: the library's own object fills a year while it is asked about, so that
    # another thread would find a holiday missing.
    return frozenset(holidays.country_holidays(country, subdiv=subdivision, years=year, expand=False))


@dataclass(frozen=True)
class BusinessCalendar:
    """When a customer may be contacted: business days of a place, hours of a kind of customer."""

    window: Window
    time_zone: str = "Europe/Paris"
    country: str = "FR"
    subdivision: str | None = None

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which window and dates are read."""
        return ZoneInfo(self.time_zone)

    def today(self, now: datetime) -> date:
        """The local date at an instant."""
        return now.astimezone(self.zone).date()

    def is_business_day(self, day: date) -> bool:
        """Monday to Friday, and no public holiday of the place."""
        return day.weekday() < _SATURDAY and not self._is_holiday(day)

    def _is_holiday(self, day: date) -> bool:
        return day in _holidays(self.country, self.subdivision, day.year)

    def roll(self, day: date) -> date:
        """The day itself, or the next business day."""
        while not self.is_business_day(day):
            day += timedelta(days=1)
        return day

    def roll_back(self, day: date) -> date:
        """The day itself, or the business day before it."""
        while not self.is_business_day(day):
            day -= timedelta(days=1)
        return day

    def add_business_days(self, day: date, count: int) -> date:
        """The count-th business day after the day, which itself is rolled forward first.

        A negative count goes back, from the day rolled back.
        """
        if count < 0:
            return self._business_days_before(day, -count)
        day = self.roll(day)
        for _ in range(count):
            day = self.roll(day + timedelta(days=1))
        return day

    def _business_days_before(self, day: date, count: int) -> date:
        day = self.roll_back(day)
        for _ in range(count):
            day = self.roll_back(day - timedelta(days=1))
        return day

    def business_days_between(self, earlier: date, later: date) -> int:
        """Business days after the earlier day, up to and including the later one."""
        span = range(1, (later - earlier).days + 1)
        return sum(self.is_business_day(earlier + timedelta(days=offset)) for offset in span)

    def at(self, day: date, moment: time) -> datetime:
        """The instant (UTC) of a local time; a time that the clock skips is taken after the jump."""
        return datetime.combine(day, moment, tzinfo=self.zone).astimezone(UTC)

    def start_of(self, day: date) -> datetime:
        """The instant at which the window of a day opens."""
        return self.at(day, self.window[0].opens)

    def slot(self, day: date, key: str) -> datetime:
        """The customer's minute inside the window of a day.

        Derived from the key (creditor and customer id) alone, so all steps of a customer on one day
        share one instant, and a portfolio spreads over the window.
        """
        minutes = [self._minutes(span.opens, span.closes) for span in self.window]
        digest = int.from_bytes(hashlib.sha256(key.encode()).digest()[:8])
        chosen = digest % sum(minutes)
        for span, length in zip(self.window, minutes, strict=True):
            if chosen < length:
                opens = datetime.combine(day, span.opens, tzinfo=self.zone)
                return (opens + timedelta(minutes=chosen)).astimezone(UTC)
            chosen -= length
        raise AssertionError(key)

    @staticmethod
    def _minutes(opens: time, closes: time) -> int:
        return (closes.hour - opens.hour) * 60 + closes.minute - opens.minute

    def is_open(self, now: datetime) -> bool:
        """Whether a contact may be made at this instant."""
        local = now.astimezone(self.zone)
        if not self.is_business_day(local.date()):
            return False
        return any(span.opens <= local.time() < span.closes for span in self.window)

    def earliest_day(self, now: datetime) -> date:
        """The first day on which a contact can still be made: today until its window closes."""
        local = now.astimezone(self.zone)
        closed = local.time() >= self.window[-1].closes
        return self.roll(local.date() + timedelta(days=1) if closed else local.date())

    def next_opening(self, now: datetime, key: str) -> datetime:
        """When a contact that found the window closed may be made: later today, or at the next slot."""
        local = now.astimezone(self.zone)
        if self.is_business_day(local.date()):
            for span in self.window:
                if local.time() < span.opens:
                    return self.at(local.date(), span.opens)
        return self.slot(self.earliest_day(now + timedelta(minutes=1)), key)
