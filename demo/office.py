"""Files at the creditor's desk: the portfolio that is imported, the bank's files with what came in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from commands.bank_files import take_in
from commands.desk import Desk
from commands.import_writing import ImportWriter
from commands.portfolio_files import read_file
from commands.setting_going import reach_all
from demo.pace import Pace
from demo.stage import Stage
from intake.bank import BankOptions, read_bank_csv


class ImportFailedError(RuntimeError):
    """The example portfolio could not be imported as a whole."""


@dataclass(frozen=True)
class DemoDesk(Desk):
    """A desk with the demonstration's calendar on the wall."""

    pace: Pace

    def now(self) -> datetime:
        """The business instant, in UTC."""
        return self.pace.now()


def desk_of(stage: Stage) -> DemoDesk:
    """The desk at which the commands of this demonstration are given."""
    return DemoDesk(stage.settings, stage.registers, stage.creditor, stage.pace)


async def import_portfolio(stage: Stage, file: Path) -> int:
    """What `starter.py import` does: read and check everything, book it, set the runs going.

    Returns:
        The number of invoices.

    Raises:
        ImportFailedError: a line was rejected, or a run was not started.
    """
    desk = desk_of(stage)
    portfolio = read_file(desk, file, None, None)
    writer = ImportWriter(desk, stage.books, policy=None, full=False)
    written = await writer.write(portfolio, await writer.known(), _unseen)
    reached = await reach_all(written.to_start, stage.doors.start, _unseen)
    if portfolio.rejected or reached.missed:
        reasons = [f"{row.line}: {row.reason}" for row in portfolio.rejected] + [reached.reason or ""]
        raise ImportFailedError(f"{file.name}: {'; '.join(filter(None, reasons))}")
    return len(portfolio.entries)


async def import_transfers(stage: Stage, file: Path) -> None:
    """What `starter.py import-payments` does: the sure lines are booked, the others become tasks."""
    read = read_bank_csv(file, BankOptions(language=stage.language))
    await take_in(desk_of(stage), stage.books, stage.doors, read)


def _unseen(advance: int = 1) -> None:
    """Nobody watches this progress bar: the table of the demonstration shows more."""
