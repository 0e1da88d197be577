"""The cells of the row being read, by canonical column, and the faults found in them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar

from intake.columns import Layout
from intake.findings import Findings
from intake.mapping import fill
from intake.rows import Cell, Row
from intake.wording import CellError

T = TypeVar("T")


class Cells:
    """A window on one row after the other; every fault of a row is noted, not only the first."""

    def __init__(self, layout: Layout, constants: Mapping[str, str], findings: Findings) -> None:
        """Begin before the first row of a table."""
        self.layout = layout
        self.findings = findings
        self.present = frozenset(str(column) for column in (*layout.positions, *constants))
        """Columns that the file has or the mapping fills."""
        self.row = Row(0, ())
        self.faults = 0
        """Faults of the present row."""
        self._constants = constants
        self._heads = {heading: at for at, heading in enumerate(layout.header)}

    def turn_to(self, row: Row) -> None:
        """Make this the present row."""
        self.row, self.faults = row, 0

    def among(self, columns: Iterable[str]) -> tuple[str, ...]:
        """Those of these columns that are present, in their order."""
        return tuple(str(column) for column in columns if column in self.present)

    def get(self, column: str) -> Cell:
        """The cell of a column, or what the mapping puts in place of a blank one."""
        position = self.layout.positions.get(column)
        cells = self.row.cells
        cell = cells[position] if position is not None and position < len(cells) else None
        if (cell is None or cell == "") and column in self._constants:
            return self._constant(column, cells)
        return cell

    def is_blank(self, column: str) -> bool:
        """Whether a column says nothing in this row."""
        return not loose(self.get(column))

    def fault(self, column: str, fault: CellError) -> None:
        """Note a fault of the present row."""
        self.faults += 1
        self.findings.reject(self.row.line, column, self.get(column), fault)

    def attempt(self, column: str, parse: Callable[[Cell], T | None]) -> T | None:
        """Parse a cell of a column that may be missing; nothing, and a fault, where that fails."""
        if column not in self.present:
            return None
        try:
            return parse(self.get(column))
        except CellError as fault:
            self.fault(column, fault)
            return None

    def _constant(self, column: str, cells: Sequence[Cell]) -> str:
        constant = self._constants[column]
        if "{" not in constant:
            return constant
        return fill(constant, {head: loose(cells[at]) for head, at in self._heads.items() if at < len(cells)})


def loose(cell: Cell) -> str:
    """A cell as one line, whatever it holds."""
    return "" if cell is None else " ".join(str(cell).split())
