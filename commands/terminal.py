"""Printing for people and for programs: lines, tables and JSON on standard output, the rest beside it."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.markdown import Markdown
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from dunning.money import Money

_WIDE = 160
"""Columns of a table that is piped into a file or a pager."""


class Step(Protocol):
    """Moves a progress bar on."""

    def __call__(self, advance: int = 1) -> None:
        """So many more are done."""
        ...


def say(text: str) -> None:
    """One line, or several, for a person."""
    _console().print(Text(text), soft_wrap=True)


def say_aside(text: str) -> None:
    """Beside the result, on standard error: warnings, errors, progress."""
    _console(stderr=True).print(Text(text), soft_wrap=True)


def show_markdown(text: str) -> None:
    """A text with headings and lists, such as a call sheet."""
    _console().print(Markdown(text))


def show_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A table; what stands in it is never taken for markup.

    Args:
        title: above it.
        columns: headings; one that begins with ``>`` is of figures, aligned to the right.
        rows: as many cells as there are columns.
    """
    table = Table(title=Text(title, style="bold"), title_justify="left")
    for column in columns:
        table.add_column(
            Text(column.removeprefix(">")), justify="right" if column.startswith(">") else "left"
        )
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    _console().print(table)


def show_json(value: Any) -> None:
    """One JSON value; amounts are decimal strings, dates and instants ISO 8601."""
    sys.stdout.write(json.dumps(plain(value), ensure_ascii=False, indent=2) + "\n")


def plain(value: Any) -> Any:
    """The JSON form of a value."""
    match value:
        case Mapping():
            return {str(key): plain(item) for key, item in value.items()}
        case list() | tuple():
            return [plain(item) for item in value]
        case Decimal():
            return str(value)
        case date():
            return value.isoformat()
        case Money():
            return {"amount": str(value.amount), "currency": value.currency}
        case _:
            return value


def local(at: datetime | None, time_zone: str) -> str | None:
    """An instant in the creditor's zone with its offset, ISO 8601."""
    return at.astimezone(ZoneInfo(time_zone)).isoformat() if at else None


@contextmanager
def progress(description: str, total: int, *, shown: bool = True) -> Iterator[Step]:
    """A progress bar on standard error, while a person watches.

    Args:
        description: what is being done.
        total: how many there are.
        shown: false for programs.
    """
    console = _console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(
        *columns, console=console, transient=True, disable=not (shown and console.is_terminal)
    ) as bar:
        task = bar.add_task(description, total=total)

        def step(advance: int = 1) -> None:
            bar.advance(task, advance)

        yield step


def _console(*, stderr: bool = False) -> Console:
    # Made anew each time: it looks at the stream of this moment. A file is as wide as its tables.
    console = Console(stderr=stderr, highlight=False)
    if not console.is_terminal:
        console = Console(stderr=stderr, highlight=False, width=_WIDE)
    return console
