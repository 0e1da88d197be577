from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunning.rates import (
    ContractRateError,
    RateTable,
    Semester,
    SemesterRates,
    check_contract_rate,
    semesters_between,
)
from tests.dunning.claim_cases import RATES, RULES


def known(semester: str, legal: str | None = "3.00", ecb: str | None = "2.00") -> SemesterRates:
    """A line of the table."""
    return SemesterRates.model_validate(
        {"semester": semester, "ecb": ecb, "legal": legal, "source": "a text", "seen_on": "2026-01-01"}
    )


@given(day=st.dates(min_value=date(1950, 1, 1), max_value=date(2900, 1, 1)))
def test_a_day_lies_in_its_semester(day: date) -> None:
    """Semesters cover the calendar without gap or overlap."""
    semester = Semester.of(day)
    assert semester.first_day <= day <= semester.last_day
    assert (semester.next.first_day - semester.last_day).days == 1
    assert semester < semester.next


def test_a_semester_is_read_as_it_is_written() -> None:
    """2025-S1 and 2025 S1 are the same; anything else is refused in words."""
    assert Semester.model_validate("2025 S1") == Semester.model_validate("2025-S1")
    assert str(Semester.model_validate("2025-S2")) == "2025-S2"
    with pytest.raises(ValueError, match="'2025-S3' is no semester"):
        Semester.model_validate("2025-S3")


@pytest.mark.parametrize(
    ("semester", "ecb", "legal"),
    [
        ("2023-S2", "4.00", "4.22"),
        ("2024-S1", "4.50", "5.07"),
        ("2024-S2", "4.25", "4.92"),
        ("2025-S1", "3.15", "3.71"),
        ("2025-S2", "2.15", "2.76"),
        ("2026-S1", "2.15", "2.62"),
    ],
)
def test_the_french_rates(semester: str, ecb: str, legal: str) -> None:
    """The file holds the ECB and legal rates of each semester, exactly."""
    key = Semester.model_validate(semester)
    assert (RATES.ecb(key), RATES.legal(key)) == (Decimal(ecb), Decimal(legal))


def test_an_unknown_semester_has_no_rate() -> None:
    """None, never a guess."""
    assert RATES.ecb(Semester(year=2026, half=2)) is None
    assert RATES.legal(Semester(year=2020, half=1)) is None


def test_missing_semesters_are_listed_up_to_a_day() -> None:
    """Gaps, and lines where one figure is left out, in order; an empty table lacks even today's."""
    table = RateTable(semesters=(known("2025-S2", legal=None), known("2024-S2")))
    assert [str(semester) for semester in table.missing(date(2026, 3, 1))] == [
        "2025-S1",
        "2025-S2",
        "2026-S1",
    ]
    assert table.missing(date(2024, 12, 31)) == ()
    assert RateTable(semesters=()).missing(date(2026, 3, 1)) == (Semester(year=2026, half=1),)


def test_a_semester_stands_once() -> None:
    """Two lines for one semester are refused, because nobody could say which is true."""
    with pytest.raises(ValueError, match="2025-S1 stands twice"):
        RateTable(semesters=(known("2025-S1"), known("2025-S1", legal="4.00")))


@pytest.mark.parametrize("figure", ["-1", "101", "NaN", "much"])
def test_a_rate_is_a_percentage(figure: str) -> None:
    """Below zero, above a hundred, or no number: refused."""
    with pytest.raises(ValueError, match="ecb"):
        known("2025-S1", ecb=figure)


def test_semesters_between_two_days() -> None:
    """Each semester touched, both days counted; none where the end lies before the beginning's semester."""
    assert [str(s) for s in semesters_between(date(2024, 12, 31), date(2025, 7, 1))] == [
        "2024-S2",
        "2025-S1",
        "2025-S2",
    ]
    assert list(semesters_between(date(2025, 7, 1), date(2025, 6, 30))) == []


@pytest.mark.parametrize(
    ("on", "floor", "semester"),
    [
        (date(2026, 3, 1), "7.86", "2026-S1"),
        (date(2026, 11, 22), "7.86", "2026-S1"),
        (date(2024, 3, 1), "15.21", "2024-S1"),
        (date(2019, 1, 1), "12.66", "2023-S2"),
    ],
)
def test_the_floor_of_a_contract_rate(on: date, floor: str, semester: str) -> None:
    """Three times the legal rate of the semester; the nearest known one where that is not known."""
    check_contract_rate(Decimal(floor), on, RATES, RULES)
    with pytest.raises(ContractRateError) as caught:
        check_contract_rate(Decimal(floor) - Decimal("0.01"), on, RATES, RULES)
    assert (caught.value.floor, str(caught.value.semester)) == (Decimal(floor), semester)
    assert "leave contract_rate out" in str(caught.value)


def test_without_any_rate_no_floor_can_be_checked() -> None:
    """An empty table refuses nothing; that it is empty is for doctor to say."""
    check_contract_rate(Decimal(1), date(2026, 1, 1), RateTable(semesters=()), RULES)
