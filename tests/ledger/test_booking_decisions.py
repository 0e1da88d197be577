from datetime import UTC, date, datetime

from dunning import facts
from dunning.case import DunningStatus
from dunning.facts import BookingOutcome
from dunning.journal import EntryKind, TaskKind
from dunning.money import Money
from ledger import journal, tasks
from ledger.books import Books
from tests.ledger.desk import CREDITOR, KEY, Desk


def _ask(desk: Desk, step: str) -> int:
    with desk.books.write() as conn:
        return tasks.open_task(
            conn,
            kind=TaskKind.APPROVAL,
            dedupe_key=f"approval:{step}",
            creditor_id=CREDITOR,
            invoice_id=KEY.invoice_id,
            details={"step": step},
            now=desk.now,
        )


def _approve(desk: Desk, step: str | None = None) -> facts.Booking:
    return desk.book(
        facts.StepApproved(event_id=desk.event(), step=step, approved_by="Ana", actor="operator")
    )


def test_the_step_that_waits_is_approved(books: Books) -> None:
    """Without a name it is the one that the open task names; the task is closed."""
    desk = Desk(books)
    desk.register()
    assert _approve(desk).refusal == "nothing_to_approve"
    _ask(desk, "formal-notice")
    assert _approve(desk).outcome is BookingOutcome.BOOKED
    assert desk.case().facts.approved == {"formal-notice"}
    assert desk.kinds_of_tasks() == []
    assert desk.story() == [EntryKind.OPENED, EntryKind.APPROVAL_ASKED, EntryKind.APPROVED]
    assert desk.entries()[-1].details == {"step": "formal-notice", "approved_by": "Ana"}


def test_a_step_may_be_approved_ahead(books: Books) -> None:
    """A named step is approved before it asks; the task of another step still waits; twice is once."""
    desk = Desk(books)
    desk.register()
    _ask(desk, "formal-notice")
    _approve(desk, "hand-over")
    _approve(desk, "hand-over")
    assert desk.case().facts.approved == {"hand-over"}
    assert desk.kinds_of_tasks() == [TaskKind.APPROVAL]


def test_a_write_off_closes_the_case(books: Books) -> None:
    """The claim is given up for a reason that the journal keeps."""
    desk = Desk(books)
    desk.register()
    desk.open_call()
    desk.write_off()
    assert desk.case().status is DunningStatus.WRITTEN_OFF
    assert desk.tasks() == []
    assert desk.entries()[-1].details == {"reason": "too small"}


def test_a_note_is_kept_in_the_words_of_its_writer(books: Books) -> None:
    """Also on a closed case, with quotes, accents and a NUL."""
    desk = Desk(books)
    desk.register()
    desk.cancel()
    words = "« l'acheteur » a dit :\n\x00 plus tard 🕰"
    assert desk.book(facts.NoteTaken(event_id="n", text=words)).outcome is BookingOutcome.BOOKED
    assert desk.entries()[-1].details["text"] == words


def test_an_unreadable_message_is_kept_and_given_to_a_person(books: Books) -> None:
    """Whatever it holds, it is journalled; its task shows the beginning of it."""
    desk = Desk(books)
    desk.register()
    content = {"amount": "beaucoup", "long": "x" * 10_000, "odd": [None, 1.5, {"é": "\x00"}]}
    fact = facts.MessageMalformed(event_id="m", name="payment_received", content=content, problem="no number")
    assert desk.book(fact).outcome is BookingOutcome.KEPT
    assert desk.book(fact).outcome is BookingOutcome.DUPLICATE
    (task,) = desk.tasks(TaskKind.UNREADABLE_MESSAGE)
    assert task.details["name"] == "payment_received"
    assert task.details["content"].startswith('{"amount": "beaucoup"')
    assert len(task.details["content"]) <= 4096
    assert EntryKind.MALFORMED in desk.story()


def test_changed_particulars_are_named_not_shown(books: Books) -> None:
    """The journal has no personal data; the same particulars again change nothing."""
    desk = Desk(books)
    desk.register()
    for fields in (["contact_name", "email"], []):
        change = facts.CustomerChanged(
            event_id=desk.event(), email="new@lenoir.example", contact_name="Mme Lenoir"
        )
        assert desk.book(change).outcome is BookingOutcome.BOOKED
        assert desk.entries()[-1].details == {"fields": fields}
    assert desk.case().customer.contact_name == "Mme Lenoir"


def test_tasks_of_a_customer_are_closed_by_what_they_ask_for(books: Books) -> None:
    """An address found closes the question, and the same question later is a new task."""
    desk = Desk(books)
    desk.register()
    for address in ("b@lenoir.example", "c@lenoir.example"):
        with books.write() as conn:
            first = tasks.ask_about_customer(conn, TaskKind.FIND_ADDRESS, CREDITOR, "C-1", {}, desk.now)
            assert (
                tasks.ask_about_customer(conn, TaskKind.FIND_ADDRESS, CREDITOR, "C-1", {}, desk.now) == first
            )
        desk.book(facts.CustomerChanged(event_id=desk.event(), email=address))
        assert desk.kinds_of_tasks() == []


def test_details_of_the_journal_are_plain() -> None:
    """Money and dates become text that reads the same everywhere; numbers stay numbers."""
    at = datetime(2026, 3, 2, 8, tzinfo=UTC)
    told = journal.plain(
        {
            "money": Money.of("1204.5", "EUR"),
            "day": date(2026, 3, 2),
            "at": at,
            "kind": TaskKind.CALL,
            "list": (1, None, True, {"x"}),
        }
    )
    assert told == {
        "money": "1204.50 EUR",
        "day": "2026-03-02",
        "at": "2026-03-02T08:00:00+00:00",
        "kind": "call",
        "list": [1, None, True, ["x"]],
    }


def test_a_name_that_no_step_can_have_is_refused(books: Books) -> None:
    """Such a name would fail in one of the databases; here it is refused in words."""
    desk = Desk(books)
    desk.register()
    assert _approve(desk, "x" * 49).refusal == "unknown_step"


def test_the_sheet_of_a_call_may_follow(books: Books) -> None:
    """A call that the books asked for themselves gets its sheet from whoever can write it."""
    desk = Desk(books)
    desk.register()
    task_id = desk.open_call()
    with books.write() as conn:
        tasks.attach_sheet(conn, task_id, "who pays there")
    assert desk.tasks(TaskKind.CALL)[0].sheet == "who pays there"


def test_an_outcome_longer_than_the_books_keep_is_cut(books: Books) -> None:
    """A person's long word for how it ended does not fail in one of the databases."""
    desk = Desk(books)
    desk.register()
    task_id = desk.open_call()
    with books.write() as conn:
        tasks.complete(conn, task_id, outcome="x" * 100, note=None, now=desk.now, actor="y" * 100)
    assert desk.tasks() == []
