from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from dunning.claim import ClaimInput, Remark
from dunning.claim_periods import RateBasis
from dunning.party import CustomerKind
from dunning.policy import Allocation
from dunning.rates import ContractRateError, Semester
from tests.dunning.claim_cases import DUE, claimed, credited, eur, invoice, paid

BUSINESS, PUBLIC = CustomerKind.BUSINESS, CustomerKind.PUBLIC
CONSUMER, UNKNOWN = CustomerKind.CONSUMER, CustomerKind.UNKNOWN
AUGUST_15 = date(2025, 8, 15)


def test_business_at_the_default_rate() -> None:
    """1 200.00 due 2025-05-31, paid 2025-08-15: 12.97 + 18.37 of interest and 40.00 of costs."""
    result = claimed(AUGUST_15, payments=(paid("1200.00", AUGUST_15),))
    assert [(line.days, line.rate, line.amount) for line in result.lines] == [
        (30, Decimal("13.15"), eur("12.97")),
        (46, Decimal("12.15"), eur("18.37")),
    ]
    assert [(line.from_date, line.to_date) for line in result.lines] == [
        (date(2025, 6, 1), date(2025, 6, 30)),
        (date(2025, 7, 1), AUGUST_15),
    ]
    assert {line.basis for line in result.lines} == {RateBasis.DEFAULT_PENALTY}
    assert (result.principal, result.interest, result.fixed_costs) == (eur("0"), eur("31.34"), eur("40"))
    assert result.total == eur("71.34")
    assert result.remarks == ()


def test_public_buyer_at_a_frozen_rate() -> None:
    """The same dates: one line of 76 days at the 11.15 % of the first semester, 27.86, and 40.00."""
    result = claimed(AUGUST_15, PUBLIC, payments=(paid("1200.00", AUGUST_15),))
    (line,) = result.lines
    assert (line.days, line.rate, line.amount) == (76, Decimal("11.15"), eur("27.86"))
    assert line.basis is RateBasis.PUBLIC_PENALTY
    assert (result.interest, result.fixed_costs) == (eur("27.86"), eur("40"))


def test_consumer_after_a_formal_notice() -> None:
    """Notice first presented 2025-07-15, paid 2025-08-15: 31 days at 2.76 %, 2.81, nothing else."""
    result = claimed(
        AUGUST_15,
        CONSUMER,
        payments=(paid("1200.00", AUGUST_15),),
        formal_notice_presented_on=date(2025, 7, 15),
    )
    (line,) = result.lines
    assert (line.days, line.rate, line.amount, line.basis) == (
        31,
        Decimal("2.76"),
        eur("2.81"),
        RateBasis.LEGAL,
    )
    assert (result.fixed_costs, result.total) == (eur("0"), eur("2.81"))


def test_part_payment_to_interest_and_costs_first() -> None:
    """500.00 on 2025-06-30: 12.97 to interest, 40.00 to costs, 447.03 to principal, 752.97 remain."""
    payment = paid("500.00", date(2025, 6, 30))
    result = claimed(date(2025, 6, 30), payments=(payment,), allocation=Allocation.INTEREST_AND_COSTS_FIRST)
    (share,) = result.allocations
    assert (share.to_interest, share.to_costs, share.to_principal, share.excess) == (
        eur("12.97"),
        eur("40.00"),
        eur("447.03"),
        eur("0"),
    )
    assert result.principal == result.total == eur("752.97")
    assert (result.interest_due, result.fixed_costs_due) == (eur("0"), eur("0"))


def test_part_payment_to_principal_first() -> None:
    """By default the same payment lowers the base of interest from the day after it."""
    result = claimed(AUGUST_15, payments=(paid("500.00", date(2025, 6, 30)),))
    assert [(line.base, line.days) for line in result.lines] == [(eur("1200"), 30), (eur("700"), 46)]
    assert result.principal == eur("700")
    assert result.interest_due == result.interest == eur("12.97") + eur("10.72")


def test_a_line_ends_with_each_part_payment() -> None:
    """The day of a payment still bears interest on the old base; two payments of one day split once."""
    middle = date(2025, 6, 10)
    result = claimed(date(2025, 6, 20), payments=(paid("100", middle, "a"), paid("200", middle, "b")))
    assert [(line.to_date, line.base) for line in result.lines] == [
        (middle, eur("1200")),
        (date(2025, 6, 20), eur("900")),
    ]


def test_an_overpayment_covers_interest_and_costs_then_shows() -> None:
    """What exceeds the principal goes to accrued interest, then to costs; the rest is overpaid."""
    result = claimed(AUGUST_15, payments=(paid("1300.00", date(2025, 6, 30)),))
    (share,) = result.allocations
    assert (share.to_interest, share.to_costs, share.excess) == (eur("12.97"), eur("40"), eur("47.03"))
    assert (result.total, result.overpaid) == (eur("0"), eur("47.03"))


@pytest.mark.parametrize("kind", list(CustomerKind))
def test_nothing_accrues_up_to_the_due_date(kind: CustomerKind) -> None:
    """On the due date only the principal is owed, and a payment on that day leaves nothing at all."""
    assert claimed(DUE, kind).total == eur("1200")
    assert claimed(AUGUST_15, kind, payments=(paid("1200", DUE),)).total == eur("0")


def test_fixed_costs_fall_due_once_on_the_first_day_late() -> None:
    """40 euros from the first day late, and still 40 after a year and three part payments."""
    assert claimed(date(2025, 6, 1)).fixed_costs == eur("40")
    parts = tuple(paid("10", date(2025, month, 9), str(month)) for month in (6, 7, 8))
    assert claimed(date(2026, 6, 1), payments=parts).fixed_costs == eur("40")


@pytest.mark.parametrize("kind", [CONSUMER, UNKNOWN])
def test_without_a_formal_notice_a_consumer_owes_the_principal_alone(kind: CustomerKind) -> None:
    """Neither penalties nor costs, whatever the terms of sale say; the remark says what is needed."""
    result = claimed(AUGUST_15, kind, contract_rate=Decimal(15))
    assert (result.lines, result.total) == ((), eur("1200"))
    assert Remark.FORMAL_NOTICE_NEEDED in result.remarks
    assert (Remark.KIND_UNKNOWN in result.remarks) is (kind is UNKNOWN)


def test_a_notice_presented_before_the_due_date_waits_for_it() -> None:
    """Interest never begins before the first day late."""
    result = claimed(date(2025, 6, 10), CONSUMER, formal_notice_presented_on=date(2025, 5, 2))
    assert result.lines[0].from_date == date(2025, 6, 1)


def test_a_contract_rate_replaces_the_default() -> None:
    """15 % of the terms of sale in each semester, and no legal interest on top."""
    result = claimed(AUGUST_15, contract_rate=Decimal(15))
    assert [(line.rate, line.basis, line.amount) for line in result.lines] == [
        (Decimal(15), RateBasis.CONTRACT, eur("14.79")),
        (Decimal(15), RateBasis.CONTRACT, eur("22.68")),
    ]


def test_a_contract_rate_below_the_floor_is_refused() -> None:
    """Three times 3.71 is 11.13: 11.12 is refused with both figures, 11.13 passes."""
    with pytest.raises(ContractRateError, match=r"11\.12 % is below the legal minimum of 11\.13 %"):
        claimed(AUGUST_15, contract_rate=Decimal("11.12"))
    assert claimed(AUGUST_15, contract_rate=Decimal("11.13")).interest.is_positive


def test_a_public_buyer_keeps_its_rate_despite_terms_of_sale() -> None:
    """The rate of public buyers is set by decree."""
    assert claimed(AUGUST_15, PUBLIC, contract_rate=Decimal(15)).interest == eur("27.86")


def test_a_credit_note_bears_no_interest_from_the_start() -> None:
    """Crediting 200.00 in July computes June on 1 000.00 too; before the note was written, on 1 200.00."""
    note = credited("200.00", date(2025, 7, 20))
    assert {line.base for line in claimed(AUGUST_15, credit_notes=(note,)).lines} == {eur("1000")}
    assert claimed(date(2025, 7, 1), credit_notes=(note,)).principal == eur("1200")


def test_a_disputed_part_credited_later_was_never_late() -> None:
    """1 000.00 paid on time and 200.00 credited in July: no interest, no costs."""
    result = claimed(
        AUGUST_15, payments=(paid("1000", DUE),), credit_notes=(credited("200", date(2025, 7, 20)),)
    )
    assert (result.total, result.fixed_costs, result.lines) == (eur("0"), eur("0"), ())


def test_credits_beyond_the_invoice_are_overpaid() -> None:
    """A credit larger than the invoice leaves nothing owed and shows the rest."""
    result = claimed(AUGUST_15, credit_notes=(credited("1250", date(2025, 6, 2)),))
    assert (result.total, result.overpaid) == (eur("0"), eur("50"))


def test_interest_stops_before_a_missing_rate() -> None:
    """Without the rate of 2026-S2 the claim is computed to 30 June 2026, and names the semester."""
    result = claimed(date(2026, 11, 22))
    assert result.interest_computed_to == date(2026, 6, 30)
    assert result.missing_semesters == (Semester(year=2026, half=2),)
    assert result.interest == claimed(date(2026, 6, 30)).interest


def test_after_a_gap_nothing_is_computed() -> None:
    """An invoice from before the table has no interest at all until its rates are added; all are named."""
    result = claimed(date(2023, 8, 1), invoice=invoice(due=date(2022, 9, 15)))
    assert (result.lines, result.interest_computed_to) == ((), None)
    assert [str(semester) for semester in result.missing_semesters] == ["2022-S2", "2023-S1"]
    assert result.fixed_costs == eur("40")


def test_no_rate_is_missing_once_the_principal_is_paid() -> None:
    """A claim settled in June 2026 does not need the rate of July."""
    result = claimed(date(2026, 11, 22), payments=(paid("1200", date(2026, 6, 20)),))
    assert result.missing_semesters == ()


def test_a_frozen_or_agreed_rate_needs_no_later_semester() -> None:
    """Public buyers and contract rates are computed past the last known semester."""
    for kind, rate in ((PUBLIC, None), (BUSINESS, Decimal(15))):
        result = claimed(date(2026, 11, 22), kind, contract_rate=rate)
        assert (result.missing_semesters, result.interest_computed_to) == ((), date(2026, 11, 22))


def test_a_leap_year_divides_by_365_too() -> None:
    """2024 has 182 days in its first semester, each a 365th of the rate."""
    result = claimed(date(2024, 6, 30), invoice=invoice(amount="36500", due=date(2023, 12, 31)))
    assert [(line.days, line.amount) for line in result.lines] == [(182, eur("2639.00"))]


def test_an_insolvency_judgment_stops_interest_and_keeps_the_costs_already_due() -> None:
    """The day of the judgment bears no more interest; the 40 euros were due before it."""
    result = claimed(AUGUST_15, insolvency_judgment_on=date(2025, 7, 1))
    assert (result.interest, result.interest_computed_to) == (eur("12.97"), date(2025, 6, 30))
    assert result.fixed_costs == eur("40")
    assert result.remarks == (Remark.STOPPED_BY_INSOLVENCY,)


def test_a_debt_late_after_the_judgment_has_no_costs() -> None:
    """Issued before, due on or after the day of the judgment: the principal alone."""
    result = claimed(AUGUST_15, insolvency_judgment_on=DUE)
    assert (result.total, result.fixed_costs) == (eur("1200"), eur("0"))


def test_supplies_after_the_judgment_bear_interest() -> None:
    """What arose on or after the day of the judgment is late like any debt, but without costs."""
    result = claimed(AUGUST_15, insolvency_judgment_on=date(2025, 5, 1))
    assert (result.interest, result.fixed_costs) == (eur("31.34"), eur("0"))
    earlier = claimed(AUGUST_15, insolvency_judgment_on=date(2025, 5, 1), performed_on=date(2025, 4, 30))
    assert earlier.interest == eur("0")


def test_fixed_costs_are_not_converted_into_another_currency() -> None:
    """A claim in another currency bears interest, no 40 euros, and says so."""
    result = claimed(AUGUST_15, invoice=invoice(currency="CHF"))
    assert result.interest.currency == "CHF"
    assert not result.fixed_costs.is_positive
    assert result.remarks == (Remark.FIXED_COSTS_IN_EUROS_ONLY,)


def test_lines_are_rounded_to_the_currency() -> None:
    """Yen have no minor unit, so neither have the lines."""
    result = claimed(AUGUST_15, invoice=invoice(amount="120000", currency="JPY"))
    assert [str(line.amount) for line in result.lines] == ["1297 JPY", "1837 JPY"]


def test_later_facts_do_not_count_yet() -> None:
    """A payment, a notice and an acknowledgement after the day of the claim change nothing."""
    day, later = date(2025, 6, 30), date(2025, 7, 1)
    assert claimed(day, payments=(paid("500", later),)) == claimed(day)
    with_facts = claimed(day, CONSUMER, formal_notice_presented_on=later, acknowledged_on=(later,))
    assert with_facts == claimed(day, CONSUMER)


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        ({"payments": (paid("5", DUE, currency="USD"),)}, "is in EUR, but pay-1 is in USD"),
        ({"payments": (paid("-5", DUE),)}, "pay-1 must be more than zero"),
        ({"credit_notes": (credited("0", DUE),)}, "note-1 must be more than zero"),
        ({"payments": (paid("5", DUE), paid("5", DUE))}, "listed twice"),
        ({"contract_rate": Decimal(0)}, "greater than 0"),
    ],
)
def test_unusable_facts_are_refused(facts: dict[str, object], message: str) -> None:
    """Another currency, nothing or less, the same money twice: each refused in words."""
    with pytest.raises(ValueError, match=message):
        ClaimInput.model_validate({"invoice": invoice(), "kind": BUSINESS, **facts})
