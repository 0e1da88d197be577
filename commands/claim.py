"""`claim`: what may be asked for late invoices on a day, line by line, as the law computes it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from commands import terminal
from commands.arguments import CreditorId, Json, Maps, read_day
from commands.claim_portfolio import Asked, asked_of
from commands.claim_words import word
from commands.desk import Desk, take_a_seat
from commands.faults import CommandFaultError
from commands.portfolio_files import read_file, show_notices, show_rejected
from dunning.claim import Claim, claim
from dunning.claim_periods import InterestLine
from dunning.limitation import limitation_warning_date
from dunning.money import Money
from dunning.party import CustomerKind, Language
from dunning.rates import ContractRateError
from dunning.wording import days, listing, money, numeric_date, percentage
from intake.claim_files import ClaimFileError, StatedClaim, read_claims

app = typer.Typer()

_LAST_YEAR = 2199
_Computed = list[tuple[Asked, Claim]]


@app.command("claim")
def show_claim(
    file: Annotated[Path, typer.Argument(help="CSV or XLSX of invoices as for `import`, or JSON (.json).")],
    as_of: Annotated[
        str | None,
        typer.Option("--as-of", metavar="DATE", help="The last day counted; today by default."),
    ] = None,
    maps: Maps = None,
    creditor: CreditorId = None,
    as_json: Json = False,
) -> None:
    """Compute what may be asked for each invoice: principal, interest by period, fixed costs, total.

    A JSON file holds one object or a list of them: kind (business, consumer, public, unknown), amount,
    due_date, and where there is any payments and credit_notes ([{date, amount}]), formal_notice_date,
    contract_rate, allocation (principal_first, interest_and_costs_first), invoice, currency, issue_date,
    performance_date, insolvency_judgment_date. Without contract_rate the default rate of the law applies.
    Without issue_date the limitation date counts from the due date, so it is the latest possible one.

    With --json an array of objects: invoice, principal (what remains of it), interest and fixed_costs (all
    that accrued; the sum of the lines), total (what is still owed), lines, limitation_date, missing_rates.
    Interest stops before the first semester whose rate is not known, and is never guessed.

    Exit code: 0 when every invoice was computed, 1 when some were not, 2 for a wrong call.
    """
    desk = take_a_seat(creditor)
    day = _day(as_of) if as_of else desk.today()
    asked, complete = _asked(desk, file, day, maps, as_json=as_json)
    computed, refused = _compute(desk, asked, day)
    if as_json:
        terminal.show_json([_object(one, result) for one, result in computed])
    else:
        _show(desk, computed, day)
    for fault in refused:
        terminal.say_aside(fault)
    if refused or not complete:
        raise typer.Exit(1)


def _day(text: str) -> date:
    day = read_day(text)
    if day.year > _LAST_YEAR:
        raise typer.BadParameter(f"{text}: no day after {_LAST_YEAR} is computed")
    return day


def _asked(
    desk: Desk, file: Path, day: date, maps: list[str] | None, *, as_json: bool
) -> tuple[list[Asked], bool]:
    """The claims of a file, and whether every line of it could be read."""
    if _is_json(file):
        try:
            stated = read_claims(file)
        except ClaimFileError as error:
            raise CommandFaultError(str(error)) from error
        return [_of_json(one) for one in stated], True
    portfolio = read_file(desk, file, None, maps)
    if as_json:
        for row in portfolio.rejected:
            terminal.say_aside(f"{row.line}: {row.column}: {row.value}: {row.reason}")
    else:
        show_rejected(desk, portfolio.rejected)
        show_notices(desk, portfolio)
    return list(asked_of(desk, portfolio, day)), not portfolio.rejected


def _of_json(stated: StatedClaim) -> Asked:
    rate_stated = stated.request.contract_rate is not None
    return Asked(stated.invoice, stated.request, None, stated.issue_date_known, rate_stated)


def _is_json(file: Path) -> bool:
    if file.suffix.lower() == ".json":
        return True
    with file.open("rb") as stream:
        return stream.read(64).removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in {b"{", b"["}


def _compute(desk: Desk, asked: list[Asked], day: date) -> tuple[_Computed, list[str]]:
    law = desk.registers.law
    computed: _Computed = []
    refused: list[str] = []
    for one in asked:
        try:
            computed.append((one, claim(one.request, law.rates, day, rules=law.rules)))
        except ContractRateError as error:
            refused.append(f"{one.invoice}: {error}")
        else:
            _say_doubts(desk.language, one)
    if asked and not computed:
        raise CommandFaultError("\n".join(refused))
    return computed, refused


def _say_doubts(language: Language, one: Asked) -> None:
    if one.undated is not None:
        amount = money(one.undated, language)
        terminal.say_aside(word("undated", language, invoice=one.invoice, amount=amount))
    if not one.issue_date_known:
        terminal.say_aside(word("issue_unknown", language, invoice=one.invoice))
    if one.rate_stated and one.request.kind is not CustomerKind.BUSINESS:
        terminal.say_aside(word("contract_rate_unused", language, invoice=one.invoice))


def _object(one: Asked, result: Claim) -> dict[str, Any]:
    return {
        "invoice": one.invoice,
        "principal": result.principal.amount,
        "interest": result.interest.amount,
        "fixed_costs": result.fixed_costs.amount,
        "total": result.total.amount,
        "lines": [_line_object(line) for line in result.lines],
        "limitation_date": result.limitation_date,
        "missing_rates": [str(semester) for semester in result.missing_semesters],
    }


def _line_object(line: InterestLine) -> dict[str, Any]:
    return {
        "from": line.from_date,
        "to": line.to_date,
        "days": line.days,
        "base": line.base.amount,
        "rate": line.rate,
        "amount": line.amount.amount,
    }


def _show(desk: Desk, computed: _Computed, day: date) -> None:
    language = desk.language
    if not computed:
        terminal.say(word("none", language))
        return
    rows = [
        [
            one.invoice,
            *(
                money(amount, language)
                for amount in (result.principal, result.interest, result.fixed_costs, result.total)
            ),
            numeric_date(result.limitation_date, language),
        ]
        for one, result in computed
    ]
    keys = ("invoice", "principal", "interest", "fixed_costs", "total", "limitation")
    columns = [word(key, language) for key in keys]
    columns[1:5] = [f">{column}" for column in columns[1:5]]
    terminal.show_table(word("title", language, day=numeric_date(day, language)), columns, rows)
    rules = desk.registers.law.rules
    for one, result in computed:
        for sentence in _told(one.invoice, result, language):
            terminal.say(sentence)
        if day >= limitation_warning_date(result.limitation_date, rules):
            last = numeric_date(result.limitation_date, language)
            terminal.say(word("limitation_near", language, invoice=one.invoice, day=last))


def _told(invoice: str, result: Claim, language: Language) -> list[str]:
    """The lines of one claim in words, and why it is smaller than a reader might expect."""
    told = [_line_told(invoice, line, language) for line in result.lines]
    if result.missing_semesters:
        semesters = listing([str(semester) for semester in result.missing_semesters], language)
        last = result.interest_computed_to
        shown = numeric_date(last, language) if last else ""
        key = "computed_to" if last else "nothing_known"
        told.append(word(key, language, invoice=invoice, day=shown, semesters=semesters))
    elif not told:
        told.append(word("no_line", language, invoice=invoice))
    told += [word(f"remark.{remark}", language, invoice=invoice) for remark in result.remarks]
    for key, amount in _beside(result):
        told.append(word(key, language, invoice=invoice, amount=money(amount, language)))
    return told


def _beside(result: Claim) -> list[tuple[str, Money]]:
    amounts = {
        "to_accessories": result.interest_paid + result.fixed_costs_paid,
        "overpaid": result.overpaid,
    }
    return [(key, amount) for key, amount in amounts.items() if amount.is_positive]


def _line_told(invoice: str, line: InterestLine, language: Language) -> str:
    return word(
        "line",
        language,
        invoice=invoice,
        start=numeric_date(line.from_date, language),
        end=numeric_date(line.to_date, language),
        days=days(line.days, language),
        rate=percentage(line.rate, language),
        basis=word(f"basis.{line.basis}", language),
        base=money(line.base, language),
        amount=money(line.amount, language),
    )
