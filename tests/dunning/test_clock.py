from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from dunning.clock import DemoClock

_PARIS = ZoneInfo("Europe/Paris")
_REAL = datetime(2026, 3, 2, 12, tzinfo=UTC)


def test_business_time_is_exact_across_a_change_of_the_local_clock() -> None:
    """A start given in local winter time is right in summer too: hours are counted, not read off a dial."""
    clock = DemoClock(business_start=datetime(2026, 1, 5, 7, tzinfo=_PARIS), real_start=_REAL)
    later = clock.business(_REAL + timedelta(days=180))
    assert later == datetime(2026, 7, 4, 6, tzinfo=UTC)
    assert clock.real(datetime(2026, 7, 4, 8, tzinfo=_PARIS)) == _REAL + timedelta(days=180)


def test_there_and_back_is_the_same_instant() -> None:
    """Mapping to business time and back loses nothing, whatever the speed."""
    clock = DemoClock(business_start=datetime(2026, 1, 5, 6, tzinfo=UTC), real_start=_REAL, speed=86_400)
    moment = _REAL + timedelta(seconds=93)
    assert clock.real(clock.business(moment)) == moment


def test_an_instant_without_a_zone_is_refused() -> None:
    """A start that names no zone would be another instant on another machine."""
    with pytest.raises(ValidationError):
        DemoClock(business_start=datetime(2026, 1, 5, 7), real_start=_REAL)  # noqa: DTZ001
