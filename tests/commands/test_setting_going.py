from __future__ import annotations

import asyncio

from commands.setting_going import reach_all
from doors.refusals import TemporalAwayError
from ledger.keys import CaseKey

KEYS = [CaseKey("us", f"F-{number}") for number in range(100)]


async def test_every_run_is_reached_a_few_at_a_time() -> None:
    """All runs are reached, never more than sixteen together, and each moves the bar on."""
    under_way, most, reached, moved = 0, 0, [], []

    async def reach(key: CaseKey) -> None:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await asyncio.sleep(0)
        reached.append(key)
        under_way -= 1

    outcome = await reach_all(KEYS, reach, lambda advance=1: moved.append(advance))

    assert sorted(reached) == sorted(KEYS)
    assert len(moved) == len(KEYS)
    assert 1 < most <= 16
    assert (outcome.missed, outcome.reason) == ((), None)


async def test_a_server_that_went_away_is_not_asked_again_and_again() -> None:
    """After the first call without an answer no more are made; whom it missed is told, and why."""
    reached: list[CaseKey] = []

    async def reach(key: CaseKey) -> None:
        await asyncio.sleep(0)
        if len(reached) >= 30:
            raise TemporalAwayError("Temporal does not answer")
        reached.append(key)

    outcome = await reach_all(KEYS, reach, lambda advance=1: None)  # noqa: ARG005

    assert set(outcome.missed) == set(KEYS) - set(reached)
    assert len(reached) == 30
    assert outcome.reason == "Temporal does not answer"


async def test_nothing_to_reach_is_no_fault() -> None:
    """An import that changed nothing reaches nobody."""

    async def reach(key: CaseKey) -> None:
        raise AssertionError(key)

    assert (await reach_all([], reach, lambda advance=1: None)).missed == ()  # noqa: ARG005
