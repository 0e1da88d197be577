"""A case as it stands in the books at one moment: all that planning and acting need to know."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from pydantic import BaseModel, ConfigDict

from dunning.case import Attempt, CaseFacts, DunningStatus, SendState
from dunning.invoice import CreditNote, Invoice, Payment
from dunning.money import Money
from dunning.party import Customer
from ledger.arrangements import active_arrangements, instalments_of
from ledger.customers import known_customer
from ledger.keys import CaseKey, of_case
from ledger.schema import approvals, sends
from ledger.standing import Standing, credit_notes_of, payments_of, standing_of

_ATTEMPTED = (SendState.ACCEPTED, SendState.REFUSED, SendState.UNKNOWN, SendState.SKIPPED)


class Case(BaseModel):
    """One invoice with its customer, its money and the story so far."""

    model_config = ConfigDict(frozen=True)

    key: CaseKey
    invoice: Invoice
    customer: Customer
    payments: tuple[Payment, ...]
    """Those that count."""
    credit_notes: tuple[CreditNote, ...]
    """Those that count."""
    facts: CaseFacts
    status: DunningStatus
    level: int
    policy: str | None
    policy_fixed: bool
    """Whether the policy was named when the invoice came in; else the segment chooses it."""
    accessories_asked: Money | None
    email_bounced: bool
    """Whether the customer's address refused a message and did not change since."""
    next_step: str | None
    next_action_at: datetime | None
    opened_at: datetime
    closed_at: datetime | None

    @property
    def balance(self) -> Money:
        """What remains of the principal; negative when overpaid."""
        return self.facts.balance


def load(conn: sa.Connection, key: CaseKey, *, lock: bool = False) -> Case | None:
    """Read a case.

    Args:
        conn: a transaction.
        key: the case.
        lock: have other writers of this case wait until the transaction ends.

    Returns:
        None where the books have no such invoice.
    """
    standing = standing_of(conn, key, lock=lock)
    if standing is None:
        return None
    known = known_customer(conn, key.creditor_id, standing.invoice.customer_id)
    if known is None:
        msg = f"customer {standing.invoice.customer_id} of {key.creditor_id} is not in the books"
        raise LookupError(msg)
    return Case(
        key=key,
        invoice=standing.invoice,
        customer=known.customer,
        payments=payments_of(conn, key),
        credit_notes=credit_notes_of(conn, key),
        facts=_facts(conn, standing),
        status=standing.status,
        level=standing.level,
        policy=standing.policy,
        policy_fixed=standing.policy_fixed,
        accessories_asked=standing.accessories_asked,
        email_bounced=known.email_bounced,
        next_step=standing.next_step,
        next_action_at=standing.next_action_at,
        opened_at=standing.opened_at,
        closed_at=standing.closed_at,
    )


def _facts(conn: sa.Connection, standing: Standing) -> CaseFacts:
    running = active_arrangements(conn, standing.key)
    return CaseFacts(
        balance=standing.balance,
        closed=standing.status if standing.closed else None,
        attempts=_attempts(conn, standing),
        approved=_approved(conn, standing),
        hold=running.hold_placed,
        promise=running.promise_made,
        instalments=instalments_of(conn, standing.key, running.plan),
        presumed_paid=standing.presumed_paid,
        cycle=standing.cycle,
    )


def _attempts(conn: sa.Connection, standing: Standing) -> tuple[Attempt, ...]:
    counted = sa.and_(
        of_case(sends, standing.key),
        sends.c.cycle >= standing.escalation_cycle,
        sends.c.state.in_([state.value for state in _ATTEMPTED]),
    )
    columns = (sends.c.step, sends.c.level, sends.c.acted_on, sends.c.state, sends.c.reminder, sends.c.cycle)
    rows = conn.execute(sa.select(*columns).where(counted).order_by(sends.c.acted_at, sends.c.id))
    return tuple(
        Attempt(
            step=row.step,
            level=row.level,
            on=row.acted_on,
            state=row.state,
            reminder=row.reminder,
            cycle=row.cycle,
        )
        for row in rows
    )


def _approved(conn: sa.Connection, standing: Standing) -> frozenset[str]:
    counted = sa.and_(of_case(approvals, standing.key), approvals.c.cycle >= standing.escalation_cycle)
    return frozenset(conn.execute(sa.select(approvals.c.step).where(counted)).scalars())
