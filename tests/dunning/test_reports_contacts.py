from dunning.reports_contacts import ContactMade, contacts_by_channel
from tests.dunning.report_cases import day


def contact(message: str, channel: str = "email", outcome: str = "accepted", late: int = 5) -> ContactMade:
    """A contact with the customer whose letter the message begins with."""
    return ContactMade(
        channel=channel, outcome=outcome, on=day(late), customer_id=message[0], message=message
    )


def test_contacts_are_counted_by_channel_and_outcome() -> None:
    """Shares are of the channel; a customer counts once in a line."""
    found = contacts_by_channel(
        [
            contact("a1"),
            contact("a2"),
            contact("b1"),
            contact("c1", outcome="refused"),
            contact("a3", "call", "promise"),
        ],
        day(0),
        day(9),
    )
    assert [(one.channel, one.outcome, one.contacts, one.customers, one.share) for one in found] == [
        ("call", "promise", 1, 1, 1.0),
        ("email", "accepted", 3, 2, 0.75),
        ("email", "refused", 1, 1, 0.25),
    ]


def test_one_message_about_several_invoices_is_one_contact() -> None:
    """The customer received one e-mail."""
    (line,) = contacts_by_channel([contact("a1"), contact("a1")], day(0), day(9))
    assert line.contacts == 1


def test_first_and_last_day_count_and_no_other() -> None:
    """Both ends belong to the period."""
    many = [contact(f"a{late}", late=late) for late in (-1, 0, 9, 10)]
    (line,) = contacts_by_channel(many, day(0), day(9))
    assert line.contacts == 2
