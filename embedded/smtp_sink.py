"""A real SMTP server on loopback that takes every message and delivers none."""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Self

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from pydantic import BaseModel, ConfigDict, SecretStr

from embedded.mail_store import MessageStore, ReceivedMessage
from embedded.smtp_faults import Fault, FaultKind, FaultMoment, FaultScript

_LOOPBACK: Final = "127.0.0.1"
_BODY_READ_BEFORE_FAULT: Final = 64
_PATIENCE_SECONDS: Final = 5


class SinkLogin(BaseModel):
    """The one login that the sink lets in."""

    model_config = ConfigDict(frozen=True)

    username: str
    password: SecretStr


class SinkTls(BaseModel):
    """How the sink encrypts."""

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)

    context: ssl.SSLContext
    """With a certificate for the name that clients connect to."""
    from_the_start: bool = False
    """TLS before the first word (port 465) in place of STARTTLS, which is then required before MAIL."""


class SmtpSink:
    """Listens on a free port of loopback, keeps what it gets, and does wrong what it is told to.

    Runs in the event loop that starts it; one sink serves one ``async with``.
    """

    def __init__(
        self,
        *,
        folder: Path | None = None,
        tls: SinkTls | None = None,
        login: SinkLogin | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Prepare a sink.

        Args:
            folder: Where messages are kept as .eml files; in memory without one.
            tls: Encrypts and requires it; plain text without one.
            login: Requires AUTH with these; without one, anybody may send.
            now: Stamps what arrives.
        """
        self.store = MessageStore(folder)
        self.faults = FaultScript()
        self.conversations = 0
        """How many connections were made so far."""
        self.login = login
        self.now = now
        self._tls = tls
        self._server: asyncio.Server | None = None
        self._open: set[_Conversation] = set()

    @property
    def host(self) -> str:
        """Loopback, always."""
        return _LOOPBACK

    @property
    def port(self) -> int:
        """The port listened on.

        Raises:
            RuntimeError: the sink is not running.
        """
        if self._server is None or not self._server.sockets:
            raise RuntimeError("the mail sink is not running: start it first")
        return int(self._server.sockets[0].getsockname()[1])

    @property
    def messages(self) -> tuple[ReceivedMessage, ...]:
        """Everything received, oldest first."""
        return self.store.messages

    @property
    def open_lines(self) -> int:
        """How many clients are connected now."""
        return len(self._open)

    def inject(self, *faults: Fault) -> None:
        """Do these things wrong from now on."""
        for fault in faults:
            self.faults.add(fault)

    async def start(self, port: int = 0) -> None:
        """Listen; port 0 takes a free one.

        Raises:
            OSError: the port is taken.
        """
        # The server's own log names every address, and warns at each login of a change in its next version.
        logging.getLogger("mail.log").setLevel(logging.CRITICAL)
        implicit = self._tls.context if self._tls and self._tls.from_the_start else None
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._conversation, _LOOPBACK, port, ssl=implicit)

    async def stop(self) -> None:
        """Close every line and the port; nothing happens where it does not run."""
        if self._server is None:
            return
        self._server.close()
        await self.cut_lines()
        await self._server.wait_closed()
        self._server = None

    async def cut_lines(self) -> None:
        """Break every open connection, as a restart of a real server would."""
        ending = [task for conversation in tuple(self._open) if (task := conversation.cut())]
        if ending:
            await asyncio.wait(ending, timeout=_PATIENCE_SECONDS)

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    def _conversation(self) -> _Conversation:
        return _Conversation(self, self._tls, self._open)

    def take(self, envelope: Envelope) -> ReceivedMessage:
        """Keep a message that came over the line."""
        return self.store.add(
            sender=envelope.mail_from or "",
            recipients=tuple(envelope.rcpt_tos),
            content=envelope.original_content or b"",
            received_at=self.now(),
        )


class _Conversation(SMTP):
    """One client's connection, with faults."""

    def __init__(self, sink: SmtpSink, tls: SinkTls | None, still_open: set[_Conversation]) -> None:
        start_tls = tls.context if tls and not tls.from_the_start else None
        super().__init__(
            _Answers(sink),
            hostname="localhost",
            ident="Relance mail sink",
            tls_context=start_tls,
            require_starttls=start_tls is not None,
            auth_require_tls=start_tls is not None,
            authenticator=sink_authenticator(sink.login),
            loop=asyncio.get_running_loop(),
        )
        self._sink = sink
        self._still_open = still_open

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if self not in self._still_open:
            self._sink.conversations += 1
        self._still_open.add(self)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self._still_open.discard(self)
        super().connection_lost(error)

    def cut(self) -> asyncio.Task[None] | None:
        """Break the line; returns what is then still to end on this side."""
        self._abort()
        self._still_open.discard(self)
        handler = self._handler_coroutine
        if handler:
            # In the middle of a TLS handshake nobody else would tell it.
            handler.cancel()
        return handler

    async def suffer(self, fault: Fault) -> str:
        """Do what the fault says; returns only where that is an answer."""
        if fault.kind is FaultKind.ANSWER:
            return fault.reply
        if fault.kind is FaultKind.DROP:
            self._abort()
        # The loss of the connection cancels this, so nothing is said on a line that was just cut.
        return await asyncio.Future[str]()

    async def _handle_client(self) -> None:
        fault = self._sink.faults.strike(FaultMoment.GREETING)
        if fault is None:
            await super()._handle_client()
            return
        await self.push(await self.suffer(fault))
        self._writer.close()

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802 - aiosmtpd finds it by this name
        recipients = self.envelope.rcpt_tos if self.envelope else []
        if fault := self._sink.faults.strike(FaultMoment.DATA, recipients):
            await self.push(await self.suffer(fault))
        elif fault := self._sink.faults.strike(FaultMoment.BODY, recipients):
            await self.push("354 End data with <CR><LF>.<CR><LF>")
            await self._reader.read(_BODY_READ_BEFORE_FAULT)
            await self.push(await self.suffer(fault))
            self._writer.close()
        else:
            await super().smtp_DATA(arg)

    def _abort(self) -> None:
        line = self._original_transport or self.transport
        if isinstance(line, asyncio.WriteTransport):
            line.abort()


class _Answers:
    """The sink's side of aiosmtpd's hooks."""

    def __init__(self, sink: SmtpSink) -> None:
        self._sink = sink

    async def handle_MAIL(  # noqa: N802 - aiosmtpd finds it by this name
        self, server: _Conversation, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self._sink.login and not session.authenticated:
            return "530 5.7.0 Authentication required"
        if fault := self._sink.faults.strike(FaultMoment.SENDER):
            return await server.suffer(fault)
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 Ok"

    async def handle_RCPT(  # noqa: N802
        self, server: _Conversation, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if fault := self._sink.faults.strike(FaultMoment.RECIPIENT, [address]):
            return await server.suffer(fault)
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 Ok"

    async def handle_DATA(  # noqa: N802
        self, server: _Conversation, _session: Session, envelope: Envelope
    ) -> str:
        fault = self._sink.faults.strike(FaultMoment.DOT, envelope.rcpt_tos)
        taken = self._sink.take(envelope) if fault is None or fault.taken else None
        if fault:
            return await server.suffer(fault)
        return f"250 2.0.0 Ok: queued as {taken.number if taken else 0:06d}"


def sink_authenticator(login: SinkLogin | None) -> Callable[..., AuthResult]:
    """Judge logins: with none required, everybody is let in."""

    def authenticate(
        _server: SMTP, _session: Session, _envelope: Envelope, _how: str, given: Any
    ) -> AuthResult:
        expected = login and LoginPassword(
            login.username.encode(), login.password.get_secret_value().encode()
        )
        return AuthResult(success=expected is None or given == expected, handled=False)

    return authenticate


if __name__ == "__main__":
    from embedded.mail_process import program

    program()
