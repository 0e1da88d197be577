"""Giving a report out: as a table, JSON or CSV, and as a page beside it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from commands import terminal
from commands.report_page import page
from commands.report_sheet import Sheet, as_text, objects, show_table
from dunning.party import Language

Html = Annotated[
    Path | None,
    typer.Option("--html", metavar="FILE", help="Write an HTML page with charts as well."),
]


def show(sheet: Sheet, language: Language, *, as_json: bool, as_csv: bool, html: Path | None) -> None:
    """Print a report, and write its page where one is asked for.

    Raises:
        typer.BadParameter: two forms at once.
    """
    if as_json and as_csv:
        raise typer.BadParameter("choose one of --json and --csv")
    if html:
        html.write_text(page(sheet, language), encoding="utf-8")
    if as_json:
        terminal.show_json(objects(sheet))
    elif as_csv:
        sys.stdout.write(as_text(sheet))
    else:
        show_table(sheet, language)
        return
    for note in sheet.notes:
        terminal.say_aside(note)
