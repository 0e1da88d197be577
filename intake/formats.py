"""How the columns of one file write their numbers and dates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import chain

from dunning.party import Language
from intake.amounts import DecimalMark, decide_mark
from intake.columns import Layout
from intake.dates import DateOrder, decide_order
from intake.mapping import ColumnMapping
from intake.rows import Cell
from intake.synonyms import Column
from intake.tables import Table

AMOUNT_COLUMNS = (Column.AMOUNT, Column.DEBIT, Column.CREDIT, Column.PAID, Column.BALANCE)
DATE_COLUMNS = (Column.ISSUE_DATE, Column.DUE_DATE, Column.SETTLED_DATE, Column.LAST_CONTACT_DATE)


@dataclass(frozen=True, slots=True)
class Formats:
    """Decimal mark and date order per column; none where a column does not tell."""

    marks: Mapping[str, DecimalMark | None]
    orders: Mapping[str, DateOrder | None]


def decide_formats(table: Table, layout: Layout, mapping: ColumnMapping, language: Language) -> Formats:
    """Decide once per column, from all its cells; what the mapping says wins.

    A column that proves nothing follows the others of the same kind, because one program wrote the file.
    """

    def cells(columns: Iterable[str]) -> Iterable[Cell]:
        return chain.from_iterable(
            table.column(layout.positions[column]) for column in columns if column in layout
        )

    marks: dict[str, DecimalMark | None] = {}
    for column in AMOUNT_COLUMNS:
        if column in layout:
            marks[column] = mapping.decimal_mark or decide_mark(cells([column]))
    shared = {mark for mark in marks.values() if mark is not None}
    if len(shared) == 1 and mapping.decimal_mark is None:
        common = next(iter(shared))
        undecided = [column for column, mark in marks.items() if mark is None]
        # A column that contradicts itself stays undecided: together with the common mark it must not clash.
        marks.update(
            (column, common) for column in undecided if decide_mark(cells([column, *marks])) is common
        )
    orders: dict[str, DateOrder | None] = {
        column: mapping.date_order
        or decide_order(cells([column]), cells(other for other in DATE_COLUMNS if other != column), language)
        for column in DATE_COLUMNS
        if column in layout
    }
    return Formats(marks, orders)
