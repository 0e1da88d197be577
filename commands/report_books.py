"""What all reports share: their day, their period, and the receivables of the books."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated

import typer

from commands.arguments import read_day
from commands.desk import Desk
from dunning.reports_receivables import Receivable
from ledger import report_queries
from runtime.composition import opened_books

_FIRST_YEAR, _LAST_YEAR = 1970, 2199
"""A mistyped year is told; periods and forecasts around the day stay dates."""

AsOf = Annotated[
    str | None,
    typer.Option("--as-of", metavar="DATE", help="The last day that counts. Today by default."),
]
Days = Annotated[
    int,
    typer.Option("--days", min=1, max=36500, help="Length of the period that ends with that day."),
]


def day_of(desk: Desk, as_of: str | None) -> date:
    """The last day of a report.

    Raises:
        typer.BadParameter: what was typed is no date, or none of our time.
    """
    day = read_day(as_of) if as_of else desk.today()
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        raise typer.BadParameter(
            f"{as_of} lies too far off: the year must be from {_FIRST_YEAR} to {_LAST_YEAR}"
        )
    return day


def first_day(day: date, days: int) -> date:
    """The first day of a period of so many days that ends with this one."""
    return day - timedelta(days=days - 1)


def receivables_of(desk: Desk) -> list[Receivable]:
    """All invoices of the books."""
    with opened_books(desk.settings) as books, books.read() as conn:
        return report_queries.receivables(conn, desk.creditor.creditor_id, desk.zone)
