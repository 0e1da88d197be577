from datetime import UTC, date, timedelta
from itertools import pairwise
from typing import Any

import pytest

from dunning.calendar import BusinessCalendar
from dunning.case import DunningStatus, SendState
from dunning.plan import Act, plan
from dunning.policy import Policy
from tests.dunning.plan_cases import (
    BUSINESS,
    CONSUMER,
    DUE,
    STANDARD,
    days_of,
    done,
    eur,
    facts,
    hold,
    invoice,
    local,
    nominal_days,
    on_the_way,
    paris,
)

_COURSE = ("courtesy", "reminder-1", "reminder-2", "reminder-3", "call", "formal-notice", "hand-over")
_ACTS = (Act.EMAIL, Act.EMAIL, Act.EMAIL, Act.EMAIL, Act.CALL, Act.EMAIL, Act.HAND_OVER)


def _policy(*steps: tuple[str, int, str], level: int = 0) -> Policy:
    """A policy of e-mails: name, offset, what the offset counts."""
    written: list[dict[str, Any]] = [
        {
            "step": step,
            "level": level + number,
            "label": {"en": step},
            "offset": offset,
            "counting": counting,
            "channel": "email",
        }
        for number, (step, offset, counting) in enumerate(steps)
    ]
    texts = {"title": {"en": "Test"}, "description": {"en": "A test."}}
    return Policy.model_validate({"name": "test", "steps": written, **texts})


@pytest.mark.parametrize(
    ("due", "days"),
    [
        # A Thursday, with nothing in the way until a Saturday and a Sunday.
        ("2026-01-15", ("01-12", "01-19", "01-22", "01-29", "02-16", "03-02", "04-15")),
        # A Saturday: paid on Monday is paid on time, so the first reminder waits until Wednesday.
        ("2026-05-30", ("05-27", "06-03", "06-08", "06-15", "06-29", "07-15", "08-28")),
        # A Sunday after Easter's Friday, with Easter Monday, 1 and 8 May ahead.
        ("2026-04-05", ("04-02", "04-09", "04-13", "04-20", "05-05", "05-20", "07-06")),
        # 29 February of a leap year; the courtesy rolls back from a Saturday.
        ("2028-02-29", ("02-25", "03-02", "03-07", "03-14", "03-30", "04-14", "05-29")),
        # The days around Christmas and New Year.
        ("2026-12-24", ("12-21", "12-29", "12-31", "01-07", "01-25", "02-08", "03-24")),
        # New Year's Eve: the second business day after it is 5 January.
        ("2026-12-31", ("12-28", "01-05", "01-07", "01-14", "02-01", "02-15", "03-31")),
    ],
)
def test_the_standard_course_of_an_invoice(due: str, days: tuple[str, ...]) -> None:
    """J-3, the second business day after a rolled due date, J+7, J+14, J+30, J+45, J+90, on business days."""
    dated = plan(invoice(date.fromisoformat(due)), STANDARD, facts(), BUSINESS, None)
    assert tuple(step.step for step in dated.steps) == _COURSE
    assert tuple(step.act for step in dated.steps) == _ACTS
    assert tuple(f"{local(step):%m-%d}" for step in dated.steps) == days
    assert dated.status is DunningStatus.DUNNING


def test_alsace_moselle_keeps_its_own_holidays() -> None:
    """Good Friday 2028 is a holiday in Metz: the formal notice waits until Tuesday after Easter."""
    metz = BusinessCalendar(window=BUSINESS.window, subdivision="57")
    dated = plan(invoice(date(2028, 2, 29)), STANDARD, facts(), metz, None)
    assert days_of(dated)["formal-notice"] == date(2028, 4, 18)


@pytest.mark.parametrize(
    ("due", "early", "late"),
    [("2026-03-19", "reminder-1", "reminder-3"), ("2026-10-15", "reminder-1", "reminder-3")],
)
def test_the_clock_on_the_wall_counts_across_summer_time(due: str, early: str, late: str) -> None:
    """Before and after the change of the clock a customer is written to at the same local minute."""
    dated = plan(invoice(date.fromisoformat(due)), STANDARD, facts(), BUSINESS, None)
    first, second = (next(step for step in dated.steps if step.step == name) for name in (early, late))
    assert local(first).time() == local(second).time()
    assert first.at.time() != second.at.time()
    assert first.at.tzinfo is UTC


@pytest.mark.parametrize("calendar", [BUSINESS, CONSUMER], ids=["business", "consumer"])
def test_all_steps_of_a_customer_share_its_minute(calendar: BusinessCalendar) -> None:
    """Two invoices of one customer due the same day ask for the same instants; another customer's differ."""
    first = plan(invoice(), STANDARD, facts(), calendar, None)
    second = plan(invoice(invoice_id="inv-2"), STANDARD, facts(), calendar, None)
    other = plan(invoice(customer_id="cust-2"), STANDARD, facts(), calendar, None)
    assert [step.at for step in first.steps] == [step.at for step in second.steps]
    assert [step.at for step in first.steps] != [step.at for step in other.steps]
    assert len({local(step).time() for step in first.steps}) == 1


def test_business_days_before_the_due_date_are_counted_back() -> None:
    """Three business days before Monday 9 March is Wednesday the 4th, not Friday the 6th."""
    policy = _policy(("courtesy", -3, "business_days"), ("reminder", 1, "business_days"))
    dated = plan(invoice(date(2026, 3, 9)), policy, facts(), BUSINESS, None)
    assert list(days_of(dated).values()) == [date(2026, 3, 4), date(2026, 3, 10)]


@pytest.mark.parametrize(
    ("known_on", "first", "steps"),
    [
        # Before its courtesy.
        (date(2026, 2, 20), date(2026, 3, 2), 7),
        # After it, still before the due date: the courtesy comes at once.
        (date(2026, 3, 4), date(2026, 3, 4), 7),
        # On the due date there is nothing to announce any more.
        (date(2026, 3, 5), date(2026, 3, 9), 6),
        # Late by a hundred days, on a Saturday: the first reminder on Monday.
        (date(2026, 6, 13), date(2026, 6, 15), 6),
    ],
)
def test_an_invoice_starts_where_it_is_first_seen(known_on: date, first: date, steps: int) -> None:
    """An invoice first seen late starts at its first reminder, never at the letter."""
    dated = plan(invoice(), STANDARD, facts(), BUSINESS, paris(known_on))
    assert local(dated.steps[0]).date() == first
    assert len(dated.steps) == steps
    assert dated.steps[0].step == _COURSE[-steps]


def test_late_is_never_a_burst() -> None:
    """A backlog of a hundred days is walked through at the policy's own pace, one level after the other."""
    days = list(days_of(plan(invoice(), STANDARD, facts(), BUSINESS, paris(date(2026, 6, 13)))).values())
    nominal = list(nominal_days(DUE).values())[1:]
    for (earlier, later), (first, second) in zip(pairwise(days), pairwise(nominal), strict=True):
        assert later - earlier >= second - first
        assert later - earlier <= second - first + timedelta(days=4)


def test_the_import_may_state_the_last_contact() -> None:
    """Level 3 reached elsewhere 20 days late: the call follows with the policy's spacing."""
    attempts = (done("reminder-3", nominal_days(DUE)["reminder-3"] + timedelta(days=20)),)
    dated = plan(invoice(), STANDARD, facts(attempts=attempts), BUSINESS, paris(date(2026, 4, 10)))
    assert [step.step for step in dated.steps] == ["call", "formal-notice", "hand-over"]
    assert days_of(dated)["call"] == nominal_days(DUE)["call"] + timedelta(days=20)


def test_an_escalation_never_goes_back() -> None:
    """Levels up to the highest acted on are over, also those left out on the way."""
    dated = plan(invoice(), STANDARD, facts(attempts=(done("reminder-2", DUE),)), BUSINESS, paris(DUE))
    assert dated.steps[0].step == "reminder-3"


def test_an_outage_shifts_what_follows() -> None:
    """Away from the 10th to the 30th: the second reminder goes out then, the rest keeps its distance."""
    attempts = on_the_way("courtesy", "reminder-1")
    dated = plan(invoice(), STANDARD, facts(attempts=attempts), BUSINESS, paris(date(2026, 3, 30)))
    days = days_of(dated)
    assert days["reminder-2"] == date(2026, 3, 30)
    assert days["reminder-3"] == date(2026, 4, 7), "a week later is Easter Monday"
    assert days["call"] >= days["reminder-3"] + timedelta(days=19)


def test_a_slot_of_today_that_has_passed_is_still_today() -> None:
    """In the afternoon the step is done at once; after the window closes, the next business day."""
    attempts = on_the_way("courtesy")
    day = nominal_days(DUE)["reminder-1"]
    late_today = plan(invoice(), STANDARD, facts(attempts=attempts), BUSINESS, paris(day, 17, 59))
    tomorrow = plan(invoice(), STANDARD, facts(attempts=attempts), BUSINESS, paris(day, 18))
    assert local(late_today.steps[0]).date() == day
    assert local(tomorrow.steps[0]).date() == day + timedelta(days=1)


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"balance": eur("0")}, DunningStatus.SETTLED),
        ({"balance": eur("-5.00")}, DunningStatus.SETTLED),
        ({"closed": DunningStatus.WRITTEN_OFF}, DunningStatus.WRITTEN_OFF),
        ({"closed": DunningStatus.SETTLED, "balance": eur("10.00")}, DunningStatus.SETTLED),
        ({"presumed_paid": True}, DunningStatus.PRESUMED_PAID),
        ({"hold": hold(None)}, DunningStatus.HELD),
        ({"attempts": (done("hand-over", DUE),)}, DunningStatus.EXHAUSTED),
    ],
)
def test_nothing_is_planned_where_nothing_is_to_be_done(
    changes: dict[str, Any], status: DunningStatus
) -> None:
    """Settled, closed, presumed paid, held without end, out of levels: no steps, and the reason."""
    dated = plan(invoice(), STANDARD, facts(**changes), BUSINESS, paris(date(2026, 3, 10)))
    assert (dated.steps, dated.status) == ((), status)


def test_a_hold_moves_the_course_to_its_end() -> None:
    """Held until Saturday 2 May: the next level on Monday, and the policy's spacing from there."""
    attempts = on_the_way("courtesy", "reminder-1")
    held = facts(attempts=attempts, hold=hold(date(2026, 5, 2)))
    dated = plan(invoice(), STANDARD, held, BUSINESS, paris(date(2026, 3, 10)))
    assert dated.status is DunningStatus.HELD
    days = list(days_of(dated).values())
    assert days[0] == date(2026, 5, 4)
    assert days[1] - days[0] >= timedelta(days=7)


def test_a_hold_that_ends_before_the_next_step_changes_no_date() -> None:
    """A pause of two days between two reminders leaves the course as it is."""
    attempts = on_the_way("courtesy", "reminder-1")
    held = facts(attempts=attempts, hold=hold(date(2026, 3, 11)))
    dated = plan(invoice(), STANDARD, held, BUSINESS, paris(date(2026, 3, 10)))
    assert dated.status is DunningStatus.HELD
    assert days_of(dated)["reminder-2"] == nominal_days(DUE)["reminder-2"]


def test_resumed_the_spacing_goes_on_from_today() -> None:
    """After a hold that was lifted the next level comes today, the one after it a policy's spacing later."""
    attempts = on_the_way("courtesy", "reminder-1")
    dated = plan(invoice(), STANDARD, facts(attempts=attempts), BUSINESS, paris(date(2026, 4, 14)))
    days = days_of(dated)
    assert (days["reminder-2"], days["reminder-3"]) == (date(2026, 4, 14), date(2026, 4, 21))


def test_on_the_day_a_hold_ends_dunning_runs() -> None:
    """Held until a day means that the day itself is free."""
    held = facts(hold=hold(date(2026, 3, 10)))
    assert plan(invoice(), STANDARD, held, BUSINESS, paris(date(2026, 3, 9))).status is DunningStatus.HELD
    assert plan(invoice(), STANDARD, held, BUSINESS, paris(date(2026, 3, 10))).status is DunningStatus.DUNNING


def test_two_levels_never_fall_on_one_day() -> None:
    """Offsets 9 and 10 of a Thursday are a weekend: the first takes Monday, the second Tuesday."""
    dated = plan(invoice(), _policy(("a1", 9, "days"), ("b1", 10, "days")), facts(), BUSINESS, None)
    assert list(days_of(dated).values()) == [date(2026, 3, 16), date(2026, 3, 17)]


def test_levels_that_count_differently_keep_their_order() -> None:
    """Two business days after a Friday is Tuesday; the next level at J+3 is not before it, on Monday."""
    policy = _policy(("a1", 2, "business_days"), ("b1", 3, "days"))
    dated = plan(invoice(date(2026, 3, 6)), policy, facts(), BUSINESS, None)
    assert list(days_of(dated).values()) == [date(2026, 3, 10), date(2026, 3, 11)]


def test_two_courtesies_seen_late_are_no_burst() -> None:
    """Two days before the due date only what still has a day of its own is announced."""
    policy = _policy(("a1", -10, "days"), ("b1", -7, "days"), ("c1", -3, "days"), ("reminder", 7, "days"))
    dated = plan(invoice(), policy, facts(), BUSINESS, paris(date(2026, 3, 3)))
    assert days_of(dated) == {"a1": date(2026, 3, 3), "b1": date(2026, 3, 4), "reminder": date(2026, 3, 12)}


def test_nothing_follows_on_the_day_of_a_contact() -> None:
    """A level done today is not followed by another one today, whatever the dates of the policy say."""
    attempts = (done("reminder-1", date(2026, 3, 12)),)
    policy = STANDARD.model_copy(
        update={"steps": tuple(step.model_copy(update={"offset": 2}) for step in STANDARD.steps)}
    )
    dated = plan(invoice(), policy, facts(attempts=attempts), BUSINESS, paris(date(2026, 3, 12), 16))
    assert local(dated.steps[0]).date() == date(2026, 3, 13)


@pytest.mark.parametrize("state", [SendState.REFUSED, SendState.UNKNOWN, SendState.ACCEPTED])
def test_a_level_is_acted_on_however_it_ended(state: SendState) -> None:
    """A refused or uncertain message is never planned again; the next level keeps its date."""
    attempts = (*on_the_way("courtesy"), done("reminder-1", nominal_days(DUE)["reminder-1"], state))
    dated = plan(invoice(), STANDARD, facts(attempts=attempts), BUSINESS, paris(date(2026, 3, 10)))
    assert dated.steps[0].step == "reminder-2"
    assert days_of(dated)["reminder-2"] == nominal_days(DUE)["reminder-2"]
