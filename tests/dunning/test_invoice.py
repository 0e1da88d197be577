from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunning.invoice import Invoice, balance
from dunning.money import CurrencyMismatchError, Money
from tests.dunning.claim_cases import DUE, credited, eur, invoice, paid


@given(parts=st.lists(st.integers(min_value=1, max_value=50_000), max_size=5))
def test_the_balance_is_what_nobody_paid_or_credited(parts: list[int]) -> None:
    """Payments and credit notes lower it by their sum, below zero when overpaid."""
    amounts = [Money.from_minor_units(part, "EUR") for part in parts]
    payments = [paid(str(amount.amount), DUE, str(place)) for place, amount in enumerate(amounts)]
    notes = [credited(str(amount.amount), DUE, str(place)) for place, amount in enumerate(amounts)]
    assert balance(invoice(), payments, notes).minor_units == 120_000 - 2 * sum(parts)


def test_a_balance_has_one_currency() -> None:
    """A payment in another currency raises instead of being counted."""
    with pytest.raises(CurrencyMismatchError):
        balance(invoice(), [paid("5", DUE, currency="USD")], [])


@pytest.mark.parametrize(
    ("today", "days"), [(date(2025, 5, 28), -3), (DUE, 0), (date(2025, 6, 1), 1), (date(2026, 5, 31), 365)]
)
def test_days_past_due(today: date, days: int) -> None:
    """Zero on the due date, negative before."""
    assert invoice().days_past_due(today) == days


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"amount": eur("0")}, "F-2025-001: the amount must be more than zero, not 0.00 EUR"),
        ({"amount": eur("-5")}, "must be more than zero"),
        ({"issue_date": date(2025, 6, 1)}, "due 2025-05-31, before it was issued on 2025-06-01"),
        ({"due_date": None}, "due_date"),
        ({"number": ""}, "number"),
        ({"number": "F-1\nBcc: x@example.com"}, "one line"),
        ({"invoice_id": "a/b"}, "'a/b' is no id"),
        ({"customer_id": "Jean Dupont"}, "is no id"),
    ],
)
def test_an_invoice_that_claims_nothing_usable_is_refused(change: dict[str, object], message: str) -> None:
    """No amount, no due date, impossible dates or ids: the error names the invoice or the field."""
    facts = {name: getattr(invoice(), name) for name in Invoice.model_fields}
    with pytest.raises(ValueError, match=message):
        Invoice.model_validate(facts | change)
