"""`report`: what the books say about money owed and the work done for it."""

from __future__ import annotations

import typer

from commands import report_money, report_work

app = typer.Typer(
    help="Report on receivables and dunning from the books; each currency apart.", no_args_is_help=True
)
app.add_typer(report_money.app)
app.add_typer(report_work.app)
