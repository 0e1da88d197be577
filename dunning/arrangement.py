"""What creditor and customer agree on: payment plans, promises to pay, holds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from dunning.invoice import CreditNote, Payment
from dunning.money import Money
from dunning.refusal import Refusal

_MOST_INSTALMENTS = 36
_LONGEST_PROMISE = timedelta(days=180)
_LONGEST_HOLD = timedelta(days=366)


class ArrangementState(StrEnum):
    """Where an arrangement stands."""

    ACTIVE = "active"
    KEPT = "kept"
    BROKEN = "broken"
    ENDED = "ended"


class Instalment(BaseModel):
    """One part of a payment plan."""

    model_config = ConfigDict(frozen=True)

    number: int = Field(ge=1)
    due_on: date
    amount: Money


class PaymentPlan(BaseModel):
    """Instalments that replace the escalation dates while they are kept."""

    model_config = ConfigDict(frozen=True)

    kind: Literal["payment_plan"] = "payment_plan"
    arrangement_id: str
    agreed_on: date
    instalments: tuple[Instalment, ...]


class Promise(BaseModel):
    """A date by which the customer said it would pay."""

    model_config = ConfigDict(frozen=True)

    kind: Literal["promise"] = "promise"
    arrangement_id: str
    agreed_on: date
    until: date
    amount: Money


class Hold(BaseModel):
    """A pause: nothing goes out before the day it ends, or before someone resumes it."""

    model_config = ConfigDict(frozen=True)

    kind: Literal["hold"] = "hold"
    arrangement_id: str
    agreed_on: date
    until: date | None = None
    """The day on which dunning goes on; none: until resumed."""
    reason: str = ""


Arrangement = Annotated[PaymentPlan | Promise | Hold, Field(discriminator="kind")]


def check_payment_plan(instalments: Sequence[Instalment], balance: Money, today: date) -> None:
    """Refuse a plan that does not add up to the balance, lies in the past, or is out of order.

    Raises:
        Refusal: in words for the person who proposed it.
    """
    if not instalments:
        raise Refusal("plan_empty")
    if len(instalments) > _MOST_INSTALMENTS:
        raise Refusal("plan_too_long", count=len(instalments), most=_MOST_INSTALMENTS)
    total = Money.zero(balance.currency)
    previous = today
    for instalment in instalments:
        if instalment.amount.currency != balance.currency:
            raise Refusal("plan_currency", number=instalment.number, expected=balance.currency)
        if not instalment.amount.is_positive:
            raise Refusal("plan_amount", number=instalment.number, amount=instalment.amount)
        if instalment.due_on <= today:
            raise Refusal("plan_past", number=instalment.number, due_on=instalment.due_on)
        if instalment.due_on < previous:
            raise Refusal("plan_order", number=instalment.number)
        previous = instalment.due_on
        total += instalment.amount
    if total != balance:
        raise Refusal("plan_sum", total=total, balance=balance)


def check_promise(until: date, amount: Money | None, balance: Money, today: date) -> None:
    """Refuse a promise for the past, too far ahead, or for more than is owed.

    Raises:
        Refusal: in words for the person who took the promise.
    """
    if until < today:
        raise Refusal("promise_past", until=until)
    if until - today > _LONGEST_PROMISE:
        raise Refusal("promise_far", until=until, days=_LONGEST_PROMISE.days)
    if amount is not None and amount.currency != balance.currency:
        raise Refusal("other_currency", amount=amount, expected=balance.currency)
    if amount is not None and not (Money.zero(balance.currency) < amount <= balance):
        raise Refusal("promise_amount", amount=amount, balance=balance)


def check_hold(until: date | None, today: date) -> None:
    """Refuse a hold that would end today or earlier, or last longer than a year.

    Raises:
        Refusal: in words for the operator.
    """
    if until is not None and until <= today:
        raise Refusal("hold_past", until=until)
    if until is not None and until - today > _LONGEST_HOLD:
        raise Refusal("hold_far", until=until)


class InstalmentState(BaseModel):
    """An instalment and what is still missing on it."""

    model_config = ConfigDict(frozen=True)

    instalment: Instalment
    missing: Money

    @property
    def paid(self) -> bool:
        """Nothing is missing."""
        return not self.missing.is_positive


def instalment_states(
    plan: PaymentPlan, payments: Iterable[Payment], credit_notes: Iterable[CreditNote]
) -> tuple[InstalmentState, ...]:
    """What is missing on each instalment: payments fill the first ones, credit notes shorten the last.

    Payments and credit notes are those booked since the plan was agreed, in the plan's currency.
    """
    currency = plan.instalments[0].amount.currency
    paid = sum((payment.amount for payment in payments), Money.zero(currency))
    credited = sum((note.amount for note in credit_notes), Money.zero(currency))
    missing = [instalment.amount for instalment in plan.instalments]
    for index in reversed(range(len(missing))):
        taken = min(missing[index], credited)
        missing[index] -= taken
        credited -= taken
    for index, amount in enumerate(missing):
        taken = min(amount, paid)
        missing[index] = amount - taken
        paid -= taken
    return tuple(
        InstalmentState(instalment=instalment, missing=left)
        for instalment, left in zip(plan.instalments, missing, strict=True)
    )
