from __future__ import annotations

from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.amounts import DecimalMark, decide_mark, parse_amount
from intake.phrases import Phrase
from intake.wording import CellError

COMMA, POINT = DecimalMark.COMMA, DecimalMark.POINT
CENTS = st.decimals(min_value=Decimal("-99999999.99"), max_value=Decimal("99999999.99"), places=2)


def written(amount: Decimal, grouping: str, mark: str) -> str:
    """An amount as a program with this grouping and decimal mark prints it."""
    whole, fraction = f"{abs(amount):,.2f}".split(".")
    return f"{whole.replace(',', grouping)}{mark}{fraction}"


@pytest.mark.parametrize(
    ("text", "value", "currency"),
    [
        ("1204.50", "1204.50", None),
        ("1204,50", "1204.50", None),
        ("1 204,50", "1204.50", None),
        ("1\u00a0204,50", "1204.50", None),
        ("1\u202f204,50 €", "1204.50", "EUR"),
        ("1,204.50", "1204.50", None),
        ("1.204,50", "1204.50", None),
        ("1.204.500", "1204500", None),
        ("1'204.50", "1204.50", None),
        ("1 204.500", "1204.500", None),
        ("12 345 678", "12345678", None),
        ("-12", "-12", None),
        ("12,50-", "-12.50", None),
        ("\u221212,50", "-12.50", None),
        ("(1 204,50)", "-1204.50", None),
        ("($200.00)", "-200.00", "$"),
        ("€ 12", "12", "EUR"),
        ("EUR 12,5", "12.5", "EUR"),
        ("12.50 usd", "12.50", "USD"),
        ("-£5", "-5", "GBP"),
        ("120,00 C", "-120.00", None),
        ("120,00 D", "120.00", None),
        ("+3604,00", "3604.00", None),
        (",50", "0.50", None),
        ("0.500", "0.500", None),
        ("1204.500", "1204.500", None),
    ],
)
def test_an_amount_is_read_as_people_write_it(text: str, value: str, currency: str | None) -> None:
    """Every usual way to write an amount gives the same number, its sign and the currency it names."""
    amount = parse_amount(text)
    assert amount is not None
    assert (amount.value, amount.currency) == (Decimal(value), currency)


@pytest.mark.parametrize("text", ["", "  ", "-", "–", None])
def test_a_blank_cell_is_no_amount(text: str | None) -> None:
    """A blank cell, or the dash that programs print for nothing, is nothing, not zero and not an error."""
    assert parse_amount(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "abc",
        "12,50,",
        "1 20,50",
        "12 34",
        "--12",
        "-12-",
        "(12",
        "12)",
        "(-12)",
        "€ 12 USD",
        "1.2.3",
        "-12 C",
    ],
)
def test_what_is_no_amount_is_refused(text: str) -> None:
    """Text, broken grouping and signs given twice are refused rather than guessed."""
    with pytest.raises(CellError) as refusal:
        parse_amount(text)
    assert refusal.value.phrase is Phrase.AMOUNT_UNREADABLE


@pytest.mark.parametrize("word", ["GBX", "FRF", "XXX", "Fr."])
def test_an_unknown_currency_is_named_as_such(word: str) -> None:
    """A word beside the number that is no currency in use gets its own reason."""
    with pytest.raises(CellError) as refusal:
        parse_amount(f"12,00 {word}")
    assert refusal.value.phrase is Phrase.CURRENCY_UNKNOWN


@pytest.mark.parametrize(
    ("cells", "mark"),
    [
        (["1.204", "2.400,00"], COMMA),
        (["1,204", "2,400.00"], POINT),
        (["1.204", "12,5"], COMMA),
        (["1.204", "1.204.500"], COMMA),
        (["1.204", "1 204,00 €"], COMMA),
        (["1.204", "12.5"], POINT),
        (["1.204", "7", None, ""], None),
        (["12,50", "12.50"], None),
    ],
)
def test_a_column_decides_what_a_lone_mark_means(cells: list[str | None], mark: DecimalMark | None) -> None:
    """Cells that prove their mark decide for the column; none or contradicting proofs decide nothing."""
    assert decide_mark(cells) is mark


def test_an_amount_that_may_be_read_two_ways_is_refused() -> None:
    """``1.204`` without a decided column is refused; with one it is thousands or thousandths."""
    with pytest.raises(CellError) as refusal:
        parse_amount("1.204")
    assert refusal.value.phrase is Phrase.AMOUNT_AMBIGUOUS
    thousands, thousandths = parse_amount("1.204", COMMA), parse_amount("1.204", POINT)
    assert thousands is not None
    assert thousandths is not None
    assert (thousands.value, thousandths.value) == (Decimal(1204), Decimal("1.204"))


def test_a_cell_that_contradicts_its_column_is_refused() -> None:
    """Where the mapping says comma, ``12.50`` is not read as 12.50, nor as 1250."""
    with pytest.raises(CellError):
        parse_amount("12.50", COMMA)


@given(CENTS, st.sampled_from([" ", "\u00a0", "\u202f", "", "'"]), st.sampled_from(list(DecimalMark)))
def test_written_amounts_come_back(amount: Decimal, grouping: str, mark: DecimalMark) -> None:
    """Whatever a program prints with two decimals is read back exactly, with or without a decided column."""
    text = written(amount, grouping, mark)
    signed = f"-{text}" if amount < 0 else text
    for decided in (None, mark):
        parsed = parse_amount(signed, decided)
        assert parsed is not None
        assert parsed.value == amount


@given(CENTS, st.sampled_from(list(DecimalMark)))
def test_amounts_grouped_by_the_other_mark_come_back(amount: Decimal, mark: DecimalMark) -> None:
    """``1.204,50`` and ``1,204.50`` are told apart by themselves; a minus may stand behind."""
    text = written(amount, "." if mark is COMMA else ",", mark)
    parsed = parse_amount(f"{text}-" if amount < 0 else text)
    assert parsed is not None
    assert parsed.value == amount


@given(st.text(max_size=20))
def test_no_text_breaks_the_reader(text: str) -> None:
    """Any text is an amount, nothing, or refused in words; never another error."""
    with suppress(CellError):
        parse_amount(text)
