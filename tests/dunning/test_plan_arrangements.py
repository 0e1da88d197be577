from datetime import date, timedelta

import pytest

from dunning.case import Attempt, DunningStatus, SendState
from dunning.plan import Act, firmer_step, plan
from tests.dunning.plan_cases import (
    BUSINESS,
    DUE,
    PARIS,
    STANDARD,
    days_of,
    done,
    facts,
    hold,
    instalments,
    invoice,
    local,
    nominal_days,
    on_the_way,
    paris,
    promise,
)


def _reminded(number: int, on: date, cycle: int) -> Attempt:
    return Attempt(step=f"instalment-{number}", level=1, on=on, state=SendState.ACCEPTED, cycle=cycle)


def test_a_promise_is_looked_at_when_its_grace_is_over() -> None:
    """Promised for a Friday, two business days of grace: looked at on Wednesday as the office opens."""
    promised = facts(attempts=on_the_way("courtesy", "reminder-1"), promise=promise(date(2026, 3, 20)))
    dated = plan(invoice(), STANDARD, promised, BUSINESS, paris(date(2026, 3, 13)))
    assert dated.status is DunningStatus.PROMISED
    (check,) = dated.steps
    assert (check.step, check.act) == ("promise-check", Act.REVIEW)
    assert check.at.astimezone(PARIS) == paris(date(2026, 3, 25), 9)


@pytest.mark.parametrize(
    ("attempts", "skipped"),
    [
        (on_the_way("courtesy", "reminder-1"), "reminder-2"),
        (on_the_way("courtesy", "reminder-1", "reminder-2"), "reminder-3"),
        # Nothing was sent after the due date: the first reminder is left out.
        (on_the_way("courtesy"), "reminder-1"),
        ((), "reminder-1"),
        # The call is left out for the formal notice, since a reminder was delivered.
        (on_the_way("courtesy", "reminder-1", "reminder-2", "reminder-3"), "call"),
        # A formal notice is never skipped.
        (on_the_way("reminder-3", "call"), None),
        # Nothing comes after the hand-over.
        (on_the_way("formal-notice"), None),
    ],
)
def test_a_broken_promise_leaves_out_one_level(attempts: tuple[Attempt, ...], skipped: str | None) -> None:
    """One level firmer, as far as the policy and the law allow."""
    step = firmer_step(STANDARD, facts(attempts=attempts))
    assert (step.step if step else None) == skipped


def test_no_formal_notice_without_a_delivered_reminder() -> None:
    """Where every reminder was refused, the call is not left out for the letter."""
    attempts = tuple(
        done(step, nominal_days(DUE)[step], SendState.REFUSED)
        for step in ("courtesy", "reminder-1", "reminder-2", "reminder-3")
    )
    assert firmer_step(STANDARD, facts(attempts=attempts)) is None


def test_the_firmer_level_takes_the_day_of_the_one_left_out() -> None:
    """Broken before the second reminder was due: the third comes on its day, the call on its own."""
    attempts = (
        *on_the_way("courtesy", "reminder-1"),
        done("reminder-2", date(2026, 3, 10), SendState.SKIPPED),
    )
    dated = plan(invoice(), STANDARD, facts(attempts=attempts), BUSINESS, paris(date(2026, 3, 10)))
    days = days_of(dated)
    assert dated.steps[0].step == "reminder-3"
    assert days["reminder-3"] == nominal_days(DUE)["reminder-2"]
    assert days["call"] == nominal_days(DUE)["call"]


def test_after_a_long_promise_the_firmer_level_comes_at_once() -> None:
    """Broken on 15 April: the third reminder that day, and the rest at the policy's distance from it."""
    attempts = (
        *on_the_way("courtesy", "reminder-1"),
        done("reminder-2", date(2026, 4, 15), SendState.SKIPPED),
    )
    dated = plan(invoice(), STANDARD, facts(attempts=attempts), BUSINESS, paris(date(2026, 4, 15)))
    days = days_of(dated)
    assert days["reminder-3"] == date(2026, 4, 15)
    late = days["reminder-3"] - nominal_days(DUE)["reminder-3"]
    assert days["call"] >= nominal_days(DUE)["call"] + late


def test_a_skipped_level_of_another_policy_pulls_nothing() -> None:
    """Where the policy changed since, the course goes on by its own dates."""
    skipped = Attempt(step="friendly-call", level=2, on=date(2026, 3, 10), state=SendState.SKIPPED)
    attempts = (*on_the_way("courtesy", "reminder-1"), skipped)
    dated = plan(invoice(), STANDARD, facts(attempts=attempts), BUSINESS, paris(date(2026, 3, 10)))
    assert days_of(dated)["reminder-3"] == nominal_days(DUE)["reminder-3"]


def test_a_courtesy_left_out_pulls_no_reminder_before_the_due_date() -> None:
    """Whoever skips the courtesy does not have the first reminder sent in its place."""
    skipped = done("courtesy", date(2026, 2, 27), SendState.SKIPPED)
    dated = plan(invoice(), STANDARD, facts(attempts=(skipped,)), BUSINESS, paris(date(2026, 2, 27)))
    assert days_of(dated)["reminder-1"] == nominal_days(DUE)["reminder-1"]


def test_instalments_replace_the_escalation() -> None:
    """Each gets a reminder three days before, on a business day, and a look three days of grace after."""
    due = (date(2026, 4, 1), date(2026, 5, 4))
    agreed = facts(attempts=on_the_way("courtesy", "reminder-1"), instalments=instalments(*due))
    dated = plan(invoice(), STANDARD, agreed, BUSINESS, paris(date(2026, 3, 11)))
    assert dated.status is DunningStatus.PAYMENT_PLAN
    assert days_of(dated) == {
        "instalment-1": date(2026, 3, 27),
        # Grace until 4 April, a Saturday: until Tuesday after Easter; looked at the day after.
        "instalment-check-1": date(2026, 4, 8),
        "instalment-2": date(2026, 4, 30),
        "instalment-check-2": date(2026, 5, 11),
    }
    assert [step.instalment for step in dated.steps] == [1, 1, 2, 2]
    assert [step.act for step in dated.steps] == [Act.INSTALMENT_REMINDER, Act.REVIEW] * 2
    assert {step.level for step in dated.steps if step.act is Act.INSTALMENT_REMINDER} == {1}


def test_a_paid_instalment_is_left_alone() -> None:
    """Neither reminded of nor looked at."""
    agreed = facts(instalments=instalments(date(2026, 4, 1), date(2026, 5, 4), paid=[1]))
    dated = plan(invoice(), STANDARD, agreed, BUSINESS, paris(date(2026, 3, 11)))
    assert list(days_of(dated)) == ["instalment-2", "instalment-check-2"]


def test_an_instalment_is_reminded_of_once() -> None:
    """After its reminder only the look remains."""
    agreed = facts(
        cycle=2,
        attempts=(_reminded(1, date(2026, 3, 27), cycle=2),),
        instalments=instalments(date(2026, 4, 1)),
    )
    dated = plan(invoice(), STANDARD, agreed, BUSINESS, paris(date(2026, 3, 27), 12))
    assert list(days_of(dated)) == ["instalment-check-1"]


def test_the_instalments_of_a_second_plan_are_reminded_of_too() -> None:
    """A new plan starts its own count: what was said of the first plan's instalment does not silence it."""
    agreed = facts(
        cycle=3,
        attempts=(_reminded(1, date(2026, 3, 27), cycle=2),),
        instalments=instalments(date(2026, 6, 1)),
    )
    dated = plan(invoice(), STANDARD, agreed, BUSINESS, paris(date(2026, 4, 20)))
    assert list(days_of(dated)) == ["instalment-1", "instalment-check-1"]


def test_a_plan_seen_late_announces_only_what_lies_ahead() -> None:
    """After an outage past an instalment's day there is no reminder of it, only the look."""
    agreed = facts(instalments=instalments(date(2026, 4, 1), date(2026, 5, 4)))
    dated = plan(invoice(), STANDARD, agreed, BUSINESS, paris(date(2026, 4, 2)))
    assert list(days_of(dated)) == ["instalment-check-1", "instalment-2", "instalment-check-2"]


def test_reminders_of_instalments_are_no_burst() -> None:
    """Instalments on consecutive days are announced on days of their own, or not at all."""
    agreed = facts(instalments=instalments(date(2026, 3, 13), date(2026, 3, 14), date(2026, 3, 15)))
    dated = plan(invoice(), STANDARD, agreed, BUSINESS, paris(date(2026, 3, 12)))
    reminders = [local(step).date() for step in dated.steps if step.act is Act.INSTALMENT_REMINDER]
    assert reminders == [date(2026, 3, 12), date(2026, 3, 13)]


def test_after_a_broken_plan_the_escalation_resumes_where_it_stood() -> None:
    """The level reached before the plan counts; the next one keeps its distance from the last contact."""
    attempts = (*on_the_way("courtesy", "reminder-1"), _reminded(1, date(2026, 4, 27), cycle=2))
    dated = plan(invoice(), STANDARD, facts(cycle=2, attempts=attempts), BUSINESS, paris(date(2026, 5, 6)))
    assert dated.steps[0].step == "reminder-2"
    assert days_of(dated)["reminder-2"] == date(2026, 5, 6)


def test_a_hold_covers_a_promise() -> None:
    """Held means held: the status says so, and the promise is looked at on its own day."""
    both = facts(promise=promise(date(2026, 3, 20)), hold=hold(date(2026, 4, 1)))
    dated = plan(invoice(), STANDARD, both, BUSINESS, paris(date(2026, 3, 13)))
    assert dated.status is DunningStatus.HELD
    assert list(days_of(dated)) == ["promise-check"]


def test_a_held_plan_sends_no_reminder_before_the_hold_ends() -> None:
    """The reminder waits for the end of the hold, as long as its instalment is not yet due."""
    agreed = facts(instalments=instalments(date(2026, 4, 10)), hold=hold(date(2026, 4, 9)))
    dated = plan(invoice(), STANDARD, agreed, BUSINESS, paris(date(2026, 3, 13)))
    assert days_of(dated)["instalment-1"] == date(2026, 4, 9)


def test_the_grace_of_a_promise_skips_days_off() -> None:
    """Promised for the day before a long weekend, the two business days lie after it."""
    promised = facts(promise=promise(date(2026, 5, 7)))
    (check,) = plan(invoice(), STANDARD, promised, BUSINESS, paris(date(2026, 5, 1))).steps
    assert local(check).date() == date(2026, 5, 13)
    assert local(check).date() - date(2026, 5, 7) > timedelta(days=STANDARD.promise_grace_business_days)
