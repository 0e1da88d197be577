from datetime import UTC, date, datetime

import pytest

from dunning.case import CaseFacts, SendState
from dunning.facts import CallOutcome
from dunning.journal import EntryKind, TaskKind
from dunning.party import Language
from dunning.policy import Channel, Policy, PolicyStep
from ledger import sends
from ledger.arrangement_review import review_arrangements
from ledger.books import Books
from ledger.cases import load
from ledger.keys import SendKey
from tests.ledger.desk import CALENDAR, KEY, Desk


def _step(name: str, level: int, offset: int) -> PolicyStep:
    label = {Language.FRENCH: name, Language.ENGLISH: name}
    return PolicyStep(step=name, level=level, label=label, offset=offset, channel=Channel.EMAIL)


POLICY = Policy(
    name="two-reminders",
    title={Language.FRENCH: "Deux", Language.ENGLISH: "Two"},
    description={Language.FRENCH: "Deux relances", Language.ENGLISH: "Two reminders"},
    steps=(_step("reminder-1", 1, 7), _step("reminder-2", 2, 14), _step("reminder-3", 3, 21)),
    promise_grace_business_days=2,
    instalment_grace_days=3,
)


def _review(desk: Desk, day: date) -> bool:
    desk.now = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
    with desk.books.write() as conn:
        case = load(conn, KEY, lock=True)
        assert case is not None
        return review_arrangements(conn, case, POLICY, CALENDAR, desk.now)


def _facts(desk: Desk) -> CaseFacts:
    return desk.case().facts


def test_a_promise_is_given_its_grace(books: Books) -> None:
    """Money promised for Friday may arrive until Tuesday night; on Wednesday the promise is broken."""
    desk = Desk(books)
    desk.register()
    desk.promise(4)
    assert not _review(desk, date(2026, 3, 10))
    assert _facts(desk).promise is not None
    assert _review(desk, date(2026, 3, 11))
    assert _facts(desk).promise is None
    assert not _review(desk, date(2026, 3, 11))


def test_a_broken_promise_skips_a_level(books: Books) -> None:
    """The lowest level not yet sent is left out, so that dunning resumes one firmer; both are told."""
    desk = Desk(books)
    desk.register()
    desk.promise(4)
    _review(desk, date(2026, 3, 11))
    (attempt,) = _facts(desk).attempts
    assert (attempt.step, attempt.level, attempt.state) == ("reminder-1", 1, SendState.SKIPPED)
    assert desk.story()[-2:] == [EntryKind.PROMISE_BROKEN, EntryKind.SKIPPED]
    assert desk.last(EntryKind.PROMISE_BROKEN).details["paid"] == "0.00 EUR"


def test_a_level_that_is_being_sent_is_not_skipped(books: Books) -> None:
    """The broken promise is told, and the act that already left the house is left alone."""
    desk = Desk(books)
    desk.register()
    send = SendKey(KEY, 1, "reminder-1", "email")
    with books.write() as conn:
        sends.reserve(conn, send, level=1, reminder=True, now=desk.now)
        sends.start_submitting(conn, send, "t", desk.now)
    desk.promise(4)
    assert _review(desk, date(2026, 3, 11))
    assert EntryKind.SKIPPED not in desk.story()


def test_a_promise_is_kept_by_the_money_that_came_since(books: Books) -> None:
    """What was paid before does not count; the promised part does, even if more is owed."""
    desk = Desk(books)
    desk.register()
    desk.pay("300")
    desk.promise(4, "300")
    desk.pay("299.99")
    desk.pay("0.01")
    assert _review(desk, date(2026, 3, 11))
    assert desk.story()[-1] is EntryKind.PROMISE_KEPT
    assert _facts(desk).attempts == ()


def test_a_promise_short_of_a_cent_is_broken(books: Books) -> None:
    """Promised is promised: a cent is missing, dunning goes on for the rest."""
    desk = Desk(books)
    desk.register()
    desk.promise(4, "300")
    desk.pay("299.99")
    assert _review(desk, date(2026, 3, 11))
    assert EntryKind.PROMISE_BROKEN in desk.story()


def test_a_missed_instalment_breaks_the_plan_and_a_person_calls(books: Books) -> None:
    """Three days of grace, rolled to a business day; then the plan is broken, once, with one call."""
    desk = Desk(books)
    desk.register()
    desk.agree_plan((10, "400"), (40, "600"))
    desk.pay("399")
    assert not _review(desk, date(2026, 3, 16))
    assert _review(desk, date(2026, 3, 17))
    assert not _review(desk, date(2026, 3, 17))
    assert _facts(desk).instalments == ()
    (task,) = desk.tasks(TaskKind.CALL)
    assert (task.details["reason"], task.details["missing"], task.due_on) == (
        "missed_instalment",
        "1.00 EUR",
        date(2026, 3, 17),
    )
    assert desk.last(EntryKind.PLAN_BROKEN).details["instalment"] == 1


def test_a_second_plan_that_breaks_is_called_about_again(books: Books) -> None:
    """Each plan has its own call."""
    desk = Desk(books)
    desk.register()
    desk.agree_plan((10, "1000"))
    _review(desk, date(2026, 3, 17))
    desk.call(CallOutcome.NO_ANSWER)
    desk.agree_plan((3, "1000"))
    assert desk.tasks(TaskKind.CALL) == []
    assert _review(desk, date(2026, 4, 1))
    assert len(desk.tasks(TaskKind.CALL)) == 1


def test_a_plan_paid_in_time_goes_on(books: Books) -> None:
    """The next instalment is waited for."""
    desk = Desk(books)
    desk.register()
    desk.agree_plan((10, "400"), (40, "600"))
    desk.pay("400")
    assert not _review(desk, date(2026, 3, 20))
    assert [state.paid for state in _facts(desk).instalments] == [True, False]


@pytest.mark.parametrize(("day", "over"), [(date(2026, 3, 6), False), (date(2026, 3, 7), True)])
def test_a_hold_ends_on_its_day(books: Books, day: date, over: bool) -> None:
    """On that day dunning goes on, not the day before."""
    desk = Desk(books)
    desk.register()
    desk.hold(5, reason="holidays")
    assert _review(desk, day) is over
    assert (_facts(desk).hold is None) is over
    assert (EntryKind.RESUMED in desk.story()) is over


def test_a_hold_without_end_and_a_closed_case_are_left_alone(books: Books) -> None:
    """Only a person ends the one; nothing is judged on the other."""
    desk = Desk(books)
    desk.register()
    desk.hold()
    assert not _review(desk, date(2027, 3, 1))
    desk.write_off()
    assert not _review(desk, date(2027, 3, 1))
