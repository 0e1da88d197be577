"""`rates show|add`: the half-yearly rates that late payment is charged at."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Annotated

import typer
from pydantic import ValidationError

from commands import terminal
from commands.arguments import CreditorId, Json
from commands.desk import take_a_seat
from commands.rate_words import word
from dunning.party import Language
from dunning.rates import Semester, SemesterRates
from dunning.wording import listing, numeric_date, percentage
from runtime.law_files import LAW_FOLDER, load_rates
from runtime.rate_entries import add_rates

app = typer.Typer(
    help="Look at the rates of late payment, and add those of a new semester.", no_args_is_help=True
)

RATES_FILE = LAW_FOLDER / "fr-rates.yaml"


@app.command()
def show(creditor: CreditorId = None, as_json: Json = False) -> None:
    """Show the rates by semester with their sources, and the semesters that lack one.

    With --json an object: semesters (semester, ecb, legal in percent, source, seen_on) and missing.
    """
    desk = take_a_seat(creditor)
    language, rules = desk.language, desk.registers.law.rules
    table = load_rates(RATES_FILE)
    entries = sorted(table.semesters, key=lambda entry: entry.semester)
    missing = [str(semester) for semester in table.missing(desk.today())]
    if as_json:
        rows = [entry.model_dump() | {"semester": str(entry.semester)} for entry in entries]
        terminal.show_json({"semesters": rows, "missing": missing})
        return
    points, public = rules.penalty_points.value, rules.public_penalty_points.value
    keys = ("semester", "ecb", "penalty", "public_penalty", "legal", "seen_on", "source")
    columns = [word(key, language) for key in keys]
    columns[1:5] = [f">{column}" for column in columns[1:5]]
    shown = [
        [
            str(entry.semester),
            _percent(entry.ecb, language),
            _percent(entry.ecb + points if entry.ecb is not None else None, language),
            _percent(entry.ecb + public if entry.ecb is not None else None, language),
            _percent(entry.legal, language),
            numeric_date(entry.seen_on, language),
            entry.source,
        ]
        for entry in entries
    ]
    terminal.show_table(word("title", language), columns, shown)
    if missing:
        terminal.say(word("missing", language, semesters=listing(missing, language)))


@app.command()
def add(
    semester: Annotated[str, typer.Argument(metavar="SEMESTER", help="Such as 2026-S2.")],
    source: Annotated[
        str, typer.Option("--source", help="Where you read it: the official text, its number and date.")
    ],
    ecb: Annotated[
        str | None,
        typer.Option("--ecb", metavar="PERCENT", help="ECB refinancing rate on 1 January or 1 July."),
    ] = None,
    legal: Annotated[
        str | None,
        typer.Option("--legal", metavar="PERCENT", help="Legal interest rate of a business creditor."),
    ] = None,
    creditor: CreditorId = None,
    as_json: Json = False,
) -> None:
    """Write the rates of a new semester into law/fr-rates.yaml, with their source.

    What stands there already is refused: a figure that claims were computed with is corrected by hand.
    """
    desk = take_a_seat(creditor)
    try:
        entry = SemesterRates(
            semester=Semester.model_validate(semester),
            ecb=_figure(ecb, "--ecb"),
            legal=_figure(legal, "--legal"),
            source=" ".join(source.split()),
            seen_on=desk.today(),
        )
    except ValidationError as error:
        detail = error.errors(include_url=False)[0]
        told = detail["msg"].removeprefix("Value error, ")
        raise typer.BadParameter(": ".join((*map(str, detail["loc"]), told))) from error
    add_rates(RATES_FILE, entry, desk.today())
    if as_json:
        terminal.show_json(entry.model_dump() | {"semester": str(entry.semester)})
    else:
        terminal.say(word("added", desk.language, semester=entry.semester, file=f"law/{RATES_FILE.name}"))


def _figure(text: str | None, option: str) -> Decimal | None:
    if text is None:
        return None
    try:
        return Decimal(text.strip().removesuffix("%").strip().replace(",", "."))
    except InvalidOperation:
        raise typer.BadParameter(f"{option}: {text!r} is not a percentage such as 2.15") from None


def _percent(rate: Decimal | None, language: Language) -> str:
    return "–" if rate is None else percentage(rate, language)
