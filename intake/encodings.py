"""Bytes of a text file into text, whatever program wrote them."""

from __future__ import annotations

import codecs

from charset_normalizer import from_bytes

from intake.phrases import Phrase
from intake.wording import IntakeError

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_WESTERN = ["cp1252", "cp850", "mac_roman"]
"""What French programs wrote before UTF-8: Windows, DOS (older Sage and bank exports), Mac."""
_SAMPLE = 64 * 1024
_FOREIGN = {b"%PDF": "PDF", b"{\\rtf": "RTF", b"\x89PNG": "PNG", b"\xff\xd8\xff": "JPEG", b"<?xml": "XML"}


def decode(data: bytes, name: str) -> str:
    """Decode a text file.

    In a fixed order, so that one file always reads the same: byte-order mark, UTF-16 by its zero bytes,
    strict UTF-8, and only for what is none of these the more likely of three western code pages. A free
    guess over all encodings was tried and took short French files for Polish or Greek ones.

    Args:
        data: the whole file.
        name: of the file, for errors.

    Raises:
        IntakeError: empty, or no text at all.
    """
    if not data.strip():
        raise IntakeError(Phrase.FILE_EMPTY, name=name)
    for magic, kind in _FOREIGN.items():
        if data.lstrip()[:8].startswith(magic):
            raise IntakeError(Phrase.NOT_A_TABLE, name=name, seen=kind)
    text = _decode(data, name)
    if "\x00" in text:
        raise IntakeError(Phrase.NOT_A_TABLE, name=name, seen="binaire")
    if text.lstrip()[:200].lower().startswith(("<html", "<!doctype", "<table")):
        raise IntakeError(Phrase.NOT_A_TABLE, name=name, seen="HTML")
    return text


def _decode(data: bytes, name: str) -> str:
    encoding = next((encoding for bom, encoding in _BOMS if data.startswith(bom)), None)
    encoding = encoding or _utf16_by_zeros(data) or "utf-8"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        if encoding != "utf-8":
            raise IntakeError(Phrase.DAMAGED, name=name) from error
    return data.decode(_code_page(data), errors="replace")


def _utf16_by_zeros(data: bytes) -> str | None:
    """UTF-16 without a mark: western text has a zero in every other byte."""
    sample = data[:2000]
    even, odd = sample[0::2], sample[1::2]
    if odd and odd.count(0) > 0.7 * len(odd) and even.count(0) == 0:
        return "utf-16-le"
    if even.count(0) > 0.7 * len(even) and odd.count(0) == 0:
        return "utf-16-be"
    return None


def _code_page(data: bytes) -> str:
    """The likeliest western code page, judged by the lines that hold anything but ASCII."""
    telling = b"\n".join(line for line in data.splitlines() if not line.isascii())[:_SAMPLE]
    best = from_bytes(telling, cp_isolation=_WESTERN).best()
    return best.encoding if best is not None and best.encoding in _WESTERN else "cp1252"
