"""What the pay page shows: one payable as it stands today, in the customer's language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import Connection

from dunning.case import DunningStatus
from dunning.money import Money
from dunning.party import Creditor, Language
from dunning.registers import CreditorRegister
from ledger import cases, pages
from ledger.booking_money import PENDING
from ledger.cases import Case
from ledger.pages import Payable


class Situation(StrEnum):
    """What there is to say."""

    DUE = "due"
    ON_ITS_WAY = "on_its_way"
    """A debit was ordered; paying again would pay twice."""
    PAID = "paid"
    INSTALMENT_PAID = "instalment_paid"
    CANCELLED = "cancelled"
    CLOSED = "closed"
    """Written off, or handed over: only a person can say how to pay."""


@dataclass(frozen=True)
class PayableView:
    """One payable today."""

    payable: Payable
    case: Case
    creditor: Creditor
    situation: Situation
    amount: Money
    """To be paid now: of the instalment, else of the invoice with what was asked beside it."""
    due_on: date
    instalment: int | None = None
    instalment_count: int = 0

    @property
    def language(self) -> Language:
        """Of the customer."""
        return self.case.customer.language

    @property
    def accessories(self) -> Money | None:
        """Penalties and costs that are part of the amount."""
        asked = self.case.accessories_asked
        return asked if self.instalment is None and asked and asked.is_positive else None

    @property
    def card_offered(self) -> bool:
        """Whether the amount is one that the creditor takes by card."""
        limit = self.creditor.card_limit
        return self.situation is Situation.DUE and (limit is None or self.amount.amount <= limit)


def view_of(conn: Connection, creditors: CreditorRegister, token: str) -> PayableView | None:
    """What a token shows today.

    A token of an instalment whose plan is over stands for the invoice again.

    Returns:
        None for a token that was never given out.

    Raises:
        UnknownCreditorError: the creditor is no longer configured.
    """
    payable = pages.payable(conn, token)
    case = cases.load(conn, payable.case) if payable else None
    if payable is None or case is None:
        return None
    creditor = creditors.get(case.key.creditor_id)
    over = _over(case)
    part = None if over else _instalment(case, payable, creditor)
    if part is not None:
        return part
    nothing = Money.zero(case.balance.currency)
    amount = nothing if over else case.balance + (case.accessories_asked or nothing)
    return PayableView(payable, case, creditor, over or _still_due(case), amount, case.invoice.due_date)


def _over(case: Case) -> Situation | None:
    if not case.balance.is_positive or case.status is DunningStatus.SETTLED:
        return Situation.PAID
    if case.status is DunningStatus.CANCELLED:
        return Situation.CANCELLED
    return Situation.CLOSED if case.status.closed else None


def _instalment(case: Case, payable: Payable, creditor: Creditor) -> PayableView | None:
    if payable.instalment == 0 or payable.cycle != case.facts.cycle:
        return None
    for state in case.facts.instalments:
        if state.instalment.number == payable.instalment:
            situation = Situation.INSTALMENT_PAID if state.paid else _still_due(case)
            return PayableView(
                payable,
                case,
                creditor,
                situation,
                state.missing,
                state.instalment.due_on,
                instalment=payable.instalment,
                instalment_count=len(case.facts.instalments),
            )
    return None


def _still_due(case: Case) -> Situation:
    hold = case.facts.hold
    return Situation.ON_ITS_WAY if hold and hold.reason == PENDING else Situation.DUE
