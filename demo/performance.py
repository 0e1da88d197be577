"""Plays the story: everybody does what the script says, the audience watches, the figures are checked."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from demo import script
from demo.feed import Feed, Line, News
from demo.office import import_portfolio, import_transfers
from demo.scenes import Scene
from demo.stage import Stage
from demo.words import word
from dunning.journal import EntryKind, JournalEntry
from dunning.wording import short_instant
from ledger import cases, journal
from ledger.keys import CaseKey

_LOOKS_A_SECOND = 4
_BEFORE_THE_SLOT = timedelta(minutes=50)
"""Reading and matching the bank's file takes some of it; what is left is what the story tells."""
_HOURS_BEFORE = timedelta(hours=4)
_AFTER_THE_SLOT = timedelta(hours=9)
_LAST_CALL = timedelta(days=25)
"""Business time after the last morning in which the case that nobody pays must be closed."""


class Audience(Protocol):
    """Whoever watches."""

    def show(self, now: datetime, lines: tuple[Line, ...], programme: Programme) -> None:
        """See how things stand."""
        ...

    def hear(self, news: tuple[News, ...]) -> None:
        """Hear what is new, oldest first."""
        ...

    def note(self, at: datetime, text: str) -> None:
        """Hear what is told beside the invoices' own stories."""
        ...


@dataclass(frozen=True)
class Told:
    """A sentence told at a moment."""

    at: datetime
    text: str


@dataclass
class Programme:
    """What is told beside the table."""

    customer: str = ""
    story: list[Told] = field(default_factory=list)
    behind: list[Told] = field(default_factory=list)
    mishaps: list[str] = field(default_factory=list)


class Performance:
    """One play of the script on a stage."""

    def __init__(self, stage: Stage, audience: Audience) -> None:
        """Play here, for them."""
        self._stage = stage
        self._audience = audience
        self._feed = Feed(stage)
        self._told_key = CaseKey(stage.creditor.creditor_id, script.TOLD_CASE)
        self.programme = Programme()

    @property
    def lines(self) -> tuple[Line, ...]:
        """How the invoices stand."""
        return self._feed.lines

    async def play(self) -> None:
        """Import the portfolio, let the months pass, return on the last morning.

        What does not go as planned is noted in the programme, and the play goes on.
        """
        count = await import_portfolio(self._stage, script.PORTFOLIO)
        imported = self._word("importing", file=script.PORTFOLIO.name, count=count)
        self._behind(imported)
        deeds = [self._scene(scene) for scene in script.scenes()]
        playing = asyncio.gather(*deeds, self._told_transfer(), self._kill(), self._last_morning())
        try:
            while not playing.done():
                await self._look()
                await asyncio.wait([playing], timeout=1 / _LOOKS_A_SECOND)
            await playing
        finally:
            playing.cancel()
        await self._look()

    async def _scene(self, scene: Scene) -> None:
        await self._stage.pace.until(scene.at(self._stage))
        try:
            await scene.deed(self._stage)
        except Exception as error:  # noqa: BLE001 - the others play on; it counts against the end
            self.programme.mishaps.append(f"{scene.day:%d/%m} {scene.about}: {error}")

    async def _told_transfer(self) -> None:
        """A transfer is booked minutes before a reminder, which then must not go out."""
        stage, file = self._stage, self._stage.state / "bank-of-the-day.csv"
        for step in script.TOLD_STEPS:
            slot = await self._planned(step)
            await stage.pace.until(slot - _HOURS_BEFORE)
            self._tell("told_soon", slot=_clock(slot, stage))
            line = f"{stage.pace.today():%d/%m/%Y};{script.TRANSFER_TEXT};;{script.TRANSFER_AMOUNT}"
            file.write_text(f"Date;Libellé;Débit;Crédit\n{line}\n", encoding="utf-8")
            await stage.pace.until(slot - _BEFORE_THE_SLOT)
            if stage.pace.now() < slot - _BEFORE_THE_SLOT / 2:
                await import_transfers(stage, file)
                await self._tell_of_transfer(step, slot)
                return

    async def _planned(self, step: str) -> datetime:
        """Wait until a step of the told case is the next one.

        Returns:
            Its instant.
        """
        while True:
            case = await self._stage.books.reading(lambda conn: cases.load(conn, self._told_key))
            if case and case.next_step == step and case.next_action_at:
                return case.next_action_at
            await self._stage.pace.pause(_HOURS_BEFORE)

    async def _tell_of_transfer(self, step: str, slot: datetime) -> None:
        stage = self._stage
        booked = next(entry.at for entry in await self._told_entries() if entry.kind is EntryKind.PAYMENT)
        minutes = int((slot - booked).total_seconds() // 60)
        told = {"came": _clock(booked, stage), "slot": _clock(slot, stage), "minutes": minutes}
        self._tell("told_transfer", at=booked, **told)
        await stage.pace.until(slot + _AFTER_THE_SLOT)
        went_out = any(
            entry.kind is EntryKind.SENT and entry.details.get("step") == step
            for entry in await self._told_entries()
        )
        self._tell("told_too_late" if went_out else "told_withheld", slot=_clock(slot, stage))

    async def _kill(self) -> None:
        """End the worker in the middle of a day; start it again at once, days later in the story."""
        stage = self._stage
        await stage.pace.until(stage.pace.at(script.KILL_DAY, script.KILL_TIME))
        killed_at = stage.pace.now()
        await stage.worker.kill()
        self._behind(self._word("kill"))
        await stage.worker.start()
        self._behind(self._word("back", days=(stage.pace.now() - killed_at).days))

    async def _last_morning(self) -> None:
        """Return once the last day is there and the case that nobody pays is closed."""
        stage = self._stage
        await stage.pace.until(stage.pace.at(script.LAST_MORNING, script.MORNING))
        key = CaseKey(stage.creditor.creditor_id, script.NEVER_PAYS)
        too_late = stage.pace.now() + _LAST_CALL
        while stage.pace.now() < too_late:
            case = await stage.books.reading(lambda conn: cases.load(conn, key))
            if case and case.status.closed:
                return
            await stage.pace.pause(timedelta(hours=6))
        self.programme.mishaps.append(f"{script.NEVER_PAYS}: still not handed over")

    async def _told_entries(self) -> list[JournalEntry]:
        return await self._stage.books.reading(lambda conn: journal.entries(conn, self._told_key))

    async def _look(self) -> None:
        news = await self._feed.refresh()
        for one in news:
            if one.key == self._told_key:
                self.programme.customer = one.customer
                self.programme.story.append(Told(one.at, one.sentence))
        self._audience.hear(news)
        self._audience.show(self._stage.pace.now(), self._feed.lines, self.programme)

    def _tell(self, key: str, *, at: datetime | None = None, **details: object) -> None:
        told = Told(at or self._stage.pace.now(), self._word(key, **details))
        self.programme.story.append(told)
        self._audience.note(told.at, told.text)

    def _behind(self, text: str) -> None:
        told = Told(self._stage.pace.now(), text)
        self.programme.behind.append(told)
        self._audience.note(told.at, told.text)

    def _word(self, key: str, **details: object) -> str:
        return word(key, self._stage.language, **details)


def _clock(at: datetime, stage: Stage) -> str:
    """The time of day, as the reader writes it."""
    return short_instant(at, stage.creditor.time_zone, stage.language)[-5:]
