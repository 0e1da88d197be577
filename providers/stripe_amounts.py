"""Amounts as Stripe counts them, which is not always the currency's own minor unit."""

from __future__ import annotations

from decimal import Decimal

from dunning.money import Money

# https://docs.stripe.com/currencies (zero-decimal, three-decimal, special cases), read in November 2026.
# ISK and UGX have no decimals left but are still sent with two; currencies such as RSD, whose decimals
# nobody uses any more, count in hundredths there although CLDR gives them none.
_WITHOUT_DECIMALS = frozenset({"BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF"}) | {
    "VND",
    "VUV",
    "XAF",
    "XOF",
    "XPF",
}
_WITH_THREE_DECIMALS = frozenset({"BHD", "JOD", "KWD", "OMR", "TND"})


def _decimals(currency: str) -> int:
    if currency in _WITHOUT_DECIMALS:
        return 0
    return 3 if currency in _WITH_THREE_DECIMALS else 2


def to_stripe_units(money: Money) -> int:
    """Return the integer that Stripe expects for an amount.

    Raises:
        ValueError: Stripe cannot charge it (three-decimal currencies must end in 0).
    """
    units = money.amount.scaleb(_decimals(money.currency))
    if units != units.to_integral_value() or (money.currency in _WITH_THREE_DECIMALS and units % 10):
        raise ValueError(f"Stripe cannot charge {money}: it is finer than Stripe counts in that currency")
    return int(units)


def from_stripe_units(units: int, currency: str) -> Money:
    """Return the amount that Stripe states as an integer; the code may be lower-case.

    Raises:
        ValueError: Unknown currency, or finer than the currency can be paid in.
    """
    code = currency.upper()
    return Money(amount=Decimal(units).scaleb(-_decimals(code)), currency=code)
