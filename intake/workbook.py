"""Sheets of an XLSX workbook as rows of typed cells."""

from __future__ import annotations

import re
import warnings
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from itertools import islice
from typing import cast

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.workbook import Workbook
from openpyxl.worksheet._read_only import ReadOnlyWorksheet
from openpyxl.worksheet.worksheet import Worksheet

from intake.phrases import Phrase
from intake.rows import Cell, Row
from intake.wording import IntakeError

MAX_UNPACKED = 600 * 1024 * 1024
"""Bytes of the unpacked parts: a small archive must not fill the memory."""
_PADDED = re.compile(r"0{2,}")
"""A number format of zeros alone: how codes keep their leading zeros on screen."""
_FORMAT_SAMPLE = 100


def read_sheets(data: bytes, name: str, sheet: str | None, max_rows: int) -> Iterator[Iterator[Row]]:
    """Read the visible sheets of a workbook, one after the other.

    Formulas give the value that was saved with them. Numbers are taken to the fifteen digits that a
    spreadsheet shows; codes shown with leading zeros by their format get them back.

    Args:
        data: the file.
        name: of the file, for errors.
        sheet: only this sheet.
        max_rows: rows that may be read of one sheet.

    Raises:
        IntakeError: no workbook, damaged, too large, or without the sheet asked for.
    """
    book = _open(data, name)
    try:
        if sheet is not None and sheet not in book.sheetnames:
            raise IntakeError(Phrase.NO_SHEET, name=name, sheet=sheet, seen=", ".join(book.sheetnames))
        for page in book.worksheets:
            if sheet == page.title or (sheet is None and page.sheet_state == "visible"):
                yield _rows(page, name, max_rows)
    finally:
        book.close()


def _open(data: bytes, name: str) -> Workbook:
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            parts = {part.filename: part.file_size for part in archive.infolist()}
    except (zipfile.BadZipFile, OSError) as error:
        raise IntakeError(Phrase.DAMAGED, name=name) from error
    if "xl/workbook.xml" not in parts:
        old = "content.xml" in parts and "mimetype" in parts
        raise IntakeError(Phrase.OLD_WORKBOOK if old else Phrase.NOT_A_TABLE, name=name, seen="ZIP")
    if sum(parts.values()) > MAX_UNPACKED:
        raise IntakeError(Phrase.FILE_TOO_LARGE, name=name, limit=MAX_UNPACKED >> 20)
    try:
        with warnings.catch_warnings():
            # Missing styles and unknown extensions do not change a cell's value.
            warnings.simplefilter("ignore")
            return load_workbook(BytesIO(data), read_only=True, data_only=True)
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, OSError, SyntaxError) as error:
        raise IntakeError(Phrase.DAMAGED, name=name) from error


def _rows(page: Worksheet, name: str, max_rows: int) -> Iterator[Row]:
    # Some programs write a wrong size into the sheet; it is read to its end instead.
    cast("ReadOnlyWorksheet", page).reset_dimensions()
    padding = _padded_columns(page)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for line, values in enumerate(page.iter_rows(values_only=True), start=1):
                if line > max_rows:
                    raise IntakeError(Phrase.TOO_MANY_ROWS, name=name, limit=max_rows)
                if any(value not in {None, ""} for value in values):
                    yield Row(line, [_cell(value, padding.get(at)) for at, value in enumerate(values)])
    except (zipfile.BadZipFile, KeyError, SyntaxError, EOFError) as error:
        raise IntakeError(Phrase.DAMAGED, name=name) from error


def _padded_columns(page: Worksheet) -> dict[int, int]:
    """Width of each column whose numbers are shown with leading zeros, judged by its first rows."""
    widths: dict[int, int] = {}
    for row in islice(page.iter_rows(), _FORMAT_SAMPLE):
        for at, cell in enumerate(row):
            if cell.data_type == "n" and _PADDED.fullmatch(cell.number_format or ""):
                widths[at] = len(cell.number_format)
    return widths


def _cell(value: object, padded_to: int | None) -> Cell:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, int | float):
        number = Decimal(value) if isinstance(value, int) else Decimal(f"{value:.15g}")
        whole = number == number.to_integral_value()
        return f"{int(number):0{padded_to}d}" if padded_to and whole else number
    return str(value)
