from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import ValidationError

from rendering.mime import Attachment, EmailParts, Mailbox, build_email

PARIS = ZoneInfo("Europe/Paris")
FRENCH_TEXT = (
    "relance retard de paiement : facture échéance dépassée « société Générale d’Équipement » № F-2026-0042 "
    '1 204,50 € à l’été où naïveté cœur L’Haÿ-les-Roses =?utf-8?q?x?= , ; " \\ ( ) <a@b.fr>'
)
FRENCH_WORDS = st.sampled_from(FRENCH_TEXT.split(" "))
FRENCH_SUBJECTS = st.lists(FRENCH_WORDS, min_size=1, max_size=40).map(" ".join)
ANY_LINE = st.text(
    st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp"), exclude_characters="\ufeff"),
    min_size=1,
    max_size=200,
)


def parts(**changes: object) -> EmailParts:
    """A usual reminder, changed where a test says so."""
    usual: dict[str, object] = {
        "message_id": "<c1.i42.2.email@relance.example>",
        "sent_at": datetime(2026, 12, 14, 9, 0, tzinfo=PARIS),
        "sender": Mailbox(address="compta@creancier.example", name="Ateliers Géraud, service clients"),
        "to": (Mailbox(address="ap@client.example", name="Société Générale d’Équipement"),),
        "subject": "Relance retard de paiement : facture F-2026-0042",
        "text": "Bonjour,\n\nVotre facture est échue.\n.\nFrom here on.\n",
        "html": "<p>Bonjour,</p><p>Votre facture est échue.</p>",
    }
    return EmailParts.model_validate(usual | changes)


def parsed(content: bytes) -> EmailMessage:
    """What the standard library reads in the bytes."""
    message = BytesParser(policy=default).parsebytes(content)
    assert isinstance(message, EmailMessage)
    return message


def legacy_header(content: bytes, name: str) -> str:
    """The header as programs read it that only know RFC 2047."""
    message = BytesParser().parsebytes(content)
    return str(make_header(decode_header(str(message[name]).replace("\r\n", ""))))


def display_name(content: bytes) -> str:
    """The name of the only recipient, by RFC 2047: CPython 3.11's newer parser adds a space at each fold."""
    phrase, _, _ = str(BytesParser().parsebytes(content)["To"]).replace("\r\n", "").rpartition(" <")
    if phrase.startswith('"'):
        return re.sub(r"\\(.)", r"\1", phrase[1:-1])
    return str(make_header(decode_header(phrase)))


def test_both_alternatives_read_as_written() -> None:
    """Text and HTML come out as they went in, the text first, because readers show the last that they can."""
    message = parsed(build_email(parts()))
    assert message.get_content_type() == "multipart/alternative"
    text, html = message.iter_parts()
    assert isinstance(text, EmailMessage)
    assert isinstance(html, EmailMessage)
    assert text.get_content_type() == "text/plain"
    assert text.get_content().replace("\r\n", "\n") == parts().text
    assert html.get_content().strip() == parts().html


def test_headers_of_an_automatic_message() -> None:
    """Robots are told not to answer, and date, id, language and reply address stand as given."""
    message = parsed(
        build_email(
            parts(
                reply_to=Mailbox(address="aide@creancier.example", name="Anaïs Lefèvre"),
                cc=(Mailbox(address="copie@client.example"),),
                read_receipt_to=Mailbox(address="compta@creancier.example"),
                extra_headers=(("X-Relance-Level", "2"),),
            )
        )
    )
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["X-Auto-Response-Suppress"] == "OOF, AutoReply"
    assert message["Message-ID"] == "<c1.i42.2.email@relance.example>"
    assert message["Date"] == "Mon, 14 Dec 2026 09:00:00 +0100"
    assert message["Content-Language"] == "fr"
    assert message["Reply-To"].addresses[0].display_name == "Anaïs Lefèvre"
    assert message["Cc"] == "copie@client.example"
    assert message["Disposition-Notification-To"] == "compta@creancier.example"
    assert message["X-Relance-Level"] == "2"
    assert not message.defects


def test_later_reminders_join_the_thread() -> None:
    """A reader's program shows all reminders of an invoice together."""
    first, second = "<c1.i42.1.email@relance.example>", "<c1.i42.1b.email@relance.example>"
    message = parsed(build_email(parts(in_reply_to=second, references=(first, second))))
    assert message["In-Reply-To"] == second
    assert str(message["References"]).split() == [first, second]


def test_attachments_arrive_byte_for_byte() -> None:
    """An invoice in PDF keeps its bytes and its accented name beside text and HTML."""
    pdf = b"%PDF-1.7\n" + bytes(range(256)) * 50
    message = parsed(
        build_email(
            parts(
                attachments=(
                    Attachment(filename="Facture n° 42 – août.pdf", content=pdf),
                    Attachment(filename="conditions.txt", media_type="text/plain", content=b"a\nb"),
                )
            )
        )
    )
    assert message.get_content_type() == "multipart/mixed"
    invoice, terms = message.iter_attachments()
    assert invoice.get_filename() == "Facture n° 42 – août.pdf"
    assert invoice.get_content_type() == "application/pdf"
    assert invoice.get_payload(decode=True) == pdf
    assert terms.get_filename() == "conditions.txt"
    body = message.get_body(("plain",))
    assert body is not None
    assert "échue" in body.get_content()


def test_equal_parts_give_equal_bytes() -> None:
    """What is kept as evidence can be built again, bit by bit."""
    pdf = Attachment(filename="f.pdf", content=b"x")
    assert build_email(parts(attachments=(pdf,))) == build_email(parts(attachments=(pdf,)))


@given(subject=FRENCH_SUBJECTS | ANY_LINE, name=FRENCH_SUBJECTS, text=st.text(st.characters(codec="utf-8")))
@example(subject=" deux  espaces ", name="a", text="")
@example(subject="=?utf-8?q?pi=C3=A8ge?=", name="=?x?=", text="." * 2000)
@example(subject="é" * 500, name="x" * 200, text="=_" * 600)
@example(subject="mot" * 400, name='Dupont "le fils" \\ (SARL), <x>', text="\r\n.\r\n")
def test_form_on_the_wire(subject: str, name: str, text: str) -> None:
    """Whatever is written: ASCII, CRLF ends, no line above 998, none with an encoded word above 76."""
    content = build_email(
        parts(subject=subject, text=text, html=text, to=(Mailbox(address="a@b.example", name=name),))
    )
    assert content.isascii()
    assert content.endswith(b"\r\n")
    lines = content.split(b"\r\n")
    assert not any(b"\r" in line or b"\n" in line for line in lines)
    assert max(map(len, lines)) <= 998
    assert all(len(line) <= 76 for line in lines if b"=?utf-8?" in line)


@given(subject=FRENCH_SUBJECTS, name=FRENCH_SUBJECTS)
def test_french_subjects_and_names_survive(subject: str, name: str) -> None:
    """No subject or display name loses a space or an accent on its way through the standard parser."""
    content = build_email(parts(subject=subject, to=(Mailbox(address="ap@client.example", name=name),)))
    message = parsed(content)
    assert message["Subject"] == subject
    assert legacy_header(content, "Subject") == subject
    (recipient,) = message["To"].addresses
    assert recipient.addr_spec == "ap@client.example"
    assert display_name(content) == name


@given(subject=ANY_LINE)
def test_any_line_survives_as_a_subject(subject: str) -> None:
    """Emoji, other scripts and odd spaces come out as they went in."""
    assert legacy_header(build_email(parts(subject=subject)), "Subject") == subject


def test_many_recipients_stay_apart() -> None:
    """Each of several recipients, with and without a name, is read back with its own address."""
    boxes = tuple(
        Mailbox(address=f"p{n}@client.example", name="Élise, comptabilité" * (n % 2)) for n in range(9)
    )
    message = parsed(build_email(parts(to=boxes)))
    assert [box.addr_spec for box in message["To"].addresses] == [box.address for box in boxes]
    assert [box.display_name for box in message["To"].addresses] == [box.name for box in boxes]


@pytest.mark.parametrize(
    "poison", ["a\r\nBcc: x@y.example", "a\nb", "a\rb", "a\0b", "a\x7fb", "a\u2028b", "a\x85b"]
)
@pytest.mark.parametrize("place", ["subject", "name", "filename", "header"])
def test_line_breaks_cannot_forge_headers(place: str, poison: str) -> None:
    """A line break or control character in any header value is refused, saying where it stands."""
    builders: dict[str, Callable[[], object]] = {
        "subject": lambda: parts(subject=poison),
        "name": lambda: Mailbox(address="a@b.example", name=poison),
        "filename": lambda: Attachment(filename=poison, content=b""),
        "header": lambda: parts(extra_headers=(("X-Level", poison),)),
    }
    with pytest.raises(ValidationError, match="position 2 cannot stand in a header"):
        builders[place]()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"message_id": "no-brackets@x.example"}, "looks like <opaque-id@domain>"),
        ({"message_id": "<a@b>\r\nBcc: <c@d>"}, "looks like <opaque-id@domain>"),
        ({"in_reply_to": "<a b@c>"}, "looks like <opaque-id@domain>"),
        ({"sent_at": datetime(2026, 1, 1)}, "timezone"),  # noqa: DTZ001
        ({"to": ()}, "at least 1 item"),
        ({"subject": ""}, "at least 1 character"),
        ({"extra_headers": (("Bcc", "a@b.example"),)}, "begin with X-"),
        ({"extra_headers": (("X-A: b\r\nBcc", "a@b.example"),)}, "begin with X-"),
    ],
)
def test_malformed_parts_are_refused(changes: dict[str, object], words: str) -> None:
    """What would make a message that servers refuse or mangle never becomes bytes."""
    with pytest.raises(ValidationError, match=words):
        parts(**changes)


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("élise@client.example", "outside ASCII"),
        ("elise@société.example", "xn--"),
        ("nobody", "is not an e-mail address"),
        ("a@b.example\r\nRCPT TO:<c@d.example>", "control characters"),
        (f"{'a' * 250}@b.example", "at most 254"),
    ],
)
def test_addresses_that_servers_would_refuse(address: str, words: str) -> None:
    """An address that cannot be delivered to is refused before the message is built."""
    with pytest.raises(ValidationError, match=words):
        Mailbox(address=address)


def test_folders_do_not_travel_in_filenames() -> None:
    """A path of our machine never reaches a customer."""
    with pytest.raises(ValidationError, match="bare name"):
        Attachment(filename="../secret/f.pdf", content=b"")


def test_half_a_character_is_refused() -> None:
    """A text that cannot be written as UTF-8 is named, not sent as question marks."""
    with pytest.raises(ValueError, match="plain text cannot be written as UTF-8"):
        build_email(parts(text="\ud83d"))


def test_utc_instants_print_their_offset() -> None:
    """The Date header always says its offset, so that proof of an hour holds anywhere."""
    message = parsed(build_email(parts(sent_at=datetime(2026, 7, 1, 7, 30, tzinfo=UTC))))
    assert message["Date"] == "Wed, 01 Jul 2026 07:30:00 +0000"
