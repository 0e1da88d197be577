"""`policies check|show|diff|schema`: looking at the dunning policies that a deployment has."""

from __future__ import annotations

from typing import Annotated

import typer

from commands import terminal
from commands.arguments import CreditorId, Json
from commands.desk import Desk, take_a_seat
from commands.policy_differences import differences, readable, word
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
    register = desk.registers.policies
    names = sorted(register.policies)
    rows = [row.segment for row in register.segments.segments] if register.segments else []
    if as_json:
        terminal.show_json({"policies": names, "default": register.default, "segments": rows})
        return
    terminal.say(desk.word("policies_sound", count=len(names)))
    if rows:
        terminal.say(word("segments_sound", desk.language, count=len(rows), default=register.default))


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
def diff(
    first: Annotated[str, typer.Argument(metavar="A", help="Name of a policy.")],
    second: Annotated[str, typer.Argument(metavar="B", help="Name of the policy it is compared with.")],
    creditor: CreditorId = None,
    as_json: Json = False,
) -> None:
    """Show what differs between two policies, by the names that their files use.

    With --json an array of objects: field, a, b; a step that one of them lacks is null there.
    """
    desk = take_a_seat(creditor)
    changes = differences(desk.policy_named(first), desk.policy_named(second), desk.language)
    if as_json:
        terminal.show_json([change._asdict() for change in changes])
    elif not changes:
        terminal.say(word("diff_none", desk.language, first=first, second=second))
    else:
        rows = [[change.field, readable(change.a), readable(change.b)] for change in changes]
        title = word("diff", desk.language, first=first, second=second)
        terminal.show_table(title, [word("field", desk.language), first, second], rows)


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
