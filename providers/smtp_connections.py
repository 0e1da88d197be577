"""Connections to one mail server, kept open between messages because opening one costs more than sending."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from aiosmtplib import SMTP, SMTPException

_FAREWELL_SECONDS: Final = 5


@dataclass(eq=False)
class MailConnection:
    """An open, logged-in connection and how much it was used."""

    smtp: SMTP
    messages: int = 0
    expiry: asyncio.TimerHandle | None = None

    @property
    def is_reused(self) -> bool:
        """Whether it carried a message before, so that the server may have closed it meanwhile."""
        return self.messages > 0

    def cut(self) -> None:
        """Close without a word: for a line whose state is not known."""
        self.smtp.close()

    async def leave(self) -> None:
        """Close as RFC 5321, section 4.1.1.10 asks, or without a word where the server does not answer."""
        with contextlib.suppress(SMTPException, OSError, TimeoutError):
            async with asyncio.timeout(_FAREWELL_SECONDS):
                await self.smtp.quit()
        self.cut()


class IdleConnections:
    """Holds connections between two messages; belongs to one event loop."""

    def __init__(
        self, connect: Callable[[], Awaitable[SMTP]], *, idle_seconds: float, messages_per_connection: int
    ) -> None:
        """Start with none open.

        Args:
            connect: Opens and logs in.
            idle_seconds: After that long without a message a connection is closed; 0 keeps none.
            messages_per_connection: A connection that carried so many is closed, before the server does it.
        """
        self._connect = connect
        self._idle_seconds = idle_seconds
        self._messages_per_connection = messages_per_connection
        self._idle: list[MailConnection] = []
        self._leaving: set[asyncio.Task[None]] = set()

    async def take(self) -> MailConnection:
        """An idle connection that still looks open, or else a new one."""
        while self._idle:
            connection = self._idle.pop()
            if connection.expiry:
                connection.expiry.cancel()
            if connection.smtp.is_connected:
                return connection
        return await self.open()

    async def open(self) -> MailConnection:
        """A new connection."""
        return MailConnection(await self._connect())

    def give_back(self, connection: MailConnection) -> None:
        """Keep a connection for the next message, if it is good for one."""
        connection.messages += 1
        if not connection.smtp.is_connected:
            return
        if self._idle_seconds <= 0 or connection.messages >= self._messages_per_connection:
            self._let_go(connection)
            return
        loop = asyncio.get_running_loop()
        connection.expiry = loop.call_later(self._idle_seconds, self._expire, connection)
        self._idle.append(connection)

    async def close(self) -> None:
        """Close every idle connection and wait for the farewells."""
        while self._idle:
            self._expire(self._idle[-1])
        if self._leaving:
            await asyncio.wait(self._leaving)

    def _expire(self, connection: MailConnection) -> None:
        if connection.expiry:
            connection.expiry.cancel()
        self._idle.remove(connection)
        self._let_go(connection)

    def _let_go(self, connection: MailConnection) -> None:
        """Say goodbye beside the work: nobody waits for a server that is slow to answer QUIT."""
        farewell = asyncio.create_task(connection.leave())
        self._leaving.add(farewell)
        farewell.add_done_callback(self._leaving.discard)
