"""Interest for a stretch of days: split where the rate may change, each line rounded by itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from dunning.legal_rules import LegalRules
from dunning.money import Money, round_half_up
from dunning.rates import RateTable, Semester, semesters_between


class RateBasis(StrEnum):
    """Where a rate comes from."""

    DEFAULT_PENALTY = "default_penalty"
    """ECB rate of each semester plus ten points (C. com. L441-10 II)."""
    PUBLIC_PENALTY = "public_penalty"
    """ECB rate plus eight points, frozen at the semester in which the interest began (CCP R2192-31)."""
    CONTRACT = "contract"
    """The rate of the terms of sale."""
    LEGAL = "legal"
    """Legal rate of a business creditor, each semester (C. civ. 1231-6)."""


class InterestTerms(BaseModel):
    """At what rate and between which days a claim bears interest."""

    model_config = ConfigDict(frozen=True)

    basis: RateBasis
    first_day: date
    last_day: date | None = None
    """Last day that bears interest; none while nothing ends it."""
    contract_rate: Decimal | None = None
    """Percent a year, with the basis ``contract`` only."""


class InterestLine(BaseModel):
    """One printed line of interest; both days are counted."""

    model_config = ConfigDict(frozen=True)

    from_date: date
    to_date: date
    days: int
    base: Money
    """What remained due of the principal, VAT included."""
    rate: Decimal
    """Percent a year."""
    amount: Money
    basis: RateBasis


class Accrual(BaseModel):
    """The interest of a stretch: lines up to the first unknown rate, and the semesters that lack one."""

    model_config = ConfigDict(frozen=True)

    lines: tuple[InterestLine, ...] = ()
    missing: tuple[Semester, ...] = ()


class RateBook(BaseModel):
    """The rates and rules that lines are computed from."""

    model_config = ConfigDict(frozen=True)

    rates: RateTable
    rules: LegalRules

    def rate(self, terms: InterestTerms, semester: Semester) -> Decimal | None:
        """Percent a year in this semester under these terms; none where it is not known."""
        match terms.basis:
            case RateBasis.CONTRACT:
                return terms.contract_rate
            case RateBasis.LEGAL:
                return self.rates.legal(semester)
            case RateBasis.DEFAULT_PENALTY:
                return _plus(self.rates.ecb(semester), self.rules.penalty_points.value)
            case RateBasis.PUBLIC_PENALTY:
                return _plus(self.rates.ecb(semester), self.rules.public_penalty_points.value)


def _plus(rate: Decimal | None, points: Decimal) -> Decimal | None:
    return None if rate is None else rate + points


def _stretches(terms: InterestTerms, first: date, last: date) -> Iterator[tuple[date, date, Semester]]:
    if terms.basis is RateBasis.PUBLIC_PENALTY:
        yield first, last, Semester.of(terms.first_day)
        return
    for semester in semesters_between(first, last):
        yield max(first, semester.first_day), min(last, semester.last_day), semester


def accrue(base: Money, first: date, last: date, terms: InterestTerms, book: RateBook) -> Accrual:
    """Interest on a base from one day to another, both counted.

    base x rate x days / 365, in a leap year too; split at 1 January and 1 July, except under a frozen rate;
    each line rounded half-up to the currency's minor unit. Nothing is computed from the first day on whose
    rate is not known: rates are never extrapolated.

    Args:
        base: what remains due of the principal all these days.
        first: first day of the stretch; days before the terms' first day bear nothing.
        last: last day of the stretch; days after the terms' last day bear nothing.
        terms: rate and days.
        book: the rates and rules.
    """
    first = max(first, terms.first_day)
    last = min(last, terms.last_day or last)
    if first > last or not base.is_positive:
        return Accrual()
    lines: list[InterestLine] = []
    missing: list[Semester] = []
    for start, end, semester in _stretches(terms, first, last):
        rate = book.rate(terms, semester)
        if rate is None:
            missing.append(semester)
        elif not missing:
            lines.append(_line(base, (start, end), rate, terms.basis, book.rules))
    return Accrual(lines=tuple(lines), missing=tuple(missing))


def _line(
    base: Money, period: tuple[date, date], rate: Decimal, basis: RateBasis, rules: LegalRules
) -> InterestLine:
    days = (period[1] - period[0]).days + 1
    exact = base.amount * rate * days / (100 * rules.days_a_year.value)
    amount = Money(amount=round_half_up(exact, base.currency), currency=base.currency)
    return InterestLine(
        from_date=period[0], to_date=period[1], days=days, base=base, rate=rate, amount=amount, basis=basis
    )
