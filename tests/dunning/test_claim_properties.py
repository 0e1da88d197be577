from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from dunning.claim_periods import InterestLine, InterestTerms, RateBasis, RateBook, accrue
from dunning.invoice import Payment, balance
from dunning.money import Money
from dunning.party import CustomerKind
from dunning.policy import Allocation
from tests.dunning.claim_cases import DUE, RATES, RULES, claimed, eur, invoice

FIRST, LAST = date(2023, 7, 1), date(2026, 6, 30)
CENT = Decimal("0.01")
BOOK = RateBook(rates=RATES, rules=RULES)

days = st.dates(min_value=FIRST, max_value=LAST)
amounts = st.integers(min_value=1, max_value=5_000_000).map(
    lambda cents: Money.from_minor_units(cents, "EUR")
)
kinds = st.sampled_from(CustomerKind)
allocations = st.sampled_from(Allocation)
bases = st.sampled_from([RateBasis.DEFAULT_PENALTY, RateBasis.LEGAL, RateBasis.CONTRACT])


def _interest(lines: Iterable[InterestLine]) -> Money:
    return sum((line.amount for line in lines), start=eur("0"))


@st.composite
def payments(draw: st.DrawFn, most: int = 4) -> tuple[Payment, ...]:
    """Up to so many payments around and after the due date."""
    received = st.dates(min_value=DUE - timedelta(days=20), max_value=LAST)
    small = st.integers(min_value=1, max_value=60_000)
    facts = draw(st.lists(st.tuples(small, received), max_size=most))
    return tuple(
        Payment(event_id=str(place), amount=Money.from_minor_units(cents, "EUR"), received_on=day)
        for place, (cents, day) in enumerate(facts)
    )


@given(base=amounts, stretch=st.tuples(days, days, days).map(sorted), basis=bases)
def test_splitting_a_period_changes_no_more_than_the_rounding(
    base: Money, stretch: list[date], basis: RateBasis
) -> None:
    """One stretch or two in its place: the sums differ by at most half a cent for each line."""
    first, middle, last = stretch
    terms = InterestTerms(basis=basis, first_day=FIRST, contract_rate=Decimal(15))
    whole = accrue(base, first, last, terms, BOOK).lines
    parts = (
        *accrue(base, first, middle, terms, BOOK).lines,
        *accrue(base, middle + timedelta(days=1), last, terms, BOOK).lines,
    )
    difference = _interest(parts) - _interest(whole)
    assert abs(difference.amount) <= CENT / 2 * (len(parts) + len(whole))
    assert sum(line.days for line in parts) == sum(line.days for line in whole)


@given(
    before=payments(),
    extra=payments(most=1),
    kind=kinds,
    allocation=allocations,
    as_of=st.dates(min_value=DUE, max_value=LAST),
    notice=st.none() | days,
)
def test_a_payment_never_raises_what_is_owed(
    before: tuple[Payment, ...],
    extra: tuple[Payment, ...],
    kind: CustomerKind,
    allocation: Allocation,
    as_of: date,
    notice: date | None,
) -> None:
    """One more payment, at any time and in any order of allocation, leaves at most the same to pay."""
    more = tuple(payment.model_copy(update={"event_id": "extra"}) for payment in extra)
    without, with_it = (
        claimed(as_of, kind, payments=facts, allocation=allocation, formal_notice_presented_on=notice)
        for facts in (before, before + more)
    )
    assert with_it.total <= without.total


@given(
    facts=payments(),
    kind=st.sampled_from([CustomerKind.CONSUMER, CustomerKind.UNKNOWN]),
    as_of=st.dates(min_value=DUE, max_value=LAST),
    notice_after=st.integers(min_value=0, max_value=500),
    rate=st.none() | st.just(Decimal(15)),
)
def test_nothing_for_consumers_before_the_formal_notice(
    facts: tuple[Payment, ...], kind: CustomerKind, as_of: date, notice_after: int, rate: Decimal | None
) -> None:
    """Up to the day of the notice, and without one, a consumer owes what remains of the principal."""
    notice = as_of + timedelta(days=notice_after) if notice_after else None
    result = claimed(as_of, kind, payments=facts, formal_notice_presented_on=notice, contract_rate=rate)
    received = [payment for payment in facts if payment.received_on <= as_of]
    assert result.lines == ()
    assert result.total - result.overpaid == balance(invoice(), received, [])


@given(facts=payments(), kind=kinds, allocation=allocations, as_of=st.dates(min_value=DUE, max_value=LAST))
def test_a_statement_adds_up(
    facts: tuple[Payment, ...], kind: CustomerKind, allocation: Allocation, as_of: date
) -> None:
    """Every cent received is set against something once, and the totals are the sums of what is printed."""
    result = claimed(as_of, kind, payments=facts, allocation=allocation, formal_notice_presented_on=DUE)
    for share in result.allocations:
        (payment,) = [fact for fact in facts if fact.event_id == share.event_id]
        assert share.to_interest + share.to_costs + share.to_principal + share.excess == payment.amount
    received = sum((fact.amount for fact in facts if fact.received_on <= as_of), start=eur("0"))
    owed = invoice().amount + result.interest + result.fixed_costs
    assert result.total == owed - received + result.overpaid
    assert result.total == result.principal + result.interest_due + result.fixed_costs_due
    assert result.interest == _interest(result.lines)


@given(kind=kinds, as_of=st.dates(min_value=DUE, max_value=LAST - timedelta(days=1)))
def test_waiting_never_lowers_the_claim(kind: CustomerKind, as_of: date) -> None:
    """Without payments, the claim of the next day is at least that of today."""
    today, tomorrow = (
        claimed(day, kind, formal_notice_presented_on=DUE) for day in (as_of, as_of + timedelta(days=1))
    )
    assert today.total <= tomorrow.total
