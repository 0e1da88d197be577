"""Adds the rates of a semester to the file of rates, which stays readable by people."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

from dunning.rates import SemesterRates
from runtime.law_files import LawFileError, load_rates, parse_rates


def add_rates(path: Path, entry: SemesterRates, today: date) -> None:
    """Append one line to the file; its comments and other lines stay as they are.

    Args:
        path: the file of rates.
        entry: at least one figure, with its source.
        today: rates of a semester that has not begun are nobody's to know.

    Raises:
        LawFileError: the file cannot be used as it is, the semester stands in it already, has not begun, or
            no figure is given.
        OSError: the file cannot be written.
    """
    semester = entry.semester
    if entry.ecb is None and entry.legal is None:
        raise LawFileError(path.name, [f"{semester}: give the ECB rate, the legal rate, or both"])
    if semester.first_day > today:
        raise LawFileError(
            path.name, [f"{semester}: begins on {semester.first_day}, its rates are not known"]
        )
    if any(known.semester == semester for known in load_rates(path).semesters):
        words = f"{semester}: stands in the file already; correct or complete its line there, with the source"
        raise LawFileError(path.name, [words])
    text = path.read_text(encoding="utf-8")
    longer = f"{text.rstrip()}\n{_line(entry)}\n"
    parse_rates(longer, path.name)
    _replace(path, longer)


def _line(entry: SemesterRates) -> str:
    figures = [
        f"{name}: {rate}" for name, rate in (("ecb", entry.ecb), ("legal", entry.legal)) if rate is not None
    ]
    # A JSON string is a YAML one, whatever stands in it.
    source = json.dumps(entry.source, ensure_ascii=False)
    parts = [f"semester: {entry.semester}", *figures, f"source: {source}", f"seen_on: {entry.seen_on}"]
    return f"- {{{', '.join(parts)}}}"


def _replace(path: Path, text: str) -> None:
    # All or nothing: a half-written file of rates would stop every worker.
    fresh = path.with_name(f".{path.name}.new")
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(path)
