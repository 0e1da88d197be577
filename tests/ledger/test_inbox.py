from datetime import timedelta

from ledger import inbox, leases
from ledger.books import Books
from ledger.inbox import InboxItem
from tests.ledger.desk import NOW


def _due(books: Books, hours: int = 0, limit: int = 10) -> list[InboxItem]:
    with books.read() as conn:
        return inbox.due(conn, "stripe", NOW + timedelta(hours=hours), limit)


def test_an_event_is_kept_once_and_byte_for_byte(books: Books) -> None:
    """A provider that delivers twice is told so; the body is what came, whatever its bytes."""
    body = b'{"id": "evt_1"}\x00\xff'
    with books.write() as conn:
        assert inbox.receive(conn, "stripe", "evt_1", body, NOW)
        assert not inbox.receive(conn, "stripe", "evt_1", b"other", NOW)
        assert inbox.receive(conn, "bank", "evt_1", b"", NOW)
    assert [(item.event_id, item.body) for item in _due(books)] == [("evt_1", body)]


def test_events_come_in_order_and_not_before_their_time(books: Books) -> None:
    """Processed ones are gone, failed ones wait for their next try, parked ones for a person."""
    with books.write() as conn:
        for number in range(4):
            inbox.receive(conn, "stripe", f"evt_{number}", b"", NOW)
    first, second, third, _ = _due(books)
    assert [item.event_id for item in _due(books, limit=2)] == ["evt_0", "evt_1"]
    with books.write() as conn:
        inbox.done(conn, first.id, NOW)
        inbox.retry(conn, second.id, "Temporal is down", NOW, NOW + timedelta(hours=1))
        inbox.park(conn, third.id, "no such invoice", NOW)
    assert [item.event_id for item in _due(books)] == ["evt_3"]
    later = _due(books, hours=2)
    assert [(item.event_id, item.tries, item.problem) for item in later] == [
        ("evt_1", 1, "Temporal is down"),
        ("evt_3", 0, None),
    ]


def test_a_lease_has_one_holder_until_it_ends(books: Books) -> None:
    """Others wait until it ends or is given back; its holder prolongs it."""
    minute = timedelta(minutes=1)

    def take(holder: str, after: int) -> bool:
        now = NOW + after * minute
        with books.write() as conn:
            return leases.take(conn, "relay", holder, now, now + 2 * minute)

    assert take("web-1", 0)
    assert not take("web-2", 1)
    assert take("web-1", 1)
    assert not take("web-2", 2)
    assert take("web-2", 3)
    with books.write() as conn:
        leases.release(conn, "relay", "web-1")
    assert not take("web-1", 3)
    with books.write() as conn:
        leases.release(conn, "relay", "web-2")
    assert take("web-1", 3)
