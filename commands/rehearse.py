"""`rehearse`: the real course over a file of invoices, in skipped time and with nobody written to."""

from __future__ import annotations

import asyncio
import json
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from temporalio.runtime import LoggingConfig, Runtime, TelemetryConfig

from commands import terminal
from commands.arguments import CreditorId, Json, Maps, PolicyName, read_day
from commands.desk import Desk, take_a_seat
from commands.faults import CommandFaultError
from commands.portfolio_files import read_file, show_notices, show_rejected
from commands.rehearse_words import word
from dunning.phrases import phrase
from dunning.wording import short_instant
from embedded.tool_cache import ToolUnavailableError
from intake.portfolio import Portfolio
from rehearsal.contacts import Contact
from rehearsal.performance import UnbookedFactError
from rehearsal.rehearse import Rehearsal, rehearse
from rehearsal.scenario import Scenario, scenario_of
from rehearsal.stage import StandstillError
from rehearsal.verdict import Summary
from runtime.composition import require_sound_templates

app = typer.Typer()

_NOT_AS_PLANNED = 1
_QUIET = "error,temporalio_sdk_core=warn,temporalio_sdk_core::worker=error"
"""The SDK's log without its complaint, at each start, about what the time-skipping server cannot do."""
_MOST_DIFFERENCES = 20
"""Differences shown to a person; --json has them all."""


@dataclass(frozen=True)
class _Request:
    """What the person asked for."""

    file: Path
    customers: Path | None
    maps: list[str] | None
    policy: str | None
    as_of: date | None
    limit: int | None
    out: Path | None
    as_json: bool


@app.command("rehearse")
def rehearse_file(  # noqa: PLR0913, PLR0917 - what a file may need to be read
    file: Annotated[Path, typer.Argument(help="CSV or XLSX of invoices, those long settled included.")],
    customers: Annotated[
        Path | None, typer.Option("--customers", help="A separate file of customers, joined by their code.")
    ] = None,
    maps: Maps = None,
    policy: PolicyName = None,
    as_of: Annotated[
        str | None,
        typer.Option(
            "--as-of",
            metavar="DATE",
            help="Take the file over on this day, as a backlog: what was issued before comes in then.",
        ),
    ] = None,
    limit: Annotated[int | None, typer.Option("--limit", min=1, help="Only the first so many.")] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="Keep every e-mail as sent, and the contacts, here."),
    ] = None,
    creditor: CreditorId = None,
    as_json: Json = False,
) -> None:
    """Rehearse a file: the real workflow, policy and templates, years in minutes, nobody written to.

    Each invoice comes in on its issue date at 07:00; where the file has a settlement date, its payment comes
    in at 08:30 of that day, before anybody is contacted. Approvals count as given. E-mails go to a mail sink
    on this machine; books, server and sink are thrown away afterwards. Needs neither ledger nor Temporal.

    The contacts made are compared with those that the policy plans for each invoice up to its payment.

    Exit code: 0 when all was as planned, 1 when lines were rejected or a contact was made twice, after
    payment, or otherwise than planned, 2 for a wrong call.

    With --json one object a line for each contact (invoice, step, level, channel, at, customer), and as the
    last line the summary: invoices, settled, open, handed_over, left_out, contacts, contacts_by_channel,
    contacts_by_level, thanks, tasks, stand_in_addresses, after_payment, duplicates, differences_from_plan,
    seconds, rejected.
    """
    day = read_day(as_of) if as_of else None
    request = _Request(file, customers, maps, policy, day, limit, out, as_json)
    desk = take_a_seat(creditor)
    portfolio, scenario = _prepared(desk, request)
    rehearsal = _rehearsed(desk, scenario, request)
    lines = list(_lines(desk, rehearsal, portfolio))
    if out:
        out.joinpath("contacts.jsonl").write_text("".join(lines), encoding="utf-8")
    if as_json:
        sys.stdout.writelines(lines)
    else:
        _show(desk, scenario, rehearsal, request)
    if portfolio.rejected or not rehearsal.summary.flawless:
        raise typer.Exit(_NOT_AS_PLANNED)


def _prepared(desk: Desk, request: _Request) -> tuple[Portfolio, Scenario]:
    if request.policy is not None:
        desk.registers.policies.get(request.policy)
    require_sound_templates(desk.registers)
    if request.out and request.out.exists() and any(request.out.iterdir()):
        raise CommandFaultError(word("folder_not_empty", desk.language, folder=request.out))
    portfolio = read_file(desk, request.file, request.customers, request.maps)
    if not request.as_json:
        show_rejected(desk, portfolio.rejected)
        show_notices(desk, portfolio)
    scenario = scenario_of(portfolio, desk.creditor, as_of=request.as_of, limit=request.limit)
    if not scenario.invoices:
        raise CommandFaultError(word("nothing", desk.language, file=request.file.name))
    return portfolio, scenario


def _rehearsed(desk: Desk, scenario: Scenario, request: _Request) -> Rehearsal:
    shown = not request.as_json
    with terminal.progress(word("rehearsing", desk.language), scenario.events, shown=shown) as step:

        def moved(_moment: datetime, more: int) -> None:
            step(more)

        running = rehearse(
            scenario,
            desk.registers,
            policy=request.policy,
            messages=request.out / "messages" if request.out else None,
            documents=desk.settings.documents_folder,
            progress=moved,
            tool_progress=terminal.say_aside,
        )
        try:
            _quieten()
            return asyncio.run(running)
        except (StandstillError, ToolUnavailableError, UnbookedFactError) as error:
            raise CommandFaultError(str(error)) from error


def _quieten() -> None:
    logging = LoggingConfig(filter=_QUIET)
    Runtime.set_default(Runtime(telemetry=TelemetryConfig(logging=logging)), error_if_already_set=False)


def _lines(desk: Desk, rehearsal: Rehearsal, portfolio: Portfolio) -> Iterator[str]:
    for contact in rehearsal.contacts:
        yield _line(_contact_object(desk, contact))
    summary = rehearsal.summary.model_dump(mode="json", exclude={"differences_from_plan"})
    differences = [
        {
            **difference.model_dump(mode="json"),
            "planned_at": terminal.local(difference.planned_at, desk.creditor.time_zone),
            "made_at": terminal.local(difference.made_at, desk.creditor.time_zone),
        }
        for difference in rehearsal.summary.differences_from_plan
    ]
    yield _line({**summary, "differences_from_plan": differences, "rejected": len(portfolio.rejected)})


def _contact_object(desk: Desk, contact: Contact) -> dict[str, Any]:
    return {
        "invoice": contact.invoice,
        "step": contact.step,
        "level": contact.level,
        "channel": contact.channel,
        "at": terminal.local(contact.at.replace(microsecond=0), desk.creditor.time_zone),
        "customer": contact.customer,
    }


def _line(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False) + "\n"


def _show(desk: Desk, scenario: Scenario, rehearsal: Rehearsal, request: _Request) -> None:
    language, summary = desk.language, rehearsal.summary
    _show_contacts(desk, scenario, rehearsal, request.policy)
    terminal.say(
        word(
            "invoices", language, **summary.model_dump(include={"invoices", "settled", "open", "handed_over"})
        )
    )
    if summary.thanks:
        terminal.say(word("thanks", language, count=summary.thanks))
    if summary.tasks:
        tasks = ", ".join(f"{kind} {count}" for kind, count in summary.tasks.items())
        terminal.say(word("tasks", language, tasks=tasks))
    if summary.left_out:
        terminal.say(word("left_out", language, count=summary.left_out))
    if summary.stand_in_addresses:
        terminal.say(word("stand_in", language, count=summary.stand_in_addresses))
    _show_verdict(desk, scenario, summary)
    if request.out:
        terminal.say(word("written_to", language, folder=request.out))
    terminal.say(word("took", language, seconds=round(summary.seconds)))


def _show_contacts(desk: Desk, scenario: Scenario, rehearsal: Rehearsal, policy: str | None) -> None:
    language, register = desk.language, desk.registers.policies
    choices = [register.choose(each.invoice, each.customer, policy).policy for each in scenario.invoices]
    chosen = {choice.name: choice for choice in choices}.values()
    labels = {step.step: step.label[language] for choice in chosen for step in choice.steps}
    made = Counter((contact.level, contact.step, contact.channel) for contact in rehearsal.contacts)
    rows = [
        [str(level), labels.get(step, step), phrase(f"channel.{channel}", language), str(count)]
        for (level, step, channel), count in sorted(made.items())
    ]
    level, step, channel, count = (word(key, language) for key in ("level", "step", "channel", "count"))
    terminal.show_table(word("contacts", language), [f">{level}", step, channel, f">{count}"], rows)


def _show_verdict(desk: Desk, scenario: Scenario, summary: Summary) -> None:
    language = desk.language
    if summary.flawless:
        terminal.say(word("flawless", language))
        return
    terminal.say(word("after_payment", language, count=summary.after_payment))
    terminal.say(word("duplicates", language, count=summary.duplicates))
    numbers = {each.invoice.invoice_id: each.invoice.number for each in scenario.invoices}

    def shown(at: datetime | None) -> str:
        return short_instant(at, desk.creditor.time_zone, language) if at else "–"

    rows = [
        [
            numbers.get(one.invoice, "–"),
            one.step,
            word(f"kind_{one.kind}", language),
            shown(one.planned_at),
            shown(one.made_at),
        ]
        for one in summary.differences_from_plan[:_MOST_DIFFERENCES]
    ]
    columns = [word(key, language) for key in ("number", "step", "kind", "planned_at", "made_at")]
    title = f"{word('differences', language)} ({len(summary.differences_from_plan)})"
    terminal.show_table(title, columns, rows)
