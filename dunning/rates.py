"""The half-yearly rates that late payment is charged at, and the floor of a contract's own rate."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from dunning.legal_rules import LegalRules

_SEMESTER = re.compile(r"(\d{4})[- ]?S([12])")


class Semester(BaseModel):
    """Half a calendar year; written ``2025-S1``."""

    model_config = ConfigDict(frozen=True)

    year: int = Field(ge=1900, le=2999)
    half: Literal[1, 2]

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        match = _SEMESTER.fullmatch(value)
        if not match:
            msg = f"{value!r} is no semester: write 2025-S1 or 2025-S2"
            raise ValueError(msg)
        return {"year": int(match[1]), "half": int(match[2])}

    @classmethod
    def of(cls, day: date) -> Semester:
        """The semester that a day lies in."""
        return cls(year=day.year, half=1 if day.month <= 6 else 2)  # noqa: PLR2004 - June ends the first half

    @property
    def first_day(self) -> date:
        """1 January or 1 July."""
        return date(self.year, 1 if self.half == 1 else 7, 1)

    @property
    def last_day(self) -> date:
        """30 June or 31 December."""
        return self.next.first_day - timedelta(days=1)

    @property
    def next(self) -> Semester:
        """The semester that follows."""
        return Semester(year=self.year, half=2) if self.half == 1 else Semester(year=self.year + 1, half=1)

    def __lt__(self, other: Semester) -> bool:
        """Order in time."""
        return (self.year, self.half) < (other.year, other.half)

    def __le__(self, other: Semester) -> bool:
        """Order in time."""
        return (self.year, self.half) <= (other.year, other.half)

    def __str__(self) -> str:
        """Such as ``2025-S1``."""
        return f"{self.year}-S{self.half}"


Percent = Annotated[Decimal, Field(ge=0, le=100)]
"""Percent a year: 12.15 means 12.15 %."""


class SemesterRates(BaseModel):
    """What is known of one semester's rates; a figure that is not known yet is left out."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    semester: Semester
    ecb: Percent | None = None
    """ECB refinancing rate in force on the first day (C. com. L441-10 II)."""
    legal: Percent | None = None
    """Legal interest rate of a business creditor (C. mon. fin. L313-2)."""
    source: str = Field(min_length=1)
    seen_on: date


class RateTable(BaseModel):
    """The rates by semester; each semester at most once, in any order."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    semesters: tuple[SemesterRates, ...]

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        seen: set[Semester] = set()
        for entry in self.semesters:
            if entry.semester in seen:
                msg = f"semester {entry.semester} stands twice in the table of rates: keep one line"
                raise ValueError(msg)
            seen.add(entry.semester)
        return self

    def _entry(self, semester: Semester) -> SemesterRates | None:
        return next((entry for entry in self.semesters if entry.semester == semester), None)

    def ecb(self, semester: Semester) -> Decimal | None:
        """ECB rate of the semester in percent; none where it is not known."""
        entry = self._entry(semester)
        return entry.ecb if entry else None

    def legal(self, semester: Semester) -> Decimal | None:
        """Legal rate of the semester in percent, for a business creditor; none where it is not known."""
        entry = self._entry(semester)
        return entry.legal if entry else None

    def nearest_legal(self, semester: Semester) -> tuple[Semester, Decimal] | None:
        """The latest known legal rate up to the semester, else the first after it; for checks only.

        A claim never uses it: what is not known is not extrapolated there.
        """
        known = sorted((entry.semester, entry.legal) for entry in self.semesters if entry.legal is not None)
        earlier = [pair for pair in known if pair[0] <= semester]
        if earlier:
            return earlier[-1]
        return known[0] if known else None

    def missing(self, until: date) -> tuple[Semester, ...]:
        """Semesters from the first of the table to the one of ``until`` that lack a figure, oldest first."""
        if not self.semesters:
            return (Semester.of(until),)
        first = min(entry.semester for entry in self.semesters)
        return tuple(
            semester
            for semester in semesters_between(first.first_day, until)
            if self.ecb(semester) is None or self.legal(semester) is None
        )


def semesters_between(first: date, last: date) -> Iterator[Semester]:
    """Each semester that has a day from ``first`` to ``last`` inclusive, oldest first."""
    semester = Semester.of(first)
    while semester.first_day <= last:
        yield semester
        semester = semester.next


class ContractRateError(ValueError):
    """The rate of the terms of sale is lower than the law allows."""

    def __init__(self, rate: Decimal, floor: Decimal, semester: Semester, source: str) -> None:
        """Name the rate, the floor (both percent a year), the semester of the floor and its text."""
        self.rate, self.floor, self.semester = rate, floor, semester
        super().__init__(
            f"the contract rate of {rate} % is below the legal minimum of {floor} % "
            f"({source}, a multiple of the legal rate of {semester}): raise the rate in the terms of sale, "
            "or leave contract_rate out to apply the default rate"
        )


def check_contract_rate(rate: Decimal, on: date, rates: RateTable, rules: LegalRules) -> None:
    """Refuse a rate of the terms of sale below three times the legal rate (C. com. L441-10 II).

    Args:
        rate: percent a year.
        on: the day whose semester gives the floor: today for configuration, the first day late for a claim.
        rates: where that semester is not known, the nearest known one serves for this check.
        rules: gives the multiple.

    Raises:
        ContractRateError: the rate is too low.
    """
    nearest = rates.nearest_legal(Semester.of(on))
    if nearest is None:
        return
    semester, legal = nearest
    floor = legal * rules.contract_floor_multiple.value
    if rate < floor:
        raise ContractRateError(rate, floor, semester, rules.contract_floor_multiple.source)
