"""The command line of Relance: one command per thing that a person wants done."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import typer

from commands import (
    bank_files,
    claim,
    correspondence,
    deciding,
    demo,
    importing,
    operating,
    policies,
    previewing,
    rates,
    reading,
    rehearse,
    report,
    risk,
    tasks_of_people,
)
from commands.desk import take_a_seat
from commands.faults import KNOWN_FAULTS, words_of
from commands.terminal import say_aside
from dunning.party import Language
from runtime.exit_code import run_and_exit

app = typer.Typer(
    help="Relance follows each unpaid invoice until it is paid: reminders, calls, payment plans.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
)
for room in (
    demo,
    importing,
    bank_files,
    previewing,
    rehearse,
    risk,
    claim,
    reading,
    deciding,
    correspondence,
    tasks_of_people,
    operating,
):
    app.add_typer(room.app)
app.add_typer(policies.app, name="policies")
app.add_typer(rates.app, name="rates")
app.add_typer(report.app, name="report")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Args:
        arguments: of the command line; those of this process by default.

    Returns:
        0 when done, 1 when it could not be done or not in full, 2 for a wrong call.
    """
    try:
        app(arguments, prog_name="starter.py")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 0
    except KNOWN_FAULTS as error:
        say_aside(words_of(error, _language()))
        return 1
    return 0


def _language() -> Language:
    """The reader's, as far as it can be known."""
    try:
        return take_a_seat(None).language
    except KNOWN_FAULTS:
        return Language.ENGLISH


if __name__ == "__main__":
    run_and_exit(lambda: main(sys.argv[1:]))
