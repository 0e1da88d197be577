"""The demonstration from its first line to its last: stage, play, the morning after, figures."""

from __future__ import annotations

import asyncio
import contextlib
import json
import signal
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TextIO

from rich.console import Console

from demo import script
from demo.morning import MorningPaper, addresses_of, this_morning
from demo.pace import SPEED
from demo.performance import Audience, Performance
from demo.screen import Screen
from demo.stage import Stage, opened_stage
from demo.tally import Summary, tally
from demo.told_lines import ToldLines
from embedded.smtp_faults import refuse

_FILE_COLUMNS = 120


@dataclass(frozen=True)
class Wishes:
    """How the demonstration is to be given."""

    speed: float = SPEED
    """Business seconds per real second."""
    keep: bool = False
    """Leave everything running at the end, until a signal."""
    as_json: bool = False
    """The figures as one JSON object, the last line of standard output; all else goes beside it."""


async def demonstrate(wishes: Wishes) -> bool:
    """Give the demonstration.

    Returns:
        Whether all went as planned: nobody was contacted after payment or twice, every deed of the script
        was done.

    Raises:
        ToolUnavailableError: a server could not be obtained.
        ServerFailedError: a server or the worker did not come up.
    """
    stream = sys.stderr if wishes.as_json else sys.stdout
    async with opened_stage(speed=wishes.speed, start=script.START, progress=_progress) as stage:
        stage.sink.inject(refuse(script.BOUNCING))
        console = _console(stream)
        paper = MorningPaper(console, stage)
        paper.name_addresses()
        performance = await _played(stage, console, stream, wishes)
        morning = await this_morning(stage)
        await stage.sandbox.sender.drain()
        summary = await tally(stage)
        mishaps = performance.programme.mishaps
        paper.show(morning)
        paper.sum_up(summary, mishaps)
        paper.name_addresses()
        paper.say("keeping" if wishes.keep else "ended")
        if wishes.as_json:
            _print_json(summary)
        if wishes.keep:
            await _until_told()
    return summary.promises_kept and not mishaps


async def _played(stage: Stage, console: Console, stream: TextIO, wishes: Wishes) -> Performance:
    audience: Audience
    lit: contextlib.AbstractContextManager[None] = contextlib.nullcontext()
    if console.is_terminal and not wishes.as_json:
        screen = Screen(console, stage.language, stage.pace.zone, addresses_of(stage))
        audience, lit = screen, screen.lit()
    else:
        audience = ToldLines(stream, stage.language, stage.creditor.time_zone)
    performance = Performance(stage, audience)
    with lit:
        await performance.play()
    return performance


def _console(stream: TextIO) -> Console:
    console = Console(file=stream, highlight=False)
    return console if console.is_terminal else Console(file=stream, highlight=False, width=_FILE_COLUMNS)


def _print_json(summary: Summary) -> None:
    sys.stderr.flush()
    sys.stdout.write(json.dumps(summary.model_dump()) + "\n")
    sys.stdout.flush()


def _progress(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


async def _until_told() -> None:
    """Return at Ctrl-C, or when a service manager ends the process."""
    told = asyncio.Event()
    with _signals_set(told):
        await told.wait()


@contextlib.contextmanager
def _signals_set(told: asyncio.Event) -> Iterator[None]:
    loop = asyncio.get_running_loop()
    numbers = (signal.SIGINT, signal.SIGTERM)
    for number in numbers:
        loop.add_signal_handler(number, told.set)
    try:
        yield
    finally:
        for number in numbers:
            loop.remove_signal_handler(number)
