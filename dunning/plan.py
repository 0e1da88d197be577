"""The plan: which steps follow, and when, from an invoice, a policy, the facts and a calendar."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from dunning.calendar import BusinessCalendar
from dunning.case import Attempt, CaseFacts, DunningStatus, SendState
from dunning.invoice import Invoice
from dunning.policy import Channel, Counting, Policy, PolicyStep


class Act(StrEnum):
    """What a planned step does."""

    EMAIL = "email"
    CALL = "call"
    HAND_OVER = "hand_over"
    INSTALMENT_REMINDER = "instalment_reminder"
    REVIEW = "review"
    """Look at the books again: a promise or an instalment should have been paid by then."""


_ACTS = {Channel.EMAIL: Act.EMAIL, Channel.CALL: Act.CALL, Channel.HAND_OVER: Act.HAND_OVER}


class PlannedStep(BaseModel):
    """One act at one instant."""

    model_config = ConfigDict(frozen=True)

    step: str
    level: int
    act: Act
    at: datetime
    """UTC; the customer's slot on a business day."""
    instalment: int | None = None


class DunningPlan(BaseModel):
    """The dated steps to come, in order, and the status that they mean."""

    model_config = ConfigDict(frozen=True)

    status: DunningStatus
    steps: tuple[PlannedStep, ...] = ()


def plan(
    invoice: Invoice,
    policy: Policy,
    facts: CaseFacts,
    calendar: BusinessCalendar,
    now: datetime | None,
) -> DunningPlan:
    """Date the steps to come.

    Args:
        invoice: the claim; its due date is the zero of the offsets.
        policy: the levels and their spacing.
        facts: what the books say now.
        calendar: business days and contact window of the customer.
        now: no step lies on a day whose window closed before it; none plans every step on its own date.

    Returns:
        Steps in the order of their instants. Nothing for a closed, paused or endlessly held case.
        The first may lie a little before ``now``: the slot of today passed while the window is open,
        and it is to be done at once.
    """
    held = _held(facts, calendar, now)
    if stopped := _stopped(facts, held=held):
        return DunningPlan(status=stopped)
    key = f"{invoice.creditor_id}:{invoice.customer_id}"
    earliest = _earliest(facts, calendar, now) if now else date.min
    steps: Iterable[PlannedStep]
    if facts.instalments:
        status = DunningStatus.PAYMENT_PLAN
        steps = _instalment_steps(policy, facts, calendar, earliest, key)
    elif facts.promise:
        status = DunningStatus.PROMISED
        day = calendar.add_business_days(facts.promise.until, policy.promise_grace_business_days)
        steps = (_review("promise-check", day + timedelta(days=1), calendar),)
    else:
        steps = tuple(_escalation(invoice, policy, facts, calendar, earliest, key))
        status = DunningStatus.DUNNING if steps else DunningStatus.EXHAUSTED
    return DunningPlan(status=DunningStatus.HELD if held else status, steps=tuple(steps))


def nominal_day(step: PolicyStep, due_date: date, calendar: BusinessCalendar) -> date:
    """The business day on which the policy places a step, nothing having happened.

    A step before the due date rolls back, so that the courtesy keeps its notice; the others roll forward.
    Business days count from the due date rolled forward, so that a payment made on time is not chased;
    those before it count back from the due date rolled back.
    """
    if step.counting is Counting.BUSINESS_DAYS:
        return calendar.add_business_days(due_date, step.offset)
    day = due_date + timedelta(days=step.offset)
    return calendar.roll_back(day) if step.before_due else calendar.roll(day)


def firmer_step(policy: Policy, facts: CaseFacts) -> PolicyStep | None:
    """The step that a broken promise skips, so that dunning resumes one level firmer.

    None where the next step needs an approval, has no successor, or where its successor would need
    an earlier reminder that was never delivered.
    """
    remaining = _remaining(policy, facts)
    overdue = [step for step in remaining if not step.before_due]
    if len(overdue) < 2 or overdue[0].approval:  # noqa: PLR2004
        return None
    if overdue[1].needs_delivered_reminder and not facts.reminder_delivered:
        return None
    return overdue[0]


def _held(facts: CaseFacts, calendar: BusinessCalendar, now: datetime | None) -> bool:
    hold = facts.hold
    if hold is None:
        return False
    return hold.until is None or now is None or calendar.today(now) < hold.until


def _stopped(facts: CaseFacts, *, held: bool) -> DunningStatus | None:
    """The status of a case for which nothing is planned at all."""
    if facts.closed:
        return facts.closed
    if not facts.balance.is_positive:
        return DunningStatus.SETTLED
    if facts.presumed_paid:
        return DunningStatus.PRESUMED_PAID
    if held and facts.hold is not None and facts.hold.until is None:
        return DunningStatus.HELD
    return None


def _earliest(facts: CaseFacts, calendar: BusinessCalendar, now: datetime) -> date:
    earliest = calendar.earliest_day(now)
    if facts.hold and facts.hold.until:
        return max(earliest, calendar.roll(facts.hold.until))
    return earliest


def _remaining(policy: Policy, facts: CaseFacts) -> Sequence[PolicyStep]:
    """Steps above the highest level acted on: an escalation never goes back."""
    return [step for step in policy.steps if step.level > facts.highest_level]


def _escalation(
    invoice: Invoice,
    policy: Policy,
    facts: CaseFacts,
    calendar: BusinessCalendar,
    earliest: date,
    key: str,
) -> Iterator[PlannedStep]:
    """Lowest level not yet acted on first; a delay shifts all that follow, so late is never a burst.

    Each level has a day of its own, after that of the contact before it.
    """
    due = invoice.due_date
    delay = _delay_so_far(policy, facts, due, calendar)
    pulled = _pulled_to(policy, facts, due, calendar)
    free = max(earliest, _day_after_last_contact(facts))
    for step in _remaining(policy, facts):
        nominal = nominal_day(step, due, calendar)
        if step.before_due:
            day = calendar.roll(max(nominal, free))
            if day >= due:
                continue
        else:
            on_date = pulled or nominal
            pulled = None
            day = calendar.roll(max(on_date + timedelta(days=delay), free))
            delay = max(0, (day - nominal).days)
        yield _planned(step, day, calendar, key)
        free = day + timedelta(days=1)


def _planned(step: PolicyStep, day: date, calendar: BusinessCalendar, key: str) -> PlannedStep:
    return PlannedStep(step=step.step, level=step.level, act=_ACTS[step.channel], at=calendar.slot(day, key))


def _delay_so_far(policy: Policy, facts: CaseFacts, due: date, calendar: BusinessCalendar) -> int:
    """Days by which the last contact came after its nominal day; the spacing is kept from there."""
    last = _last_contact(facts)
    if last is None:
        return 0
    matching = [step for step in policy.steps if step.level <= last.level and not step.before_due]
    if not matching:
        return 0
    return max(0, (last.on - nominal_day(matching[-1], due, calendar)).days)


def _last_contact(facts: CaseFacts) -> Attempt | None:
    done = [attempt for attempt in facts.attempts if attempt.state is not SendState.SKIPPED]
    return max(done, key=lambda attempt: (attempt.on, attempt.level), default=None)


def _day_after_last_contact(facts: CaseFacts) -> date:
    last = _last_contact(facts)
    return last.on + timedelta(days=1) if last else date.min


def _pulled_to(policy: Policy, facts: CaseFacts, due: date, calendar: BusinessCalendar) -> date | None:
    """After a skipped level, the firmer one takes its day."""
    if not facts.attempts or facts.attempts[-1].state is not SendState.SKIPPED:
        return None
    skipped = policy.step(facts.attempts[-1].step)
    if skipped is None or skipped.before_due:
        return None
    return nominal_day(skipped, due, calendar)


def _instalment_steps(
    policy: Policy, facts: CaseFacts, calendar: BusinessCalendar, earliest: date, key: str
) -> Iterator[PlannedStep]:
    # An earlier plan had instalments of the same numbers; agreeing on a new one raised the cycle.
    reminded = {attempt.step for attempt in facts.attempts if attempt.cycle in {None, facts.cycle}}
    free = earliest
    steps = []
    for state in facts.instalments:
        if state.paid:
            continue
        number, due = state.instalment.number, state.instalment.due_on
        reminder = f"instalment-{number}"
        day = calendar.roll_back(due - timedelta(days=policy.instalment_reminder_days))
        day = calendar.roll(max(day, free))
        if reminder not in reminded and day <= due:
            free = day + timedelta(days=1)
            steps.append(
                PlannedStep(
                    step=reminder,
                    level=max(facts.highest_level, 0),
                    act=Act.INSTALMENT_REMINDER,
                    at=calendar.slot(day, key),
                    instalment=number,
                )
            )
        check = calendar.roll(due + timedelta(days=policy.instalment_grace_days))
        steps.append(_review(f"instalment-check-{number}", check + timedelta(days=1), calendar, number))
    yield from sorted(steps, key=lambda step: step.at)


def _review(step: str, day: date, calendar: BusinessCalendar, instalment: int | None = None) -> PlannedStep:
    """Look again when the window of a business day opens, after the last day of grace is over."""
    at = calendar.start_of(calendar.roll(day))
    return PlannedStep(step=step, level=0, act=Act.REVIEW, at=at, instalment=instalment)
