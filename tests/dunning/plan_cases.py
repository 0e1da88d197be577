"""Invoices, facts and calendars for the tests of planning, as short as a table needs them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from dunning.arrangement import Hold, Instalment, InstalmentState, Promise
from dunning.calendar import BusinessCalendar
from dunning.case import Attempt, CaseFacts, SendState
from dunning.invoice import Invoice
from dunning.money import Money
from dunning.party import CustomerKind
from dunning.plan import DunningPlan, PlannedStep, plan
from dunning.policy import Policy
from runtime.policy_files import POLICY_FOLDER, load_policy

PARIS = ZoneInfo("Europe/Paris")
STANDARD = load_policy(POLICY_FOLDER / "standard-business.yaml")
BUSINESS = BusinessCalendar(window=STANDARD.window(CustomerKind.BUSINESS))
CONSUMER = BusinessCalendar(window=STANDARD.window(CustomerKind.CONSUMER))
DUE = date(2026, 3, 5)
"""A Thursday; the standard course is then 2, 9, 12 and 19 March, 7 and 20 April, 3 June."""


def eur(amount: str) -> Money:
    """An amount in euros."""
    return Money.of(amount, "EUR")


def invoice(due: date = DUE, **changes: Any) -> Invoice:
    """An invoice over 1,200 euros."""
    fields: dict[str, Any] = {
        "creditor_id": "atelier-lumen",
        "invoice_id": "inv-1",
        "number": "F-2026-001",
        "customer_id": "cust-1",
        "amount": eur("1200.00"),
        "issue_date": due - timedelta(days=30),
        "due_date": due,
    }
    return Invoice.model_validate(fields | changes)


def facts(**changes: Any) -> CaseFacts:
    """What the books say of an open case, nothing having happened."""
    return CaseFacts.model_validate({"balance": eur("1200.00")} | changes)


def paris(day: date, hour: int = 8, minute: int = 0) -> datetime:
    """An instant by the clock in Paris; before the office opens, unless stated."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=PARIS)


def done(step: str, on: date, state: SendState = SendState.ACCEPTED) -> Attempt:
    """A step of the standard policy that was acted on."""
    known = STANDARD.step(step)
    assert known is not None, step
    return Attempt(step=step, level=known.level, on=on, state=state, reminder=known.is_reminder)


def on_the_way(*steps: str, due: date = DUE, late: int = 0) -> tuple[Attempt, ...]:
    """These steps of the standard policy done on their days, or so many days later."""
    days = nominal_days(due)
    return tuple(done(step, days[step] + timedelta(days=late)) for step in steps)


def nominal_days(due: date, policy: Policy = STANDARD) -> Mapping[str, date]:
    """The day of each step, nothing having happened."""
    return MappingProxyType(days_of(plan(invoice(due), policy, facts(), BUSINESS, None)))


def promise(until: date, agreed_on: date | None = None) -> Promise:
    """A promise to pay all by a day."""
    return Promise(
        arrangement_id="p",
        agreed_on=agreed_on or until - timedelta(days=7),
        until=until,
        amount=eur("1200.00"),
    )


def hold(until: date | None, agreed_on: date = DUE) -> Hold:
    """A pause."""
    return Hold(arrangement_id="h", agreed_on=agreed_on, until=until)


def instalments(*due_on: date, paid: Sequence[int] = ()) -> tuple[InstalmentState, ...]:
    """A plan of equal parts; those numbered as paid miss nothing."""
    return tuple(
        InstalmentState(
            instalment=Instalment(number=number, due_on=day, amount=eur("100.00")),
            missing=eur("0.00" if number in paid else "100.00"),
        )
        for number, day in enumerate(due_on, start=1)
    )


def local(step: PlannedStep) -> datetime:
    """When a step happens by the clock in Paris."""
    return step.at.astimezone(PARIS)


def days_of(dated: DunningPlan) -> dict[str, date]:
    """The local day of each step, in order."""
    return {step.step: local(step).date() for step in dated.steps}
