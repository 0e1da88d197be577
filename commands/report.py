"""`report`: what the books say about money owed and the work done for it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated

import typer

from commands.arguments import CreditorId, Json, read_day
from commands.desk import Desk, take_a_seat
from commands.report_sheet import Cells, Csv, Sheet, show
from commands.report_turnover import read_turnover
from commands.report_words import word
from dunning.reports_ageing import ageing
from dunning.reports_delay import weighted_days_late
from dunning.reports_dso import DsoLine, dso
from dunning.reports_receivables import Receivable
from dunning.reports_recovery import StepTaken, recovery_by_policy, recovery_by_step
from dunning.wording import numeric_date
from ledger import report_queries
from runtime.composition import opened_books

app = typer.Typer(
    help="Report on receivables and dunning from the books; each currency apart.", no_args_is_help=True
)

AsOf = Annotated[
    str | None,
    typer.Option("--as-of", metavar="DATE", help="The last day that counts. Today by default."),
]


@app.command("ageing")
def show_ageing(
    as_of: AsOf = None, creditor: CreditorId = None, as_json: Json = False, as_csv: Csv = False
) -> None:
    """Show the aged balance: what is owed by days past due, and apart what is presumed paid or handed over.

    With --json an array of objects: currency, age (not-due, 1-30, 31-60, 61-90, 90+, presumed-paid,
    handed-over), invoices, amount (VAT included), share (0 to 1).
    """
    desk = take_a_seat(creditor)
    day = _day(desk, as_of)
    columns = {
        "currency": Cells.TEXT,
        "age": Cells.WORD,
        "invoices": Cells.FIGURE,
        "amount": Cells.MONEY,
        "share": Cells.SHARE,
    }
    sheet = Sheet("ageing", columns, ageing(_receivables(desk), day), day)
    show(sheet, desk.language, as_json=as_json, as_csv=as_csv)


@app.command("dso")
def show_dso(
    turnover: Annotated[
        list[str] | None,
        typer.Option(
            "--turnover",
            metavar="MONTH=AMOUNT|FILE",
            help="All turnover of a month, VAT included: 2026-01=12000.00, or a CSV or XLSX file with the "
            "columns month, turnover, currency. That of the last month up to the day. May be repeated.",
        ),
    ] = None,
    months: Annotated[
        int, typer.Option("--months", min=1, max=60, help="Months of the simple figure, the last included.")
    ] = 3,
    as_of: AsOf = None,
    creditor: CreditorId = None,
    as_json: Json = False,
    as_csv: Csv = False,
) -> None:
    """Show the days sales outstanding, simple and by count-back; not computable without all turnover.

    With --json an array of objects: currency, receivables, months, turnover, simple (days), count_back
    (days), missing (the latest month whose turnover is needed and not known). What is not computable is null.
    """
    desk = take_a_seat(creditor)
    day = _day(desk, as_of)
    known = _receivables(desk)
    sold = read_turnover(turnover or (), {each.currency for each in known}, desk.language)
    lines = dso(known, sold, day, months)
    columns = {
        "currency": Cells.TEXT,
        "receivables": Cells.MONEY,
        "months": Cells.FIGURE,
        "turnover": Cells.MONEY,
        "simple": Cells.COMPUTED,
        "count_back": Cells.COMPUTED,
        "missing": Cells.TEXT,
    }
    sheet = Sheet("dso", columns, lines, day, notes=_missing(desk, lines))
    show(sheet, desk.language, as_json=as_json, as_csv=as_csv)


@app.command("days-late")
def show_days_late(
    days: Annotated[
        int, typer.Option("--days", min=1, help="Days of the period that ends with the last day.")
    ] = 365,
    as_of: AsOf = None,
    creditor: CreditorId = None,
    as_json: Json = False,
    as_csv: Csv = False,
) -> None:
    """Show weighted days late: of what was paid in a period, and of what is overdue at its end.

    With --json an array of objects: currency, money (paid, overdue), invoices, amount, days_late (early
    counts zero), days_past_due (early counts below zero).
    """
    desk = take_a_seat(creditor)
    day = _day(desk, as_of)
    since = day - timedelta(days=days - 1)
    columns = {
        "currency": Cells.TEXT,
        "money": Cells.WORD,
        "invoices": Cells.FIGURE,
        "amount": Cells.MONEY,
        "days_late": Cells.FIGURE,
        "days_past_due": Cells.FIGURE,
    }
    lines = weighted_days_late(_receivables(desk), since, day)
    titled = {"since": numeric_date(since, desk.language)}
    show(
        Sheet("days-late", columns, lines, day, titled=titled), desk.language, as_json=as_json, as_csv=as_csv
    )


class Grouping(StrEnum):
    """What recovery is told by."""

    STEP = "step"
    POLICY = "policy"


@app.command("recovery")
def show_recovery(
    by: Annotated[Grouping, typer.Option("--by", help="Lines by step or by policy.")] = Grouping.STEP,
    within: Annotated[
        int, typer.Option("--within", metavar="DAYS", min=0, help="Days after a step in which cash counts.")
    ] = 14,
    as_of: AsOf = None,
    creditor: CreditorId = None,
    as_json: Json = False,
    as_csv: Csv = False,
) -> None:
    """Show recovery: cash within so many days of a step / the amount that reached it; credit notes apart.

    With --json an array of objects: currency, step or policy, invoices, reached, cash, share (0 to 1),
    credit_notes, running (invoices whose days are not over, counted nowhere else).
    """
    desk = take_a_seat(creditor)
    day = _day(desk, as_of)
    known, steps = _receivables(desk), _steps(desk)
    by_step = by is Grouping.STEP
    lines = (recovery_by_step if by_step else recovery_by_policy)(known, steps, within, day)
    columns = {
        "currency": Cells.TEXT,
        "name": Cells.TEXT,
        "invoices": Cells.FIGURE,
        "reached": Cells.MONEY,
        "cash": Cells.MONEY,
        "share": Cells.SHARE,
        "credit_notes": Cells.MONEY,
        "running": Cells.FIGURE,
    }
    notes = [word("recovery.steps", desk.language, days=within)] if by_step and lines else []
    sheet = Sheet(
        "recovery",
        columns,
        lines,
        day,
        notes=notes,
        titled={"days": str(within)},
        called={"name": by.value},
    )
    show(sheet, desk.language, as_json=as_json, as_csv=as_csv)


def _missing(desk: Desk, lines: Sequence[DsoLine]) -> list[str]:
    return [
        word("dso.missing", desk.language, currency=line.currency, month=line.missing)
        for line in lines
        if line.missing
    ]


def _steps(desk: Desk) -> list[StepTaken]:
    with opened_books(desk.settings) as books, books.read() as conn:
        return report_queries.steps_taken(conn, desk.creditor.creditor_id)


def _day(desk: Desk, as_of: str | None) -> date:
    return read_day(as_of) if as_of else desk.today()


def _receivables(desk: Desk) -> list[Receivable]:
    with opened_books(desk.settings) as books, books.read() as conn:
        return report_queries.receivables(conn, desk.creditor.creditor_id, desk.zone)
