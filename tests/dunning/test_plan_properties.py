"""What holds for every plan, whatever the policy, the dates, the facts and the clock."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from dunning.calendar import BusinessCalendar
from dunning.case import Attempt, CaseFacts, DunningStatus, SendState
from dunning.party import CustomerKind
from dunning.plan import Act, DunningPlan, plan
from dunning.policy import Counting, Policy
from tests.dunning.plan_cases import (
    BUSINESS,
    CONSUMER,
    PARIS,
    STANDARD,
    eur,
    facts,
    hold,
    instalments,
    invoice,
    local,
    promise,
)

_FIRST, _LAST = date(2024, 1, 1), date(2029, 12, 31)
_DUE = st.dates(_FIRST, _LAST)
_CALENDARS = st.sampled_from([BUSINESS, CONSUMER, BusinessCalendar(window=BUSINESS.window, subdivision="57")])


@st.composite
def _policies(draw: st.DrawFn) -> Policy:
    """Any policy of e-mails whose offsets and levels grow; counting may change at each step."""
    offsets = sorted(draw(st.sets(st.integers(-20, 60), min_size=1, max_size=8)))
    steps = []
    for number, offset in enumerate(offsets):
        counting = draw(st.sampled_from(Counting))
        steps.append(
            {
                "step": f"step-{number}",
                "level": number,
                "label": {"en": "x"},
                "offset": offset,
                "counting": counting,
                "channel": "email",
            }
        )
    texts = {"title": {"en": "x"}, "description": {"en": "x"}}
    return Policy.model_validate({"name": "any-policy", "steps": steps, **texts})


_POLICIES = st.one_of(st.just(STANDARD), _policies())


@st.composite
def _attempts(draw: st.DrawFn, policy: Policy, due: date) -> tuple[Attempt, ...]:
    """Some of the first levels, acted on later and later, ended in any way."""
    count = draw(st.integers(0, len(policy.steps)))
    on = due + timedelta(days=draw(st.integers(-30, 30)))
    attempts = []
    for step in policy.steps[:count]:
        on += timedelta(days=draw(st.integers(0, 20)))
        state = draw(
            st.sampled_from([SendState.ACCEPTED, SendState.REFUSED, SendState.UNKNOWN, SendState.SKIPPED])
        )
        attempts.append(
            Attempt(step=step.step, level=step.level, on=on, state=state, reminder=step.is_reminder)
        )
    return tuple(attempts)


@st.composite
def _cases(draw: st.DrawFn) -> tuple[date, Policy, CaseFacts]:
    """A due date, a policy, and what may have happened; perhaps with an arrangement."""
    due, policy = draw(_DUE), draw(_POLICIES)
    soon = due + timedelta(days=draw(st.integers(1, 120)))
    arrangements: list[dict[str, Any]] = [
        {},
        {"hold": hold(soon)},
        {"hold": hold(None)},
        {"promise": promise(soon)},
        {"instalments": instalments(soon, soon + timedelta(days=30))},
        {"instalments": instalments(soon, soon + timedelta(days=1), soon + timedelta(days=2))},
        {"presumed_paid": True},
    ]
    arrangement = draw(st.sampled_from(arrangements))
    return due, policy, facts(attempts=draw(_attempts(policy, due)), **arrangement)


@st.composite
def _escalations(draw: st.DrawFn) -> tuple[date, Policy, CaseFacts]:
    """A case whose levels run, without an arrangement."""
    due, policy = draw(_DUE), draw(_POLICIES)
    return due, policy, facts(attempts=draw(_attempts(policy, due)))


_MIDNIGHT = datetime(2024, 1, 1, tzinfo=UTC)
_INSTANTS = st.timedeltas(timedelta(0), timedelta(days=2500)).map(lambda span: _MIDNIGHT + span)


def _instants_near(due: date) -> st.SearchStrategy[datetime]:
    midnight = datetime(due.year, due.month, due.day, tzinfo=UTC)
    return st.timedeltas(timedelta(days=-60), timedelta(days=200)).map(lambda shift: midnight + shift)


def _acts(dated: DunningPlan) -> list[str]:
    return [step.step for step in dated.steps]


@given(case=_cases(), calendar=_CALENDARS, data=st.data())
def test_steps_are_in_order(
    case: tuple[date, Policy, CaseFacts], calendar: BusinessCalendar, data: st.DataObject
) -> None:
    """Levels that escalate come one after the other, each on a day of its own; what is looked at, in time."""
    due, policy, known = case
    dated = plan(invoice(due), policy, known, calendar, data.draw(_instants_near(due)))
    assert [step.at for step in dated.steps] == sorted(step.at for step in dated.steps)
    contacts = [step for step in dated.steps if step.act is not Act.REVIEW]
    for earlier, later in pairwise(contacts):
        assert local(earlier).date() < local(later).date()
        assert earlier.level < later.level or earlier.act is Act.INSTALMENT_REMINDER
    assert len(set(_acts(dated))) == len(dated.steps)


@given(case=_cases(), calendar=_CALENDARS, data=st.data())
def test_nobody_is_contacted_out_of_hours(
    case: tuple[date, Policy, CaseFacts], calendar: BusinessCalendar, data: st.DataObject
) -> None:
    """Every instant lies inside the window of a business day."""
    due, policy, known = case
    now = data.draw(st.none() | _instants_near(due))
    for step in plan(invoice(due), policy, known, calendar, now).steps:
        assert calendar.is_open(step.at)
        assert step.at.tzinfo is UTC


@given(case=_cases(), calendar=_CALENDARS, data=st.data())
def test_nothing_lies_before_today(
    case: tuple[date, Policy, CaseFacts], calendar: BusinessCalendar, data: st.DataObject
) -> None:
    """No contact is dated before the local day of now, nor on it once the window is closed."""
    due, policy, known = case
    now = data.draw(_instants_near(due))
    for step in plan(invoice(due), policy, known, calendar, now).steps:
        if step.act is not Act.REVIEW:
            assert local(step).date() >= calendar.earliest_day(now)


@given(case=_escalations(), calendar=_CALENDARS, data=st.data())
def test_a_later_now_makes_nothing_earlier(
    case: tuple[date, Policy, CaseFacts], calendar: BusinessCalendar, data: st.DataObject
) -> None:
    """Waiting never brings a step forward, and adds none."""
    due, policy, known = case
    first, second = sorted((data.draw(_instants_near(due)), data.draw(_instants_near(due))))
    early = {step.step: step.at for step in plan(invoice(due), policy, known, calendar, first).steps}
    late = {step.step: step.at for step in plan(invoice(due), policy, known, calendar, second).steps}
    assert set(late) <= set(early)
    assert all(late[step] >= early[step] for step in late)


@given(
    case=_cases(),
    calendar=_CALENDARS,
    now=st.none() | _INSTANTS,
    balance=st.sampled_from(["0", "-0.01", "-99"]),
)
def test_nothing_is_asked_of_who_owes_nothing(
    case: tuple[date, Policy, CaseFacts], calendar: BusinessCalendar, now: datetime | None, balance: str
) -> None:
    """Whatever happened before, a balance of zero or less ends the course."""
    due, policy, known = case
    settled = known.model_copy(update={"balance": eur(balance)})
    assert plan(invoice(due), policy, settled, calendar, now) == DunningPlan(status=DunningStatus.SETTLED)


@given(case=_cases(), calendar=_CALENDARS, now=st.none() | _INSTANTS)
def test_the_same_input_gives_the_same_plan(
    case: tuple[date, Policy, CaseFacts], calendar: BusinessCalendar, now: datetime | None
) -> None:
    """No clock, no chance: planning twice is planning once, also after a trip through JSON."""
    due, policy, known = case
    again = CaseFacts.model_validate_json(known.model_dump_json())
    dated = plan(invoice(due), policy, known, calendar, now)
    assert plan(invoice(due), policy, again, calendar, now) == dated
    assert DunningPlan.model_validate_json(dated.model_dump_json()) == dated


@given(case=_escalations(), calendar=_CALENDARS, data=st.data())
def test_a_course_that_is_kept_does_not_change(
    case: tuple[date, Policy, CaseFacts], calendar: BusinessCalendar, data: st.DataObject
) -> None:
    """Each step done at its instant, the plan made then is the rest of the plan made before."""
    due, policy, known = case
    now = data.draw(_instants_near(due))
    dated = plan(invoice(due), policy, known, calendar, now)
    while dated.steps:
        step, *rest = dated.steps
        now = max(now, step.at)
        attempt = Attempt(step=step.step, level=step.level, on=calendar.today(now), state=SendState.ACCEPTED)
        known = known.model_copy(update={"attempts": (*known.attempts, attempt)})
        dated = plan(invoice(due), policy, known, calendar, now + timedelta(minutes=2))
        assert list(dated.steps) == rest


@given(case=_escalations(), calendar=_CALENDARS, data=st.data())
def test_no_level_is_repeated_or_left_out(
    case: tuple[date, Policy, CaseFacts], calendar: BusinessCalendar, data: st.DataObject
) -> None:
    """Exactly the levels above the highest one acted on follow, but for courtesies that came too late."""
    due, policy, known = case
    dated = plan(invoice(due), policy, known, calendar, data.draw(_instants_near(due)))
    above = [step for step in policy.steps if step.level > known.highest_level]
    assert [step for step in _acts(dated) if step in {each.step for each in above}] == _acts(dated)
    assert {step.step for step in above if not step.before_due} <= set(_acts(dated))
    for step in dated.steps:
        known_step = policy.step(step.step)
        assert known_step is not None
        if known_step.before_due:
            assert local(step).date() < due


@given(due=_DUE, now=_INSTANTS, until_days=st.integers(1, 300))
def test_a_hold_is_kept(due: date, now: datetime, until_days: int) -> None:
    """Nothing is dated before the day a hold ends, and resuming then changes nothing more."""
    until = now.astimezone(PARIS).date() + timedelta(days=until_days)
    dated = plan(invoice(due), STANDARD, facts(hold=hold(until)), BUSINESS, now)
    assert all(local(step).date() >= until for step in dated.steps)
    on_the_day = datetime(until.year, until.month, until.day, 7, tzinfo=PARIS)
    resumed = plan(invoice(due), STANDARD, facts(), BUSINESS, on_the_day)
    assert resumed.steps == dated.steps


@given(due=_DUE, late=st.integers(0, 300))
def test_the_policy_s_spacing_is_never_shortened(due: date, late: int) -> None:
    """However late an invoice is first seen, between two levels lies at least what the policy puts there."""
    calendar = BusinessCalendar(window=STANDARD.window(CustomerKind.BUSINESS))
    nominal = {
        step.step: local(step).date() for step in plan(invoice(due), STANDARD, facts(), calendar, None).steps
    }
    seen = datetime(due.year, due.month, due.day, 6, tzinfo=PARIS) + timedelta(days=late)
    steps = plan(invoice(due), STANDARD, facts(), calendar, seen).steps
    assume(len(steps) > 1)
    for earlier, later in pairwise(steps):
        gap = local(later).date() - local(earlier).date()
        assert gap >= nominal[later.step] - nominal[earlier.step]
