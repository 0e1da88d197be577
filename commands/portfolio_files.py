"""Reading a portfolio as its options say, and telling what was found in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from commands import terminal
from commands.desk import Desk
from dunning.wording import money
from intake.credits import Credit
from intake.findings import BadRow
from intake.mapping import parse_map_arguments
from intake.portfolio import Portfolio, PortfolioOptions, read_portfolio

_MOST_NOTICES = 20
"""Notices shown to a person; --json has them all."""


def read_file(
    desk: Desk,
    file: Path,
    customers: Path | None,
    maps: list[str] | None,
    known_ids: Mapping[tuple[str, date], str] | None = None,
) -> Portfolio:
    """Read a portfolio for the desk's creditor.

    Args:
        desk: whose invoices, in whose language.
        file: CSV or XLSX.
        customers: a separate file of customers.
        maps: as given with ``--map``.
        known_ids: invoice id by number and due date, as the books have them.

    Raises:
        IntakeError: the file as a whole cannot be read.
    """
    mapping = parse_map_arguments(maps or [])
    options = PortfolioOptions(
        creditor_id=desk.creditor.creditor_id,
        language=desk.language,
        mapping=mapping,
        customers_file=customers,
        customers_mapping=mapping,
        known_ids=known_ids or {},
    )
    return read_portfolio(file, options)


def findings_object(portfolio: Portfolio) -> dict[str, Any]:
    """What was found beside the invoices, for programs."""
    return {
        "rejected": [row.model_dump() for row in portfolio.rejected],
        "notices": [notice.model_dump() for notice in portfolio.notices],
        "skipped": [row.model_dump() for row in portfolio.skipped],
    }


def show_rejected(desk: Desk, rejected: Iterable[BadRow]) -> None:
    """Each bad line with its reason."""
    rows = [[str(row.line), row.column, row.value, row.reason] for row in rejected]
    if rows:
        columns = [desk.word(key) for key in ("line", "column", "value", "reason")]
        terminal.show_table(
            desk.word("import_rejected", count=len(rows)), [f">{columns[0]}", *columns[1:]], rows
        )


def show_notices(desk: Desk, portfolio: Portfolio) -> None:
    """Lines that were taken with a doubt, and how many were left aside."""
    rows = [[str(one.line), one.column, one.value, one.text] for one in portfolio.notices]
    if rows:
        columns = [desk.word(key) for key in ("line", "column", "value", "details")]
        more = len(rows) - _MOST_NOTICES
        shown = rows[:_MOST_NOTICES] + ([["…", "", "", f"+ {more}"]] if more > 0 else [])
        terminal.show_table(desk.word("notices"), [f">{columns[0]}", *columns[1:]], shown)
    if portfolio.skipped:
        terminal.say(desk.word("import_skipped", count=len(portfolio.skipped)))


def show_left_over(desk: Desk, left_over: Iterable[Credit]) -> None:
    """Credits that no invoice of the file takes up."""
    for credit in left_over:
        amount = money(credit.amount, desk.language)
        terminal.say(desk.word("left_over", amount=amount, customer=credit.customer_id))
