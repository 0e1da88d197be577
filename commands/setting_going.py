"""Reaches the runs of many invoices, a bounded number at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from commands.terminal import Step
from doors.refusals import TemporalAwayError
from ledger.keys import CaseKey

_AT_A_TIME = 16
"""Calls to Temporal under way: enough to keep a small server busy, not enough to drown it."""


@dataclass(frozen=True)
class Reached:
    """How far it came."""

    missed: tuple[CaseKey, ...] = ()
    """Runs that were not reached, because Temporal went away."""
    reason: str | None = None


async def reach_all(
    keys: Sequence[CaseKey], reach: Callable[[CaseKey], Awaitable[None]], step: Step
) -> Reached:
    """Reach each run; after the first that Temporal does not answer for, no more are tried.

    Args:
        keys: the cases.
        reach: starts or tells one run.
        step: moves the progress bar on.
    """
    waiting = list(reversed(keys))
    missed: list[CaseKey] = []
    reasons: list[str] = []

    async def work() -> None:
        while waiting and not reasons:
            key = waiting.pop()
            try:
                await reach(key)
            except TemporalAwayError as error:
                missed.append(key)
                reasons.append(str(error))
            step()

    await asyncio.gather(*(work() for _ in range(_AT_A_TIME)))
    return Reached((*missed, *reversed(waiting)), reasons[0] if reasons else None)
