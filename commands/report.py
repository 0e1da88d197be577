"""`report`: what the books say about money owed and the work done for it."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

from commands.arguments import CreditorId, Json, read_day
from commands.desk import Desk, take_a_seat
from commands.report_sheet import Cells, Csv, Sheet, show
from dunning.reports_ageing import ageing
from dunning.reports_receivables import Receivable
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


def _day(desk: Desk, as_of: str | None) -> date:
    return read_day(as_of) if as_of else desk.today()


def _receivables(desk: Desk) -> list[Receivable]:
    with opened_books(desk.settings) as books, books.read() as conn:
        return report_queries.receivables(conn, desk.creditor.creditor_id, desk.zone)
