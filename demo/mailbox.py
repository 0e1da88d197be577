"""What customers find in their mail: the messages that the sink took, and the link in them."""

from __future__ import annotations

import re
from email.parser import BytesParser

from embedded.mail_store import ReceivedMessage
from embedded.smtp_sink import SmtpSink

_LINK = re.compile(r"https?://\S+/pay/[A-Za-z0-9_-]+")


def messages_about(sink: SmtpSink, number: str) -> list[ReceivedMessage]:
    """Messages whose subject names the invoice, oldest first."""
    return [message for message in sink.messages if number in message.subject]


def newest_link(sink: SmtpSink, number: str, part: str = "") -> str | None:
    """The payment link of the newest message about an invoice that carries one.

    Args:
        sink: where the messages arrived.
        number: of the invoice.
        part: more words that the subject must have.
    """
    for message in reversed(messages_about(sink, number)):
        if part in message.subject and (links := links_in(sink, message)):
            return links[0]
    return None


def links_in(sink: SmtpSink, message: ReceivedMessage) -> list[str]:
    """The payment links of a message, read from its text part as a person reads it."""
    return _LINK.findall(text_of(sink, message))


def text_of(sink: SmtpSink, message: ReceivedMessage) -> str:
    """The text part of a message."""
    for part in BytesParser().parsebytes(sink.store.content(message.number)).walk():
        if part.get_content_type() == "text/plain" and not part.get_filename():
            payload = part.get_payload(decode=True)
            if isinstance(payload, bytes):
                return payload.decode(part.get_content_charset("utf-8"))
    return ""
