from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest

from dunning import facts
from dunning.arrangement import Instalment
from dunning.case import DunningStatus
from dunning.facts import Booking, BookingOutcome
from dunning.journal import EntryKind, TaskKind
from ledger import booking, cases, tasks
from ledger.books import Books
from ledger.keys import CaseKey
from tests.ledger.desk import CREDITOR, KEY, NOW, Desk, eur, invoice


def _refused(booked: Booking) -> str | None:
    assert booked.outcome is BookingOutcome.REFUSED
    assert all(isinstance(value, str) for value in booked.details.values())
    return booked.refusal


def test_a_plan_of_what_is_owed_is_agreed(books: Books) -> None:
    """Its instalments are numbered in order, it ends hold and promise, and the send ledger's cycle rises."""
    desk = Desk(books)
    desk.register()
    desk.pay("100")
    desk.promise(5)
    desk.hold(5)
    desk.open_call()
    assert desk.agree_plan((10, "400"), (40, "500")).outcome is BookingOutcome.BOOKED
    known = desk.case().facts
    assert [(state.instalment.number, state.missing) for state in known.instalments] == [
        (1, eur("400")),
        (2, eur("500")),
    ]
    assert (known.hold, known.promise, known.cycle) == (None, None, 2)
    assert desk.last(EntryKind.PLAN_AGREED).details["instalments"][0] == {
        "number": 1,
        "due_on": "2026-03-12",
        "amount": "400.00 EUR",
    }
    assert desk.tasks(TaskKind.CALL) == []


def test_only_money_after_the_agreement_fills_instalments(books: Books) -> None:
    """A payment booked before the plan, even at the same instant, does not pay its first instalment."""
    desk = Desk(books)
    desk.register()
    desk.pay("400")
    desk.agree_plan((10, "300"), (40, "300"))
    assert [str(state.missing) for state in desk.case().facts.instalments] == ["300.00 EUR", "300.00 EUR"]
    desk.pay("350")
    desk.credit("100")
    assert [str(state.missing) for state in desk.case().facts.instalments] == ["0.00 EUR", "150.00 EUR"]


def test_a_new_plan_replaces_the_one_before(books: Books) -> None:
    """It is made of what is owed now; the old one is ended, and told so."""
    desk = Desk(books)
    desk.register()
    desk.agree_plan((10, "1000"))
    desk.pay("200")
    assert _refused(desk.agree_plan((10, "1000"))) == "plan_sum"
    assert desk.agree_plan((20, "800")).outcome is BookingOutcome.BOOKED
    assert len(desk.case().facts.instalments) == 1
    assert desk.case().facts.cycle == 3
    assert EntryKind.PLAN_ENDED in desk.story()


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        ((), "plan_empty"),
        (((10, "999.99"),), "plan_sum"),
        (((0, "1000"),), "plan_past"),
        (((20, "500"), (10, "500")), "plan_order"),
        (((10, "1100"), (20, "-100")), "plan_amount"),
        (tuple((day, "1") for day in range(1, 40)), "plan_too_long"),
    ],
)
def test_a_plan_against_the_rules_changes_nothing(
    books: Books, parts: tuple[tuple[int, str], ...], reason: str
) -> None:
    """It is refused with a reason; hold and promise go on; asked again it is judged again."""
    desk = Desk(books)
    desk.register()
    desk.promise(5)
    assert _refused(desk.agree_plan(*parts, event_id="p")) == reason
    assert desk.case().facts.promise is not None
    assert desk.case().facts.cycle == 1
    assert desk.story() == [EntryKind.OPENED, EntryKind.PROMISE_MADE]
    assert desk.agree_plan((10, "1000"), event_id="p").outcome is BookingOutcome.BOOKED


def test_a_refused_fact_from_outside_is_kept_once(books: Books) -> None:
    """A plan by signal that does not add up is journalled and given to a person, however often it is told."""
    desk = Desk(books)
    desk.register()
    fact = facts.PaymentPlanAgreed(event_id="p", actor="billing", instalments=())
    booked = desk.book(fact)
    with books.write() as conn:
        booking.keep_refused(conn, KEY, fact, booked, desk.now)
        booking.keep_refused(conn, KEY, fact, booked, desk.now)
    assert desk.book(fact).outcome is BookingOutcome.DUPLICATE
    assert desk.last(EntryKind.REFUSAL).details["refusal"] == "plan_empty"
    assert desk.kinds_of_tasks() == [TaskKind.REFUSED_FACT]


def test_a_promise_is_of_all_that_is_owed_unless_an_amount_is_named(books: Books) -> None:
    """A later promise replaces an earlier one; what was presumed paid is so no more."""
    desk = Desk(books)
    desk.register()
    with books.write() as conn:
        cases.presume_paid(conn, KEY, desk.now)
    desk.promise(5)
    promise = desk.case().facts.promise
    assert promise is not None
    assert promise.amount == eur("1000")
    assert not desk.case().facts.presumed_paid
    assert desk.kinds_of_tasks() == []
    desk.promise(7, "300")
    promise = desk.case().facts.promise
    assert promise is not None
    assert (promise.amount, promise.until) == (eur("300"), desk.today + timedelta(days=7))


def test_promises_against_the_rules_are_refused(books: Books) -> None:
    """The past, more than is owed, and a promise beside instalments that say already when money comes."""
    desk = Desk(books)
    desk.register()
    assert _refused(desk.promise(-1)) == "promise_past"
    assert _refused(desk.promise(200)) == "promise_far"
    assert _refused(desk.promise(5, "1000.01")) == "promise_amount"
    desk.agree_plan((10, "1000"))
    assert _refused(desk.promise(5)) == "plan_runs"
    desk.pay("1000")
    assert _refused(desk.promise(5)) == "nothing_owed"


def test_a_hold_replaces_the_one_before_and_is_lifted_once(books: Books) -> None:
    """What is not held cannot be resumed."""
    desk = Desk(books)
    desk.register()
    assert _refused(desk.resume()) == "nothing_held"
    assert _refused(desk.hold(0)) == "hold_past"
    assert _refused(desk.hold(400)) == "hold_far"
    desk.hold(5)
    desk.hold(reason="new manager")
    hold = desk.case().facts.hold
    assert hold is not None
    assert (hold.until, hold.reason) == (None, "new manager")
    assert desk.resume().outcome is BookingOutcome.BOOKED
    assert desk.case().facts.hold is None
    assert _refused(desk.resume()) == "nothing_held"
    assert desk.story() == [EntryKind.OPENED, EntryKind.HELD, EntryKind.HELD, EntryKind.RESUMED]


def test_a_parked_case_is_resumed_and_may_be_parked_again(books: Books) -> None:
    """Resuming closes the task that says why; the same problem later opens a new one."""
    desk = Desk(books)
    desk.register()

    def park() -> None:
        with books.write() as conn:
            cases.save_plan(
                conn,
                KEY,
                status=DunningStatus.BLOCKED,
                next_step=None,
                next_action_at=None,
                policy=None,
                now=NOW,
            )
            tasks.open_task(
                conn,
                kind=TaskKind.BLOCKED,
                dedupe_key=tasks.task_key(TaskKind.BLOCKED, *KEY, "plan"),
                creditor_id=CREDITOR,
                invoice_id=KEY.invoice_id,
                details={"problem": "unknown policy"},
                now=NOW,
            )

    park()
    park()
    assert desk.kinds_of_tasks() == [TaskKind.BLOCKED]
    assert desk.resume().outcome is BookingOutcome.BOOKED
    assert desk.case().status is DunningStatus.PENDING
    assert desk.kinds_of_tasks() == []
    park()
    assert desk.kinds_of_tasks() == [TaskKind.BLOCKED]


def test_commands_on_a_closed_case_are_refused(books: Books) -> None:
    """Nothing is agreed, held, approved or given up where dunning is over."""
    desk = Desk(books)
    desk.register()
    desk.write_off()
    approval = facts.StepApproved(event_id="a", step="formal-notice")
    for booked in (
        desk.agree_plan((10, "1000")),
        desk.promise(5),
        desk.hold(5),
        desk.resume(),
        desk.book(approval),
        desk.write_off(),
    ):
        assert _refused(booked) == "case_closed"
        assert booked.details["status"] == "written_off"


def test_a_command_told_twice_is_done_once(books: Books) -> None:
    """A retried update finds that it was booked."""
    desk = Desk(books)
    desk.register()
    desk.agree_plan((10, "1000"), event_id="update-1")
    assert desk.agree_plan((10, "1000"), event_id="update-1").outcome is BookingOutcome.DUPLICATE
    assert desk.case().facts.cycle == 2


def test_a_payment_and_a_plan_at_the_same_moment_agree(books: Books) -> None:
    """Whichever is booked first, the instalments never ask for more or less than what is owed."""
    desk = Desk(books)
    for number in range(8):
        invoice_id = f"P-{number}"
        key = KEY._replace(invoice_id=invoice_id)
        desk.register(invoice(invoice_id=invoice_id, number=invoice_id))
        meeting = Barrier(2)

        def pay(number: int = number, key: CaseKey = key, meeting: Barrier = meeting) -> Booking:
            meeting.wait()
            return desk.pay("400", f"pay-{number}", key=key)

        def agree(number: int = number, key: CaseKey = key, meeting: Barrier = meeting) -> Booking:
            instalment = Instalment(number=1, due_on=desk.today + timedelta(days=9), amount=eur("1000"))
            meeting.wait()
            plan = facts.PaymentPlanAgreed(event_id=f"plan-{number}", instalments=(instalment,))
            return desk.book(plan, key)

        with ThreadPoolExecutor(2) as threads:
            paid, agreed = threads.submit(pay), threads.submit(agree)
        assert paid.result().outcome is BookingOutcome.BOOKED
        case = desk.case(key)
        assert case.balance == eur("600")
        if agreed.result().outcome is BookingOutcome.BOOKED:
            assert [state.missing for state in case.facts.instalments] == [eur("600")]
        else:
            assert agreed.result().refusal == "plan_sum"
            assert case.facts.instalments == ()
