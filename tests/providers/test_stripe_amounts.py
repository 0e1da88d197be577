import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunning.money import Money
from providers.stripe_amounts import from_stripe_units, to_stripe_units


@pytest.mark.parametrize(
    ("amount", "currency", "units"),
    [
        ("1204.50", "EUR", 120450),
        ("500", "JPY", 500),
        ("5", "ISK", 500),
        ("5", "UGX", 500),
        ("5", "RSD", 500),
        ("10.45", "HUF", 1045),
        ("5.120", "KWD", 5120),
    ],
)
def test_amounts_are_counted_as_stripe_counts(amount: str, currency: str, units: int) -> None:
    """The examples of Stripe's page on currencies come out in both directions."""
    money = Money.of(amount, currency)
    assert to_stripe_units(money) == units
    assert from_stripe_units(units, currency.lower()) == money


def test_what_stripe_cannot_charge_is_refused() -> None:
    """A three-decimal amount that does not end in 0 is refused rather than rounded."""
    with pytest.raises(ValueError, match=r"cannot charge 5\.124 KWD"):
        to_stripe_units(Money.of("5.124", "KWD"))


@given(st.integers(min_value=0, max_value=99_999_999), st.sampled_from(["EUR", "USD", "GBP", "CHF", "JPY"]))
def test_no_amount_changes_on_its_way(units: int, currency: str) -> None:
    """There and back gives the same amount."""
    money = Money.from_minor_units(units, currency)
    assert from_stripe_units(to_stripe_units(money), currency) == money
