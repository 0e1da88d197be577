"""A file of invoices as a course of events: when each case begins, and when its money comes in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from enum import StrEnum
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict

from dunning.facts import CreditNoteIssued, Fact, PaymentReceived
from dunning.invoice import CreditNote, Invoice, Payment
from dunning.money import Money
from dunning.party import Creditor, Customer
from intake.credits import CreditAllocation, net_credits
from intake.portfolio import Portfolio, PortfolioEntry
from ledger.keys import CaseKey

STARTS_AT = time(7)
"""Local time at which the invoices of a day come in: before anybody may be contacted."""
PAID_AT = time(8, 30)
"""Local time at which the payments of a day are known, as if the bank's statement were read every morning.

A settlement date thus means: no contact on that day any more.
"""
_STAND_IN_DOMAIN = "rehearsal.invalid"
"""No such domain can exist (RFC 2606, 2)."""


class LeftOutReason(StrEnum):
    """Why an invoice of the file takes no part."""

    NOTHING_OPEN = "nothing_open"
    """Paid or credited in full, and the file does not say when."""
    SETTLED_BEFORE = "settled_before"
    """Settled before the day on which the backlog is taken over."""


class RehearsedInvoice(BaseModel):
    """One invoice with the events of its life that the file tells."""

    model_config = ConfigDict(frozen=True)

    invoice: Invoice
    customer: Customer
    starts_at: datetime
    opening: tuple[Fact, ...] = ()
    """Part payments and credits that the file tells of: booked as it comes in."""
    settlement: PaymentReceived | None = None
    """The payment of the rest, where the file says when it came."""
    settled_at: datetime | None = None
    """UTC, as all instants here: between instants of one local zone Python counts what the dial shows."""
    last_contact: tuple[int, date] | None = None
    """Level and local date of a reminder from before, where it is taken over as a backlog."""
    stand_in_address: bool = False

    @property
    def key(self) -> CaseKey:
        """Its case in the books."""
        return CaseKey(self.invoice.creditor_id, self.invoice.invoice_id)

    @property
    def open_at_start(self) -> Money:
        """What remains once the opening facts are booked."""
        return self.invoice.amount - _total(self.opening, self.invoice.amount)


class LeftOut(BaseModel):
    """An invoice that takes no part."""

    model_config = ConfigDict(frozen=True)

    invoice: str
    reason: LeftOutReason


class Scenario(BaseModel):
    """All invoices of a rehearsal, in the order of the file."""

    model_config = ConfigDict(frozen=True)

    creditor: Creditor
    invoices: tuple[RehearsedInvoice, ...]
    left_out: tuple[LeftOut, ...] = ()

    @property
    def moments(self) -> tuple[datetime, ...]:
        """The instants at which something comes in from outside, in order."""
        starts = {each.starts_at for each in self.invoices}
        return tuple(sorted(starts | {each.settled_at for each in self.invoices if each.settled_at}))

    @property
    def events(self) -> int:
        """How many invoices and payments come in."""
        return len(self.invoices) + sum(each.settled_at is not None for each in self.invoices)

    @property
    def stand_in_addresses(self) -> int:
        """How many customers have no address in the file."""
        return len({each.customer.customer_id for each in self.invoices if each.stand_in_address})


def scenario_of(
    portfolio: Portfolio, creditor: Creditor, *, as_of: date | None = None, limit: int | None = None
) -> Scenario:
    """Turn a file into a course of events.

    Args:
        portfolio: what was read of it.
        creditor: whose zone the dates of the file are read in.
        as_of: the day on which the file is taken over: invoices issued before come in then, as a backlog.
            Without it each comes in on its issue date.
        limit: only so many invoices, from the beginning of the file.
    """
    entries = portfolio.entries[:limit]
    netting = net_credits([entry.open_invoice for entry in entries], portfolio.credits)
    invoices, left_out = [], []
    for entry in entries:
        credits_ = [part for part in netting.allocations if part.invoice_id == entry.invoice.invoice_id]
        rehearsed = _rehearsed(entry, credits_, ZoneInfo(creditor.time_zone), as_of)
        if isinstance(rehearsed, LeftOutReason):
            left_out.append(LeftOut(invoice=entry.invoice.invoice_id, reason=rehearsed))
        else:
            invoices.append(rehearsed)
    return Scenario(creditor=creditor, invoices=tuple(invoices), left_out=tuple(left_out))


def _rehearsed(
    entry: PortfolioEntry, credits_: Sequence[CreditAllocation], zone: ZoneInfo, as_of: date | None
) -> RehearsedInvoice | LeftOutReason:
    starts_on = max(entry.invoice.issue_date, as_of or date.min)
    settled_on = entry.settled_date
    if as_of and settled_on and max(settled_on, entry.invoice.issue_date) < as_of:
        return LeftOutReason.SETTLED_BEFORE
    opening = _opening(entry, credits_, starts_on)
    rest = entry.invoice.amount - _total(opening, entry.invoice.amount)
    if not rest.is_positive:
        return LeftOutReason.NOTHING_OPEN
    last_contact = None
    if entry.last_contact_level is not None and entry.last_contact_date and as_of:
        last_contact = entry.last_contact_level, entry.last_contact_date
    return RehearsedInvoice(
        invoice=entry.invoice,
        customer=_reachable(entry.customer),
        starts_at=_instant(starts_on, STARTS_AT, zone),
        opening=opening,
        settlement=_settlement(entry, rest, settled_on) if settled_on else None,
        # Money that came before the invoice is known together with it.
        settled_at=_instant(max(settled_on, starts_on), PAID_AT, zone) if settled_on else None,
        last_contact=last_contact,
        stand_in_address=entry.customer.email is None,
    )


def _instant(day: date, moment: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, moment, tzinfo=zone).astimezone(UTC)


def _reachable(customer: Customer) -> Customer:
    """The customer with an address that nobody can have, where the file names none."""
    if customer.email:
        return customer
    return customer.model_copy(update={"email": f"{customer.customer_id}@{_STAND_IN_DOMAIN}"})


def _opening(
    entry: PortfolioEntry, credits_: Sequence[CreditAllocation], on: date
) -> tuple[PaymentReceived | CreditNoteIssued, ...]:
    facts: list[PaymentReceived | CreditNoteIssued] = []
    if entry.paid.is_positive and entry.settled_date is None:
        facts.append(_payment(f"rehearsal:{entry.invoice.invoice_id}:paid-before", entry.paid, on))
    for part in credits_:
        note = CreditNote(event_id=part.event_id, amount=part.amount, issued_on=part.issued_on or on)
        facts.append(CreditNoteIssued(event_id=part.event_id, actor="import", credit_note=note))
    return tuple(facts)


def _settlement(entry: PortfolioEntry, rest: Money, settled_on: date) -> PaymentReceived:
    return _payment(f"rehearsal:{entry.invoice.invoice_id}:settled", rest, settled_on)


def _payment(event_id: str, amount: Money, on: date) -> PaymentReceived:
    payment = Payment(event_id=event_id, amount=amount, received_on=on)
    return PaymentReceived(event_id=event_id, actor="bank", payment=payment)


def _total(facts: Sequence[Fact], like: Money) -> Money:
    total = Money.zero(like.currency)
    for fact in facts:
        if isinstance(fact, PaymentReceived):
            total += fact.payment.amount
        elif isinstance(fact, CreditNoteIssued):
            total += fact.credit_note.amount
    return total
