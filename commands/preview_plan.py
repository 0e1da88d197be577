"""What dunning would do with the invoices of a file; no books, no server, no side effect."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from activities.dependencies import calendar_for
from commands.desk import Desk
from dunning.calendar import BusinessCalendar
from dunning.case import Attempt, CaseFacts, DunningStatus, SendState
from dunning.invoice import CreditNote, Payment, balance
from dunning.plan import PlannedStep, plan
from dunning.policy import Policy, PolicyStep
from intake.credits import CreditAllocation, net_credits
from intake.portfolio import Portfolio, PortfolioEntry
from ledger.cases import Case
from ledger.keys import CaseKey
from ledger.sends import EARLIER_CONTACT


@dataclass(frozen=True)
class Outlook:
    """One invoice of the file, and the steps to come."""

    case: Case
    policy: Policy
    calendar: BusinessCalendar
    steps: tuple[PlannedStep, ...]

    def before(self, index: int) -> Case:
        """The case as it would stand at a step, the steps before it done and nothing else having happened."""
        done = tuple(self._attempt(step) for step in self.steps[:index])
        facts = self.case.facts.model_copy(update={"attempts": (*self.case.facts.attempts, *done)})
        return self.case.model_copy(update={"facts": facts})

    def day(self, step: PlannedStep) -> date:
        """The creditor's local date of a step."""
        return self.calendar.today(step.at)

    def policy_step(self, step: PlannedStep) -> PolicyStep:
        """The policy's description of a step."""
        found = self.policy.step(step.step)
        assert found is not None  # noqa: S101 - without an arrangement every step is the policy's
        return found

    def _attempt(self, step: PlannedStep) -> Attempt:
        reminder = self.policy_step(step).is_reminder
        return Attempt(
            step=step.step, level=step.level, on=self.day(step), state=SendState.ACCEPTED, reminder=reminder
        )


def outlooks(desk: Desk, portfolio: Portfolio, policy: str | None, as_of: date | None) -> Iterator[Outlook]:
    """Plan each invoice of a file as the worker would.

    Args:
        desk: creditor and registers.
        portfolio: what was read; its credits are netted first.
        policy: asked for by name; none: as the register chooses.
        as_of: from the opening of the window of that day; none: every step on its own date.

    Raises:
        UnknownPolicyError: the named one does not exist.
    """
    taken: defaultdict[str, list[CreditAllocation]] = defaultdict(list)
    netting = net_credits([entry.open_invoice for entry in portfolio.entries], portfolio.credits)
    for part in netting.allocations:
        taken[part.invoice_id].append(part)
    for entry in portfolio.entries:
        chosen = desk.registers.policies.choose(entry.invoice, entry.customer, policy).policy
        calendar = calendar_for(desk.creditor, entry.customer, chosen)
        now = calendar.start_of(as_of) if as_of else None
        case = _case(entry, taken[entry.invoice.invoice_id], chosen, remembers=as_of is not None)
        dated = plan(entry.invoice, chosen, case.facts, calendar, now)
        yield Outlook(case, chosen, calendar, dated.steps)


def _case(
    entry: PortfolioEntry, credited: Sequence[CreditAllocation], policy: Policy, *, remembers: bool
) -> Case:
    """The case that an import would open; the nominal plan shows steps before the last contact too."""
    invoice = entry.invoice
    payments = (
        (Payment(event_id="file", amount=entry.paid, received_on=entry.settled_date or invoice.due_date),)
        if entry.paid.is_positive
        else ()
    )
    notes = tuple(
        CreditNote(
            event_id=part.event_id,
            amount=part.amount,
            issued_on=part.issued_on or invoice.issue_date,
            reference=part.reference,
        )
        for part in credited
    )
    attempts = _earlier_contact(entry) if remembers else ()
    facts = CaseFacts(balance=balance(invoice, payments, notes), attempts=attempts)
    return Case(
        key=CaseKey(invoice.creditor_id, invoice.invoice_id),
        invoice=invoice,
        customer=entry.customer,
        payments=payments,
        credit_notes=notes,
        facts=facts,
        status=DunningStatus.PENDING,
        level=facts.highest_level,
        policy=policy.name,
        policy_fixed=False,
        accessories_asked=None,
        email_bounced=False,
        next_step=None,
        next_action_at=None,
        opened_at=datetime.combine(invoice.issue_date, time(0), UTC),
        closed_at=None,
    )


def _earlier_contact(entry: PortfolioEntry) -> tuple[Attempt, ...]:
    if entry.last_contact_level is None or entry.last_contact_date is None:
        return ()
    return (
        Attempt(
            step=EARLIER_CONTACT,
            level=entry.last_contact_level,
            on=entry.last_contact_date,
            state=SendState.ACCEPTED,
        ),
    )
