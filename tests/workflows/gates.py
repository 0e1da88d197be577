"""Doors that a test holds shut inside an activity, to look at what happens meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

_Request = TypeVar("_Request")
_Answer = TypeVar("_Answer")


class Gate(Generic[_Request, _Answer]):
    """Wraps the answer of an activity: from `shut` to `open` nobody passes."""

    def __init__(self, answer: Callable[[_Request], _Answer]) -> None:
        """Stand open before this answer."""
        self._answer = answer
        self._passage = asyncio.Event()
        self._passage.set()
        self.waiting = 0
        """How many stand before the gate."""
        self.most_waiting = 0

    def __call__(self, request: _Request) -> Awaitable[_Answer]:
        """Answer as soon as the gate is open."""
        return self._passed(request)

    def shut(self) -> None:
        """Let nobody pass."""
        self._passage.clear()

    def open(self) -> None:
        """Let all pass."""
        self._passage.set()

    async def _passed(self, request: _Request) -> _Answer:
        self.waiting += 1
        self.most_waiting = max(self.waiting, self.most_waiting)
        await self._passage.wait()
        self.waiting -= 1
        return self._answer(request)
