"""Plays a scenario on the stage: each invoice and each payment comes in at its moment."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from dunning.facts import Booking, BookingOutcome, Fact
from rehearsal.scenario import RehearsedInvoice, Scenario
from rehearsal.stage import Stage

_AT_A_TIME = 8
_AFTERWARDS = timedelta(hours=1)
"""How long the stage stays open after the last thing that can happen, for what runs a little late."""

Progress = Callable[[datetime, int], None]
"""Told the business instant, and how many more events have come in."""


class UnbookedFactError(RuntimeError):
    """The books did not take what the file tells, so that the rehearsal would not be one of this file."""


@dataclass
class Performance:
    """What only the one who plays the events can know."""

    arrivals_before_payment: dict[str, int] = field(default_factory=dict)
    """Invoice id → how many messages the sink had taken when the payment was in the books."""
    ended_at: datetime | None = None


def unnoticed(_moment: datetime, _more: int) -> None:
    """Swallow progress, for callers that have nobody to show it to."""


async def perform(
    stage: Stage,
    scenario: Scenario,
    last_act: datetime,
    *,
    policy: str | None,
    progress: Progress = unnoticed,
) -> Performance:
    """Let every event of a scenario happen at its moment, and time pass until nothing is left to do.

    Args:
        stage: where the worker runs.
        scenario: what comes in from outside.
        last_act: when the last step is planned.
        policy: a policy by name; none lets the segment choose.
        progress: told after each moment.

    Raises:
        UnbookedFactError: the books did not take a payment or a credit.
        StandstillError: the clock does not move on.
    """
    performance = Performance()
    starts = _by_moment(scenario.invoices, lambda each: each.starts_at)
    settlements = _by_moment(scenario.invoices, lambda each: each.settled_at)
    for moment in scenario.moments:
        await stage.reach(moment)
        coming, paid = starts.get(moment, []), settlements.get(moment, [])
        await _all(_start(stage, each, policy) for each in coming)
        await _all(_settle(stage, each, performance) for each in paid)
        progress(moment, len(coming) + len(paid))
    await stage.reach(max((*scenario.moments, last_act)) + _AFTERWARDS)
    performance.ended_at = await stage.now()
    return performance


def _by_moment(
    invoices: Sequence[RehearsedInvoice], moment_of: Callable[[RehearsedInvoice], datetime | None]
) -> Mapping[datetime, list[RehearsedInvoice]]:
    grouped = defaultdict(list)
    for each in invoices:
        moment = moment_of(each)
        if moment is not None:
            grouped[moment].append(each)
    return grouped


async def _all(works: Iterable[Coroutine[Any, Any, None]]) -> None:
    gate = asyncio.Semaphore(_AT_A_TIME)

    async def one(work: Coroutine[Any, Any, None]) -> None:
        async with gate:
            await work

    try:
        async with asyncio.TaskGroup() as group:
            for work in works:
                group.create_task(one(work))
    except ExceptionGroup as failed:
        # People read one sentence; what else failed at the same moment failed for the same reason.
        raise failed.exceptions[0] from failed


async def _start(stage: Stage, each: RehearsedInvoice, policy: str | None) -> None:
    await stage.doors.register(
        each.invoice, each.customer, policy=policy, last_contact=each.last_contact, actor="import"
    )
    for fact in each.opening:
        await _tell(stage, each, fact)


async def _settle(stage: Stage, each: RehearsedInvoice, performance: Performance) -> None:
    if each.settlement is None:
        return
    booked = await stage.doors.book(each.key, each.settlement)
    performance.arrivals_before_payment[each.invoice.invoice_id] = len(stage.sink.messages)
    _require_booked(each, booked)
    await stage.doors.pass_on(each.key, each.settlement, booked)


async def _tell(stage: Stage, each: RehearsedInvoice, fact: Fact) -> None:
    _require_booked(each, await stage.doors.tell(each.key, fact))


def _require_booked(each: RehearsedInvoice, booked: Booking) -> None:
    if booked.outcome is not BookingOutcome.BOOKED:
        raise UnbookedFactError(
            f"Invoice {each.invoice.number}: the books did not take what the file tells about it "
            f"({booked.refusal or booked.outcome}); correct the row, or leave it out."
        )
