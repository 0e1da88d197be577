"""The page on which a person reads what the mail sink received."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from email.message import Message
from email.parser import BytesParser
from email.utils import parsedate_to_datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final
from urllib.parse import quote, urlencode

from fastapi import FastAPI, HTTPException, Query
from fastapi.responses import HTMLResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from pydantic import BaseModel

from embedded.mail_store import MessageStore, ReceivedMessage

_PAGE: Final = 100
_PAGES: Final = Path(__file__).with_name("outbox_pages")
# No script runs in a message, nothing is fetched from elsewhere; its links open beside this page.
_CONTENT_POLICY: Final = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; "
    "style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"
)
_LINKS_OPEN_BESIDE: Final = '<base target="_blank">'


class MessageView(StrEnum):
    """The three ways to read a message."""

    HTML = "html"
    TEXT = "text"
    SOURCE = "source"


class MessageCount(BaseModel):
    """How many messages were received."""

    count: int


class MessageSummary(BaseModel):
    """A message as programs want it."""

    number: int
    received_at: datetime
    sender: str
    recipients: tuple[str, ...]
    subject: str
    message_id: str
    headers: tuple[tuple[str, str], ...]


def create_outbox(store: MessageStore) -> FastAPI:
    """The application that shows what a store holds; meant for loopback, it asks nobody who they are."""
    outbox = FastAPI(title="Outbox", docs_url=None, redoc_url=None, openapi_url=None)
    pages = Environment(
        loader=FileSystemLoader(_PAGES), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    pages.filters["written_at"] = written_at

    @outbox.get("/", response_class=HTMLResponse)
    def messages(q: str = "", before: int | None = None) -> str:
        found = [message for message in reversed(store.messages) if _matches(message, q, before)]
        older = urlencode({"q": q, "before": found[_PAGE - 1].number}) if len(found) > _PAGE else ""
        return pages.get_template("list.html").render(
            messages=found[:_PAGE],
            total=len(store.messages),
            q=q,
            older=older,
            live=before is None and not q,
        )

    @outbox.get("/count")
    def count() -> MessageCount:
        return MessageCount(count=len(store.messages))

    @outbox.get("/messages.json")
    def summaries() -> list[MessageSummary]:
        return [
            MessageSummary(**message.model_dump(), subject=message.subject, message_id=message.message_id)
            for message in store.messages
        ]

    @outbox.get("/messages/{number}", response_class=HTMLResponse)
    def message(number: int, view: Annotated[MessageView, Query()] = MessageView.HTML) -> str:
        found = _found(store, number)
        content = store.content(number)
        shown = {
            MessageView.HTML: "",
            MessageView.TEXT: _part(content, "text/plain"),
            MessageView.SOURCE: content.decode("utf-8", "replace"),
        }
        return pages.get_template("message.html").render(
            message=found,
            view=view,
            text=shown[view],
            attachments=[part.get_filename() or "unnamed" for part in _attachments(content)],
        )

    @outbox.get("/messages/{number}/html")
    def html(number: int) -> HTMLResponse:
        _found(store, number)
        written = _part(store.content(number), "text/html")
        return HTMLResponse(
            _LINKS_OPEN_BESIDE + written, headers={"Content-Security-Policy": _CONTENT_POLICY}
        )

    @outbox.get("/messages/{number}/text")
    def text(number: int) -> Response:
        _found(store, number)
        return _plain(_part(store.content(number), "text/plain"))

    @outbox.get("/messages/{number}/source")
    def source(number: int) -> Response:
        _found(store, number)
        return _plain(store.content(number))

    @outbox.get("/messages/{number}/attachments/{place}")
    def attachment(number: int, place: int) -> Response:
        _found(store, number)
        parts = list(_attachments(store.content(number)))
        if not 0 < place <= len(parts):
            raise HTTPException(404, f"message {number} has {len(parts)} attachments")
        part = parts[place - 1]
        filename = quote(part.get_filename() or "unnamed", safe="")
        return Response(
            _bytes(part),
            media_type=part.get_content_type(),
            headers={
                "Content-Disposition": f"attachment; filename*=utf-8''{filename}",
                "X-Content-Type-Options": "nosniff",
            },
        )

    return outbox


def written_at(message: ReceivedMessage) -> str:
    """The Date of the message, because a demonstration's days pass in seconds; else when it came."""
    try:
        instant = parsedate_to_datetime(message.header("Date"))
    except ValueError:
        instant = message.received_at
    return instant.strftime("%Y-%m-%d %H:%M")


def _matches(message: ReceivedMessage, words: str, before: int | None) -> bool:
    if before is not None and message.number >= before:
        return False
    return words.casefold() in " ".join([message.subject, *message.recipients]).casefold()


def _found(store: MessageStore, number: int) -> ReceivedMessage:
    message = store.find(number)
    if message is None:
        raise HTTPException(404, f"there is no message {number}: {len(store.messages)} were received")
    return message


def _part(content: bytes, content_type: str) -> str:
    """The first part of that type, decoded; nothing where there is none."""
    for part in BytesParser().parsebytes(content).walk():
        if part.get_content_type() == content_type and not part.get_filename():
            return _bytes(part).decode(part.get_content_charset("utf-8"), "replace")
    return ""


def _attachments(content: bytes) -> Iterator[Message]:
    return (part for part in BytesParser().parsebytes(content).walk() if part.get_filename())


def _bytes(part: Message) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _plain(text: str | bytes) -> Response:
    return Response(
        text, media_type="text/plain; charset=utf-8", headers={"X-Content-Type-Options": "nosniff"}
    )
