"""One fact on its way into the books of one case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from dunning.arrangement import ArrangementState, PaymentPlan, Promise
from dunning.case import DunningStatus
from dunning.facts import Booking, BookingOutcome
from dunning.invoice import Invoice
from dunning.journal import EntryKind, TaskKind
from dunning.money import Money
from dunning.refusal import Refusal
from ledger import journal, tasks
from ledger.arrangements import active_arrangements, conclude
from ledger.closing import close, finish_tasks_of_closed
from ledger.keys import CaseKey, fitting
from ledger.standing import Standing, change, refigure


@dataclass(frozen=True)
class Posting:
    """What booking a fact works with: the locked case, the identity of the fact, the moment."""

    conn: sa.Connection
    standing: Standing
    event_id: str
    fact: str
    actor: str
    now: datetime
    today: date

    @property
    def key(self) -> CaseKey:
        """The case."""
        return self.standing.key

    @property
    def arrangement_id(self) -> str:
        """Identity of what the fact arranges."""
        return fitting(f"{self.fact}:{self.event_id}")

    @property
    def booked(self) -> Booking:
        """The answer that all went well."""
        return Booking(event_id=self.event_id, outcome=BookingOutcome.BOOKED)

    @property
    def duplicate(self) -> Booking:
        """The answer that this is known."""
        return Booking(event_id=self.event_id, outcome=BookingOutcome.DUPLICATE)

    def kept(self, reason: str, **details: Any) -> Booking:
        """The answer that the fact is kept, but was not applied."""
        return Booking(
            event_id=self.event_id,
            outcome=BookingOutcome.KEPT,
            refusal=reason,
            details={name: str(value) for name, value in details.items()},
        )

    def enter(self, kind: EntryKind, **details: Any) -> None:
        """Write the journal line that carries the fact's identity; there is one per fact."""
        journal.append(
            self.conn,
            self.key,
            kind,
            at=self.now,
            actor=self.actor,
            event_id=self.event_id,
            fact=self.fact,
            **details,
        )

    def tell(self, kind: EntryKind, **details: Any) -> None:
        """Write a further line: what followed from the fact."""
        journal.append(self.conn, self.key, kind, at=self.now, actor=self.actor, **details)

    def ask(self, kind: TaskKind, **details: Any) -> int:
        """Open a task about the fact, once."""
        return tasks.open_task(
            self.conn,
            kind=kind,
            dedupe_key=tasks.task_key(kind, *self.key, self.fact, self.event_id),
            creditor_id=self.key.creditor_id,
            invoice_id=self.key.invoice_id,
            customer_id=self.standing.invoice.customer_id,
            details=details,
            now=self.now,
        )

    def keep(self, reason: str, **details: Any) -> Booking:
        """Journal a fact that cannot be applied, and give it to a person."""
        self.enter(EntryKind.REFUSAL, told=self.fact, refusal=reason, details=details)
        self.ask(TaskKind.REFUSED_FACT, told=self.fact, refusal=reason, details=details)
        return self.kept(reason, **details)

    def change(self, **columns: Any) -> None:
        """Write columns of the case."""
        change(self.conn, self.key, self.now, **columns)

    def close(self, status: DunningStatus, kind: EntryKind, **details: Any) -> None:
        """Close the case, by this fact."""
        close(
            self.conn,
            self.key,
            status,
            self.now,
            kind=kind,
            details=details,
            actor=self.actor,
            event_id=self.event_id,
            fact=self.fact,
        )

    def require_open(self) -> None:
        """Refuse a command on a case where dunning is over.

        Raises:
            Refusal: ``case_closed``.
        """
        if self.standing.closed:
            raise Refusal("case_closed", status=self.standing.status.value)

    def figure(self, invoice: Invoice | None = None) -> Money:
        """Work the balance out anew; what is paid in full keeps promise and plan, and settles a closed case.

        Args:
            invoice: the claim as it was just corrected; none: as it was.

        Returns:
            The balance; negative when overpaid.
        """
        remaining = refigure(self.conn, self.key, invoice or self.standing.invoice, self.now)
        if remaining.is_positive:
            return remaining
        self._keep_arrangements()
        if self.standing.status in {DunningStatus.HANDED_OVER, DunningStatus.WRITTEN_OFF}:
            self.change(status=DunningStatus.SETTLED.value)
            finish_tasks_of_closed(self.conn, self.key, DunningStatus.SETTLED, self.now)
            self.tell(EntryKind.SETTLED, after=self.standing.status)
        return remaining

    def _keep_arrangements(self) -> None:
        for one in active_arrangements(self.conn, self.key).running:
            match one.content:
                case PaymentPlan():
                    conclude(self.conn, one, ArrangementState.KEPT, self.now)
                    self.tell(EntryKind.PLAN_KEPT)
                case Promise():
                    conclude(self.conn, one, ArrangementState.KEPT, self.now)
                    self.tell(EntryKind.PROMISE_KEPT)
                case _:
                    conclude(self.conn, one, ArrangementState.ENDED, self.now)
