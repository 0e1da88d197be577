from datetime import date, timedelta

import pytest

from dunning.case import DunningStatus
from dunning.journal import EntryKind, TaskKind
from dunning.refusal import Refusal
from ledger import cases, tasks
from ledger.books import Books
from ledger.cases import CaseOrder
from ledger.keys import CaseKey
from tests.ledger.desk import CREDITOR, KEY, Desk, customer, eur, invoice


def _portfolio(books: Books) -> Desk:
    desk = Desk(books)
    desk.register()
    desk.register(invoice(invoice_id="F-2", number="F-2", due_date=date(2026, 1, 15)))
    desk.register(
        invoice(invoice_id="F-3", number="F-0", customer_id="C-2"),
        customer(customer_id="C-2", name="Durand", siren="732829320"),
    )
    desk.register(invoice(creditor_id="other", customer_id="C-9"), customer(customer_id="C-9"))
    return desk


def _task(desk: Desk, key: str, kind: TaskKind = TaskKind.CALL, due_on: date | None = None) -> int:
    with desk.books.write() as conn:
        return tasks.open_task(
            conn,
            kind=kind,
            dedupe_key=key,
            creditor_id=CREDITOR,
            invoice_id=KEY.invoice_id,
            customer_id="C-1",
            details={"step": "call", "amount": eur("1")},
            due_on=due_on,
            now=desk.now,
        )


def test_a_list_tells_where_each_case_stands(books: Books) -> None:
    """Status, level, balance, next action and the latest line; of one creditor only."""
    desk = _portfolio(books)
    with books.write() as conn:
        cases.set_level(conn, KEY, 2, desk.now)
        cases.save_plan(
            conn,
            KEY,
            status=DunningStatus.DUNNING,
            next_step="reminder-3",
            next_action_at=desk.now + timedelta(days=1),
            policy="standard-business",
            now=desk.now,
        )
    desk.pay("100")
    with books.read() as conn:
        rows = cases.list_cases(conn, creditor_id=CREDITOR)
    assert [row.key.invoice_id for row in rows] == ["F-2", "F-1", "F-3"]
    row = rows[1]
    assert (row.status, row.level, row.balance, row.amount) == (
        DunningStatus.DUNNING,
        2,
        eur("900"),
        eur("1000"),
    )
    assert (row.next_step, row.next_action_at, row.policy) == (
        "reminder-3",
        desk.now + timedelta(days=1),
        "standard-business",
    )
    assert row.last is not None
    assert row.last.kind is EntryKind.PAYMENT


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (CaseOrder.DUE_DATE, ["F-2", "F-1", "F-3"]),
        (CaseOrder.NUMBER, ["F-3", "F-1", "F-2"]),
        (CaseOrder.NEXT_ACTION, ["F-3", "F-1", "F-2"]),
        (CaseOrder.LATEST, ["F-3", "F-1", "F-2"]),
    ],
)
def test_lists_are_sorted_as_asked(books: Books, order: CaseOrder, expected: list[str]) -> None:
    """What has no next action comes last."""
    desk = _portfolio(books)
    desk.later(hours=1)
    with books.write() as conn:
        cases.save_plan(
            conn,
            CaseKey(CREDITOR, "F-3"),
            status=DunningStatus.DUNNING,
            next_step="x",
            next_action_at=desk.now,
            policy=None,
            now=desk.now,
        )
    with books.read() as conn:
        rows = cases.list_cases(conn, creditor_id=CREDITOR, order=order)
        assert len(cases.list_cases(conn, creditor_id=CREDITOR, order=order, limit=2)) == 2
        chosen = cases.list_cases(conn, creditor_id=CREDITOR, statuses=[DunningStatus.DUNNING])
    assert [row.key.invoice_id for row in rows] == expected
    assert [row.key.invoice_id for row in chosen] == ["F-3"]


def test_a_list_longer_than_a_statement_takes_is_whole(books: Books) -> None:
    """Each of many cases has its latest line."""
    desk = Desk(books)
    with books.write() as conn:
        for number in range(1100):
            name = f"F-{number}"
            cases.register(conn, invoice(invoice_id=name, number=name), customer(), desk.now)
    with books.read() as conn:
        rows = cases.list_cases(conn, creditor_id=CREDITOR)
    assert len(rows) == 1100
    assert all(row.last is not None for row in rows)


def test_open_items_are_what_is_still_owed(books: Books) -> None:
    """Closed and paid invoices are gone; a customer's account is its own."""
    desk = _portfolio(books)
    desk.pay("400")
    with books.read() as conn:
        items = cases.open_items(conn, CREDITOR)
        mine = cases.customer_items(conn, CREDITOR, "C-2")
    assert [(item.invoice_id, str(item.balance)) for item in items] == [
        ("F-2", "1000.00 EUR"),
        ("F-1", "600.00 EUR"),
        ("F-3", "1000.00 EUR"),
    ]
    assert [(item.customer_name, item.siren) for item in mine] == [("Durand", "732829320")]
    desk.pay("600")
    desk.pay("1000", key=CaseKey(CREDITOR, "F-2"))
    with books.write() as conn:
        key = CaseKey(CREDITOR, "F-3")
        cases.close(conn, key, DunningStatus.CANCELLED, desk.now, kind=EntryKind.CANCELLED, details={})
        assert cases.open_items(conn, CREDITOR) == []


def test_a_case_that_is_not_there(books: Books) -> None:
    """Reading it gives nothing; closing or locking it says which invoice is missing."""
    desk = Desk(books)
    with books.read() as conn:
        assert cases.load(conn, KEY) is None
    with pytest.raises(cases.UnknownCaseError, match="F-1"), books.write() as conn:
        cases.close(conn, KEY, DunningStatus.SETTLED, desk.now, kind=EntryKind.SETTLED, details={})


def test_a_task_is_opened_once_and_told_on_its_invoice(books: Books) -> None:
    """The same key is the same task; the journal has one line."""
    desk = Desk(books)
    desk.register()
    task_id = _task(desk, "call:1")
    assert _task(desk, "call:1") == task_id
    assert desk.story() == [EntryKind.OPENED, EntryKind.CALL_OPENED]
    assert desk.entries()[-1].details["task_id"] == task_id


def test_tasks_are_listed_by_the_day_they_are_due(books: Books) -> None:
    """Today's list has what is due, and what has no day; other kinds and later days only when asked for."""
    desk = Desk(books)
    desk.register()
    late = _task(desk, "late", due_on=desk.today - timedelta(days=3))
    today = _task(desk, "today", due_on=desk.today)
    undated = _task(desk, "undated", TaskKind.DISPUTE)
    future = _task(desk, "future", due_on=desk.today + timedelta(days=1))
    with books.read() as conn:
        assert [task.id for task in tasks.open_tasks(conn, CREDITOR)] == [late, today, undated, future]
        assert [task.id for task in tasks.open_tasks(conn, CREDITOR, due_to=desk.today)] == [
            late,
            today,
            undated,
        ]
        calls = tasks.open_tasks(conn, CREDITOR, kinds=[TaskKind.CALL], due_to=desk.today)
        assert [task.id for task in calls] == [late, today]
        assert tasks.open_tasks(conn, "other") == []


def test_a_task_is_ticked_off_once(books: Books) -> None:
    """Who comes second is told so; the invoice's story has who did it and how it ended."""
    desk = Desk(books)
    desk.register()
    task_id = _task(desk, "dispute", TaskKind.DISPUTE)
    with books.write() as conn:
        tasks.complete(conn, task_id, outcome="agreed", note="10 % off", now=desk.now, actor="operator")
    entry = desk.entries()[-1]
    assert (entry.kind, entry.actor, entry.details["note"]) == (EntryKind.TASK_DONE, "operator", "10 % off")
    with pytest.raises(Refusal, match="task_done"), books.write() as conn:
        tasks.complete(conn, task_id, outcome="x", note=None, now=desk.now, actor="operator")
    with pytest.raises(Refusal, match="unknown_task"), books.write() as conn:
        tasks.complete(conn, 987, outcome="x", note=None, now=desk.now, actor="operator")
    assert desk.tasks() == []


def test_long_keys_fit_the_books() -> None:
    """Ids of the greatest length still make different keys that every database can keep."""
    long = "x" * 255
    keys = {tasks.task_key(TaskKind.REFUSED_FACT, "c" * 64, "i" * 64, long + end) for end in "ab"}
    assert len(keys) == 2
    assert all(len(key) <= 255 for key in keys)
