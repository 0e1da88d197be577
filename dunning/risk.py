"""The risk class of a customer, with its reasons in words.

It serves to choose a segment and to sort calls. No class excludes anybody, refuses a sale or ends a
relation: that takes a person's decision (GDPR art. 22).
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from dunning.customer_record import RECENT, CustomerRecord, Trend
from dunning.party import Language
from dunning.phrases import phrase
from dunning.wording import days, french_spaces

_ENOUGH = 3
"""Settled invoices from which a customer has a habit."""
_LOW = 0.25
_HIGH = 0.6


class RiskClass(StrEnum):
    """How likely the customer's next invoice is paid late."""

    NEW = "new"
    """Too few settled invoices to say: no worse than any other."""
    LOW = "low"
    """Less than one in four."""
    MEDIUM = "medium"
    HIGH = "high"
    """At least three in five."""


class Reason(BaseModel):
    """One thing that the class rests on: a phrase and its figures."""

    model_config = ConfigDict(frozen=True)

    key: str
    """Of the phrase book, after ``risk.``."""
    counts: Mapping[str, int] = Field(default_factory=dict)
    days: Mapping[str, int] = Field(default_factory=dict)

    def in_words(self, language: Language) -> str:
        """The reason as a person reads it."""
        spans = {name: days(count, language) for name, count in self.days.items()}
        return phrase(f"risk.{self.key}", language, **self.counts, **spans)


class Risk(BaseModel):
    """A class and why."""

    model_config = ConfigDict(frozen=True)

    risk_class: RiskClass
    reasons: tuple[Reason, ...]

    def in_words(self, language: Language) -> str:
        """The reasons in one line."""
        line = "; ".join(reason.in_words(language) for reason in self.reasons)
        return french_spaces(line) if language is Language.FRENCH else line


def assess(record: CustomerRecord, probability_late: float) -> Risk:
    """Class a customer; an invoice that is overdue today changes nothing in it.

    Args:
        record: what was paid so far.
        probability_late: of the customer's next invoice (`next_late`).
    """
    return Risk(risk_class=_class(record, probability_late), reasons=(*_habit(record), *_trend(record)))


def _class(record: CustomerRecord, probability_late: float) -> RiskClass:
    if record.settled < _ENOUGH:
        return RiskClass.NEW
    if probability_late < _LOW:
        return RiskClass.LOW
    return RiskClass.HIGH if probability_late >= _HIGH else RiskClass.MEDIUM


def _habit(record: CustomerRecord) -> list[Reason]:
    if record.settled == 0:
        return [Reason(key="no_history")]
    counts = {"late": record.late, "settled": record.settled}
    found = [Reason(key="paid_late" if record.late else "paid_on_time", counts=counts)]
    average = round(record.average_days_late)
    if average > 0:
        found.append(Reason(key="average", days={"average": average}))
    if record.settled < _ENOUGH:
        found.append(Reason(key="few"))
    return found


def _trend(record: CustomerRecord) -> list[Reason]:
    if record.trend not in {Trend.WORSENING, Trend.IMPROVING}:
        return []
    spans = {"recent": round(record.recent_days_late), "earlier": round(record.earlier_days_late)}
    return [Reason(key=str(record.trend), counts={"count": RECENT}, days=spans)]
