"""Recovery: how much of the money that a step reached came within so many days of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict

from dunning.money import Money
from dunning.reports_receivables import Movement, MovementKind, Receivable, share_of

NO_POLICY = "-"
"""Of invoices that were never planned."""


class StepTaken(BaseModel):
    """A step that was carried out: a message accepted by a mail server, a call or a hand-over asked for."""

    model_config = ConfigDict(frozen=True)

    invoice_id: str
    step: str
    level: int
    on: date
    """Local date."""
    at: datetime

    def came_before(self, movement: Movement) -> bool:
        """Whether a movement can be its fruit: neither dated nor booked before the step was taken."""
        return movement.on >= self.on and movement.booked_at > self.at


class RecoveryLine(BaseModel):
    """What one step, or the steps of one policy, brought in one currency."""

    model_config = ConfigDict(frozen=True)

    currency: str
    name: str
    """Of the step or the policy."""
    invoices: int
    """Whose days are over."""
    reached: Money
    """What they owed when the step was taken."""
    cash: Money
    """Paid on them within the days."""
    share: float | None
    """Cash / reached."""
    credit_notes: Money
    """Credited within the days: no recovery."""
    running: int
    """Invoices whose days are not over yet, counted nowhere else."""


class _Yield(NamedTuple):
    reached: Money
    cash: Money
    credited: Money


class _Group(NamedTuple):
    currency: str
    level: int
    name: str


def recovery_by_step(
    receivables: Iterable[Receivable], steps: Iterable[StepTaken], within: int, today: date
) -> list[RecoveryLine]:
    """For each step: cash within so many days of it / the amount that it reached.

    A payment counts at every step whose days it falls into, so that the lines must not be added up.

    Args:
        receivables: of one creditor, in any currencies.
        steps: that were carried out on them.
        within: days after the day of the step, that day included.
        today: the last day whose payments are known.
    """
    return _recovery(receivables, steps, within, today, lambda _, step: (step.level, step.step))


def recovery_by_policy(
    receivables: Iterable[Receivable], steps: Iterable[StepTaken], within: int, today: date
) -> list[RecoveryLine]:
    """For each policy: cash within so many days of any of its steps / the amount that reached the first one.

    Each payment counts once. The policy of an invoice is that of today.

    Args:
        receivables: of one creditor, in any currencies.
        steps: that were carried out on them.
        within: days after the day of a step, that day included.
        today: the last day whose payments are known.
    """
    return _recovery(receivables, steps, within, today, lambda each, _: (0, each.policy or NO_POLICY))


def _recovery(
    receivables: Iterable[Receivable],
    steps: Iterable[StepTaken],
    within: int,
    today: date,
    grouped_by: Callable[[Receivable, StepTaken], tuple[int, str]],
) -> list[RecoveryLine]:
    taken: dict[str, list[StepTaken]] = {}
    for step in sorted(steps, key=lambda one: one.at):
        if step.on <= today:
            taken.setdefault(step.invoice_id, []).append(step)
    yields: dict[_Group, list[_Yield]] = {}
    running: dict[_Group, int] = {}
    for each in receivables:
        groups: dict[_Group, list[StepTaken]] = {}
        for step in taken.get(each.invoice.invoice_id, ()):
            groups.setdefault(_Group(each.currency, *grouped_by(each, step)), []).append(step)
        for group, own in groups.items():
            found = _yield_of(each, own, within)
            if not found.reached.is_positive:
                continue
            if max(step.on for step in own) + timedelta(days=within) > today:
                running[group] = running.get(group, 0) + 1
            else:
                yields.setdefault(group, []).append(found)
    return [
        _line(group, yields.get(group, []), running.get(group, 0)) for group in sorted({*yields, *running})
    ]


def _yield_of(each: Receivable, steps: list[StepTaken], within: int) -> _Yield:
    first, nothing = steps[0], Money.zero(each.currency)
    reached, cash, credited = each.invoice.amount, nothing, nothing
    for movement, part in each.applied():
        if not first.came_before(movement):
            reached -= part
        elif any(_in_time(step, movement, within) for step in steps):
            if movement.kind is MovementKind.PAYMENT:
                cash += part
            else:
                credited += part
    return _Yield(reached, cash, credited)


def _in_time(step: StepTaken, movement: Movement, within: int) -> bool:
    return step.came_before(movement) and movement.on <= step.on + timedelta(days=within)


def _line(group: _Group, yields: list[_Yield], running: int) -> RecoveryLine:
    nothing = Money.zero(group.currency)
    reached = sum((each.reached for each in yields), nothing)
    cash = sum((each.cash for each in yields), nothing)
    return RecoveryLine(
        currency=group.currency,
        name=group.name,
        invoices=len(yields),
        reached=reached,
        cash=cash,
        share=share_of(cash, reached),
        credit_notes=sum((each.credited for each in yields), nothing),
        running=running,
    )
