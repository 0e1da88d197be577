"""One message over one connection: before the final dot nothing is sent, after it everything may be."""

from __future__ import annotations

import asyncio
import re
from typing import Final, cast

from aiosmtplib import SMTPException, SMTPResponse
from aiosmtplib.protocol import SMTPProtocol

from providers.protocols import MailReceipt, MessageRefusedError, OutgoingEmail, RecipientRefusedError
from providers.smtp_connections import MailConnection
from providers.smtp_refusals import (
    LineBrokenError,
    broken_line,
    masked,
    message_refusal,
    recipient_refusal,
    sender_refusal,
    uncertain_outcome,
)

_DOT: Final = b".\r\n"
_START_INPUT: Final = 354
_CLOSING: Final = 421
_ACCEPTED: Final = range(200, 300)
_REFUSED: Final = range(400, 600)
_FLUSH_POLL_SECONDS: Final = 0.01
_ADDRESS: Final = re.compile(r"[!-;=?A-~]+@[!-;=?A-~]+")
"""ASCII without spaces and angle brackets, which would end the address on the command line."""
_BARE_LINE_END: Final = re.compile(rb"\r(?!\n)|(?<!\r)\n")
_LEADING_DOT: Final = re.compile(rb"(?m)^\.")


def require_sendable(email: OutgoingEmail) -> None:
    """Refuse what no server could take, before any connection is made.

    Raises:
        RecipientRefusedError: no recipient, or an address that does not fit on an SMTP command line.
        MessageRefusedError: content with bare line ends, which servers read differently (SMTP smuggling),
            or a sender's address that does not fit.
    """
    if not email.recipients:
        raise RecipientRefusedError("the message has no recipient: give the customer an e-mail address")
    if not all(_ADDRESS.fullmatch(address) for address in email.recipients):
        raise RecipientRefusedError(
            "a recipient's address has spaces, brackets or letters outside ASCII: find another address"
        )
    if not _ADDRESS.fullmatch(email.sender):
        raise MessageRefusedError(
            "the creditor's address has spaces, brackets or letters outside ASCII: correct it"
        )
    if _BARE_LINE_END.search(email.content) or not email.content.endswith(b"\r\n"):
        raise MessageRefusedError("the message has lines that do not end in CRLF: build it anew")


async def announce(connection: MailConnection, email: OutgoingEmail, server: str) -> None:
    """Sender, recipients and DATA: afterwards the server waits for content.

    All recipients or none: the first refusal ends it.

    Raises:
        TemporaryRefusalError: not now, or our set-up is at fault; ``LineBrokenError`` where the line broke.
        FinalRefusalError: a recipient or the message is refused for good.
    """
    size = [f"SIZE={len(email.content)}"] if connection.smtp.supports_extension("size") else []
    answer = await _say(connection, server, "MAIL", f"FROM:<{email.sender}>", *size)
    if answer.code not in _ACCEPTED:
        raise sender_refusal(answer.code, answer.message, server)
    for number, recipient in enumerate(email.recipients, start=1):
        answer = await _say(connection, server, "RCPT", f"TO:<{recipient}>")
        if answer.code not in _ACCEPTED:
            count = len(email.recipients)
            which = "the recipient" if count == 1 else f"recipient {number} of {count}"
            raise recipient_refusal(answer.code, answer.message, server, which)
    answer = await _say(connection, server, "DATA")
    if answer.code != _START_INPUT:
        raise message_refusal(answer.code, answer.message, server)


async def _say(connection: MailConnection, server: str, *words: str) -> SMTPResponse:
    try:
        answer = await connection.smtp.execute_command(*(word.encode("ascii") for word in words))
    except (SMTPException, OSError) as error:
        raise broken_line(error, server) from error
    if answer.code == _CLOSING:
        raise LineBrokenError(
            f"{server} closed the line ({_CLOSING} {masked(answer.message)}); nothing was sent"
        )
    return answer


async def transmit(connection: MailConnection, content: bytes, server: str) -> asyncio.Task[SMTPResponse]:
    """The content and, as the very last act, the final dot: where this raises, the dot was not sent.

    Returns:
        The server's answer to the dot, still awaited.

    Raises:
        TemporaryRefusalError: the line broke, or the server interrupted with a 4xx.
        FinalRefusalError: the server interrupted with a 5xx.
    """
    protocol = connection.smtp.protocol
    if protocol is None:
        raise LineBrokenError(f"{server} closed the line; nothing was sent")
    # Listening while still talking hears a server that says no in the middle of a long attachment.
    answer = asyncio.create_task(protocol.read_response())
    try:
        protocol.write(_LEADING_DOT.sub(b"..", content))
        await _flush(protocol, answer, server)
        protocol.write(_DOT)
    except SMTPException as error:
        answer.cancel()
        raise broken_line(error, server) from error
    except BaseException:
        answer.cancel()
        raise
    return answer


async def _flush(protocol: SMTPProtocol, answer: asyncio.Task[SMTPResponse], server: str) -> None:
    """Come back when the content has left this process; raises where the server interrupts."""
    await asyncio.sleep(0)  # the listener takes its place
    while not answer.done() and protocol.is_connected:
        if not cast("asyncio.WriteTransport", protocol.transport).get_write_buffer_size():
            return
        await asyncio.wait([answer], timeout=_FLUSH_POLL_SECONDS)
    code, words = await answer
    if code in _REFUSED:
        raise message_refusal(code, words, server)
    raise LineBrokenError(f"{server} answered {code} in the middle of the message; nothing was sent")


async def verdict(answer: asyncio.Task[SMTPResponse], server: str, *, seconds: float) -> MailReceipt:
    """What the server says to the final dot.

    Raises:
        TemporaryRefusalError: 4xx.
        FinalRefusalError: 5xx.
        UncertainOutcomeError: no answer in time, a broken line, or an answer that means neither.
    """
    try:
        async with asyncio.timeout(seconds):
            code, words = await answer
    except (SMTPException, OSError, TimeoutError) as error:
        raise uncertain_outcome(error, server) from error
    if code in _REFUSED:
        raise message_refusal(code, words, server)
    if code not in _ACCEPTED:
        raise uncertain_outcome(SMTPException(f"it answered {code} {words}"), server)
    return MailReceipt(response=f"{code} {words}".encode("utf-8", "replace").decode("utf-8"))
