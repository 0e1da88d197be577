from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from activities.admission import admit
from activities.admitted import Admitted
from tests.activities.case_at_hand import CaseAtHand, case_at_hand
from workflows.assignments import StepOutcome, StepResult

DAY_A_SECOND = 86_400.0
LATE_SLOT = datetime(2026, 3, 17, 16, 52, tzinfo=UTC)  # 17:52 in Paris; the window closes at 18:00


@pytest.fixture
def hand(tmp_path: Path) -> Iterator[CaseAtHand]:
    """One case and what activities need."""
    with case_at_hand(tmp_path) as hand:
        yield hand


def admitted(hand: CaseAtHand, now: datetime, speed: float | None) -> Admitted | StepOutcome:
    """What the books say to the first reminder, planned shortly before the window closes."""
    request = hand.request("reminder-1", 1, "email", planned_at=LATE_SLOT, now=now, speed=speed)
    with hand.dependencies.books.write() as conn:
        return admit(conn, hand.dependencies, request, now)


def test_an_act_that_a_demo_clock_makes_late_is_still_on_time(hand: CaseAtHand) -> None:
    """At a day a second 50 ms are more than an hour: an act planned in the window goes ahead after it."""
    outcome = admitted(hand, LATE_SLOT + timedelta(minutes=70), DAY_A_SECOND)

    assert isinstance(outcome, Admitted)


def test_a_demo_clock_tolerates_one_real_second(hand: CaseAtHand) -> None:
    """Later than that it is late in the demonstration too, and waits for the next slot."""
    outcome = admitted(hand, LATE_SLOT + timedelta(hours=26), DAY_A_SECOND)

    assert isinstance(outcome, StepOutcome)
    assert outcome.result is StepResult.DEFERRED


def test_real_life_tolerates_nothing(hand: CaseAtHand) -> None:
    """Without a demo clock nobody is contacted a minute after the window closed."""
    outcome = admitted(hand, LATE_SLOT + timedelta(minutes=9), None)

    assert isinstance(outcome, StepOutcome)
    assert outcome.result is StepResult.DEFERRED
    assert outcome.until is not None
    assert outcome.until > LATE_SLOT + timedelta(hours=14)


def test_lists_show_when_a_deferred_step_will_be_made(hand: CaseAtHand) -> None:
    """The next action in the books is that of the deferred step, at its new time."""
    outcome = admitted(hand, LATE_SLOT + timedelta(minutes=9), None)

    assert isinstance(outcome, StepOutcome)
    case = hand.case()
    assert (case.next_step, case.next_action_at) == ("reminder-1", outcome.until)
