from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from activities.admission import admit
from activities.calling import Calling
from dunning.case import DunningStatus
from ledger import sends
from tests.activities.case_at_hand import KEY, CaseAtHand, case_at_hand

CALL_AT = datetime(2026, 4, 13, 9, 0, tzinfo=UTC)
NOTICE_AT = datetime(2026, 4, 27, 9, 0, tzinfo=UTC)


@pytest.fixture
def hand(tmp_path: Path) -> Iterator[CaseAtHand]:
    """One case and what activities need."""
    with case_at_hand(tmp_path) as hand:
        yield hand


def remind(hand: CaseAtHand, *, level: int, days_before: int, now: datetime) -> None:
    """The customer was reminded up to this level."""
    with hand.dependencies.books.write() as conn:
        day = (now - timedelta(days=days_before)).date()
        sends.contacted_before(conn, KEY, level=level, on=day, now=now)


def test_a_list_shows_the_step_after_the_one_that_was_made(hand: CaseAtHand) -> None:
    """Once the call task is open, the books name the formal notice as the next action."""
    remind(hand, level=3, days_before=17, now=CALL_AT)
    request = hand.request("call", 4, "call", planned_at=CALL_AT, now=CALL_AT)

    with hand.dependencies.books.write() as conn:
        Calling(hand.dependencies)._open(conn, request, CALL_AT)

    case = hand.case()
    assert (case.status, case.level, case.next_step) == (DunningStatus.DUNNING, 4, "formal-notice")
    assert case.next_action_at is not None
    assert case.next_action_at.date() == NOTICE_AT.date()


def test_a_list_shows_what_waits_for_approval(hand: CaseAtHand) -> None:
    """While a person is asked, the books say so, and name the step that waits."""
    remind(hand, level=4, days_before=14, now=NOTICE_AT)
    request = hand.request("formal-notice", 5, "email", planned_at=NOTICE_AT, now=NOTICE_AT)

    with hand.dependencies.books.write() as conn:
        admit(conn, hand.dependencies, request, NOTICE_AT)

    case = hand.case()
    assert (case.status, case.next_step) == (DunningStatus.AWAITING_APPROVAL, "formal-notice")
