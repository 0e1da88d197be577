from datetime import UTC, datetime

from demo.tally import contacts_after, contacts_made_twice
from embedded.smtp_sink import SmtpSink

PAID_AT = datetime(2026, 4, 7, 11, 0, tzinfo=UTC)


def received(sink: SmtpSink, subject: str, identity: str, *, hour: int = 9, text: str = "Bonjour") -> None:
    """Let a message arrive on the day of the payment."""
    content = f"Message-ID: <{identity}>\r\nSubject: {subject}\r\nContent-Type: text/plain\r\n\r\n{text}\r\n"
    sink.store.add(
        sender="compta@lumen.example",
        recipients=("client@example.com",),
        content=content.encode(),
        received_at=PAID_AT.replace(hour=hour),
    )


def test_the_same_message_twice_is_counted() -> None:
    """A repeated Message-ID is a contact made twice."""
    sink = SmtpSink()
    received(sink, "facture F-1", "a@x")
    received(sink, "facture F-1", "a@x", hour=10, text="Rebonjour")

    assert contacts_made_twice(sink) == 1


def test_a_new_identity_hides_no_repetition() -> None:
    """The same words to the same reader are a contact made twice, whatever their Message-ID."""
    sink = SmtpSink()
    received(sink, "facture F-1", "a@x")
    received(sink, "facture F-1", "b@x")

    assert contacts_made_twice(sink) == 1


def test_reminders_of_two_levels_are_two_contacts() -> None:
    """Levels share a subject; their texts tell them apart."""
    sink = SmtpSink()
    received(sink, "facture F-1", "a@x")
    received(sink, "facture F-1", "b@x", text="Nous revenons vers vous")

    assert contacts_made_twice(sink) == 0


def test_what_arrives_after_the_payment_is_counted_but_thanks() -> None:
    """A reminder that the sink took after the payment counts; earlier ones, thanks and others do not."""
    sink = SmtpSink()
    received(sink, "facture F-1", "before@x", hour=10)
    received(sink, "facture F-1", "after@x", hour=12, text="2e relance")
    received(sink, "facture F-1 : merci", "thanks@x", hour=12)
    received(sink, "facture F-2", "other@x", hour=12)

    assert contacts_after(PAID_AT, sink, "F-1", but={"<thanks@x>"}) == 1
