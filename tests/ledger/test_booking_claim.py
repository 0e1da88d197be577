from datetime import date

import pytest

from dunning import facts
from dunning.case import DunningStatus
from dunning.facts import BookingOutcome
from dunning.journal import EntryKind, TaskKind
from ledger import cases, tasks
from ledger.books import Books
from tests.ledger.desk import CREDITOR, KEY, Desk, eur


def _approval(desk: Desk, step: str) -> None:
    with desk.books.write() as conn:
        tasks.open_task(
            conn,
            kind=TaskKind.APPROVAL,
            dedupe_key=f"approval:{step}",
            creditor_id=CREDITOR,
            invoice_id=KEY.invoice_id,
            details={"step": step},
            now=desk.now,
        )


def test_a_new_due_date_starts_a_new_escalation(books: Books) -> None:
    """Attempts and approvals of the old due date count no more; its open call and approval are closed."""
    desk = Desk(books)
    desk.register(last_contact=(3, date(2026, 2, 20)))
    desk.book(facts.StepApproved(event_id="a-1", step="formal-notice", approved_by="Ana"))
    _approval(desk, "hand-over")
    desk.open_call()
    assert desk.correct(due_date=date(2026, 4, 1)).outcome is BookingOutcome.BOOKED
    case = desk.case()
    assert (case.facts.attempts, case.facts.approved, case.facts.cycle, case.level) == (
        (),
        frozenset(),
        2,
        -1,
    )
    assert desk.kinds_of_tasks() == []


def test_a_new_amount_ends_the_plan_and_a_person_makes_another(books: Books) -> None:
    """Instalments that no longer add up are ended; the balance follows the new amount."""
    desk = Desk(books)
    desk.register()
    desk.agree_plan((10, "500"), (40, "500"))
    desk.pay("500")
    desk.correct(amount=eur("800"))
    case = desk.case()
    assert (case.balance, case.facts.instalments) == (eur("300"), ())
    assert desk.kinds_of_tasks() == [TaskKind.PLAN_CHANGED]
    assert EntryKind.PLAN_ENDED in desk.story()


def test_other_figures_leave_escalation_and_plan_alone(books: Books) -> None:
    """A number or a description corrected changes neither the pace nor what was agreed."""
    desk = Desk(books)
    desk.register()
    desk.agree_plan((10, "1000"))
    desk.correct(number="F-1-bis", description="Portes", issue_date=date(2026, 1, 2))
    case = desk.case()
    assert (case.invoice.number, case.invoice.description) == ("F-1-bis", "Portes")
    assert (case.facts.cycle, len(case.facts.instalments)) == (2, 1)
    assert desk.kinds_of_tasks() == []


def test_a_smaller_amount_may_leave_an_excess(books: Books) -> None:
    """What was paid beyond the corrected amount is given to a person, the newly excessive part only."""
    desk = Desk(books)
    desk.register()
    desk.pay("900")
    desk.correct(amount=eur("700"))
    assert desk.balance() == "-200.00 EUR"
    assert [task.details["amount"] for task in desk.tasks(TaskKind.OVERPAYMENT)] == ["200.00 EUR"]
    desk.correct(amount=eur("650"))
    assert [task.details["amount"] for task in desk.tasks(TaskKind.OVERPAYMENT)] == [
        "200.00 EUR",
        "50.00 EUR",
    ]


@pytest.mark.parametrize(
    ("figures", "reason"),
    [
        ({"amount": eur("0")}, "correction_invalid"),
        ({"amount": eur("-1")}, "correction_invalid"),
        ({"amount": {"amount": "900", "currency": "USD"}}, "other_currency"),
        ({"due_date": date(2025, 12, 31)}, "correction_invalid"),
    ],
)
def test_figures_that_make_no_invoice_are_kept_for_a_person(
    books: Books, figures: dict[str, object], reason: str
) -> None:
    """Nothing, less than nothing, another currency, due before issued: kept, with a task, not applied."""
    desk = Desk(books)
    desk.register()
    before = desk.case().invoice
    booked = desk.correct(**figures)
    assert (booked.outcome, booked.refusal) == (BookingOutcome.KEPT, reason)
    assert desk.case().invoice == before
    assert desk.kinds_of_tasks() == [TaskKind.REFUSED_FACT]
    assert desk.story()[-2] is EntryKind.REFUSAL


def test_a_closed_case_is_not_corrected(books: Books) -> None:
    """Closed stays closed; a person sees that the billing system thinks otherwise."""
    desk = Desk(books)
    desk.register()
    desk.write_off()
    booked = desk.correct(amount=eur("2000"))
    assert (booked.outcome, booked.refusal) == (BookingOutcome.KEPT, "case_closed")
    assert desk.balance() == "1000.00 EUR"
    assert desk.kinds_of_tasks() == [TaskKind.REFUSED_FACT]


def test_a_cancelled_invoice_is_closed_and_nobody_is_asked_about_it(books: Books) -> None:
    """The withdrawn claim ends what was agreed and what was asked of persons."""
    desk = Desk(books)
    desk.register()
    desk.open_call()
    _approval(desk, "formal-notice")
    desk.hold(10)
    desk.cancel()
    case = desk.case()
    assert (case.status, case.facts.closed, case.facts.hold) == (
        DunningStatus.CANCELLED,
        DunningStatus.CANCELLED,
        None,
    )
    assert case.closed_at == desk.now
    assert desk.kinds_of_tasks() == []


def test_cancelling_a_closed_case_is_a_line_in_the_journal(books: Books) -> None:
    """Its closing status does not change."""
    desk = Desk(books)
    desk.register()
    desk.write_off()
    assert desk.cancel().outcome is BookingOutcome.BOOKED
    assert desk.case().status is DunningStatus.WRITTEN_OFF
    assert desk.last(EntryKind.CANCELLED).details["after"] == "written_off"


def test_closing_happens_once_and_a_plan_does_not_reopen(books: Books) -> None:
    """A second close and a plan that was computed before the close change nothing."""
    desk = Desk(books)
    desk.register()
    with books.write() as conn:
        assert cases.close(conn, KEY, DunningStatus.SETTLED, desk.now, kind=EntryKind.SETTLED, details={})
        assert not cases.close(
            conn, KEY, DunningStatus.CANCELLED, desk.now, kind=EntryKind.CANCELLED, details={}
        )
        assert not cases.save_plan(
            conn,
            KEY,
            status=DunningStatus.DUNNING,
            next_step="reminder-1",
            next_action_at=desk.now,
            policy="standard",
            now=desk.now,
        )
    assert desk.case().status is DunningStatus.SETTLED
    assert desk.case().next_step is None


def test_a_hand_over_keeps_its_letter_and_its_file(books: Books) -> None:
    """The tasks that the hand-over itself needs stay open; the call is closed."""
    desk = Desk(books)
    desk.register()
    desk.open_call()
    for kind in (TaskKind.HAND_OVER, TaskKind.REGISTERED_LETTER):
        with books.write() as conn:
            tasks.open_task(
                conn,
                kind=kind,
                dedupe_key=kind.value,
                creditor_id=CREDITOR,
                invoice_id=KEY.invoice_id,
                details={},
                now=desk.now,
            )
    with books.write() as conn:
        cases.close(conn, KEY, DunningStatus.HANDED_OVER, desk.now, kind=EntryKind.HANDED_OVER, details={})
    assert sorted(desk.kinds_of_tasks()) == [TaskKind.HAND_OVER, TaskKind.REGISTERED_LETTER]
