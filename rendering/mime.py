"""The bytes of an e-mail, built so that the same message is the same bytes for ever."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from base64 import encodebytes
from binascii import b2a_qp
from collections.abc import Iterable, Iterator
from email.header import Header
from email.utils import format_datetime
from typing import Annotated, Final, Self
from urllib.parse import quote

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from dunning.party import EmailAddress, Language

_CRLF: Final = "\r\n"
_LINE: Final = 76
"""Longest header line that holds an encoded word (RFC 2047, section 2)."""
_LONGEST_ADDRESS: Final = 254
_LONGEST_FILENAME: Final = 80
"""Four bytes a character, three letters a byte, and the header still keeps to 998."""
_UNBREAKABLE: Final = 60
"""Longest word that is left plain: with the header's name it still fits on a line."""
_LINE_BREAKING: Final = {"Cc", "Cs", "Zl", "Zp"}
"""Unicode categories that a header must not hold: controls, surrogates, line and paragraph separators."""
_PLAIN_WORDS: Final = re.compile(rf"[!-~]{{1,{_UNBREAKABLE}}}( [!-~]{{1,{_UNBREAKABLE}}})*")
_ATOMS: Final = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+( [A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_MESSAGE_ID: Final = re.compile(r"<[!-;=?A-Z\[-~]+@[!-;=?A-Z\[-~]+>")
_ANY_LINE_END: Final = re.compile(r"\r\n|\r|\n")
_MEDIA_TYPE: Final = re.compile(r"[a-z0-9.+-]+/[a-z0-9.+-]+")
_HEADER_NAME: Final = re.compile(r"X-[A-Za-z0-9-]{1,60}")


def header_text(text: str) -> str:
    """Refuse what would forge, break or mangle a header.

    Raises:
        ValueError: the text holds a line break or a control character.
    """
    for place, char in enumerate(text):
        if unicodedata.category(char) in _LINE_BREAKING:
            raise ValueError(
                f"the character {char!a} at position {place + 1} cannot stand in a header: "
                "write one line without control characters"
            )
    return text


def _deliverable(address: str) -> str:
    if len(address) > _LONGEST_ADDRESS:
        raise ValueError(
            f"an address has at most {_LONGEST_ADDRESS} characters (RFC 5321, section 4.5.3.1.3)"
        )
    if not address.isascii():
        raise ValueError(
            "an address with letters outside ASCII is not delivered by every server: "
            "write its domain in the xn-- form, or ask for another address"
        )
    return address


def _message_id(text: str) -> str:
    if not _MESSAGE_ID.fullmatch(text) or len(text) > _LONGEST_ADDRESS:
        raise ValueError("a Message-ID looks like <opaque-id@domain>, in ASCII, short and without spaces")
    return text


def _bare_filename(text: str) -> str:
    if set(text) & set("/\\"):
        raise ValueError("a file is attached under its bare name, without folders")
    return text


def _media_type(text: str) -> str:
    if not _MEDIA_TYPE.fullmatch(text):
        raise ValueError("a media type looks like application/pdf")
    return text


HeaderText = Annotated[str, AfterValidator(header_text)]
"""One line of any script."""
MessageId = Annotated[str, AfterValidator(_message_id)]
"""``<opaque-id@domain>``, with its angle brackets (RFC 5322, section 3.6.4)."""


class _Value(BaseModel):
    """A value whose errors never quote it, because it is about a person."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)


class Mailbox(_Value):
    """An address and the name shown for it."""

    address: Annotated[EmailAddress, AfterValidator(_deliverable)]
    name: HeaderText = ""


class Attachment(_Value):
    """A file that travels with the message."""

    filename: Annotated[
        HeaderText, AfterValidator(_bare_filename), Field(min_length=1, max_length=_LONGEST_FILENAME)
    ]
    media_type: Annotated[str, AfterValidator(_media_type)] = "application/pdf"
    content: bytes


class EmailParts(_Value):
    """Everything that one message says, before it is put into bytes."""

    message_id: MessageId
    sent_at: AwareDatetime
    """The Date header, printed in the zone that it comes in."""
    sender: Mailbox
    to: tuple[Mailbox, ...] = Field(min_length=1)
    cc: tuple[Mailbox, ...] = ()
    reply_to: Mailbox | None = None
    subject: HeaderText = Field(min_length=1)
    language: Language = Language.FRENCH
    text: str
    html: str
    attachments: tuple[Attachment, ...] = ()
    in_reply_to: MessageId | None = None
    """The message before in the same thread."""
    references: tuple[MessageId, ...] = ()
    """The thread so far, oldest first."""
    read_receipt_to: Mailbox | None = None
    """Asks the reader's program for a receipt (RFC 8098); most ask the reader first."""
    extra_headers: tuple[tuple[str, HeaderText], ...] = ()
    """``X-…`` headers, opaque values only: they leave the house."""

    @model_validator(mode="after")
    def _names_of_extra_headers(self) -> Self:
        for name, _ in self.extra_headers:
            if not _HEADER_NAME.fullmatch(name):
                raise ValueError(f"{name!a} is no extra header: those begin with X-, then letters and dashes")
        return self


def build_email(parts: EmailParts) -> bytes:
    """Put a message into the bytes that go to the server and into the evidence.

    The text comes first and the HTML after it, as alternatives (RFC 2046, section 5.1.4); attachments
    wrap both.
    Nothing in it is random or read from a clock, so equal parts give equal bytes.
    Headers are folded here and not by the standard library, which loses spaces of long accented subjects.

    Returns:
        ASCII only, lines of at most 998 characters, each ended by CRLF (RFC 5322, section 2.1.1).

    Raises:
        ValueError: a text holds half of a surrogate pair and cannot be written as UTF-8.
    """
    alternative = _multipart(
        "alternative", parts, [_text_part("plain", parts.text), _text_part("html", parts.html)]
    )
    body = alternative
    if parts.attachments:
        files = [_attachment_part(attachment) for attachment in parts.attachments]
        body = _multipart("mixed", parts, [alternative, *files])
    return "".join(f"{line}{_CRLF}" for line in _headers(parts)).encode("ascii") + body


def _headers(parts: EmailParts) -> Iterator[str]:
    yield f"From: {_folded_mailboxes('From', [parts.sender])}"
    yield f"To: {_folded_mailboxes('To', parts.to)}"
    if parts.cc:
        yield f"Cc: {_folded_mailboxes('Cc', parts.cc)}"
    if parts.reply_to:
        yield f"Reply-To: {_folded_mailboxes('Reply-To', [parts.reply_to])}"
    yield f"Subject: {_folded_text('Subject', parts.subject)}"
    yield f"Date: {format_datetime(parts.sent_at)}"
    yield f"Message-ID: {parts.message_id}"
    if parts.in_reply_to:
        yield f"In-Reply-To: {parts.in_reply_to}"
    if parts.references:
        yield f"References: {f'{_CRLF} '.join(parts.references)}"
    # RFC 3834: other robots must not answer; the second header says so to Exchange, which knows only it.
    yield "Auto-Submitted: auto-generated"
    yield "X-Auto-Response-Suppress: OOF, AutoReply"
    if parts.read_receipt_to:
        receipt = _folded_mailboxes("Disposition-Notification-To", [parts.read_receipt_to])
        yield f"Disposition-Notification-To: {receipt}"
    yield f"Content-Language: {parts.language}"
    for name, value in parts.extra_headers:
        yield f"{name}: {_folded_text(name, value)}"
    yield "MIME-Version: 1.0"


def _folded_text(name: str, text: str) -> str:
    """Free text after ``name:``, as encoded words (RFC 2047) wherever plain ASCII would not survive."""
    plain = _PLAIN_WORDS.fullmatch(text) and "=?" not in text
    return _encoded(name, text, "us-ascii" if plain else "utf-8")


def _encoded(name: str, text: str, charset: str) -> str:
    return Header(text, charset, maxlinelen=_LINE, header_name=name).encode(linesep=_CRLF)


def _folded_mailboxes(name: str, mailboxes: Iterable[Mailbox]) -> str:
    """An address list, each address on its own line."""
    return f",{_CRLF} ".join(_mailbox(name, mailbox) for mailbox in mailboxes)


def _mailbox(name: str, mailbox: Mailbox) -> str:
    shown = mailbox.name.strip()
    if not shown:
        return mailbox.address
    phrase = _phrase(name, shown)
    last_line = phrase.rpartition(_CRLF)[2]
    prefix = len(name) + len(": ") if last_line == phrase else 0
    fits = prefix + len(last_line) + len(f" <{mailbox.address}>") <= _LINE
    return f"{phrase}{' ' if fits else _CRLF + ' '}<{mailbox.address}>"


def _phrase(name: str, shown: str) -> str:
    """A display name: atoms as they are, other ASCII quoted, the rest as encoded words (RFC 5322, 3.2.5)."""
    if not _PLAIN_WORDS.fullmatch(shown) or "=?" in shown or len(shown) > _UNBREAKABLE:
        return _encoded(name, shown, "utf-8")
    if _ATOMS.fullmatch(shown):
        return shown
    escaped = shown.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _text_part(subtype: str, text: str) -> bytes:
    # The last line break is a must: b2a_qp takes its own line ends from the first one that it meets.
    lines = _ANY_LINE_END.sub(_CRLF, text.rstrip() + "\n")
    try:
        content = lines.encode()
    except UnicodeEncodeError as error:
        raise ValueError(f"the {subtype} text cannot be written as UTF-8: {error.reason}") from None
    head = f'Content-Type: text/{subtype}; charset="utf-8"{_CRLF}Content-Transfer-Encoding: quoted-printable'
    return head.encode("ascii") + b"\r\n\r\n" + b2a_qp(content, istext=True)


def _attachment_part(attachment: Attachment) -> bytes:
    head = [
        f"Content-Type: {attachment.media_type}",
        f"Content-Disposition: attachment;{_CRLF} {_filename(attachment.filename)}",
        "Content-Transfer-Encoding: base64",
    ]
    content = encodebytes(attachment.content).replace(b"\n", b"\r\n")
    return _CRLF.join(head).encode("ascii") + b"\r\n\r\n" + content


def _filename(filename: str) -> str:
    if filename.isascii() and '"' not in filename:
        return f'filename="{filename}"'
    return f"filename*=utf-8''{quote(filename, safe='')}"  # RFC 5987, the one form every program reads


def _multipart(subtype: str, parts: EmailParts, members: list[bytes]) -> bytes:
    """Members between boundaries: ``=_`` stands in no quoted-printable or base64, so none collides."""
    digest = hashlib.sha256(f"{subtype} {parts.message_id}".encode()).hexdigest()[:32]
    boundary = f"=_{digest}".encode("ascii")
    head = b'Content-Type: multipart/%s;\r\n boundary="%s"\r\n\r\n' % (subtype.encode("ascii"), boundary)
    body = b"".join(b"--%s\r\n%s\r\n" % (boundary, member) for member in members)
    return head + body + b"--%s--\r\n" % boundary
