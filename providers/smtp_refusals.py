"""What a mail server's no means: the recipient, the message, our own set-up, or not now."""

from __future__ import annotations

import re
import ssl
from collections.abc import Iterator
from typing import Final, TypeVar

from aiosmtplib import (
    SMTPAuthenticationError,
    SMTPException,
    SMTPResponseException,
)

from providers.protocols import (
    MessageRefusedError,
    ProviderError,
    RecipientRefusedError,
    TemporaryRefusalError,
    UncertainOutcomeError,
)

_ADDRESS: Final = re.compile(r"<[^<>\s]*@[^<>\s]*>|[^\s<>:;,()\"']+@[^\s<>:;,()\"']+")
_RELAY: Final = re.compile(r"^(5\.7\.\d+ )?(?!\d\.\d).*\brelay", re.IGNORECASE)
"""A refusal to pass mail on, unlike ``5.1.1 User unknown in relay recipient table``: that is the address."""
_POLICY: Final = re.compile(r"^5\.7\.\d+\b")
"""Security or policy, which says nothing about the address (RFC 3463, section 3.8)."""
_LOGIN_WANTED: Final = frozenset({530, 534, 535, 538})
"""Authentication missing, too weak, wrong, or needing encryption (RFC 4954, section 6)."""
_TOO_LARGE: Final = 552
_FINAL: Final = range(500, 600)
_LONGEST_QUOTE: Final = 300
_Kind = TypeVar("_Kind", bound=BaseException)


class LineBrokenError(TemporaryRefusalError):
    """The line broke before the final dot: nothing was delivered."""


def masked(words: str) -> str:
    """A server's words on one line, short and without addresses: errors reach logs and histories."""
    readable = words.encode("utf-8", "replace").decode("utf-8")
    return _ADDRESS.sub("<address>", " ".join(readable.split()))[:_LONGEST_QUOTE]


def sender_refusal(code: int, words: str, server: str) -> ProviderError:
    """What a no to MAIL FROM means: mostly that the server does not let this creditor send."""
    if code == _TOO_LARGE:
        return MessageRefusedError(
            f"{server} takes no message of this size ({_quote(code, words)}): attach smaller files"
        )
    if code in _FINAL:
        return TemporaryRefusalError(
            f"{server} does not let us send from the creditor's address ({_quote(code, words)}): "
            f"check that address and the SMTP login; the message waits"
        )
    return _not_now(code, words, server)


def recipient_refusal(code: int, words: str, server: str, which: str) -> ProviderError:
    """What a no to RCPT TO means; ``which`` is such as ``the recipient`` or ``recipient 2 of 3``."""
    if code in _LOGIN_WANTED or (code in _FINAL and _RELAY.search(masked(words))):
        return TemporaryRefusalError(
            f"{server} does not pass our mail on ({_quote(code, words)}): "
            "check the SMTP login and that the server relays for us; the message waits"
        )
    if code in _FINAL and _POLICY.match(words):
        return message_refusal(code, words, server)
    if code in _FINAL:
        return RecipientRefusedError(
            f"{server} refused {which} for good ({_quote(code, words)}): find another address"
        )
    return _not_now(code, words, server)


def message_refusal(code: int, words: str, server: str) -> ProviderError:
    """What a no to DATA or to the content means."""
    if code in _LOGIN_WANTED:
        return _login_wanted(code, words, server)
    if code in _FINAL:
        return MessageRefusedError(
            f"{server} refused the message for good ({_quote(code, words)}): "
            "read its reason, change the message or send it another way"
        )
    return _not_now(code, words, server)


def broken_line(error: Exception, server: str) -> LineBrokenError:
    """The line broke, or fell silent, while nothing was handed over yet."""
    return LineBrokenError(
        f"the line to {server} broke before the message was handed over ({_reason(error)}); nothing was sent"
    )


def uncertain_outcome(error: Exception, server: str) -> UncertainOutcomeError:
    """The line broke, or fell silent, after the final dot and before the answer to it."""
    return UncertainOutcomeError(
        f"{server} was given the whole message and did not say whether it took it ({_reason(error)}): "
        "ask the customer or read the server's log before sending it again"
    )


def connection_failure(error: Exception, server: str) -> TemporaryRefusalError:
    """Why no usable connection came about, and what an operator does about it."""
    if certificate := _cause(error, ssl.SSLCertVerificationError):
        return TemporaryRefusalError(
            f"the certificate of {server} is not trusted ({certificate.verify_message}): "
            "check the host name, or name the file of its certificate authority as SMTP CA file"
        )
    if _cause(error, ssl.SSLError):
        return TemporaryRefusalError(
            f"no encrypted connection to {server}: "
            "check whether this port expects STARTTLS (587) or TLS (465)"
        )
    if isinstance(error, SMTPAuthenticationError):
        return _login_wanted(error.code, error.message, server)
    if isinstance(error, SMTPResponseException):
        return TemporaryRefusalError(
            f"{server} does not talk to us ({_quote(error.code, error.message)}): "
            "check that this host may use the server"
        )
    return TemporaryRefusalError(
        f"no connection to {server} ({_reason(error)}): check SMTP host, port and security, "
        "and that the server is up"
    )


def _login_wanted(code: int, words: str, server: str) -> TemporaryRefusalError:
    return TemporaryRefusalError(
        f"{server} refused our login ({_quote(code, words)}): "
        "check SMTP user name and password; the message waits"
    )


def _not_now(code: int, words: str, server: str) -> TemporaryRefusalError:
    return TemporaryRefusalError(f"{server} did not take the message this time ({_quote(code, words)})")


def _quote(code: int, words: str) -> str:
    return f"{code} {masked(words)}".strip() if code > 0 else masked(words)


def _reason(error: Exception) -> str:
    words = error.message if isinstance(error, SMTPException) else str(error)
    return masked(words) or "no answer in time"


def _cause(error: BaseException, kind: type[_Kind]) -> _Kind | None:
    return next((cause for cause in _causes(error) if isinstance(cause, kind)), None)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__
