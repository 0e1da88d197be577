"""`report recovery|promises|contacts|links`: the work done for the money, and what came of it."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from commands.arguments import CreditorId, Json
from commands.desk import take_a_seat
from commands.report_books import AsOf, Days, day_of, first_day, receivables_of
from commands.report_output import Html, show
from commands.report_sheet import Cells, Csv, Sheet
from commands.report_words import word
from dunning.reports_contacts import contacts_by_channel
from dunning.reports_links import link_conversion
from dunning.reports_promises import promises_kept
from dunning.reports_recovery import recovery_by_policy, recovery_by_step
from dunning.wording import numeric_date
from ledger import report_work_queries as queries
from runtime.composition import opened_books

app = typer.Typer()


class Grouping(StrEnum):
    """What recovery is told by."""

    STEP = "step"
    POLICY = "policy"


@app.command("recovery")
def show_recovery(  # noqa: PLR0913, PLR0917 - as many options as the command has
    by: Annotated[Grouping, typer.Option("--by", help="Lines by step or by policy.")] = Grouping.STEP,
    within: Annotated[
        int, typer.Option("--within", metavar="DAYS", min=0, help="Days after a step in which cash counts.")
    ] = 14,
    as_of: AsOf = None,
    creditor: CreditorId = None,
    as_json: Json = False,
    as_csv: Csv = False,
    html: Html = None,
) -> None:
    """Show recovery: cash within so many days of a step / the amount that reached it; credit notes apart.

    With --json an array of objects: currency, step or policy, invoices, reached, cash, share (0 to 1),
    credit_notes, running (invoices whose days are not over, counted nowhere else).
    """
    desk = take_a_seat(creditor)
    day = day_of(desk, as_of)
    known = receivables_of(desk)
    with opened_books(desk.settings) as books, books.read() as conn:
        steps = queries.steps_taken(conn, desk.creditor.creditor_id)
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
        chart=("name", "share"),
    )
    show(sheet, desk.language, as_json=as_json, as_csv=as_csv, html=html)


@app.command("promises")
def show_promises(
    days: Days = 365,
    as_of: AsOf = None,
    creditor: CreditorId = None,
    as_json: Json = False,
    as_csv: Csv = False,
    html: Html = None,
) -> None:
    """Show the promises to pay that were made in a period: kept, broken, and what came of them.

    With --json an array of objects: currency, promises, kept, broken, running, ended (replaced or closed),
    share (kept of kept and broken, 0 to 1), promised (by these), cash (of it, so far), cash_on_time.
    """
    desk = take_a_seat(creditor)
    day = day_of(desk, as_of)
    since = first_day(day, days)
    with opened_books(desk.settings) as books, books.read() as conn:
        found = queries.promises_given(conn, desk.creditor.creditor_id, desk.zone)
    columns = {
        "currency": Cells.TEXT,
        "promises": Cells.FIGURE,
        "kept": Cells.FIGURE,
        "broken": Cells.FIGURE,
        "running": Cells.FIGURE,
        "ended": Cells.FIGURE,
        "share": Cells.SHARE,
        "promised": Cells.MONEY,
        "cash": Cells.MONEY,
        "cash_on_time": Cells.MONEY,
    }
    lines = promises_kept(found, since, day)
    sheet = Sheet(
        "promises",
        columns,
        lines,
        day,
        titled={"since": numeric_date(since, desk.language)},
    )
    show(sheet, desk.language, as_json=as_json, as_csv=as_csv, html=html)


@app.command("contacts")
def show_contacts(
    days: Days = 365,
    as_of: AsOf = None,
    creditor: CreditorId = None,
    as_json: Json = False,
    as_csv: Csv = False,
    html: Html = None,
) -> None:
    """Show the contacts of a period by channel and outcome.

    With --json an array of objects: channel (email, call, hand_over), outcome (accepted, refused, unknown;
    of a call promise, dispute, no-answer, wrong-number, paid), contacts, customers, share (of the channel).
    """
    desk = take_a_seat(creditor)
    day = day_of(desk, as_of)
    since = first_day(day, days)
    with opened_books(desk.settings) as books, books.read() as conn:
        found = queries.contacts_made(conn, desk.creditor.creditor_id, desk.zone)
    columns = {
        "channel": Cells.WORD,
        "outcome": Cells.WORD,
        "contacts": Cells.FIGURE,
        "customers": Cells.FIGURE,
        "share": Cells.SHARE,
    }
    lines = contacts_by_channel(found, since, day)
    sheet = Sheet(
        "contacts",
        columns,
        lines,
        day,
        titled={"since": numeric_date(since, desk.language)},
        chart=("outcome", "contacts"),
        apart="channel",
    )
    show(sheet, desk.language, as_json=as_json, as_csv=as_csv, html=html)


@app.command("links")
def show_links(
    days: Days = 365,
    as_of: AsOf = None,
    creditor: CreditorId = None,
    as_json: Json = False,
    as_csv: Csv = False,
    html: Html = None,
) -> None:
    """Show what came of payment links: made in a period, opened, paid through.

    With --json an array of objects: currency, invoices (with a link made in the period), opened, paid,
    share (paid of invoices, 0 to 1), cash.
    """
    desk = take_a_seat(creditor)
    day = day_of(desk, as_of)
    since = first_day(day, days)
    with opened_books(desk.settings) as books, books.read() as conn:
        found = queries.links_given(conn, desk.creditor.creditor_id, desk.zone)
    columns = {
        "currency": Cells.TEXT,
        "invoices": Cells.FIGURE,
        "opened": Cells.FIGURE,
        "paid": Cells.FIGURE,
        "share": Cells.SHARE,
        "cash": Cells.MONEY,
    }
    lines = link_conversion(receivables_of(desk), found, since, day)
    sheet = Sheet(
        "links",
        columns,
        lines,
        day,
        titled={"since": numeric_date(since, desk.language)},
    )
    show(sheet, desk.language, as_json=as_json, as_csv=as_csv, html=html)
