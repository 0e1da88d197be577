"""`risk`: how likely open invoices are paid late, judged by the settled ones of the same file."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from commands import terminal
from commands.arguments import CreditorId, Json, Maps, read_day
from commands.desk import Desk, take_a_seat
from commands.faults import CommandFaultError
from commands.portfolio_files import read_file, show_notices, show_rejected
from commands.risk_words import word
from dunning.customer_record import SettledInvoice, record_of
from dunning.party import Language
from dunning.phrases import phrase
from dunning.risk import Risk, assess
from dunning.risk_forecast import PaymentForecast, forecast, next_late
from dunning.risk_habits import NoHistoryError, PaymentHabits, learn
from dunning.wording import days, money, numeric_date
from intake.portfolio import Portfolio, PortfolioEntry

app = typer.Typer()

_FEW = 20
"""Settled invoices below which a person is told how little there was to learn from."""


@dataclass(frozen=True)
class _History:
    """The file as it stood at the end of a day."""

    settled: list[SettledInvoice]
    open: list[PortfolioEntry]
    undated: int
    """Settled, but the file does not say when."""


@app.command("risk")
def show_risk(
    file: Annotated[
        Path, typer.Argument(help="CSV or XLSX of invoices, those long settled included (settled_date).")
    ],
    as_of: Annotated[
        str | None,
        typer.Option(
            "--as-of",
            metavar="DATE",
            help="The last day whose payments are known: what was settled later is open. Today by default.",
        ),
    ] = None,
    customers: Annotated[
        Path | None, typer.Option("--customers", help="A separate file of customers, joined by their code.")
    ] = None,
    maps: Maps = None,
    creditor: CreditorId = None,
    as_json: Json = False,
) -> None:
    """Say for each open invoice of a file how likely it is paid late, and when payment is expected.

    Learned from the settled invoices of the same file and nothing else. It helps to choose a policy and to
    sort calls; it excludes nobody: that takes a person's decision.

    With --json an array of objects: invoice, probability_late (0 to 1), expected_days_late (whole days, none
    where it is likelier paid on time). Bad lines stand on standard error then.

    Exit code: 0 when every line could be read, 1 when some were rejected or none was settled, 2 for a wrong
    call.
    """
    desk = take_a_seat(creditor)
    day = read_day(as_of) if as_of else desk.today()
    portfolio = read_file(desk, file, customers, maps)
    if as_json:
        for row in portfolio.rejected:
            terminal.say_aside(f"{row.line}: {row.column}: {row.value}: {row.reason}")
    else:
        show_rejected(desk, portfolio.rejected)
        show_notices(desk, portfolio)
    history = _history(portfolio, day)
    habits = _learned(desk, history, day, file)
    if as_json:
        terminal.show_json([_object(entry, forecast(entry.invoice, habits)) for entry in history.open])
    else:
        _show(desk, history, habits)
    if portfolio.rejected:
        raise typer.Exit(1)


def _history(portfolio: Portfolio, day: date) -> _History:
    settled, still_open, undated = [], [], 0
    for entry in portfolio.entries:
        if entry.settled_date is not None and entry.settled_date <= day:
            settled.append(SettledInvoice(invoice=entry.invoice, settled_on=entry.settled_date))
        elif entry.settled_date is None and not entry.balance.is_positive:
            undated += 1
        else:
            still_open.append(entry)
    return _History(settled, still_open, undated)


def _learned(desk: Desk, history: _History, day: date, file: Path) -> PaymentHabits:
    if history.undated:
        terminal.say_aside(word("undated", desk.language, count=history.undated))
    try:
        habits = learn(history.settled, day)
    except NoHistoryError as error:
        shown = numeric_date(day, desk.language)
        raise CommandFaultError(word("no_history", desk.language, file=file.name, day=shown)) from error
    if len(history.settled) < _FEW:
        terminal.say_aside(word("few", desk.language, count=len(history.settled)))
    return habits


def _object(entry: PortfolioEntry, expected: PaymentForecast) -> dict[str, Any]:
    return {
        "invoice": entry.invoice.invoice_id,
        "probability_late": round(expected.probability_late, 6),
        "expected_days_late": expected.expected_days_late,
    }


def _show(desk: Desk, history: _History, habits: PaymentHabits) -> None:
    language = desk.language
    if not history.open:
        terminal.say(word("none", language))
        return
    asked = [(entry, forecast(entry.invoice, habits)) for entry in history.open]
    asked.sort(key=lambda pair: (-pair[1].probability_late, -pair[1].expected_days_late))
    risks = _risks({entry.invoice.customer_id for entry in history.open}, history.settled, habits)
    rows = [_row(desk, entry, expected, risks[entry.invoice.customer_id]) for entry, expected in asked]
    keys = ("number", "customer", "balance", "due", "probability", "late", "expected", "class", "reasons")
    columns = [word(key, language) for key in keys]
    for right in (2, 4, 5):
        columns[right] = f">{columns[right]}"
    terminal.show_table(word("title", language, day=numeric_date(habits.as_of, language)), columns, rows)
    terminal.say(word("no_exclusion", language))


def _risks(
    customers: Iterable[str], settled: Iterable[SettledInvoice], habits: PaymentHabits
) -> dict[str, Risk]:
    paid_by: defaultdict[str, list[SettledInvoice]] = defaultdict(list)
    for each in settled:
        paid_by[each.invoice.customer_id].append(each)
    return {
        customer: assess(record_of(customer, paid_by[customer], habits.as_of), next_late(customer, habits))
        for customer in customers
    }


def _percent(probability: float, language: Language) -> str:
    if probability == 1:
        return word("percent", language, figure=100)
    # Only what has happened is certain: a chance that rounds to nothing is still one.
    return word("percent", language, figure=min(max(round(100 * probability), 1), 99))


def _row(desk: Desk, entry: PortfolioEntry, expected: PaymentForecast, risk: Risk) -> list[str]:
    language = desk.language
    expected_on, earliest, latest = (
        numeric_date(day, language)
        for day in (expected.expected_on, expected.earliest_on, expected.latest_on)
    )
    return [
        entry.invoice.number,
        entry.customer.name,
        money(entry.balance, language),
        numeric_date(entry.invoice.due_date, language),
        _percent(expected.probability_late, language),
        days(expected.expected_days_late, language),
        word("between", language, expected=expected_on, earliest=earliest, latest=latest),
        phrase(f"risk.class.{risk.risk_class}", language),
        risk.in_words(language),
    ]
