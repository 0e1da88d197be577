"""The running account of a late invoice: interest and costs accrue, payments are set against them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

from pydantic import BaseModel, ConfigDict

from dunning.claim_periods import InterestLine, InterestTerms, RateBook, accrue
from dunning.invoice import Payment
from dunning.money import Money
from dunning.policy import Allocation
from dunning.rates import Semester


class PaymentAllocation(BaseModel):
    """How one payment was set against the debt."""

    model_config = ConfigDict(frozen=True)

    event_id: str
    received_on: date
    to_interest: Money
    to_costs: Money
    to_principal: Money
    excess: Money
    """Paid beyond all that was owed on that day."""


@dataclass
class Account:
    """What is owed on one invoice, moved forward day by day; days only go forward."""

    principal: Money
    """What remains due of the principal."""
    late_from: date
    """The first day late."""
    costs_when_late: Money
    """Fixed recovery costs that fall due if something is unpaid on the first day late."""
    terms: InterestTerms | None
    """None while nothing bears interest."""
    book: RateBook
    allocation: Allocation
    excess: Money
    """Credited, and later also paid, beyond all that was owed."""
    lines: list[InterestLine] = field(default_factory=list)
    missing: list[Semester] = field(default_factory=list)
    allocations: list[PaymentAllocation] = field(default_factory=list)
    interest_due: Money = field(init=False)
    costs_due: Money = field(init=False)
    costs: Money = field(init=False)
    _next_day: date = date.min
    _late: bool = False

    def __post_init__(self) -> None:
        nothing = Money.zero(self.principal.currency)
        self.interest_due = self.costs_due = self.costs = nothing

    def accrue_to(self, day: date) -> None:
        """Add the interest and costs that fall due up to the end of this day."""
        if day < self._next_day:
            return
        self._charge_costs(day)
        if self.terms is not None:
            self._charge_interest(day, self.terms)
        self._next_day = day + timedelta(days=1)

    def _charge_costs(self, day: date) -> None:
        # Once for the invoice: what is still unpaid on the first day late decides, not each later day.
        if self._late or day < self.late_from or not self.principal.is_positive:
            return
        self._late = True
        self.costs = self.costs_due = self.costs_when_late

    def _charge_interest(self, day: date, terms: InterestTerms) -> None:
        accrual = accrue(self.principal, self._next_day, day, terms, self.book)
        # After a gap in the rates nothing more is computed, so that "computed to" has one meaning.
        for line in accrual.lines if not self.missing else ():
            self.lines.append(line)
            self.interest_due += line.amount
        self.missing.extend(semester for semester in accrual.missing if semester not in self.missing)

    def receive(self, payment: Payment) -> None:
        """Accrue to the day of a payment, then set it against what is owed, in the agreed order."""
        self.accrue_to(payment.received_on)
        rest = payment.amount
        shares: dict[str, Money] = {}
        for name in _ORDER[self.allocation]:
            owed: Money = getattr(self, name)
            shares[name] = min(rest, owed)
            setattr(self, name, owed - shares[name])
            rest -= shares[name]
        self.excess += rest
        self.allocations.append(
            PaymentAllocation(
                event_id=payment.event_id,
                received_on=payment.received_on,
                to_interest=shares["interest_due"],
                to_costs=shares["costs_due"],
                to_principal=shares["principal"],
                excess=rest,
            )
        )


_ORDER = {
    Allocation.PRINCIPAL_FIRST: ("principal", "interest_due", "costs_due"),
    Allocation.INTEREST_AND_COSTS_FIRST: ("interest_due", "costs_due", "principal"),
}
