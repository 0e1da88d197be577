"""CSV and XLSX files, as accounting programs write them, into a header and numbered rows."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from intake.columns import Vocabulary, listed
from intake.encodings import decode
from intake.phrases import Phrase
from intake.rows import Cell, Row
from intake.wording import IntakeError
from intake.workbook import read_sheets

MAX_BYTES = 50 * 1024 * 1024
MAX_ROWS = 300_000
_SEPARATORS = (";", ",", "\t", "|")
_BLANKS = ' ;,|\t\r\n"'
"""All that a table without a single value consists of."""
_HEADER_WITHIN = 60
"""Rows in which a header is looked for: titles, filters and addresses may stand above it."""
_HEADER_COLUMNS = 2
"""Known columns that make a row a header."""
_LONGEST_RECORD = 60
"""Lines of one quoted record; beyond it a quotation mark was left open."""
_OLE_MAGIC = b"\xd0\xcf\x11\xe0"
_ZIP_MAGIC = b"PK\x03\x04"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


@dataclass(frozen=True, slots=True)
class Table:
    """The rows below a header, as raw cells."""

    name: str
    header: tuple[str, ...]
    header_line: int
    rows: Sequence[Row]

    def column(self, position: int) -> Iterator[Cell]:
        """All cells of one column; rows too short to have it give nothing."""
        return (row.cells[position] for row in self.rows if position < len(row.cells))


@dataclass(frozen=True, slots=True)
class Source:
    """A file's bytes and the name it is called by in errors (never its folder)."""

    name: str
    data: bytes

    @classmethod
    def of(cls, source: Path | bytes, name: str | None = None) -> Source:
        """Read a file, or take the bytes of one.

        Raises:
            IntakeError: missing, empty or too large.
        """
        if isinstance(source, bytes):
            known, data = name or "fichier", source
        else:
            known = name or source.name
            try:
                if source.stat().st_size > MAX_BYTES:
                    raise IntakeError(Phrase.FILE_TOO_LARGE, name=known, limit=MAX_BYTES >> 20)
                data = source.read_bytes()
            except OSError as error:
                raise IntakeError(Phrase.FILE_MISSING, name=known) from error
        if len(data) > MAX_BYTES:
            raise IntakeError(Phrase.FILE_TOO_LARGE, name=known, limit=MAX_BYTES >> 20)
        if not data:
            raise IntakeError(Phrase.FILE_EMPTY, name=known)
        return cls(known, data)


def read_table(source: Source, vocabulary: Vocabulary, sheet: str | None = None) -> Table:
    """Read a file into the rows below its header.

    The format is told by the content, never by the name: exports are often called ``.xls`` or ``.txt``
    whatever they are. Rows that are wholly empty are dropped.

    Args:
        source: the file.
        vocabulary: headings by which the header line is recognised.
        sheet: name of the sheet of a workbook; without one the first sheet that has a header.

    Raises:
        IntakeError: no table, protected, damaged, too large, or without a header that is known.
    """
    if source.data.startswith(_OLE_MAGIC):
        protected = _ENCRYPTED in source.data
        raise IntakeError(Phrase.PASSWORD if protected else Phrase.OLD_WORKBOOK, name=source.name)
    if source.data.startswith(_ZIP_MAGIC):
        candidates = [list(rows) for rows in read_sheets(source.data, source.name, sheet, MAX_ROWS)]
    else:
        text = decode(source.data, source.name)
        if not text.strip(_BLANKS):
            raise IntakeError(Phrase.FILE_EMPTY, name=source.name)
        candidates = [list(_records(text, _separator(text, vocabulary, source.name), source.name))]
    return _below_header(candidates, vocabulary, source.name)


def _separator(text: str, vocabulary: Vocabulary, name: str) -> str:
    """The separator under which some line looks most like a header; among equals the one with most cells."""

    def fitness(separator: str) -> tuple[int, int]:
        rows = islice(_records(text, separator, name), _HEADER_WITHIN)
        return max(((vocabulary.score(row.cells), len(row.cells)) for row in rows), default=(0, 0))

    return max(_SEPARATORS, key=fitness)


def _records(text: str, separator: str, name: str) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    last = 0
    try:
        for cells in reader:
            if reader.line_num - last > _LONGEST_RECORD:
                raise IntakeError(Phrase.OPEN_QUOTE, name=name, line=last + 1)
            if any(cells):
                yield Row(last + 1, cells)
            last = reader.line_num
    except csv.Error as error:
        raise IntakeError(Phrase.OPEN_QUOTE, name=name, line=last + 1) from error


def _below_header(candidates: list[list[Row]], vocabulary: Vocabulary, name: str) -> Table:
    best: tuple[int, list[Row], int] = (0, [], 0)
    for rows in candidates:
        for index, row in enumerate(rows[:_HEADER_WITHIN]):
            score = vocabulary.score(row.cells)
            if score > best[0]:
                best = (score, rows, index)
    score, rows, index = best
    if score < _HEADER_COLUMNS:
        widest = max((row for rows in candidates for row in rows[:_HEADER_WITHIN]), key=_width, default=None)
        if widest is None:
            raise IntakeError(Phrase.FILE_EMPTY, name=name)
        raise IntakeError(Phrase.NO_HEADER, name=name, seen=listed(_heading(cell) for cell in widest.cells))
    if len(rows) > MAX_ROWS:
        raise IntakeError(Phrase.TOO_MANY_ROWS, name=name, limit=MAX_ROWS)
    header = tuple(_heading(cell) for cell in rows[index].cells)
    return Table(name, header, rows[index].line, rows[index + 1 :])


def _width(row: Row) -> int:
    return sum(1 for cell in row.cells if cell)


def _heading(cell: Cell) -> str:
    return " ".join(str(cell).split()) if cell is not None else ""
