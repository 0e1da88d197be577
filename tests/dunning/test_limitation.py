from __future__ import annotations

from datetime import date

import pytest

from dunning.limitation import (
    declaration_deadline,
    limitation_date,
    limitation_warning_date,
    shift_months,
)
from dunning.party import CustomerKind
from tests.dunning.claim_cases import RULES, claimed, credited, paid

ISSUED = date(2025, 5, 1)


@pytest.mark.parametrize(
    ("kind", "last_day"),
    [
        (CustomerKind.CONSUMER, date(2027, 5, 1)),
        (CustomerKind.UNKNOWN, date(2027, 5, 1)),
        (CustomerKind.BUSINESS, date(2030, 5, 1)),
        (CustomerKind.PUBLIC, date(2029, 12, 31)),
    ],
)
def test_the_term_depends_on_the_debtor(kind: CustomerKind, last_day: date) -> None:
    """Two years for consumers and the unknown, five for businesses, four full years for public debtors."""
    assert limitation_date(ISSUED, kind, [], RULES) == last_day


def test_performance_before_the_issue_counts() -> None:
    """The term runs from performance or issue, whichever is earlier, never from the due date."""
    day = date(2025, 8, 15)
    assert claimed(day).limitation_date == date(2030, 5, 1)
    assert claimed(day, performed_on=date(2025, 3, 20)).limitation_date == date(2030, 3, 20)
    assert claimed(day, performed_on=date(2025, 5, 20)).limitation_date == date(2030, 5, 1)


def test_a_part_payment_or_an_acknowledgement_starts_the_term_again() -> None:
    """The latest of them counts; a credit note, which the creditor writes, does not."""
    day = date(2026, 3, 1)
    assert claimed(day, payments=(paid("10", date(2025, 9, 1)),)).limitation_date == date(2030, 9, 1)
    assert claimed(day, acknowledged_on=(date(2025, 10, 2),)).limitation_date == date(2030, 10, 2)
    assert claimed(day, credit_notes=(credited("10", date(2025, 9, 1)),)).limitation_date == date(2030, 5, 1)


def test_a_written_demand_interrupts_for_public_debtors_only() -> None:
    """The four years start again on the 1 January after the demand; elsewhere a letter changes nothing."""
    demand = {"demanded_in_writing_on": (date(2026, 2, 1),)}
    day = date(2026, 3, 1)
    assert claimed(day, CustomerKind.PUBLIC, **demand).limitation_date == date(2030, 12, 31)
    assert claimed(day, CustomerKind.BUSINESS, **demand).limitation_date == date(2030, 5, 1)


def test_what_comes_after_the_last_day_revives_nothing() -> None:
    """A payment on the last day interrupts; one on the day after does not."""
    last_day = date(2027, 5, 1)
    assert limitation_date(ISSUED, CustomerKind.CONSUMER, [last_day], RULES) == date(2029, 5, 1)
    late = [date(2027, 5, 2)]
    assert limitation_date(ISSUED, CustomerKind.CONSUMER, late, RULES) == last_day


def test_a_deposit_before_the_claim_arose_changes_nothing() -> None:
    """Only what follows the start of the term interrupts it."""
    deposit = [date(2024, 1, 1)]
    assert limitation_date(ISSUED, CustomerKind.BUSINESS, deposit, RULES) == date(2030, 5, 1)


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2024, 2, 29), 24, date(2026, 2, 28)),
        (date(2025, 8, 31), -6, date(2025, 2, 28)),
        (date(2025, 12, 31), 2, date(2026, 2, 28)),
        (date(2025, 1, 15), -1, date(2024, 12, 15)),
    ],
)
def test_months_end_on_their_last_day_at_the_latest(day: date, months: int, expected: date) -> None:
    """The same day of the month, or the last one where it has none (CPC 641)."""
    assert shift_months(day, months) == expected


def test_warning_and_declaration() -> None:
    """Six months' warning; two months to declare a claim, four for a foreign creditor."""
    assert limitation_warning_date(date(2030, 5, 1), RULES) == date(2029, 11, 1)
    assert declaration_deadline(date(2025, 7, 3), RULES) == date(2025, 9, 3)
    assert declaration_deadline(date(2025, 7, 3), RULES, foreign_creditor=True) == date(2025, 11, 3)
