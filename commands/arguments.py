"""Arguments and options that several commands share, and how their values are read."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Annotated, NamedTuple

import typer

_SEPARATORS = re.compile(r"[\s'\u00a0\u202f]")


class Part(NamedTuple):
    """One instalment as it is typed."""

    due_on: date
    amount: Decimal


def read_day(text: str) -> date:
    """A date as people type it: 2026-01-31 or 31/01/2026.

    Raises:
        typer.BadParameter: it is none.
    """
    for form in ("%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y"):
        try:
            return datetime.strptime(text.strip(), form).date()  # noqa: DTZ007 - a date has no zone
        except ValueError:
            continue
    raise typer.BadParameter(f"{text!r} is not a date such as 2026-01-31 or 31/01/2026")


def read_amount(text: str) -> Decimal:
    """An amount in major units, more than zero: 1204.50 or 1 204,50.

    Raises:
        typer.BadParameter: it is none, or not more than zero.
    """
    try:
        amount = Decimal(_SEPARATORS.sub("", text).replace(",", "."))
    except InvalidOperation:
        raise typer.BadParameter(f"{text!r} is not an amount such as 1204.50") from None
    if not amount.is_finite() or amount <= 0:
        raise typer.BadParameter(f"the amount must be more than zero, not {text}")
    return amount


def read_instalment(text: str) -> Part:
    """One instalment: 2026-01-31=500.00.

    Raises:
        typer.BadParameter: it has another form.
    """
    day, equals, amount = text.partition("=")
    if not equals:
        raise typer.BadParameter(f"{text!r} is not an instalment such as 2026-01-31=500.00")
    return Part(read_day(day), read_amount(amount))


InvoiceId = Annotated[str, typer.Argument(metavar="ID", help="Id of the invoice, or its number.")]
TaskId = Annotated[int, typer.Argument(metavar="ID", help="Id of the task, as `calls` and `tasks` show it.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for programs instead of tables.")]
CreditorId = Annotated[
    str | None,
    typer.Option("--creditor", metavar="ID", help="Whose invoices; needed where several are configured."),
]
PolicyName = Annotated[
    str | None, typer.Option("--policy", metavar="NAME", help="Dunning policy of these invoices.")
]
Maps = Annotated[
    list[str] | None,
    typer.Option(
        "--map",
        metavar="COLUMN=HEADING",
        help="Say which heading holds a column, or name a mapping file (.yaml). May be repeated; "
        "`constant.currency=USD`, `date_order=mdy`, `decimal_mark=,` and `sheet=Name` work too.",
    ),
]
Note = Annotated[str, typer.Option("--note", help="What was said, in your words.")]
