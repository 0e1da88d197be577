"""What the mail sink received: in memory, or as .eml files in a folder that outlives the sink."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.parser import BytesHeaderParser
from pathlib import Path
from typing import Final

from pydantic import AwareDatetime, BaseModel, ConfigDict

_SUMMARY: Final = ".json"
_CONTENT: Final = ".eml"


class ReceivedMessage(BaseModel):
    """One message as the sink took it, without its content."""

    model_config = ConfigDict(frozen=True)

    number: int
    """1 for the first message of the store; never given twice."""
    received_at: AwareDatetime
    sender: str
    """Of the envelope, like the recipients: where bounces go, not what the reader sees."""
    recipients: tuple[str, ...]
    headers: tuple[tuple[str, str], ...]
    """Name and decoded value, in the order of the message."""

    def header(self, name: str) -> str:
        """The first header of that name, or nothing."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")

    @property
    def subject(self) -> str:
        """What the reader sees first."""
        return self.header("Subject")

    @property
    def message_id(self) -> str:
        """Equal in two messages only where one was sent twice."""
        return self.header("Message-ID")


class MessageStore:
    """Keeps what arrives, in order of arrival.

    With a folder each message is two files: ``000001.eml``, the bytes as they came, and
    ``000001.json``, envelope and headers.
    The second is written last and makes the message count, so a sink that is killed leaves no half one.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._messages: dict[int, ReceivedMessage] = {}
        self._contents: dict[int, bytes] = {}
        if folder:
            folder.mkdir(parents=True, exist_ok=True)
            self._messages = {message.number: message for message in _stored(folder)}

    @property
    def messages(self) -> tuple[ReceivedMessage, ...]:
        """All messages, oldest first."""
        return tuple(self._messages.values())

    def find(self, number: int) -> ReceivedMessage | None:
        """The message of that number, or nothing."""
        return self._messages.get(number)

    def content(self, number: int) -> bytes:
        """The message as it came over the line, without the doubling of dots.

        Raises:
            KeyError: there is no such message.
        """
        message = self._messages[number]
        if self._folder:
            return (self._folder / _filename(message.number, _CONTENT)).read_bytes()
        return self._contents[message.number]

    def add(
        self, *, sender: str, recipients: tuple[str, ...], content: bytes, received_at: datetime
    ) -> ReceivedMessage:
        """Keep one message."""
        message = ReceivedMessage(
            number=next(reversed(self._messages), 0) + 1,
            received_at=received_at,
            sender=sender,
            recipients=recipients,
            headers=decoded_headers(content),
        )
        if self._folder:
            _store(self._folder, message, content)
        else:
            self._contents[message.number] = content
        self._messages[message.number] = message
        return message


def _stored(folder: Path) -> Iterator[ReceivedMessage]:
    for path in sorted(folder.glob(f"[0-9]*{_SUMMARY}")):
        yield ReceivedMessage.model_validate_json(path.read_bytes())


def _store(folder: Path, message: ReceivedMessage, content: bytes) -> None:
    (folder / _filename(message.number, _CONTENT)).write_bytes(content)
    unfinished = folder / _filename(message.number, ".part")
    unfinished.write_text(message.model_dump_json(), encoding="utf-8")
    unfinished.replace(folder / _filename(message.number, _SUMMARY))


def _filename(number: int, suffix: str) -> str:
    return f"{number:06d}{suffix}"


def decoded_headers(content: bytes) -> tuple[tuple[str, str], ...]:
    """Names and values as a reader sees them; what cannot be decoded stays as it came.

    By RFC 2047 and not by the newer parser: CPython 3.11's adds a space wherever a long name was folded.
    """
    return tuple(
        (name, _decoded(str(value))) for name, value in BytesHeaderParser().parsebytes(content).items()
    )


def _decoded(value: str) -> str:
    unfolded = value.replace("\r", "").replace("\n", "")
    try:
        return str(make_header(decode_header(unfolded)))
    except (HeaderParseError, LookupError, UnicodeError, ValueError):
        return unfolded.encode("ascii", "replace").decode("ascii")
