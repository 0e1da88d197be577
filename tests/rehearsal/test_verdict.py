from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from dunning.case import DunningStatus
from rehearsal.contacts import Contact
from rehearsal.performance import Performance
from rehearsal.records import Records
from rehearsal.verdict import DifferenceKind, Summary, differences, judge
from tests.rehearsal.files import row, scenario

_AT = datetime(2025, 2, 18, 10, 3, tzinfo=UTC)


def contact(step: str = "reminder-1", at: datetime = _AT, **fields: Any) -> Contact:
    """An e-mail about F-1."""
    given = {"invoice": "F-1", "level": 1, "channel": "email", "customer": "c-1", **fields}
    return Contact(step=step, at=at, **given)


def verdict(
    made: Sequence[Contact],
    expected: Sequence[Contact] = (),
    *,
    arrivals: dict[str, int] | None = None,
    status: DunningStatus = DunningStatus.SETTLED,
) -> Summary:
    """What is said of an invoice that was settled on 3 March."""
    records = Records(contacts=tuple(made), thanks=0, strays=0, statuses={"F-1": status}, tasks={})
    played = Performance(arrivals_before_payment=arrivals or {})
    events = scenario(row("F-1", "15/01/2025", "14/02/2025", settled="03/03/2025"))
    return judge(events, expected, records, played, seconds=1.23)


def test_contacts_as_planned_are_flawless() -> None:
    """Made within a minute of the planned instant: a full slot takes seconds to be worked off."""
    found = verdict([contact(at=_AT + timedelta(seconds=40))], [contact()])
    assert found.flawless
    assert (found.settled, found.open, found.contacts) == (1, 0, 1)
    assert found.contacts_by_channel == {"email": 1}
    assert found.contacts_by_level == {"1": 1}
    assert found.seconds == 1.2


def test_a_contact_that_was_not_made_is_found() -> None:
    """With the instant at which it should have been."""
    (one,) = differences([contact()], [])
    assert (one.kind, one.invoice, one.step, one.planned_at, one.made_at) == (
        DifferenceKind.MISSING,
        "F-1",
        "reminder-1",
        _AT,
        None,
    )


def test_a_contact_that_nobody_planned_is_found() -> None:
    """Another step, or the same one by another channel."""
    found = differences([contact()], [contact(), contact("reminder-2"), contact(channel="call")])
    assert [(one.kind, one.step) for one in found] == [
        (DifferenceKind.UNPLANNED, "reminder-1"),
        (DifferenceKind.UNPLANNED, "reminder-2"),
    ]


def test_a_contact_at_another_time_or_level_is_found() -> None:
    """Early or late by more than a minute counts; so does the wrong firmness."""
    for made in (
        contact(at=_AT + timedelta(minutes=2)),
        contact(at=_AT - timedelta(hours=1)),
        contact(level=2),
    ):
        (one,) = differences([contact()], [made])
        assert one.kind is DifferenceKind.MOVED


def test_a_message_that_no_act_explains_is_a_difference() -> None:
    """The sink is the witness, not the books."""
    (one,) = differences([], [], strays=1)
    assert one.kind is DifferenceKind.STRAY


def test_a_contact_made_twice_is_counted() -> None:
    """The second message of the same step of the same invoice."""
    found = verdict([contact(arrival=1), contact(arrival=2)], [contact()])
    assert found.duplicates == 1
    assert not found.flawless


def test_a_contact_after_payment_is_counted_by_the_clock() -> None:
    """From the instant of the payment on; a second before it is in order."""
    paid_at = datetime(2025, 3, 3, 7, 30, tzinfo=UTC)
    assert verdict([contact(at=paid_at)]).after_payment == 1
    assert verdict([contact(at=paid_at - timedelta(seconds=1))]).after_payment == 0


def test_a_contact_after_payment_is_counted_by_the_order_of_arrival() -> None:
    """A message that reached the sink after the books had the money is too late, whatever its date says."""
    assert verdict([contact(arrival=8)], arrivals={"F-1": 7}).after_payment == 1
    assert verdict([contact(arrival=7)], arrivals={"F-1": 7}).after_payment == 0


def test_a_case_that_a_payment_did_not_close_is_a_difference() -> None:
    """Silence is not enough: the run must have heard of the money. A case handed over before is closed."""
    (one,) = verdict([], status=DunningStatus.DUNNING).differences_from_plan
    assert (one.kind, one.invoice) == (DifferenceKind.UNSETTLED, "F-1")
    assert verdict([], status=DunningStatus.HANDED_OVER).flawless
