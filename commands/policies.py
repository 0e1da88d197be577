"""`policies check|show|schema`: looking at the dunning policies that a deployment has."""

from __future__ import annotations

from typing import Annotated

import typer

from commands import terminal
from commands.arguments import CreditorId, Json
from commands.desk import Desk, take_a_seat
from dunning.phrases import phrase
from dunning.policy import Counting, Policy, PolicyStep
from runtime.composition import require_sound_templates
from runtime.policy_files import policy_schema

app = typer.Typer(help="Look at the dunning policies.", no_args_is_help=True)


@app.command()
def check(creditor: CreditorId = None, as_json: Json = False) -> None:
    """Check every policy file and the templates of its steps; faults name file, line and field."""
    desk = take_a_seat(creditor)
    require_sound_templates(desk.registers)
    names = sorted(desk.registers.policies.policies)
    if as_json:
        terminal.show_json({"policies": names, "default": desk.registers.policies.default})
    else:
        terminal.say(desk.word("policies_sound", count=len(names)))


@app.command()
def show(
    name: Annotated[str | None, typer.Argument(help="Name of a policy; all of them by default.")] = None,
    creditor: CreditorId = None,
    as_json: Json = False,
) -> None:
    """Show a policy step by step: when, by which channel, what waits for an approval."""
    desk = take_a_seat(creditor)
    register = desk.registers.policies
    chosen = [desk.policy_named(name)] if name else list(register.policies.values())
    if as_json:
        terminal.show_json([policy.model_dump(mode="json") for policy in chosen])
        return
    for policy in chosen:
        _show(desk, policy)


@app.command()
def schema() -> None:
    """Print the JSON Schema of a policy file, by which editors complete and check it."""
    terminal.show_json(policy_schema())


def _show(desk: Desk, policy: Policy) -> None:
    title = f"{policy.title[desk.language]} ({policy.name})"
    columns = [desk.word(key) for key in ("when", "label", "channel", "level", "approval")]
    rows = [
        [
            _when(desk, step),
            step.label[desk.language],
            phrase(f"channel.{step.channel}", desk.language),
            str(step.level),
            desk.word("approval_needed") if step.approval else "",
        ]
        for step in policy.steps
    ]
    terminal.show_table(title, columns, rows)


def _when(desk: Desk, step: PolicyStep) -> str:
    key = "offset_business_days" if step.counting is Counting.BUSINESS_DAYS else "offset_days"
    return desk.word(key, offset=f"{step.offset:+d}")
