from datetime import UTC, datetime
from pathlib import Path

from activities.calling import Calling
from activities.correspondence import earlier_contacts
from ledger import sends
from ledger.keys import SendKey
from tests.activities.case_at_hand import KEY, case_at_hand

REMINDED_AT = datetime(2026, 3, 17, 9, 0, tzinfo=UTC)
CALL_AT = datetime(2026, 4, 13, 9, 0, tzinfo=UTC)


def test_a_message_names_as_earlier_contacts_only_what_was_delivered(tmp_path: Path) -> None:
    """A call that a person was asked to make may have reached nobody: no letter claims that it did."""
    with case_at_hand(tmp_path) as hand:
        with hand.dependencies.books.write() as conn:
            reminder = SendKey(KEY, 1, "reminder-1", "email")
            sends.reserve(conn, reminder, level=1, reminder=True, now=REMINDED_AT)
            sends.start_submitting(conn, reminder, "attempt", REMINDED_AT)
            sends.accept(conn, reminder, "attempt", on=REMINDED_AT.date(), now=REMINDED_AT)
            request = hand.request("call", 4, "call", planned_at=CALL_AT, now=CALL_AT)
            Calling(hand.dependencies)._open(conn, request, CALL_AT)
        policy = hand.dependencies.policies.get("standard-business")

        contacts = earlier_contacts(hand.case(), policy)

    assert [contact.label for contact in contacts] == ["1re relance"]
