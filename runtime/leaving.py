"""Being asked to leave: the first signal ends a process in order, the second one at once."""

from __future__ import annotations

import asyncio
import signal


def asked_to_leave() -> asyncio.Event:
    """An event of the running loop that is set by SIGTERM or SIGINT.

    The signal that came is then left to its default handling, so that repeating it ends the process.
    """
    asked = asyncio.Event()
    loop = asyncio.get_running_loop()

    def leave(number: signal.Signals) -> None:
        asked.set()
        loop.remove_signal_handler(number)

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, leave, number)
    return asked
