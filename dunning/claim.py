"""The legal claim: what may be asked for a late invoice on a given day, line by line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from dunning.claim_account import Account, PaymentAllocation
from dunning.claim_periods import InterestLine, InterestTerms, RateBasis, RateBook
from dunning.invoice import CreditNote, Invoice, Payment
from dunning.legal_rules import LegalRules
from dunning.limitation import limitation_date
from dunning.money import Money
from dunning.party import CustomerKind
from dunning.policy import Allocation
from dunning.rates import RateTable, Semester, check_contract_rate

_COSTS_CURRENCY = "EUR"


class ClaimInput(BaseModel):
    """Everything that the claim depends on, whatever the day; later facts are left out by ``as_of``."""

    model_config = ConfigDict(frozen=True)

    invoice: Invoice
    kind: CustomerKind
    """The kind whose rules apply (`Customer.legal_kind`); unknown is treated like a consumer."""
    payments: tuple[Payment, ...] = ()
    """Each once; a payment that bounced is left out, as if it had never come."""
    credit_notes: tuple[CreditNote, ...] = ()
    allocation: Allocation = Allocation.PRINCIPAL_FIRST
    contract_rate: Decimal | None = Field(default=None, gt=0, le=100)
    """Percent a year of the terms of sale; for businesses only, the others have rates of their own."""
    performed_on: date | None = None
    """Delivery of the goods or end of the service."""
    formal_notice_presented_on: date | None = None
    """First presentation of the formal notice; a consumer's interest begins on the day after."""
    insolvency_judgment_on: date | None = None
    acknowledged_on: tuple[date, ...] = ()
    """Days of the debtor's written acknowledgements (C. civ. 2240)."""
    demanded_in_writing_on: tuple[date, ...] = ()
    """Days of written demands; they count for public debtors only."""

    @model_validator(mode="after")
    def _usable_facts(self) -> Self:
        number, currency = self.invoice.number, self.invoice.amount.currency
        facts: tuple[Payment | CreditNote, ...] = (*self.payments, *self.credit_notes)
        for fact in facts:
            if fact.amount.currency != currency:
                msg = f"invoice {number} is in {currency}, but {fact.event_id} is in {fact.amount.currency}"
                raise ValueError(msg)
            if not fact.amount.is_positive:
                msg = f"invoice {number}: {fact.event_id} must be more than zero; leave out what was reversed"
                raise ValueError(msg)
        for kind in (self.payments, self.credit_notes):
            ids = [fact.event_id for fact in kind]
            if len(set(ids)) < len(ids):
                msg = f"invoice {number}: the same payment or credit note is listed twice"
                raise ValueError(msg)
        return self

    @property
    def arose_on(self) -> date:
        """When the claim arose: performance or issue, the earlier known."""
        return min(self.invoice.issue_date, self.performed_on or self.invoice.issue_date)

    @property
    def late_from(self) -> date:
        """The first day late."""
        return self.invoice.due_date + timedelta(days=1)

    @property
    def ruled_as_consumer(self) -> bool:
        """Whether the debtor has a consumer's protection: stated so, or no evidence of the contrary."""
        return self.kind in {CustomerKind.CONSUMER, CustomerKind.UNKNOWN}

    @property
    def frozen_by_insolvency(self) -> bool:
        """Whether the claim is from before the insolvency judgment, so that interest stopped with it."""
        return self.insolvency_judgment_on is not None and self.arose_on < self.insolvency_judgment_on


class Remark(StrEnum):
    """Why a claim is smaller than a reader might expect."""

    KIND_UNKNOWN = "kind_unknown"
    """No evidence that the debtor is a professional: consumer rules, and a task to find out."""
    FORMAL_NOTICE_NEEDED = "formal_notice_needed"
    """Interest begins only after a formal notice was presented."""
    STOPPED_BY_INSOLVENCY = "stopped_by_insolvency"
    """The judgment stopped the interest (C. com. L622-28)."""
    FIXED_COSTS_IN_EUROS_ONLY = "fixed_costs_in_euros_only"
    """The fixed costs are set in euros and not converted into the invoice's currency."""


class Claim(BaseModel):
    """What may be asked on one day; what accrued is kept apart from what payments already covered."""

    model_config = ConfigDict(frozen=True)

    as_of: date
    kind: CustomerKind
    principal: Money
    """What remains due of the invoice."""
    lines: tuple[InterestLine, ...]
    interest: Money
    """Sum of the lines."""
    interest_paid: Money
    fixed_costs: Money
    fixed_costs_paid: Money
    total: Money
    """Principal, interest and fixed costs that are still owed."""
    overpaid: Money
    """Paid or credited beyond everything that was owed."""
    allocations: tuple[PaymentAllocation, ...]
    missing_semesters: tuple[Semester, ...]
    """Semesters whose rate is not known; interest stops before the first of them."""
    limitation_date: date
    """Last day on which the claim can be brought."""
    remarks: tuple[Remark, ...]

    @property
    def interest_due(self) -> Money:
        """Interest that no payment covered yet."""
        return self.interest - self.interest_paid

    @property
    def fixed_costs_due(self) -> Money:
        """Fixed costs that no payment covered yet."""
        return self.fixed_costs - self.fixed_costs_paid

    @property
    def interest_computed_to(self) -> date | None:
        """Last day of the last line, to be printed when semesters are missing; none without a line."""
        return self.lines[-1].to_date if self.lines else None


def claim(request: ClaimInput, rates: RateTable, as_of: date, *, rules: LegalRules) -> Claim:
    """Compute what may be asked for an invoice on a day, from the facts up to that day.

    Penalties run from the day after the due date (C. com. L441-10 II), for a consumer legal interest from the
    day after the formal notice was presented (C. civ. 1231-6); never both. Credit notes reduce the principal
    from the start: what was credited was not due, so it bears no interest, whenever the note was written.

    Args:
        request: invoice, debtor's kind, payments and the other facts.
        rates: the half-yearly rates; where one is missing, interest stops the day before.
        as_of: the last day counted.
        rules: the fixed figures of law.

    Raises:
        ContractRateError: the contract rate is below three times the legal rate of the first day late.
    """
    credited = _sum((note.amount for note in request.credit_notes if note.issued_on <= as_of), request)
    net = request.invoice.amount - credited
    nothing = Money.zero(net.currency)
    account = Account(
        principal=max(net, nothing),
        late_from=request.late_from,
        costs_when_late=_fixed_costs(request, rules),
        terms=_terms(request, rates, rules),
        book=RateBook(rates=rates, rules=rules),
        allocation=request.allocation,
        excess=max(-net, nothing),
    )
    for payment in sorted(request.payments, key=lambda payment: payment.received_on):
        if payment.received_on <= as_of:
            account.receive(payment)
    account.accrue_to(as_of)
    return _statement(request, account, as_of, rules)


def _sum(amounts: Iterable[Money], request: ClaimInput) -> Money:
    return sum(amounts, start=Money.zero(request.invoice.amount.currency))


def _fixed_costs(request: ClaimInput, rules: LegalRules) -> Money:
    currency = request.invoice.amount.currency
    judgment = request.insolvency_judgment_on
    forbidden_when_due = judgment is not None and request.invoice.due_date >= judgment
    if request.ruled_as_consumer or forbidden_when_due or currency != _COSTS_CURRENCY:
        return Money.zero(currency)
    return Money(amount=rules.fixed_recovery_costs.value, currency=currency)


def _terms(request: ClaimInput, rates: RateTable, rules: LegalRules) -> InterestTerms | None:
    # The judgment takes effect from the first hour of its day (C. com. R621-4): that day bears no interest.
    judgment = request.insolvency_judgment_on if request.frozen_by_insolvency else None
    last_day = judgment - timedelta(days=1) if judgment else None
    first_day, basis, contract_rate = request.late_from, RateBasis.DEFAULT_PENALTY, None
    if request.ruled_as_consumer:
        if request.formal_notice_presented_on is None:
            return None
        first_day = max(first_day, request.formal_notice_presented_on + timedelta(days=1))
        basis = RateBasis.LEGAL
    elif request.kind is CustomerKind.PUBLIC:
        basis = RateBasis.PUBLIC_PENALTY
    elif request.contract_rate is not None:
        check_contract_rate(request.contract_rate, first_day, rates, rules)
        basis, contract_rate = RateBasis.CONTRACT, request.contract_rate
    return InterestTerms(basis=basis, first_day=first_day, last_day=last_day, contract_rate=contract_rate)


def _statement(request: ClaimInput, account: Account, as_of: date, rules: LegalRules) -> Claim:
    return Claim(
        as_of=as_of,
        kind=request.kind,
        principal=account.principal,
        lines=tuple(account.lines),
        interest=_sum((line.amount for line in account.lines), request),
        interest_paid=_sum((share.to_interest for share in account.allocations), request),
        fixed_costs=account.costs,
        fixed_costs_paid=_sum((share.to_costs for share in account.allocations), request),
        total=account.principal + account.interest_due + account.costs_due,
        overpaid=account.excess,
        allocations=tuple(account.allocations),
        missing_semesters=tuple(account.missing),
        limitation_date=limitation_date(
            request.arose_on, request.kind, _interruptions(request, as_of), rules
        ),
        remarks=tuple(_remarks(request, account, as_of)),
    )


def _interruptions(request: ClaimInput, as_of: date) -> list[date]:
    days = [payment.received_on for payment in request.payments]
    days.extend(request.acknowledged_on)
    if request.kind is CustomerKind.PUBLIC:
        days.extend(request.demanded_in_writing_on)
    return [day for day in days if day <= as_of]


def _remarks(request: ClaimInput, account: Account, as_of: date) -> Iterator[Remark]:
    if request.kind is CustomerKind.UNKNOWN:
        yield Remark.KIND_UNKNOWN
    if as_of < request.late_from:
        return
    notice, judgment = request.formal_notice_presented_on, request.insolvency_judgment_on
    if request.ruled_as_consumer and (notice is None or notice > as_of):
        yield Remark.FORMAL_NOTICE_NEEDED
    if request.frozen_by_insolvency and judgment is not None and judgment <= as_of:
        yield Remark.STOPPED_BY_INSOLVENCY
    if not request.ruled_as_consumer and account.principal.currency != _COSTS_CURRENCY:
        yield Remark.FIXED_COSTS_IN_EUROS_ONLY
