"""Money: a decimal amount in one currency, rounded to what that currency can pay."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import cache
from typing import Annotated, Self

from babel.core import get_global
from babel.numbers import get_currency_precision
from pydantic import AfterValidator, BaseModel, ConfigDict, model_validator


class CurrencyMismatchError(ValueError):
    """Two amounts of different currencies were put together."""

    def __init__(self, left: str, right: str) -> None:
        """Name both currencies, as ISO 4217 codes."""
        super().__init__(f"{left} and {right} cannot be added or compared: one currency at a time")


@cache
def _known_currencies() -> frozenset[str]:
    # Only what is legal tender somewhere today: a franc, or XXX, in a file is a mistake to be shown.
    return frozenset(
        code
        for currencies in get_global("territory_currencies").values()
        for code, _start, end, is_tender in currencies
        if is_tender and end is None
    )


def _known_currency(code: str) -> str:
    if code not in _known_currencies():
        msg = f"{code!r} is not the ISO 4217 code of a currency in use, such as EUR"
        raise ValueError(msg)
    return code


Currency = Annotated[str, AfterValidator(_known_currency)]
"""An ISO 4217 code of a currency that is legal tender today, after the CLDR list."""

_LARGEST = Decimal(10) ** 15
"""Far above any invoice, far below where decimal arithmetic would lose a cent."""


def round_half_up(amount: Decimal, currency: str) -> Decimal:
    """Round an amount half-up to the minor unit of its currency (two places for EUR, none for JPY)."""
    return amount.quantize(Decimal(1).scaleb(-get_currency_precision(currency)), rounding=ROUND_HALF_UP)


class Money(BaseModel):
    """An amount and its currency; never more precise than the currency's minor unit."""

    model_config = ConfigDict(frozen=True)

    amount: Decimal
    currency: Currency

    @model_validator(mode="after")
    def _payable(self) -> Self:
        if not self.amount.is_finite():
            msg = f"{self.amount} is not an amount of money"
            raise ValueError(msg)
        if abs(self.amount) >= _LARGEST:
            msg = f"{self.amount} {self.currency} is too large to be an amount of an invoice"
            raise ValueError(msg)
        rounded = round_half_up(self.amount, self.currency)
        if rounded != self.amount:
            msg = f"{self.amount} {self.currency} is finer than the currency's smallest unit"
            raise ValueError(msg)
        # A negative zero would print as -0.00.
        object.__setattr__(self, "amount", rounded or abs(rounded))
        return self

    @classmethod
    def of(cls, amount: Decimal | int | str, currency: str) -> Money:
        """Build from a decimal, an integer or a decimal string, in major units.

        Raises:
            ValueError: unknown currency, no number, too large, or finer than the minor unit.
        """
        try:
            number = Decimal(amount)
        except InvalidOperation as error:
            msg = f"{amount!r} is not an amount of money such as 1204.50"
            raise ValueError(msg) from error
        return cls(amount=number, currency=currency)

    @classmethod
    def zero(cls, currency: str) -> Money:
        """Nothing, in this currency."""
        return cls(amount=Decimal(0), currency=currency)

    @classmethod
    def from_minor_units(cls, units: int, currency: str) -> Money:
        """Build from an integer of minor units (cents), as Stripe counts; the code may be lower-case."""
        code = currency.upper()
        return cls(amount=Decimal(units).scaleb(-get_currency_precision(code)), currency=code)

    @property
    def minor_units(self) -> int:
        """The amount in minor units (cents for EUR), for the edge to a payment provider."""
        return int(self.amount.scaleb(get_currency_precision(self.currency)))

    @property
    def is_positive(self) -> bool:
        """More than nothing."""
        return self.amount > 0

    def _same(self, other: Money) -> None:
        if self.currency != other.currency:
            raise CurrencyMismatchError(self.currency, other.currency)

    def __add__(self, other: Money) -> Money:
        """Sum of two amounts of one currency."""
        self._same(other)
        return Money(amount=self.amount + other.amount, currency=self.currency)

    def __sub__(self, other: Money) -> Money:
        """Difference of two amounts of one currency; may be negative."""
        self._same(other)
        return Money(amount=self.amount - other.amount, currency=self.currency)

    def __neg__(self) -> Money:
        """The opposite amount."""
        return Money(amount=-self.amount, currency=self.currency)

    def __lt__(self, other: Money) -> bool:
        """Order within one currency."""
        self._same(other)
        return self.amount < other.amount

    def __le__(self, other: Money) -> bool:
        """Order within one currency."""
        self._same(other)
        return self.amount <= other.amount

    def __gt__(self, other: Money) -> bool:
        """Order within one currency."""
        return other < self

    def __ge__(self, other: Money) -> bool:
        """Order within one currency."""
        return other <= self

    def __str__(self) -> str:
        """Neutral form for logs and errors, such as ``1204.50 EUR``."""
        return f"{self.amount} {self.currency}"
