from datetime import date

import pytest

from dunning.facts import BookingOutcome, CallOutcome
from dunning.journal import EntryKind, TaskKind
from ledger import tasks
from ledger.books import Books
from ledger.keys import CaseKey
from tests.ledger.desk import CREDITOR, KEY, Desk, customer, eur, invoice


def test_a_promise_on_the_phone_is_a_promise(books: Books) -> None:
    """The call task is closed with its outcome and note, and the promise runs."""
    desk = Desk(books)
    desk.register()
    task_id = desk.open_call()
    booked = desk.call(
        CallOutcome.PROMISE, promised_until=date(2026, 3, 10), promised_amount=eur("600"), note="half now"
    )
    assert booked.outcome is BookingOutcome.BOOKED
    promise = desk.case().facts.promise
    assert promise is not None
    assert (promise.until, promise.amount) == (date(2026, 3, 10), eur("600"))
    with books.read() as conn:
        done = tasks.get(conn, task_id)
    assert done is not None
    assert (done.state, done.outcome, done.note) == ("done", "promise", "half now")
    assert desk.story()[-2:] == [EntryKind.CALL_DONE, EntryKind.PROMISE_MADE]


def test_a_refused_promise_leaves_the_call_open(books: Books) -> None:
    """Without a date, or with one in the past, nothing is written and the task still waits."""
    desk = Desk(books)
    desk.register()
    desk.open_call()
    assert desk.call(CallOutcome.PROMISE).refusal == "call_promise_date"
    assert desk.call(CallOutcome.PROMISE, promised_until=date(2026, 1, 1)).refusal == "promise_past"
    assert desk.kinds_of_tasks() == [TaskKind.CALL]
    assert EntryKind.CALL_DONE not in desk.story()


def test_a_dispute_pauses_without_end_and_goes_to_a_person(books: Books) -> None:
    """The claim is not chased while it is contested; the objection stands on the task."""
    desk = Desk(books)
    desk.register()
    desk.open_call()
    desk.call(CallOutcome.DISPUTE, note="door was scratched")
    hold = desk.case().facts.hold
    assert hold is not None
    assert (hold.until, hold.reason) == (None, "dispute")
    assert [task.details["note"] for task in desk.tasks(TaskKind.DISPUTE)] == ["door was scratched"]


def test_no_answer_comes_back_twice_on_the_next_business_day(books: Books) -> None:
    """Friday's call comes back on Monday, with its sheet; after the third there is none."""
    desk = Desk(books)
    desk.register()
    desk.later(days=4)
    desk.open_call()
    for expected in ((2, date(2026, 3, 9)), (3, date(2026, 3, 9))):
        desk.call(CallOutcome.NO_ANSWER)
        (task,) = desk.tasks(TaskKind.CALL)
        assert (task.round, task.due_on) == expected
        assert (task.sheet, task.details) == ("who, what, how much", {"step": "call"})
    desk.call(CallOutcome.NO_ANSWER)
    assert desk.tasks(TaskKind.CALL) == []
    assert desk.story().count(EntryKind.CALL_OPENED) == 3


def test_a_wrong_number_asks_for_the_right_one_once(books: Books) -> None:
    """One task for the customer, however many invoices; a new phone number closes it."""
    desk = Desk(books)
    desk.register()
    for _ in range(2):
        desk.open_call()
        desk.call(CallOutcome.WRONG_NUMBER)
    assert desk.kinds_of_tasks() == [TaskKind.FIND_PHONE]
    desk.register(customer_=customer(phone="0123456789"))
    assert desk.kinds_of_tasks() == []


def test_who_says_it_paid_is_given_five_business_days(books: Books) -> None:
    """The money may be on its way; then dunning goes on."""
    desk = Desk(books)
    desk.register()
    desk.open_call()
    desk.call(CallOutcome.PAID)
    hold = desk.case().facts.hold
    assert hold is not None
    assert (hold.until, hold.reason) == (date(2026, 3, 9), "payment_announced")


def test_the_task_that_is_named_must_wait(books: Books) -> None:
    """A task of another invoice, of another kind, or one that is done is refused, and nothing happens."""
    desk = Desk(books)
    desk.register()
    other = CaseKey(CREDITOR, "F-2")
    desk.register(invoice(invoice_id="F-2", number="F-2"))
    foreign = desk.open_call(other)
    assert desk.call(CallOutcome.PAID, task_id=foreign).refusal == "unknown_call"
    assert desk.call(CallOutcome.PAID, task_id=987).refusal == "unknown_call"
    mine = desk.open_call()
    desk.call(CallOutcome.NO_ANSWER, task_id=mine)
    refused = desk.call(CallOutcome.PAID, task_id=mine)
    assert (refused.refusal, refused.details["outcome"]) == ("call_done", "no-answer")
    assert desk.case().facts.hold is None


def test_a_call_that_nobody_asked_for_counts_too(books: Books) -> None:
    """Whoever called on their own tells what came of it; without an answer there is nothing to come back."""
    desk = Desk(books)
    desk.register()
    assert desk.call(CallOutcome.NO_ANSWER).outcome is BookingOutcome.BOOKED
    assert desk.tasks() == []
    desk.call(CallOutcome.PROMISE, promised_until=date(2026, 3, 10))
    assert desk.case().facts.promise is not None


@pytest.mark.parametrize("outcome", list(CallOutcome))
def test_a_call_about_a_closed_case_is_only_told(books: Books, outcome: CallOutcome) -> None:
    """It has no consequences there."""
    desk = Desk(books)
    desk.register()
    desk.write_off()
    assert desk.call(outcome, promised_until=date(2026, 3, 10)).outcome is BookingOutcome.BOOKED
    assert desk.story()[-1] is EntryKind.CALL_DONE
    assert desk.tasks() == []
    assert desk.entries(KEY)[-1].details["outcome"] == outcome.value
