from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time, timedelta
from time import sleep

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

import dunning.calendar
from dunning.calendar import BusinessCalendar
from dunning.policy import Hours
from tests.dunning.plan_cases import BUSINESS, CONSUMER, PARIS, paris

ALSACE = BusinessCalendar(window=BUSINESS.window, subdivision="57")
_START = datetime(2026, 1, 1, tzinfo=UTC)
_DAYS = st.dates(date(2020, 1, 1), date(2040, 12, 31))


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2026, 1, 1), "New Year"),
        (date(2026, 4, 6), "Easter Monday"),
        (date(2026, 5, 1), "Labour Day"),
        (date(2026, 5, 8), "Victory 1945"),
        (date(2026, 5, 14), "Ascension"),
        (date(2026, 5, 25), "Whit Monday"),
        (date(2026, 7, 14), "Bastille Day"),
        (date(2025, 8, 15), "Assumption"),
        (date(2024, 11, 1), "All Saints"),
        (date(2026, 11, 11), "Armistice"),
        (date(2026, 12, 25), "Christmas"),
    ],
)
def test_french_holidays_are_no_business_days(day: date, name: str) -> None:
    """The eleven of the labour code (C. trav. L3133-1), each on a weekday."""
    assert day.weekday() < 5, name
    assert not BUSINESS.is_business_day(day), name


@pytest.mark.parametrize("day", [date(2026, 4, 3), date(2028, 12, 26)])
def test_alsace_moselle_has_two_more(day: date) -> None:
    """Good Friday and 26 December are holidays there (C. trav. L3134-13), business days elsewhere."""
    assert BUSINESS.is_business_day(day)
    assert not ALSACE.is_business_day(day)
    assert ALSACE.roll(day) > day


def test_weekends_are_no_business_days() -> None:
    """Saturday and Sunday roll to Monday, or back to Friday."""
    for day in (date(2026, 3, 7), date(2026, 3, 8)):
        assert not BUSINESS.is_business_day(day)
        assert BUSINESS.roll(day) == date(2026, 3, 9)
        assert BUSINESS.roll_back(day) == date(2026, 3, 6)


@pytest.mark.parametrize(
    ("day", "count", "expected"),
    [
        (date(2026, 3, 5), 0, date(2026, 3, 5)),
        (date(2026, 3, 5), 2, date(2026, 3, 9)),
        (date(2026, 3, 7), 0, date(2026, 3, 9)),
        (date(2026, 3, 7), 2, date(2026, 3, 11)),
        (date(2026, 12, 24), 2, date(2026, 12, 29)),
        (date(2028, 2, 28), 2, date(2028, 3, 1)),
        (date(2026, 3, 5), -3, date(2026, 3, 2)),
        (date(2026, 3, 8), -1, date(2026, 3, 5)),
        (date(2026, 4, 7), -1, date(2026, 4, 3)),
    ],
)
def test_business_days_are_counted_from_a_business_day(day: date, count: int, expected: date) -> None:
    """Forward from the day rolled forward, backward from the day rolled back."""
    assert BUSINESS.add_business_days(day, count) == expected


@given(day=_DAYS, count=st.integers(0, 30))
def test_counting_and_adding_agree(day: date, count: int) -> None:
    """As many business days lie between a day and the n-th one after it."""
    later = BUSINESS.add_business_days(day, count)
    assert BUSINESS.is_business_day(later)
    assert BUSINESS.business_days_between(BUSINESS.roll(day), later) == count


@given(day=_DAYS, count=st.integers(1, 30))
def test_counting_back_mirrors_counting_forward(day: date, count: int) -> None:
    """From a business day, n back and n forward is the same day."""
    day = BUSINESS.roll(day)
    assert BUSINESS.add_business_days(BUSINESS.add_business_days(day, -count), count) == day


@pytest.mark.parametrize(
    ("day", "utc_hour"),
    [
        (date(2026, 3, 27), 8),
        (date(2026, 3, 30), 7),
        (date(2026, 10, 23), 7),
        (date(2026, 10, 26), 8),
    ],
)
def test_the_window_opens_at_nine_by_the_clock_on_the_wall(day: date, utc_hour: int) -> None:
    """Before and after both changes of the clock (29 March and 25 October 2026)."""
    assert BUSINESS.start_of(day) == datetime(day.year, day.month, day.day, utc_hour, tzinfo=UTC)


def test_a_time_that_the_clock_skips_is_taken_after_the_jump() -> None:
    """02:30 does not exist on 29 March 2026; 03:30 is meant."""
    at = BUSINESS.at(date(2026, 3, 29), time(2, 30))
    assert at.astimezone(PARIS).time() == time(3, 30)


def test_the_date_is_that_of_the_place() -> None:
    """At 23:30 UTC it is the next day in Paris, not yet in Cayenne, which has holidays of its own."""
    late = datetime(2026, 1, 15, 23, 30, tzinfo=UTC)
    assert BUSINESS.today(late) == date(2026, 1, 16)
    guiana = BusinessCalendar(window=BUSINESS.window, time_zone="America/Cayenne", subdivision="973")
    assert guiana.today(late) == date(2026, 1, 15)
    assert not guiana.is_business_day(date(2026, 6, 10)), "abolition of slavery"


@given(day=_DAYS, key=st.text(min_size=1, max_size=20))
@pytest.mark.parametrize("calendar", [BUSINESS, CONSUMER], ids=["business", "consumer"])
def test_a_slot_lies_in_the_window(calendar: BusinessCalendar, day: date, key: str) -> None:
    """A whole minute inside one of the spans, on that day by the clock on the wall, in UTC."""
    slot = calendar.slot(day, key)
    wall = slot.astimezone(PARIS)
    assert slot.tzinfo is UTC
    assert wall.date() == day
    assert any(span.opens <= wall.time() < span.closes for span in calendar.window)
    assert (wall.second, wall.microsecond) == (0, 0)


@given(days=st.lists(_DAYS, min_size=2, max_size=5), key=st.text(min_size=1, max_size=20))
def test_a_customer_has_one_minute(days: list[date], key: str) -> None:
    """Every day at the same time, in summer and in winter, so that invoices of one customer meet."""
    assert len({CONSUMER.slot(day, key).astimezone(PARIS).time() for day in days}) == 1


def test_slots_spread_over_the_window() -> None:
    """A portfolio does not go out in one minute: 500 customers take at least 200 of the 540 minutes."""
    slots = {BUSINESS.slot(date(2026, 3, 9), f"creditor:customer-{number}") for number in range(500)}
    assert len(slots) > 200


@pytest.mark.parametrize(
    ("calendar", "hour", "minute", "is_open"),
    [
        (BUSINESS, 8, 59, False),
        (BUSINESS, 9, 0, True),
        (BUSINESS, 12, 30, True),
        (BUSINESS, 17, 59, True),
        (BUSINESS, 18, 0, False),
        (CONSUMER, 9, 59, False),
        (CONSUMER, 10, 0, True),
        (CONSUMER, 12, 59, True),
        (CONSUMER, 13, 0, False),
        (CONSUMER, 13, 59, False),
        (CONSUMER, 14, 0, True),
        (CONSUMER, 19, 59, True),
        (CONSUMER, 20, 0, False),
    ],
)
def test_contacts_are_made_within_the_hours(
    calendar: BusinessCalendar, hour: int, minute: int, *, is_open: bool
) -> None:
    """9-18 for businesses, 10-13 and 14-20 for consumers; the closing minute is outside."""
    assert calendar.is_open(paris(date(2026, 3, 9), hour, minute)) is is_open


@pytest.mark.parametrize("day", [date(2026, 3, 7), date(2026, 3, 8), date(2026, 5, 1)])
def test_nobody_is_contacted_on_a_day_off(day: date) -> None:
    """Weekends and holidays are closed at every hour."""
    assert not BUSINESS.is_open(paris(day, 11))
    assert not CONSUMER.is_open(paris(day, 11))


@pytest.mark.parametrize(
    ("now", "earliest"),
    [
        (paris(date(2026, 3, 9), 7), date(2026, 3, 9)),
        (paris(date(2026, 3, 9), 17, 59), date(2026, 3, 9)),
        (paris(date(2026, 3, 9), 18), date(2026, 3, 10)),
        (paris(date(2026, 3, 6), 18), date(2026, 3, 9)),
        (paris(date(2026, 3, 7), 10), date(2026, 3, 9)),
        (paris(date(2026, 12, 31), 19), date(2027, 1, 4)),
    ],
)
def test_the_earliest_day_is_today_until_the_window_closes(now: datetime, earliest: date) -> None:
    """Then it is the next business day, across weekend and New Year."""
    assert BUSINESS.earliest_day(now) == earliest


@pytest.mark.parametrize(
    ("now", "opening"),
    [
        (paris(date(2026, 3, 9), 7), paris(date(2026, 3, 9), 10)),
        (paris(date(2026, 3, 9), 13, 20), paris(date(2026, 3, 9), 14)),
    ],
)
def test_a_closed_window_opens_later_the_same_day(now: datetime, opening: datetime) -> None:
    """Before ten and during lunch a consumer's contact waits for the hour."""
    assert CONSUMER.next_opening(now, "k") == opening


@given(
    now=st.timedeltas(timedelta(0), timedelta(days=730)).map(lambda span: _START + span),
    calendar=st.sampled_from([BUSINESS, CONSUMER]),
)
def test_the_next_opening_is_open_and_not_past(now: datetime, calendar: BusinessCalendar) -> None:
    """Wherever a contact found the window closed, the instant it waits for is within hours."""
    if calendar.is_open(now):
        return
    opening = calendar.next_opening(now, "creditor:customer")
    assert opening > now
    assert calendar.is_open(opening)
    assert opening - now < timedelta(days=6)


def test_holidays_of_a_year_are_complete_for_every_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """No thread sees a year half filled, in which a holiday would still be a business day."""
    dunning.calendar._holidays.cache_clear()
    real = holidays.HolidayBase._populate

    def slowly(self: holidays.HolidayBase, year: int) -> None:
        sleep(0.05)
        real(self, year)

    monkeypatch.setattr(holidays.HolidayBase, "_populate", slowly)
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: BUSINESS.is_business_day(date(2031, 7, 14)), range(8)))
    assert answers == [False] * 8


def test_hours_of_half_an_hour_hold_every_customer() -> None:
    """A short window is shared by all."""
    short = BusinessCalendar(window=(Hours(opens=time(9), closes=time(9, 30)),))
    slots = {short.slot(date(2026, 3, 9), str(number)) for number in range(300)}
    assert len(slots) == 30
