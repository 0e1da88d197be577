"""What the pure plan says should happen, computed without running anything."""

from __future__ import annotations

from collections.abc import Iterator

from activities.dependencies import calendar_for
from dunning.case import Attempt, CaseFacts, SendState
from dunning.plan import plan
from dunning.registers import PolicyRegister
from ledger.sends import EARLIER_CONTACT
from rehearsal.contacts import Contact
from rehearsal.scenario import RehearsedInvoice, Scenario


def expected_contacts(
    scenario: Scenario, policies: PolicyRegister, policy: str | None = None
) -> tuple[Contact, ...]:
    """Every planned contact of every invoice up to its payment, decided by instants.

    The plan is the one of the moment at which the invoice comes in; nothing but the payment happens after it.

    Args:
        scenario: the invoices with their events.
        policies: with every approval given, as in the run.
        policy: a policy by name; none lets the segment choose.
    """
    return tuple(
        contact for each in scenario.invoices for contact in _contacts(each, scenario, policies, policy)
    )


def _contacts(
    each: RehearsedInvoice, scenario: Scenario, policies: PolicyRegister, asked: str | None
) -> Iterator[Contact]:
    policy = policies.choose(each.invoice, each.customer, asked).policy
    calendar = calendar_for(scenario.creditor, each.customer, policy)
    facts = CaseFacts(balance=each.open_at_start, attempts=_attempts(each))
    for step in plan(each.invoice, policy, facts, calendar, each.starts_at).steps:
        if each.settled_at and step.at >= each.settled_at:
            return
        yield Contact(
            invoice=each.invoice.invoice_id,
            step=step.step,
            level=step.level,
            channel=step.act,
            at=step.at,
            customer=each.customer.customer_id,
        )


def _attempts(each: RehearsedInvoice) -> tuple[Attempt, ...]:
    if each.last_contact is None:
        return ()
    level, on = each.last_contact
    return (Attempt(step=EARLIER_CONTACT, level=level, on=on, state=SendState.ACCEPTED),)
