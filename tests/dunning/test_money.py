from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunning.money import CurrencyMismatchError, Money, round_half_up

CURRENCIES = st.sampled_from(["EUR", "CHF", "JPY", "TND"])
UNITS = st.integers(min_value=-(10**12), max_value=10**12)


@given(units=UNITS, currency=CURRENCIES)
def test_minor_units_go_there_and_back(units: int, currency: str) -> None:
    """Cents, yen and millimes survive the way to a payment provider and back."""
    assert Money.from_minor_units(units, currency).minor_units == units


@given(left=UNITS, right=UNITS, currency=CURRENCIES)
def test_sums_are_exact(left: int, right: int, currency: str) -> None:
    """Adding, subtracting, negating and comparing money is integer arithmetic on minor units."""
    a, b = Money.from_minor_units(left, currency), Money.from_minor_units(right, currency)
    assert (a + b).minor_units == left + right
    assert (a - b).minor_units == left - right
    assert (-a).minor_units == -left
    assert ((a < b), (a <= b), (a > b), (a >= b)) == (
        left < right,
        left <= right,
        left > right,
        left >= right,
    )
    assert a.is_positive is (left > 0)


@given(units=UNITS, currency=CURRENCIES)
def test_money_survives_json(units: int, currency: str) -> None:
    """The amount travels as a string of decimals, never as a float."""
    money = Money.from_minor_units(units, currency)
    assert f'"{money.amount}"' in money.model_dump_json()
    assert Money.model_validate_json(money.model_dump_json()) == money


def test_equal_amounts_are_equal_however_written() -> None:
    """1204.5 and 1204.50 are one amount and one key; nothing is zero, never minus zero."""
    assert len({Money.of("1204.5", "EUR"), Money.of("1204.50", "EUR"), Money.of("12045E-1", "EUR")}) == 1
    assert str(Money.of("1204.5", "EUR")) == "1204.50 EUR"
    assert str(Money.of("-0.00", "EUR")) == str(Money.zero("EUR")) == "0.00 EUR"


def test_stripe_writes_currencies_in_lower_case() -> None:
    """From minor units the code may be lower-case; elsewhere it is not a currency."""
    assert Money.from_minor_units(120450, "eur") == Money.of("1204.50", "EUR")
    with pytest.raises(ValueError, match="'eur' is not the ISO 4217 code"):
        Money.of(1, "eur")


@pytest.mark.parametrize("code", ["EURO", "ZZZ", "XXX", "FRF", "€", ""])
def test_a_currency_not_in_use_is_refused(code: str) -> None:
    """Unknown codes, placeholders and the franc are mistakes of a file."""
    with pytest.raises(ValueError, match="is not the ISO 4217 code"):
        Money.of(1, code)


@pytest.mark.parametrize("code", ["EUR", "XAF", "XPF", "XCD", "MAD", "USD"])
def test_a_currency_in_use_is_known(code: str) -> None:
    """The francs of Africa and the Pacific are in use, whatever their X."""
    assert Money.of(1, code).currency == code


@pytest.mark.parametrize(
    ("amount", "message"),
    [
        ("1.005", "finer than the currency's smallest unit"),
        ("abc", "'abc' is not an amount of money"),
        ("1 204,50", "is not an amount of money"),
        ("NaN", "finite"),
        ("Infinity", "finite"),
        ("1e15", "too large"),
        ("-1e400", "too large"),
    ],
)
def test_what_nobody_can_pay_is_refused(amount: str, message: str) -> None:
    """Fractions of a cent, words and the infinite: each refused as a value error, in words."""
    with pytest.raises(ValueError, match=message):
        Money.of(amount, "EUR")


def test_two_currencies_do_not_mix() -> None:
    """Adding or comparing euros and dollars raises and names both."""
    euro, dollar = Money.of(1, "EUR"), Money.of(1, "USD")
    for mix in (lambda: euro + dollar, lambda: euro - dollar, lambda: euro < dollar, lambda: euro >= dollar):
        with pytest.raises(CurrencyMismatchError, match=r"EUR.*USD|USD.*EUR"):
            mix()
    assert euro != dollar


@pytest.mark.parametrize(
    ("exact", "currency", "rounded"),
    [
        ("12.965", "EUR", "12.97"),
        ("12.9649", "EUR", "12.96"),
        ("-12.965", "EUR", "-12.97"),
        ("0.5", "JPY", "1"),
        ("1.0005", "TND", "1.001"),
    ],
)
def test_rounding_is_half_up(exact: str, currency: str, rounded: str) -> None:
    """A half goes away from zero, at the currency's own minor unit."""
    assert round_half_up(Decimal(exact), currency) == Decimal(rounded)
