import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest

from dunning.case import SendState
from ledger import sends
from ledger.books import Books
from ledger.keys import SendKey
from ledger.sends import LostClaimError, SendRow
from tests.ledger.desk import KEY, NOW, TODAY, Desk

SEND = SendKey(KEY, 1, "reminder-1", "email")


def _reserve(books: Books, send: SendKey = SEND, level: int = 1) -> SendState:
    with books.write() as conn:
        return sends.reserve(conn, send, level=level, reminder=True, now=NOW)


def _claim(books: Books, token: str) -> bool:
    with books.write() as conn:
        return sends.start_submitting(conn, SEND, token, NOW)


def _accept(books: Books, token: str) -> None:
    with books.write() as conn:
        sends.accept(
            conn,
            SEND,
            token,
            on=TODAY,
            now=NOW,
            message_id="<1@acme>",
            response="250 OK",
            evidence=b"Subject: x\r\n\x00\xff",
        )


def _row(books: Books) -> SendRow:
    with books.read() as conn:
        row = sends.state(conn, SEND)
    assert row is not None
    return row


def test_an_act_is_reserved_claimed_and_accepted_once(books: Books) -> None:
    """Reserving again changes nothing; an accepted message is kept byte for byte and not claimed again."""
    Desk(books).register()
    assert _reserve(books) is SendState.RESERVED
    assert _claim(books, "a")
    assert _reserve(books) is SendState.SUBMITTING
    assert not _claim(books, "b")
    _accept(books, "a")
    assert not _claim(books, "b")
    row = _row(books)
    assert (row.state, row.acted_on, row.message_id, row.response) == (
        SendState.ACCEPTED,
        TODAY,
        "<1@acme>",
        "250 OK",
    )
    with books.read() as conn:
        assert sends.evidence(conn, SEND) == b"Subject: x\r\n\x00\xff"


def test_two_attempts_race_and_one_wins(books: Books) -> None:
    """However often two threads claim the same act at the same moment, exactly one has it."""
    Desk(books).register()
    for cycle in range(1, 11):
        send = SEND._replace(cycle=cycle)
        _reserve(books, send)
        meeting = threading.Barrier(2)

        def claim(token: str, send: SendKey = send, meeting: threading.Barrier = meeting) -> bool:
            meeting.wait()
            with books.write() as conn:
                return sends.start_submitting(conn, send, token, NOW)

        with ThreadPoolExecutor(2) as threads:
            assert sorted(threads.map(claim, ("a", "b"))) == [False, True]


def test_a_definite_failure_frees_the_act(books: Books) -> None:
    """After a temporary refusal the act may be claimed again, by another attempt."""
    Desk(books).register()
    _reserve(books)
    _claim(books, "a")
    with books.write() as conn:
        sends.release(conn, SEND, "a")
    assert _row(books).state is SendState.RESERVED
    assert _claim(books, "b")


def test_only_the_holder_writes_the_outcome(books: Books) -> None:
    """An attempt that lost its claim is told so, and changes nothing."""
    Desk(books).register()
    with pytest.raises(LostClaimError, match="not reserved"):
        _accept(books, "a")
    _reserve(books)
    _claim(books, "a")
    with pytest.raises(LostClaimError, match="submitting"):
        _accept(books, "b")
    with pytest.raises(LostClaimError), books.write() as conn:
        sends.refuse(conn, SEND, "b", on=TODAY, now=NOW, response="550")
    with pytest.raises(LostClaimError), books.write() as conn:
        sends.release(conn, SEND, "b")
    assert _row(books).attempt_token == "a"


def test_telling_the_outcome_twice_changes_nothing(books: Books) -> None:
    """An attempt whose commit went through unnoticed may write its outcome again."""
    Desk(books).register()
    _reserve(books)
    _claim(books, "a")
    _accept(books, "a")
    _accept(books, "a")
    with pytest.raises(LostClaimError, match="accepted"), books.write() as conn:
        sends.refuse(conn, SEND, "a", on=TODAY, now=NOW, response="550")


def test_an_unknown_outcome_is_not_sent_again_by_itself(books: Books) -> None:
    """It cannot be claimed, released or marked again; only a decision frees it."""
    Desk(books).register()
    _reserve(books)
    with books.write() as conn:
        assert not sends.mark_unknown(conn, SEND, on=TODAY, now=NOW, response="cut")
    _claim(books, "a")
    with books.write() as conn:
        assert sends.mark_unknown(conn, SEND, on=TODAY, now=NOW, response="cut")
        assert not sends.mark_unknown(conn, SEND, on=TODAY, now=NOW, response="cut")
    assert not _claim(books, "b")
    with pytest.raises(LostClaimError, match="unknown"), books.write() as conn:
        sends.release(conn, SEND, "a")
    with books.write() as conn:
        assert sends.send_again(conn, SEND)
        assert not sends.send_again(conn, SEND)
    assert _claim(books, "b")


def test_a_slow_attempt_may_still_learn_that_it_was_accepted(books: Books) -> None:
    """The mail server's late answer to the attempt that was given up is the truth."""
    Desk(books).register()
    _reserve(books)
    _claim(books, "slow")
    with books.write() as conn:
        sends.mark_unknown(conn, SEND, on=TODAY, now=NOW, response="timed out")
    _accept(books, "slow")
    assert _row(books).state is SendState.ACCEPTED


def test_a_step_may_be_skipped_unless_it_was_acted_on(books: Books) -> None:
    """Skipping takes a reserved or a missing row; one that is being sent stays."""
    desk = Desk(books)
    desk.register()

    def skip(send: SendKey) -> bool:
        with books.write() as conn:
            return sends.skip(conn, send, level=1, reminder=True, on=TODAY, now=NOW)

    assert skip(SEND)
    assert not skip(SEND)
    reserved = SEND._replace(step="reminder-2")
    _reserve(books, reserved, level=2)
    assert skip(reserved)
    claimed = SEND._replace(step="reminder-3")
    _reserve(books, claimed, level=3)
    with books.write() as conn:
        sends.start_submitting(conn, claimed, "a", NOW)
    assert not skip(claimed)
    assert [attempt.step for attempt in desk.case().facts.attempts] == ["reminder-1", "reminder-2"]


def test_attempts_are_what_was_acted_on_oldest_first(books: Books) -> None:
    """Reserved and submitting rows are no attempts; the others stand in the order of their acts."""
    desk = Desk(books)
    desk.register(last_contact=(2, date(2026, 2, 20)))
    for step, after in (("second", 2), ("first", 1), ("third", 3)):
        send = SEND._replace(step=step)
        _reserve(books, send)
        with books.write() as conn:
            at = NOW + timedelta(days=after)
            sends.start_submitting(conn, send, "t", at)
            sends.refuse(conn, send, "t", on=TODAY, now=at, response="550")
    _reserve(books, SEND._replace(step="waiting"))
    case = desk.case()
    assert [attempt.step for attempt in case.facts.attempts] == [
        "earlier-contact",
        "first",
        "second",
        "third",
    ]
    earlier = case.facts.attempts[0]
    assert (earlier.level, earlier.on, earlier.state) == (2, date(2026, 2, 20), SendState.ACCEPTED)
    assert case.facts.reminder_delivered
    assert case.level == 2
    with books.read() as conn:
        assert [row.key.step for row in sends.of_this_case(conn, KEY)][-1] == "waiting"
