"""Files of banks, whatever their format: camt.053, CFONB 120, or a table."""

from __future__ import annotations

import codecs
import re
from enum import StrEnum
from pathlib import Path

from intake.bank import BankFile, BankOptions, read_bank_csv
from intake.camt import read_camt
from intake.cfonb import looks_like_cfonb, read_cfonb
from intake.tables import Source

_XML = re.compile(rb"<\?xml|<(?:\w+:)?Document[\s>]|<!--")
_MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class BankFormat(StrEnum):
    """What a bank's file is written in."""

    CAMT = "camt.053"
    CFONB = "cfonb120"
    TABLE = "table"


def bank_format(data: bytes) -> BankFormat:
    """Tell the format by the content, never by the name."""
    head = data[:400]
    for mark in _MARKS:
        head = head.removeprefix(mark)
    if _XML.match(head.replace(b"\x00", b"").lstrip()):
        return BankFormat.CAMT
    return BankFormat.CFONB if looks_like_cfonb(data) else BankFormat.TABLE


def read_bank_file(
    source: Path | bytes, options: BankOptions | None = None, name: str | None = None
) -> BankFile:
    """Read the money that came in out of a bank's file of any format.

    Args:
        source: the file's path, or its content.
        options: how to read it; a mapping of columns serves tables only.
        name: what errors call the file; the path's last part by default.

    Raises:
        IntakeError: the file as a whole cannot be read; `in_words` says why and what to do.
    """
    chosen = options or BankOptions()
    given = Source.of(source, name)
    match bank_format(given.data):
        case BankFormat.CAMT:
            return read_camt(given, chosen)
        case BankFormat.CFONB:
            return read_cfonb(given, chosen)
        case BankFormat.TABLE:
            return read_bank_csv(given.data, chosen, given.name)
