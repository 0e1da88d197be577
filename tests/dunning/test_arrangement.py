from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunning.arrangement import (
    Instalment,
    PaymentPlan,
    check_hold,
    check_payment_plan,
    check_promise,
    instalment_states,
)
from dunning.invoice import CreditNote, Payment
from dunning.money import CurrencyMismatchError, Money
from dunning.party import Language
from dunning.phrases import phrase
from dunning.refusal import Refusal
from tests.dunning.plan_cases import eur

TODAY = date(2026, 3, 2)


def _parts(*parts: tuple[int, str]) -> tuple[Instalment, ...]:
    """Instalments: days from today, euros."""
    return tuple(
        Instalment(number=number, due_on=TODAY + timedelta(days=days), amount=eur(amount))
        for number, (days, amount) in enumerate(parts, start=1)
    )


def _plan(*parts: tuple[int, str]) -> PaymentPlan:
    return PaymentPlan(arrangement_id="p", agreed_on=TODAY, instalments=_parts(*parts))


def _paid(*amounts: str) -> list[Payment]:
    return [
        Payment(event_id=f"p{number}", amount=eur(amount), received_on=TODAY)
        for number, amount in enumerate(amounts)
    ]


def _credited(*amounts: str) -> list[CreditNote]:
    return [
        CreditNote(event_id=f"c{number}", amount=eur(amount), issued_on=TODAY)
        for number, amount in enumerate(amounts)
    ]


def _refusal(check: Callable[[], None]) -> Refusal:
    with pytest.raises(Refusal) as refused:
        check()
    return refused.value


@pytest.mark.parametrize(
    "parts",
    [
        ((1, "1200"),),
        ((30, "400"), (60, "400"), (90, "400")),
        ((30, "600"), (30, "600")),
        ((10, "0.01"), (20, "1199.99")),
        (*((day, "33.33") for day in range(1, 36)), (36, "33.45")),
    ],
)
def test_a_plan_that_adds_up_is_accepted(parts: tuple[tuple[int, str], ...]) -> None:
    """Any number of parts up to 36, in order, from tomorrow on, together the balance."""
    check_payment_plan(_parts(*parts), eur("1200"), TODAY)


@pytest.mark.parametrize(
    ("parts", "key", "details"),
    [
        ((), "plan_empty", {}),
        (((30, "1199.99"),), "plan_sum", {"total": eur("1199.99"), "balance": eur("1200")}),
        (((30, "700"), (60, "700")), "plan_sum", {"total": eur("1400"), "balance": eur("1200")}),
        (((0, "1200"),), "plan_past", {"number": 1, "due_on": TODAY}),
        (((-1, "600"), (30, "600")), "plan_past", {"number": 1, "due_on": TODAY - timedelta(days=1)}),
        (((60, "600"), (30, "600")), "plan_order", {"number": 2}),
        (((30, "0"), (60, "1200")), "plan_amount", {"number": 1, "amount": eur("0")}),
        (((30, "1300"), (60, "-100")), "plan_amount", {"number": 2, "amount": eur("-100")}),
        (tuple((day, "1") for day in range(1, 38)), "plan_too_long", {"count": 37, "most": 36}),
    ],
)
def test_a_plan_against_the_rules_is_refused_in_words(
    parts: tuple[tuple[int, str], ...], key: str, details: dict[str, object]
) -> None:
    """The refusal names the instalment and the figures, and both languages have a sentence for it."""
    refused = _refusal(lambda: check_payment_plan(_parts(*parts), eur("1200"), TODAY))
    assert (refused.key, refused.details) == (key, details)
    for language in Language:
        assert phrase(f"refusal.{refused.key}", language, **refused.details)


def test_a_plan_in_another_currency_is_refused() -> None:
    """Instalments are in the currency of the invoice."""
    part = Instalment(number=1, due_on=TODAY + timedelta(days=9), amount=Money.of("1200", "USD"))
    refused = _refusal(lambda: check_payment_plan((part,), eur("1200"), TODAY))
    assert (refused.key, refused.details["expected"]) == ("plan_currency", "EUR")


@pytest.mark.parametrize(
    ("days", "amount", "key"),
    [
        (0, None, None),
        (7, "1200", None),
        (180, "0.01", None),
        (-1, None, "promise_past"),
        (181, None, "promise_far"),
        (7, "1200.01", "promise_amount"),
        (7, "0", "promise_amount"),
        (7, "-5", "promise_amount"),
    ],
)
def test_a_promise_is_for_soon_and_for_what_is_owed(days: int, amount: str | None, key: str | None) -> None:
    """From today to 180 days ahead, more than nothing and at most the balance."""
    until = TODAY + timedelta(days=days)
    money = eur(amount) if amount else None
    if key is None:
        check_promise(until, money, eur("1200"), TODAY)
        return
    refused = _refusal(lambda: check_promise(until, money, eur("1200"), TODAY))
    assert refused.key == key
    for language in Language:
        assert phrase(f"refusal.{key}", language, **refused.details)


def test_a_promise_in_another_currency_is_refused() -> None:
    """Dollars are no promise on an invoice in euros."""
    refused = _refusal(lambda: check_promise(TODAY, Money.of("10", "USD"), eur("1200"), TODAY))
    assert refused.key == "other_currency"


@pytest.mark.parametrize(
    ("until", "key"),
    [
        (None, None),
        (TODAY + timedelta(days=1), None),
        (TODAY + timedelta(days=366), None),
        (TODAY, "hold_past"),
        (TODAY - timedelta(days=1), "hold_past"),
        (TODAY + timedelta(days=367), "hold_far"),
    ],
)
def test_a_hold_ends_within_a_year_or_when_lifted(until: date | None, key: str | None) -> None:
    """A hold that would end today is none; one of years is a mistyped date."""
    if key is None:
        check_hold(until, TODAY)
        return
    refused = _refusal(lambda: check_hold(until, TODAY))
    assert refused.key == key
    for language in Language:
        assert phrase(f"refusal.{key}", language, **refused.details)


@pytest.mark.parametrize(
    ("paid", "credited", "missing"),
    [
        ((), (), ("400.00", "400.00", "400.00")),
        (("400",), (), ("0.00", "400.00", "400.00")),
        (("100",), (), ("300.00", "400.00", "400.00")),
        (("500", "100"), (), ("0.00", "200.00", "400.00")),
        ((), ("100",), ("400.00", "400.00", "300.00")),
        ((), ("500",), ("400.00", "300.00", "0.00")),
        (("400",), ("500",), ("0.00", "300.00", "0.00")),
        (("2000",), (), ("0.00", "0.00", "0.00")),
        ((), ("2000",), ("0.00", "0.00", "0.00")),
    ],
)
def test_payments_fill_the_first_instalments_and_credits_shorten_the_last(
    paid: tuple[str, ...], credited: tuple[str, ...], missing: tuple[str, ...]
) -> None:
    """What is paid counts for what is due first; what is forgiven is not owed at the end."""
    plan = _plan((30, "400"), (60, "400"), (90, "400"))
    states = instalment_states(plan, _paid(*paid), _credited(*credited))
    assert tuple(str(state.missing.amount) for state in states) == missing
    assert [state.paid for state in states] == [amount == "0.00" for amount in missing]


def test_money_of_another_currency_fills_no_instalment() -> None:
    """It is never added up silently."""
    dollars = Payment(event_id="p", amount=Money.of("400", "USD"), received_on=TODAY)
    with pytest.raises(CurrencyMismatchError):
        instalment_states(_plan((30, "400")), [dollars], [])


_CENTS = st.integers(1, 100_000)


@given(
    parts=st.lists(_CENTS, min_size=1, max_size=12),
    paid=st.lists(_CENTS, max_size=5),
    credited=st.lists(_CENTS, max_size=3),
)
def test_what_is_missing_is_what_is_owed(parts: list[int], paid: list[int], credited: list[int]) -> None:
    """The missing parts add up to the plan less what came in; none is negative or more than its amount."""

    def euros(cents: int) -> str:
        return str(Decimal(cents) / 100)

    plan = _plan(*((day, euros(cents)) for day, cents in enumerate(parts, start=1)))
    states = instalment_states(plan, _paid(*map(euros, paid)), _credited(*map(euros, credited)))
    missing = [state.missing.minor_units for state in states]
    assert sum(missing) == max(0, sum(parts) - sum(paid) - sum(credited))
    assert all(0 <= left <= part for left, part in zip(missing, parts, strict=True))


@given(parts=st.lists(_CENTS, min_size=1, max_size=12), more=_CENTS)
def test_another_payment_never_raises_what_is_missing(parts: list[int], more: int) -> None:
    """Each instalment misses as much as before, or less."""
    plan = _plan(*((day, str(Decimal(cents) / 100)) for day, cents in enumerate(parts, start=1)))
    before = instalment_states(plan, [], [])
    after = instalment_states(plan, _paid(str(Decimal(more) / 100)), [])
    assert all(late.missing <= early.missing for late, early in zip(after, before, strict=True))
