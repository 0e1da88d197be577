from datetime import UTC, datetime, timedelta

import pytest

from dunning.clock import DemoClock
from runtime.clock import DemoTime, SystemClock, clock_of

_BUSINESS = datetime(2026, 1, 5, 8, tzinfo=UTC)
_REAL = datetime(2030, 6, 1, tzinfo=UTC)


class _Stopped:
    """A clock that stands."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at


def test_the_system_clock_is_that_of_the_machine() -> None:
    """It tells UTC and goes forward."""
    clock = SystemClock()
    first, second = clock.now(), clock.now()
    assert first.tzinfo is UTC
    assert first <= second


@pytest.mark.parametrize("seconds", [0, 1, 90])
def test_demo_time_runs_at_its_speed(seconds: int) -> None:
    """At a day a second, a real second later it is the next business day."""
    demo = DemoClock(business_start=_BUSINESS, real_start=_REAL, speed=86_400)
    clock = DemoTime(demo, _Stopped(_REAL + timedelta(seconds=seconds)))
    assert clock.now() == _BUSINESS + timedelta(days=seconds)
    assert clock.now().tzinfo is UTC


def test_demo_time_agrees_with_the_delays_of_the_workflow() -> None:
    """An instant mapped to the real clock and back is the same, so both sides wait for the same moment."""
    demo = DemoClock(business_start=_BUSINESS, real_start=_REAL, speed=43_200)
    due = _BUSINESS + timedelta(days=30, hours=3)
    assert DemoTime(demo, _Stopped(demo.real(due))).now() == due
    assert demo.real(due) - _REAL == demo.real_delay(due - _BUSINESS)


def test_production_has_no_demo_clock() -> None:
    """Without a demonstration the clock is that of the machine."""
    assert isinstance(clock_of(None), SystemClock)
    demo = DemoClock(business_start=_BUSINESS, real_start=_REAL)
    assert isinstance(clock_of(demo), DemoTime)
