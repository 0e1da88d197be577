"""Booking what was agreed with the customer, or decided about the pace: plans, promises, holds."""

from __future__ import annotations

from datetime import date

from dunning.arrangement import (
    ArrangementState,
    Hold,
    PaymentPlan,
    Promise,
    check_hold,
    check_payment_plan,
    check_promise,
)
from dunning.case import DunningStatus
from dunning.facts import Booking, HoldLifted, HoldPlaced, PaymentPlanAgreed, PromiseMade
from dunning.journal import EntryKind, TaskKind
from dunning.money import Money
from dunning.refusal import Refusal
from ledger import tasks
from ledger.arrangements import active_arrangements, agree, conclude
from ledger.holds import end_hold, place_hold
from ledger.posting import Posting


def book_plan(posting: Posting, fact: PaymentPlanAgreed) -> Booking:
    """Replace the escalation by instalments of what is owed today.

    Raises:
        Refusal: those of ``check_payment_plan``, and ``case_closed``.
    """
    posting.require_open()
    numbered = enumerate(fact.instalments, start=1)
    instalments = tuple(part.model_copy(update={"number": number}) for number, part in numbered)
    check_payment_plan(instalments, posting.standing.balance, posting.today)
    _make_room(posting, by="payment_plan")
    plan = PaymentPlan(
        arrangement_id=posting.arrangement_id, agreed_on=posting.today, instalments=instalments
    )
    agree(posting.conn, posting.key, plan, posting.now)
    posting.change(cycle=posting.standing.cycle + 1, presumed_paid=False)
    schedule = [{"number": part.number, "due_on": part.due_on, "amount": part.amount} for part in instalments]
    posting.enter(EntryKind.PLAN_AGREED, instalments=schedule, note=fact.note)
    return posting.booked


def book_promise(posting: Posting, fact: PromiseMade) -> Booking:
    """Wait for money until the day that the customer named.

    Raises:
        Refusal: those of ``make_promise``.
    """
    amount = make_promise(posting, fact.until, fact.amount)
    posting.enter(EntryKind.PROMISE_MADE, until=fact.until, amount=amount, note=fact.note)
    return posting.booked


def make_promise(posting: Posting, until: date, amount: Money | None) -> Money:
    """Write a promise down, without its line in the journal.

    Returns:
        What was promised: all that is owed, unless an amount was named.

    Raises:
        Refusal: those of ``check_promise``; ``case_closed``, ``nothing_owed``, and ``plan_runs`` where
            instalments say already when money comes.
    """
    posting.require_open()
    balance = posting.standing.balance
    if not balance.is_positive:
        raise Refusal("nothing_owed", balance=balance)
    if active_arrangements(posting.conn, posting.key).plan:
        raise Refusal("plan_runs")
    check_promise(until, amount, balance, posting.today)
    _make_room(posting, by="promise")
    promised = amount or balance
    promise = Promise(
        arrangement_id=posting.arrangement_id, agreed_on=posting.today, until=until, amount=promised
    )
    agree(posting.conn, posting.key, promise, posting.now)
    posting.change(presumed_paid=False)
    return promised


def book_hold(posting: Posting, fact: HoldPlaced) -> Booking:
    """Pause the case.

    Raises:
        Refusal: those of ``check_hold``, and ``case_closed``.
    """
    posting.require_open()
    check_hold(fact.until, posting.today)
    place_hold(posting, fact.until, fact.reason)
    posting.enter(EntryKind.HELD, until=fact.until, reason=fact.reason)
    return posting.booked


def book_resumption(posting: Posting, fact: HoldLifted) -> Booking:
    """Go on: a hold ends, a presumed payment did not come, what parked the case was put right.

    Raises:
        Refusal: ``case_closed``, or ``nothing_held``.
    """
    posting.require_open()
    hold = active_arrangements(posting.conn, posting.key).hold
    blocked = posting.standing.status is DunningStatus.BLOCKED
    if not (hold or blocked or posting.standing.presumed_paid):
        raise Refusal("nothing_held")
    if hold:
        end_hold(posting, hold, told=False)
    posting.change(presumed_paid=False, **({"status": DunningStatus.PENDING.value} if blocked else {}))
    _finish(posting, TaskKind.BLOCKED, TaskKind.PRESUMED_PAID, outcome="resumed")
    posting.enter(EntryKind.RESUMED, note=fact.note)
    return posting.booked


def _make_room(posting: Posting, by: str) -> None:
    """End what a new agreement replaces; nobody calls about what was just agreed."""
    for one in active_arrangements(posting.conn, posting.key).running:
        conclude(posting.conn, one, ArrangementState.ENDED, posting.now)
        if isinstance(one.content, PaymentPlan):
            posting.tell(EntryKind.PLAN_ENDED, reason=by)
        elif isinstance(one.content, Hold):
            posting.tell(EntryKind.RESUMED, reason=by)
    _finish(posting, TaskKind.CALL, TaskKind.PRESUMED_PAID, outcome=by)


def _finish(posting: Posting, *kinds: TaskKind, outcome: str) -> None:
    tasks.finish_moot(posting.conn, posting.key, kinds, outcome=outcome, now=posting.now)
