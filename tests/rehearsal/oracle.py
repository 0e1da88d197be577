"""The standard course worked out by hand: dates of the file, a calendar, offsets, nothing of the program."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import holidays

_FRANCE = holidays.country_holidays("FR")


class Slip(NamedTuple):
    """One contact: which invoice, which step, on which day."""

    invoice: str
    step: str
    day: str


def slips(histories: Path, limit: int | None = None) -> set[Slip]:
    """Every contact of the standard course on a day before the invoice was settled."""
    with histories.open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))[:limit]
    return {
        Slip(line["invoiceNumber"], step, day.isoformat())
        for line in lines
        for step, day in _course(_day(line["DueDate"]))
        if day < _day(line["SettledDate"])
    }


def _course(due: date) -> Iterator[tuple[str, date]]:
    yield "courtesy", _business_day(due - timedelta(days=3), -1)
    second = _business_day(_business_day(_business_day(due) + timedelta(days=1)) + timedelta(days=1))
    yield "reminder-1", second
    for step, days in (("reminder-2", 7), ("reminder-3", 14), ("call", 30), ("formal-notice", 45)):
        yield step, _business_day(due + timedelta(days=days))
    yield "hand-over", _business_day(due + timedelta(days=90))


def _business_day(day: date, direction: int = 1) -> date:
    while day.weekday() >= 5 or day in _FRANCE:
        day += timedelta(days=direction)
    return day


def _day(text: str) -> date:
    return datetime.strptime(text, "%m/%d/%Y").date()  # noqa: DTZ007 - a date has no zone
