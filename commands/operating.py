"""Running a deployment: `doctor`, `search-attributes`, `start`, `web`, `migrate`."""

from __future__ import annotations

import asyncio
import logging
import sys

import typer

from commands import terminal
from commands.arguments import CreditorId, InvoiceId, Json
from commands.desk import take_a_seat
from commands.telling import means
from commands.words import word
from dunning.party import Language
from runtime.composition import load_registers, opened_books
from runtime.connection import connect
from runtime.doctor import examine, worst
from runtime.door_opening import opened_doors
from runtime.environment import load_settings
from runtime.finding import Finding, Verdict
from runtime.leaving import asked_to_leave
from runtime.search_attributes import register_search_attributes
from runtime.settings import Settings
from runtime.web_composition import opened_web
from web.app import create_app
from web.serve import serve

app = typer.Typer()


@app.command()
def doctor(as_json: Json = False) -> None:
    """Check every configured service and file, and say what to do about each fault.

    Looks at Temporal, search attributes, ledger, mail, Stripe, creditors, policies, templates and legal
    rates; changes nothing. Exit code: 0 when all works, 1 when something does not.

    With --json an array of objects: name, verdict (ok, warning, failed), words, remedy.
    """
    findings = asyncio.run(examine(load_settings()))
    if as_json:
        terminal.show_json([finding.model_dump() for finding in findings])
    else:
        _show_findings(findings)
    if worst(findings) is Verdict.FAILED:
        raise typer.Exit(1)


@app.command("search-attributes")
def search_attributes(as_json: Json = False) -> None:
    """Register the search attributes by which operators find invoices in Temporal's Web UI.

    Harmless where they are known. The worker does the same at its start.
    """
    load_settings()

    async def register() -> tuple[str, ...]:
        return await register_search_attributes(await connect())

    names = asyncio.run(register())
    if as_json:
        terminal.show_json({"registered": names})
    elif names:
        terminal.say(_word("search_attributes_registered", names=", ".join(names)))
    else:
        terminal.say(_word("search_attributes_known"))


@app.command()
def start(invoice: InvoiceId, creditor: CreditorId = None, as_json: Json = False) -> None:
    """Start following an invoice that is in the books; harmless where its run is there or it is closed."""
    desk = take_a_seat(creditor)
    case = means(desk, invoice)

    async def go() -> None:
        async with opened_doors(desk.settings, desk.registers.creditors) as (_, doors):
            await doors.start(case.key)

    asyncio.run(go())
    if as_json:
        terminal.show_json({"invoice": case.key.invoice_id, "started": not case.status.closed})
    else:
        terminal.say(desk.word("started", invoice=case.invoice.number))


@app.command()
def web(as_json: Json = False) -> None:
    """Serve the web app: Stripe webhooks, pay pages, the billing API; until it is asked to leave.

    Prints its address once it answers; with --json as an object.
    """
    settings = load_settings()
    logging.basicConfig(level=settings.log_level.upper(), format="%(asctime)s %(levelname)s %(message)s")
    # Each start of a process would tell that the tables of the books are up to date.
    logging.getLogger("alembic").setLevel(logging.WARNING)
    asyncio.run(_serve(settings, as_json=as_json))


@app.command()
def migrate(as_json: Json = False) -> None:
    """Bring the tables of the ledger up to date; every process does so at its start."""
    settings = load_settings()
    with opened_books(settings) as books:
        place = books.engine.url.render_as_string(hide_password=True)
    if as_json:
        terminal.show_json({"ledger": place})
    else:
        terminal.say(_word("migrated", place=place))


async def _serve(settings: Settings, *, as_json: bool) -> None:
    leaving = asked_to_leave()

    def told(address: str) -> None:
        if as_json:
            terminal.show_json({"address": address})
        else:
            terminal.say(_word("web_ready", address=address))
        sys.stdout.flush()

    async with opened_web(settings, load_registers(settings)) as dependencies:
        app_ = create_app(dependencies)
        await serve(app_, host=settings.web_host, port=settings.web_port, until=leaving, told=told)


def _show_findings(findings: list[Finding]) -> None:
    rows = [
        [finding.name, _word(f"verdict_{finding.verdict}"), finding.words, finding.remedy or ""]
        for finding in findings
    ]
    columns = [_word(key) for key in ("what", "verdict", "words", "remedy")]
    terminal.show_table(_word("doctor"), columns, rows)


def _word(key: str, **details: object) -> str:
    """These commands concern every creditor; what they find is worded in English too."""
    return word(key, Language.ENGLISH, **details)
