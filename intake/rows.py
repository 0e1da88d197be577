"""The rows of a file before anyone knows what its columns mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypeAlias

Cell: TypeAlias = str | Decimal | date | None
"""A cell: text, or what a workbook has typed; nothing where it is empty."""


@dataclass(frozen=True, slots=True)
class Row:
    """One record of a file and the line it begins on, counted from 1 as editors do."""

    line: int
    cells: Sequence[Cell]
