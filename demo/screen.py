"""The live table: every invoice, the date, one customer's story beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from rich.box import SIMPLE_HEAD
from rich.console import Console, RenderableType
from rich.layout import Layout
from rich.live import Live
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from demo.feed import Line, News
from demo.words import word
from dunning.case import DunningStatus
from dunning.party import Language

if TYPE_CHECKING:
    from demo.performance import Programme, Told

_TOLD_ROWS = 8
"""At least so many under the table, or a third of a low terminal."""
_TOP_AND_FOOT_ROWS = 2
_TABLE_HEAD_ROWS = 2
_ROOMY = 140
"""Columns from which customers are named in the table."""
_COLOURS = {
    DunningStatus.SETTLED: "green",
    DunningStatus.PROMISED: "cyan",
    DunningStatus.PAYMENT_PLAN: "cyan",
    DunningStatus.HELD: "magenta",
    DunningStatus.AWAITING_APPROVAL: "yellow",
    DunningStatus.HANDED_OVER: "red",
    DunningStatus.BLOCKED: "bold red",
}
_FRESH_SECONDS = 2 * 24 * 3600.0
"""Business seconds for which an event stands out."""


class Screen:
    """Draws the demonstration on a terminal, in the creditor's language."""

    def __init__(
        self, console: Console, language: Language, zone: ZoneInfo, addresses: Mapping[str, str]
    ) -> None:
        """Prepare the screen.

        Args:
            console: the terminal.
            language: of the reader.
            zone: in which dates are read.
            addresses: where to look meanwhile, by name; they stand in the last line.
        """
        self._console = console
        self._language = language
        self._zone = zone
        self._addresses = addresses
        self._live = Live(console=console, auto_refresh=False, screen=True)

    @contextmanager
    def lit(self) -> Iterator[None]:
        """Take the whole terminal, and give it back at the end."""
        with self._live:
            yield

    def show(self, now: datetime, lines: tuple[Line, ...], programme: Programme) -> None:
        """Draw how things stand."""
        self._live.update(self.page(now, lines, programme), refresh=True)

    def hear(self, news: tuple[News, ...]) -> None:
        """The table shows it."""

    def note(self, at: datetime, text: str) -> None:
        """The story beside the table shows it."""

    def page(self, now: datetime, lines: tuple[Line, ...], programme: Programme) -> RenderableType:
        """The whole screen at one moment."""
        width, height = self._console.size
        room = height - _TOP_AND_FOOT_ROWS - _TABLE_HEAD_ROWS
        rows = max(1, min(len(lines), room - min(_TOLD_ROWS, height // 3)))
        told_rows = max(3, room - rows)
        told = Layout()
        told.split_row(
            Layout(self._story(programme, told_rows - 2), ratio=3),
            Layout(self._behind(programme, told_rows - 2), ratio=2),
        )
        page = Layout()
        table = Layout(self._table(now, lines, rows, width), size=rows + _TABLE_HEAD_ROWS)
        page.split_column(Layout(self._date(now), size=1), table, told, self._footer())
        return page

    def _footer(self) -> Layout:
        pairs = [f"{name} {address}" for name, address in self._addresses.items()]
        return Layout(Text("   ".join(pairs), style="dim", no_wrap=True), size=1)

    def _date(self, now: datetime) -> Text:
        local = now.astimezone(self._zone)
        day = format_datetime(local, "EEEE d MMMM y  HH", locale=self._language.value)
        clock = f"{day[:1].upper()}{day[1:]} h" if self._language is Language.FRENCH else f"{day}:00"
        return Text.assemble((f" {clock} ", "bold reverse"), "  ", word("title", self._language), style="dim")

    def _table(self, now: datetime, lines: tuple[Line, ...], rows: int, width: int) -> Table:
        table = Table(expand=True, box=SIMPLE_HEAD, show_edge=False, pad_edge=False, header_style="bold")
        roomy = width >= _ROOMY
        table.add_column(self._word("invoice"), no_wrap=True, min_width=_longest(lines))
        if roomy:
            table.add_column(self._word("customer"), no_wrap=True, ratio=4, overflow="ellipsis")
        table.add_column(self._word("status"), no_wrap=True, min_width=17)
        table.add_column(self._word("level"), justify="right", no_wrap=True)
        table.add_column(self._word("balance"), justify="right", no_wrap=True, min_width=11)
        table.add_column(self._word("action"), no_wrap=True, ratio=6, overflow="ellipsis")
        table.add_column(self._word("last"), no_wrap=True, ratio=9, overflow="ellipsis")
        for line in self._fitting(lines, rows):
            cells = [line.number, *([line.customer] if roomy else [])]
            fresh = line.last_at is not None and (now - line.last_at).total_seconds() < _FRESH_SECONDS
            table.add_row(
                *cells,
                Text(line.status_words, style=_COLOURS.get(line.status, "")),
                str(line.level) if line.level >= 0 else "–",
                line.balance,
                line.action,
                Text(line.last, style="bold" if fresh else "dim"),
            )
        return table

    @staticmethod
    def _fitting(lines: tuple[Line, ...], rows: int) -> list[Line]:
        """All invoices; on a low terminal those that changed last, still in their order."""
        if len(lines) <= rows:
            return list(lines)
        newest = sorted(lines, key=lambda line: line.last_at.timestamp() if line.last_at else 0.0)
        shown = {line.key for line in newest[-rows:]}
        return [line for line in lines if line.key in shown]

    def _story(self, programme: Programme, rows: int) -> Panel:
        title = self._word("story_of", customer=programme.customer) if programme.customer else ""
        told = sorted(programme.story, key=lambda one: one.at)
        return Panel(self._told(told, rows), title=title, title_align="left", border_style="cyan")

    def _behind(self, programme: Programme, rows: int) -> Panel:
        told = self._told(programme.behind, rows)
        return Panel(told, title=self._word("behind"), title_align="left", border_style="yellow")

    def _told(self, told: list[Told], rows: int) -> Text:
        text = Text()
        for one in told[-rows:]:
            day = format_datetime(one.at.astimezone(self._zone), "d MMM HH:mm", locale=self._language.value)
            text.append(f"{day}  ", style="dim")
            text.append(f"{one.text}\n")
        text.rstrip()
        return text

    def _word(self, key: str, **details: object) -> str:
        return word(key, self._language, **details)


def _longest(lines: tuple[Line, ...]) -> int:
    return max((len(line.number) for line in lines), default=0)
