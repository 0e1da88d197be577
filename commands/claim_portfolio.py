"""Turns the invoices of a portfolio into requests for the legal claim."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from commands.desk import Desk
from dunning.claim import ClaimInput
from dunning.invoice import CreditNote, Payment
from dunning.money import Money
from intake.credits import CreditAllocation, net_credits
from intake.portfolio import Portfolio, PortfolioEntry


@dataclass(frozen=True)
class Asked:
    """One claim to be computed."""

    invoice: str
    """As people and programs call it."""
    request: ClaimInput
    undated: Money | None = None
    """Paid on a day that nobody stated."""
    issue_date_known: bool = True
    rate_stated: bool = False
    """Whether a contract rate was stated for this very invoice."""


def asked_of(desk: Desk, portfolio: Portfolio, as_of: date) -> Iterator[Asked]:
    """What each invoice of a portfolio asks for.

    A settled invoice without a paid amount was paid in full on its settled_date; a paid amount came on the
    settled_date too. Without that day it counts as received on the due date: it bears no interest then, so
    that never more is asked than is owed. Credits of the file reduce the principal, as `import` nets them.

    Args:
        desk: its creditor's contract rate and policies apply.
        portfolio: what was read.
        as_of: credits of a later day are left out.
    """
    payments = {entry.line: _payment(entry, as_of) for entry in portfolio.entries}
    credited = _credited(portfolio, payments, as_of)
    for entry in portfolio.entries:
        payment = payments[entry.line]
        policy = desk.registers.policies.choose(entry.invoice, entry.customer, None).policy
        request = ClaimInput(
            invoice=entry.invoice,
            kind=entry.customer.legal_kind,
            payments=(payment,) if payment else (),
            credit_notes=tuple(_notes(entry, credited[entry.invoice.invoice_id])),
            allocation=policy.allocation,
            contract_rate=desk.creditor.contract_rate,
        )
        undated = payment.amount if payment and entry.settled_date is None else None
        yield Asked(entry.invoice.invoice_id, request, undated)


def _payment(entry: PortfolioEntry, as_of: date) -> Payment | None:
    amount = entry.paid
    if not amount.is_positive and entry.settled_date is not None:
        amount = entry.invoice.amount
    if not amount.is_positive:
        return None
    received_on = entry.settled_date or min(entry.invoice.due_date, as_of)
    return Payment(event_id=f"paid-{entry.line}", amount=amount, received_on=received_on)


def _credited(
    portfolio: Portfolio, payments: dict[int, Payment | None], as_of: date
) -> defaultdict[str, list[CreditAllocation]]:
    usable = [one for one in portfolio.credits if one.issued_on is None or one.issued_on <= as_of]
    open_invoices = []
    for entry in portfolio.entries:
        payment = payments[entry.line]
        counts = payment is not None and payment.received_on <= as_of
        balance = entry.invoice.amount - payment.amount if payment and counts else entry.invoice.amount
        open_invoices.append(entry.open_invoice.model_copy(update={"balance": balance}))
    credited: defaultdict[str, list[CreditAllocation]] = defaultdict(list)
    for allocation in net_credits(open_invoices, usable).allocations:
        credited[allocation.invoice_id].append(allocation)
    return credited


def _notes(entry: PortfolioEntry, allocations: list[CreditAllocation]) -> Iterator[CreditNote]:
    for allocation in allocations:
        yield CreditNote(
            event_id=allocation.event_id,
            amount=allocation.amount,
            issued_on=allocation.issued_on or entry.invoice.issue_date,
        )
