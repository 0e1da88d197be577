"""`report ageing|dso|days-late|expected-cash`: the money that customers owe, and when it comes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

from commands.arguments import CreditorId, Json
from commands.desk import Desk, take_a_seat
from commands.faults import CommandFaultError
from commands.report_books import AsOf, Days, day_of, first_day, receivables_of
from commands.report_output import Html, show
from commands.report_sheet import Cells, Csv, Sheet
from commands.report_turnover import read_turnover
from commands.report_words import word
from dunning.reports_ageing import ageing
from dunning.reports_cash import expected_cash
from dunning.reports_delay import weighted_days_late
from dunning.reports_dso import DsoLine, dso
from dunning.risk_habits import NoHistoryError
from dunning.wording import numeric_date

app = typer.Typer()


@app.command("ageing")
def show_ageing(
    as_of: AsOf = None,
    creditor: CreditorId = None,
    as_json: Json = False,
    as_csv: Csv = False,
    html: Html = None,
) -> None:
    """Show the aged balance: what is owed by days past due, and apart what is presumed paid or handed over.

    With --json an array of objects: currency, age (not-due, 1-30, 31-60, 61-90, 90+, presumed-paid,
    handed-over), invoices, amount (VAT included), share (0 to 1).
    """
    desk = take_a_seat(creditor)
    day = day_of(desk, as_of)
    columns = {
        "currency": Cells.TEXT,
        "age": Cells.WORD,
        "invoices": Cells.FIGURE,
        "amount": Cells.MONEY,
        "share": Cells.SHARE,
    }
    sheet = Sheet("ageing", columns, ageing(receivables_of(desk), day), day, chart=("age", "amount"))
    show(sheet, desk.language, as_json=as_json, as_csv=as_csv, html=html)


@app.command("dso")
def show_dso(  # noqa: PLR0913, PLR0917 - as many options as the command has
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
    html: Html = None,
) -> None:
    """Show the days sales outstanding, simple and by count-back; not computable without all turnover.

    With --json an array of objects: currency, receivables, months, turnover, simple (days), count_back
    (days), missing (the latest month whose turnover is needed and not known). What is not computable is null.
    """
    desk = take_a_seat(creditor)
    day = day_of(desk, as_of)
    known = receivables_of(desk)
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
    show(sheet, desk.language, as_json=as_json, as_csv=as_csv, html=html)


@app.command("days-late")
def show_days_late(
    days: Days = 365,
    as_of: AsOf = None,
    creditor: CreditorId = None,
    as_json: Json = False,
    as_csv: Csv = False,
    html: Html = None,
) -> None:
    """Show weighted days late: of what was paid in a period, and of what is overdue at its end.

    With --json an array of objects: currency, money (paid, overdue), invoices, amount, days_late (early
    counts zero), days_past_due (early counts below zero).
    """
    desk = take_a_seat(creditor)
    day = day_of(desk, as_of)
    since = first_day(day, days)
    columns = {
        "currency": Cells.TEXT,
        "money": Cells.WORD,
        "invoices": Cells.FIGURE,
        "amount": Cells.MONEY,
        "days_late": Cells.FIGURE,
        "days_past_due": Cells.FIGURE,
    }
    lines = weighted_days_late(receivables_of(desk), since, day)
    titled = {"since": numeric_date(since, desk.language)}
    show(
        Sheet("days-late", columns, lines, day, titled=titled, chart=("money", "days_late")),
        desk.language,
        as_json=as_json,
        as_csv=as_csv,
        html=html,
    )


@app.command("expected-cash")
def show_expected_cash(
    weeks: Annotated[int, typer.Option("--weeks", min=1, max=53, help="How many weeks.")] = 13,
    as_of: AsOf = None,
    creditor: CreditorId = None,
    as_json: Json = False,
    as_csv: Csv = False,
    html: Html = None,
) -> None:
    """Show the cash that is expected in each of the next weeks, after how customers have paid so far.

    With --json an array of objects: currency, week (1 is the seven days after the day; null: later), begins,
    ends, expected, share (of all that is owed, by the end of the week; 0 to 1).
    """
    desk = take_a_seat(creditor)
    day = day_of(desk, as_of)
    try:
        lines = expected_cash(receivables_of(desk), day, weeks)
    except NoHistoryError as error:
        told = word("expected-cash.no_history", desk.language, day=numeric_date(day, desk.language))
        raise CommandFaultError(told) from error
    columns = {
        "currency": Cells.TEXT,
        "week": Cells.FIGURE,
        "begins": Cells.DATE,
        "ends": Cells.DATE,
        "amount": Cells.MONEY,
        "share": Cells.SHARE,
    }
    notes = [word("expected-cash.note", desk.language)] if lines else []
    sheet = Sheet(
        "expected-cash",
        columns,
        lines,
        day,
        notes=notes,
        called={"amount": "expected"},
        chart=("ends", "amount"),
    )
    show(sheet, desk.language, as_json=as_json, as_csv=as_csv, html=html)


def _missing(desk: Desk, lines: Sequence[DsoLine]) -> list[str]:
    return [
        word("dso.missing", desk.language, currency=line.currency, month=line.missing)
        for line in lines
        if line.missing
    ]
