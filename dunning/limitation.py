"""Until when a claim can be brought to court, and until when it is declared in an insolvency."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from datetime import date

from dunning.legal_rules import LegalRules
from dunning.party import CustomerKind

_MONTHS = 12


def shift_months(day: date, months: int) -> date:
    """The same day so many months later (earlier if negative), or that month's last day (CPC 641)."""
    index = day.year * _MONTHS + day.month - 1 + months
    year, month = divmod(index, _MONTHS)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _years(kind: CustomerKind, rules: LegalRules) -> int:
    match kind:
        case CustomerKind.BUSINESS:
            return rules.limitation_years_business.value
        case CustomerKind.PUBLIC:
            return rules.limitation_years_public.value
        case CustomerKind.CONSUMER | CustomerKind.UNKNOWN:
            return rules.limitation_years_consumer.value


def _last_day(start: date, kind: CustomerKind, rules: LegalRules) -> date:
    years = _years(kind, rules)
    if kind is CustomerKind.PUBLIC:
        return date(start.year + years, 12, 31)
    return shift_months(start, years * _MONTHS)


def limitation_date(
    arose_on: date, kind: CustomerKind, interruptions: Iterable[date], rules: LegalRules
) -> date:
    """Last day on which the claim can be brought.

    Two years against a consumer (C. consom. L218-2), five against a business (C. com. L110-4), four against
    a public debtor, counted from the next 1 January (loi 68-1250). An unknown kind has the shortest.
    What interrupts starts the whole term again (C. civ. 2231); after the last day nothing does.

    Args:
        arose_on: performance or issue, the earlier known.
        kind: whose rules apply.
        interruptions: days of a part payment or a written acknowledgement (C. civ. 2240), and for a public
            debtor of a written demand; a reminder or formal notice interrupts nothing elsewhere.
        rules: the terms in years.
    """
    last_day = _last_day(arose_on, kind, rules)
    for day in sorted(interruptions):
        if arose_on < day <= last_day:
            last_day = _last_day(day, kind, rules)
    return last_day


def limitation_warning_date(last_day: date, rules: LegalRules) -> date:
    """Day from which a person is warned that the claim will soon be lost."""
    return shift_months(last_day, -rules.limitation_warning_months.value)


def declaration_deadline(published_on: date, rules: LegalRules, *, foreign_creditor: bool = False) -> date:
    """Last day to declare the claim after an insolvency judgment was published (C. com. R622-24)."""
    months = rules.declaration_months_foreign if foreign_creditor else rules.declaration_months
    return shift_months(published_on, months.value)
