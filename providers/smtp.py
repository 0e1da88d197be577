"""E-mail over SMTP, sure of what was sent: every failure is told apart by the final dot."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator
from enum import StrEnum
from functools import cached_property
from ipaddress import ip_address
from typing import Final, Self

from aiosmtplib import SMTP, SMTPException, SMTPResponse
from pydantic import BaseModel, ConfigDict, Field, FilePath, SecretStr, model_validator

from providers.protocols import (
    FinalRefusalError,
    MailReceipt,
    OutgoingEmail,
    ProviderError,
    TemporaryRefusalError,
)
from providers.smtp_connections import IdleConnections, MailConnection
from providers.smtp_refusals import LineBrokenError, connection_failure
from providers.smtp_transaction import announce, require_sendable, transmit, verdict

_RESET_SECONDS: Final = 5


class SmtpSecurity(StrEnum):
    """How the line to the mail server is encrypted."""

    NONE = "none"
    """Not at all: for a server on this machine or a closed network."""
    STARTTLS = "starttls"
    """After a first plain word, usually on port 587; refused where the server does not offer it."""
    TLS = "tls"
    """From the start, usually on port 465."""


class SmtpSettings(BaseModel):
    """Where and how mail is handed over."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    host: str = Field(min_length=1, pattern=r"^[!-~]+$")
    port: int = Field(default=587, ge=1, le=65535)
    security: SmtpSecurity = SmtpSecurity.STARTTLS
    username: str | None = None
    password: SecretStr | None = None
    ca_file: FilePath | None = None
    """Certificate authority of the server, in PEM; without one those of the system are trusted."""
    local_hostname: str | None = Field(default=None, pattern=r"^[A-Za-z0-9.:\[\]-]+$")
    """The name that this machine gives in EHLO; without one its own."""
    command_timeout_seconds: float = Field(default=30, gt=0)
    """For the connection, and for the answer to each command."""
    before_dot_timeout_seconds: float = Field(default=100, gt=0)
    """For everything up to the final dot together, waiting for a free connection included."""
    after_dot_timeout_seconds: float = Field(default=600, gt=0)
    """For the answer to the final dot (RFC 5321, section 4.5.3.2.6); shorter makes outcomes uncertain."""
    max_connections: int = Field(default=4, ge=1)
    idle_seconds: float = Field(default=30, ge=0)
    """An unused connection is closed after it; 0 opens a new one for each message."""
    messages_per_connection: int = Field(default=50, ge=1)

    @model_validator(mode="after")
    def _login_is_whole_and_encrypted(self) -> Self:
        if (self.username is None) != (self.password is None):
            raise ValueError("an SMTP login needs both user name and password, or neither of them")
        if self.username and self.security is SmtpSecurity.NONE and not _is_loopback(self.host):
            raise ValueError(
                "an SMTP password must not travel unencrypted: set security to starttls or tls, "
                "or remove user name and password"
            )
        return self


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class SmtpMailProvider:
    """Hands messages to one mail server over a few connections that are kept open for a while.

    Belongs to one event loop; close it, or use it in ``async with``.
    """

    def __init__(self, settings: SmtpSettings) -> None:
        self._settings = settings
        self._server = f"the mail server {settings.host}:{settings.port}"
        self._slots = asyncio.Semaphore(settings.max_connections)
        self._connections = IdleConnections(
            self._connect,
            idle_seconds=settings.idle_seconds,
            messages_per_connection=settings.messages_per_connection,
        )

    async def send(self, email: OutgoingEmail) -> MailReceipt:
        """Send one message to all of its recipients or to none.

        A connection that died while idle is replaced without a word, since nothing was sent over it.
        When this is cancelled the outcome is uncertain too: the caller's own record of the attempt decides.

        Returns:
            The server's answer to the final dot.

        Raises:
            TemporaryRefusalError: 4xx, any failure before the final dot, or a fault of our own set-up
                (connection, certificate, login, sender's address, relaying), whatever its code.
            FinalRefusalError: 5xx; ``RecipientRefusedError`` or ``MessageRefusedError``.
            UncertainOutcomeError: no answer after the final dot.
        """
        require_sendable(email)
        until = asyncio.get_running_loop().time() + self._settings.before_dot_timeout_seconds
        async with self._slot(until):
            connection, answer = await self._up_to_the_dot(email, until)
            return await self._from_the_dot_on(connection, answer)

    async def check(self) -> None:
        """Connect, encrypt and log in as ``send`` would, then say goodbye.

        Raises:
            TemporaryRefusalError: with what to do about it.
        """
        connection = MailConnection(await self._connect())
        await connection.leave()

    async def close(self) -> None:
        """Close the idle connections."""
        await self._connections.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    @contextlib.asynccontextmanager
    async def _slot(self, until: float) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout_at(until):
                await self._slots.acquire()
        except TimeoutError:
            raise TemporaryRefusalError(
                f"all connections to {self._server} were busy for too long; nothing was sent"
            ) from None
        try:
            yield
        finally:
            self._slots.release()

    async def _up_to_the_dot(
        self, email: OutgoingEmail, until: float
    ) -> tuple[MailConnection, asyncio.Task[SMTPResponse]]:
        try:
            async with asyncio.timeout_at(until):
                connection = await self._announced(email)
                try:
                    return connection, await transmit(connection, email.content, self._server)
                except BaseException:
                    connection.cut()
                    raise
        except TimeoutError:
            raise LineBrokenError(
                f"{self._server} was too slow to take the message; nothing was sent"
            ) from None

    async def _announced(self, email: OutgoingEmail) -> MailConnection:
        connection = await self._connections.take()
        try:
            await self._announce(connection, email)
        except LineBrokenError:
            if not connection.is_reused:
                raise
            connection = await self._connections.open()
            await self._announce(connection, email)
        return connection

    async def _announce(self, connection: MailConnection, email: OutgoingEmail) -> None:
        try:
            await announce(connection, email, self._server)
        except LineBrokenError:
            connection.cut()
            raise
        except ProviderError:
            await self._reset(connection)
            raise
        except BaseException:
            connection.cut()
            raise

    async def _reset(self, connection: MailConnection) -> None:
        """After a refusal the connection is good for other messages, if the server can forget this one."""
        try:
            await connection.smtp.rset(timeout=_RESET_SECONDS)
        except (SMTPException, OSError):
            connection.cut()
        self._connections.give_back(connection)

    async def _from_the_dot_on(
        self, connection: MailConnection, answer: asyncio.Task[SMTPResponse]
    ) -> MailReceipt:
        try:
            return await verdict(answer, self._server, seconds=self._settings.after_dot_timeout_seconds)
        except (TemporaryRefusalError, FinalRefusalError):
            raise  # the server has answered, so the line is good for the next message
        except BaseException:
            connection.cut()
            raise
        finally:
            self._connections.give_back(connection)

    async def _connect(self) -> SMTP:
        try:
            smtp = self._client()
            await smtp.connect()
            try:
                if smtp.is_ehlo_or_helo_needed:
                    await smtp.ehlo()
            except BaseException:
                smtp.close()
                raise
        except (SMTPException, OSError) as error:
            raise connection_failure(error, self._server) from error
        return smtp

    def _client(self) -> SMTP:
        settings = self._settings
        encrypted = settings.security is not SmtpSecurity.NONE
        return SMTP(
            hostname=settings.host,
            port=settings.port,
            username=settings.username,
            password=settings.password.get_secret_value() if settings.password else None,
            local_hostname=settings.local_hostname,
            timeout=settings.command_timeout_seconds,
            use_tls=settings.security is SmtpSecurity.TLS,
            start_tls=settings.security is SmtpSecurity.STARTTLS,
            tls_context=self._tls_context if encrypted else None,
        )

    @cached_property
    def _tls_context(self) -> ssl.SSLContext:
        try:
            return ssl.create_default_context(cafile=self._settings.ca_file)
        except OSError as error:
            raise TemporaryRefusalError(
                f"the SMTP CA file {self._settings.ca_file} cannot be used ({error}): "
                "it must hold certificates in PEM form"
            ) from error
