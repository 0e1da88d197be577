"""Looking at promises, plans and holds whose day has come: kept, broken, over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from dunning.arrangement import ArrangementState, InstalmentState, Promise
from dunning.calendar import BusinessCalendar
from dunning.journal import EntryKind, TaskKind
from dunning.plan import firmer_step
from dunning.policy import Policy
from ledger import journal, sends, tasks
from ledger.arrangements import ActiveArrangement, active_arrangements, conclude, paid_since
from ledger.case_reading import Case
from ledger.keys import SendKey


def review_arrangements(
    conn: sa.Connection, case: Case, policy: Policy, calendar: BusinessCalendar, now: datetime
) -> bool:
    """Conclude what is over by now.

    A promise is broken once its grace is over and less came than was promised; dunning then resumes one
    level firmer. A plan is broken once the grace of a missed instalment is over; a person calls, and dunning
    resumes where it stood. A hold ends on its day.

    Args:
        conn: a transaction that may write and has locked the case.
        case: as it was just read.
        policy: whose grace applies.
        calendar: the customer's.
        now: the instant.

    Returns:
        Whether anything changed: the case must be read again.
    """
    if case.facts.closed:
        return False
    review = _Review(conn, case, policy, calendar, now)
    running = active_arrangements(conn, case.key)
    promise = running.promise is not None and review.promise(running.promise)
    plan = running.plan is not None and review.plan(running.plan)
    hold = running.hold is not None and review.hold(running.hold)
    return promise or plan or hold


@dataclass(frozen=True)
class _Review:
    conn: sa.Connection
    case: Case
    policy: Policy
    calendar: BusinessCalendar
    now: datetime

    @property
    def today(self) -> date:
        return self.calendar.today(self.now)

    def promise(self, one: ActiveArrangement) -> bool:
        promise = self.case.facts.promise
        if promise is None:
            return False
        last_day = self.calendar.add_business_days(promise.until, self.policy.promise_grace_business_days)
        if self.today <= last_day:
            return False
        paid = paid_since(self.conn, self.case.key, one, promise.amount.currency)
        if paid >= promise.amount or not self.case.balance.is_positive:
            self._conclude(one, ArrangementState.KEPT, EntryKind.PROMISE_KEPT, paid=paid)
            return True
        told = {"until": promise.until, "promised": promise.amount, "paid": paid}
        self._conclude(one, ArrangementState.BROKEN, EntryKind.PROMISE_BROKEN, **told)
        self._skip_a_level(promise)
        return True

    def plan(self, one: ActiveArrangement) -> bool:
        states = self.case.facts.instalments
        if all(state.paid for state in states):
            self._conclude(one, ArrangementState.KEPT, EntryKind.PLAN_KEPT)
            return True
        missed = next((state for state in states if self._missed(state)), None)
        if missed is None:
            return False
        told = {
            "instalment": missed.instalment.number,
            "due_on": missed.instalment.due_on,
            "missing": missed.missing,
        }
        self._conclude(one, ArrangementState.BROKEN, EntryKind.PLAN_BROKEN, **told)
        self._ask_to_call(one, told)
        return True

    def hold(self, one: ActiveArrangement) -> bool:
        hold = self.case.facts.hold
        if hold is None or hold.until is None or self.today < hold.until:
            return False
        self._conclude(one, ArrangementState.ENDED, EntryKind.RESUMED, until=hold.until, reason=hold.reason)
        return True

    def _missed(self, state: InstalmentState) -> bool:
        grace = timedelta(days=self.policy.instalment_grace_days)
        return not state.paid and self.today > self.calendar.roll(state.instalment.due_on + grace)

    def _conclude(
        self, one: ActiveArrangement, state: ArrangementState, kind: EntryKind, **told: Any
    ) -> None:
        conclude(self.conn, one, state, self.now)
        journal.append(self.conn, self.case.key, kind, at=self.now, **told)

    def _skip_a_level(self, promise: Promise) -> None:
        step = firmer_step(self.policy, self.case.facts)
        if step is None:
            return
        send = SendKey(self.case.key, self.case.facts.cycle, step.step, step.channel.value)
        skipped = sends.skip(
            self.conn, send, level=step.level, reminder=step.is_reminder, on=self.today, now=self.now
        )
        if skipped:
            journal.append(
                self.conn,
                self.case.key,
                EntryKind.SKIPPED,
                at=self.now,
                step=step.step,
                level=step.level,
                reason="promise_broken",
                until=promise.until,
            )

    def _ask_to_call(self, one: ActiveArrangement, told: dict[str, Any]) -> None:
        key = self.case.key
        tasks.open_task(
            self.conn,
            kind=TaskKind.CALL,
            dedupe_key=tasks.task_key(TaskKind.CALL, *key, "missed", one.content.arrangement_id),
            creditor_id=key.creditor_id,
            invoice_id=key.invoice_id,
            customer_id=self.case.customer.customer_id,
            details={"reason": "missed_instalment"} | told,
            due_on=self.today,
            now=self.now,
        )
