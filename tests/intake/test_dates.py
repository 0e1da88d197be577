from __future__ import annotations

from contextlib import suppress
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunning.party import Language
from intake.dates import EXCEL_EPOCH, DateOrder, decide_order, parse_date
from intake.phrases import Phrase
from intake.rows import Cell
from intake.wording import CellError

DAYS = st.dates(min_value=date(1990, 1, 1), max_value=date(2069, 12, 31))


@pytest.mark.parametrize(
    "cell",
    [
        "31/12/2026",
        "31/12/26",
        "31-12-2026",
        "31.12.2026",
        "31 12 2026",
        "2026-12-31",
        "2026/12/31",
        "2026-12-31T00:00:00",
        "31/12/2026 14:30",
        "20261231",
        "46387",
        Decimal(46387),
        Decimal("46387.75"),
        Decimal(20261231),
        date(2026, 12, 31),
        "31 décembre 2026",
        "31 déc. 2026",
        "31-Dec-2026",
        "Dec 31, 2026",
        "jeudi 31 décembre 2026",
    ],
)
def test_a_date_is_read_as_people_write_it(cell: Cell) -> None:
    """Every usual way to write a day, also as a number of a workbook, gives that day."""
    assert parse_date(cell) == date(2026, 12, 31)


@pytest.mark.parametrize(
    ("cell", "phrase"),
    [
        ("31/04/2026", Phrase.DATE_IMPOSSIBLE),
        ("29/02/2027", Phrase.DATE_IMPOSSIBLE),
        ("2026-13-01", Phrase.DATE_IMPOSSIBLE),
        ("demain", Phrase.DATE_UNREADABLE),
        ("à réception", Phrase.DATE_UNREADABLE),
        ("12", Phrase.DATE_UNREADABLE),
        ("31/12/2206", Phrase.DATE_IMPLAUSIBLE),
        ("99000", Phrase.DATE_IMPLAUSIBLE),
        (Decimal(5), Phrase.DATE_UNREADABLE),
        ("03/04/2026", Phrase.DATE_AMBIGUOUS),
        ("31 brumaire 2026", Phrase.DATE_UNREADABLE),
    ],
)
def test_what_is_no_date_is_refused_with_its_reason(cell: Cell, phrase: Phrase) -> None:
    """Impossible, far-off, unreadable and ambiguous dates each get their own reason."""
    with pytest.raises(CellError) as refusal:
        parse_date(cell)
    assert refusal.value.phrase is phrase


@pytest.mark.parametrize("cell", [None, "", "  "])
def test_a_blank_cell_is_no_date(cell: str | None) -> None:
    """A blank cell is nothing, not an error."""
    assert parse_date(cell) is None


@pytest.mark.parametrize(
    ("column", "others", "language", "order"),
    [
        (["03/04/2026"], [], Language.FRENCH, DateOrder.DAY_FIRST),
        (["03/04/2026"], [], Language.ENGLISH, None),
        (["03/04/2026", "12/31/2026"], [], Language.FRENCH, DateOrder.MONTH_FIRST),
        (["03/04/2026"], ["12/31/2026"], Language.FRENCH, DateOrder.MONTH_FIRST),
        (["03/04/2026", "31/12/2026"], ["12/31/2026"], Language.FRENCH, DateOrder.DAY_FIRST),
        (["31/12/2026", "12/31/2026"], [], Language.FRENCH, None),
        (["31/12/2026"] * 30 + ["12/31/2026"], [], Language.FRENCH, DateOrder.DAY_FIRST),
        (["2026-12-31"], [], Language.ENGLISH, None),
    ],
)
def test_the_column_decides_between_day_and_month(
    column: list[str], others: list[str], language: Language, order: DateOrder | None
) -> None:
    """Proofs in the column win, then those of the other columns, then the French habit; never a guess."""
    assert decide_order(column, others, language) is order


def test_the_order_is_applied() -> None:
    """One text is two different days in the two orders."""
    assert parse_date("03/04/2026", DateOrder.DAY_FIRST) == date(2026, 4, 3)
    assert parse_date("03/04/2026", DateOrder.MONTH_FIRST) == date(2026, 3, 4)


def test_a_date_that_contradicts_its_column_is_refused() -> None:
    """In a day-first column ``12/31/2026`` is a typing error, not the last day of the year."""
    with pytest.raises(CellError) as refusal:
        parse_date("12/31/2026", DateOrder.DAY_FIRST)
    assert refusal.value.phrase is Phrase.DATE_IMPOSSIBLE


@given(DAYS, st.sampled_from(["/", "-", ".", " "]), st.sampled_from(["%Y", "%y"]))
def test_written_dates_come_back(day: date, separator: str, year: str) -> None:
    """Day-first dates are read back exactly with any separator; two-digit years from 1990 to 2069."""
    text = separator.join((f"{day:%d}", f"{day:%m}", day.strftime(year)))
    assert parse_date(text, DateOrder.DAY_FIRST) == day


@given(DAYS)
def test_iso_dates_and_serials_come_back(day: date) -> None:
    """ISO dates, compact dates and serial numbers need no decision about the column."""
    assert parse_date(day.isoformat()) == day
    assert parse_date(f"{day:%Y%m%d}") == day
    assert parse_date(str((day - EXCEL_EPOCH).days)) == day


@given(st.text(max_size=20))
def test_no_text_breaks_the_reader(text: str) -> None:
    """Any text is a day, nothing, or refused in words; never another error."""
    with suppress(CellError):
        parse_date(text)
