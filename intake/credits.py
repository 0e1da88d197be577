"""Credits and deposits of customers, netted before anybody is chased."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import date

from pydantic import BaseModel, ConfigDict

from dunning.invoice import Invoice
from dunning.money import Money
from dunning.party import Line, OpaqueId
from intake.numbers import names_number


class Credit(BaseModel):
    """Money that a customer has with the creditor: a credit note, a deposit, a payment not yet matched."""

    model_config = ConfigDict(frozen=True)

    credit_id: str
    """The same row always gives the same id."""
    customer_id: OpaqueId
    amount: Money
    """More than zero."""
    reference: Line | None = None
    """Its own number."""
    text: Line | None = None
    credited_number: Line | None = None
    """The invoice that it reduces, where the file says so."""
    issued_on: date | None = None
    line: int


class OpenInvoice(BaseModel):
    """An invoice and what remains of it, as far as netting is concerned."""

    model_config = ConfigDict(frozen=True)

    invoice: Invoice
    balance: Money


class CreditAllocation(BaseModel):
    """The part of a credit that reduces one invoice."""

    model_config = ConfigDict(frozen=True)

    event_id: str
    """The same credit on the same invoice always has the same one, so booking it twice changes nothing."""
    credit_id: str
    invoice_id: OpaqueId
    amount: Money
    reference: Line | None = None
    issued_on: date | None = None


class Netting(BaseModel):
    """Where the credits went, and what nobody could use."""

    model_config = ConfigDict(frozen=True)

    allocations: tuple[CreditAllocation, ...]
    """Those that are new; what was booked before is not repeated."""
    left_over: tuple[Credit, ...]
    """Credits, or what remains of them: to be told to a person before the customer is chased."""


def credit_id(
    customer_id: str, reference: str | None, issued_on: date | None, amount: Money, nth: int
) -> str:
    """An opaque id that the same credit gets at every import.

    A credit with a number keeps its id while it is used up; without one its date and amount must do.

    Args:
        customer_id: whose it is.
        reference: its own number, if it has one.
        issued_on: its date, if it has one.
        amount: in major units.
        nth: 1 for the first of several rows that are equal in all this.
    """
    dated = f"{issued_on or ''}|{amount.amount}"
    parts = (customer_id, reference or dated, amount.currency, str(nth))
    return f"credit-{hashlib.sha256('|'.join(parts).encode()).hexdigest()[:16]}"


def net_credits(
    invoices: Iterable[OpenInvoice], credits_: Iterable[Credit], booked: Sequence[CreditAllocation] = ()
) -> Netting:
    """Put each credit on the invoices that it reduces.

    First on the invoice that it names (in its column, or by number in its reference or text), then on the
    customer's invoices of that currency by due date, the oldest first (C. civ. art. 1342-10: without the
    payer's choice due debts first, then the oldest). Never more than an invoice's balance.

    Args:
        invoices: what is open.
        credits_: what the customers have.
        booked: what earlier imports allocated of the same credits; it is used up, and the balances are
            taken to be those before it, as an accounting export states them until the entries are matched.
    """
    remaining: dict[str, Money] = {}
    by_customer: dict[tuple[str, str], list[OpenInvoice]] = {}
    for item in sorted(invoices, key=lambda item: (item.invoice.due_date, item.invoice.invoice_id)):
        remaining[item.invoice.invoice_id] = item.balance
        by_customer.setdefault((item.invoice.customer_id, item.balance.currency), []).append(item)
    used: dict[str, Money] = {}
    for past in booked:
        used[past.credit_id] = used.get(past.credit_id, Money.zero(past.amount.currency)) + past.amount
        if past.invoice_id in remaining:
            remaining[past.invoice_id] -= past.amount
    allocations: list[CreditAllocation] = []
    left_over: list[Credit] = []
    past_events = {past.event_id for past in booked}
    for credit in credits_:
        rest = credit.amount - used.get(credit.credit_id, Money.zero(credit.amount.currency))
        candidates = by_customer.get((credit.customer_id, credit.amount.currency), [])
        for item in _named_first(candidates, credit):
            part = min(rest, remaining[item.invoice.invoice_id])
            if part.is_positive:
                allocations.append(_allocation(credit, item.invoice.invoice_id, part, past_events))
                remaining[item.invoice.invoice_id] -= part
                rest -= part
        if rest.is_positive:
            left_over.append(credit.model_copy(update={"amount": rest}))
    return Netting(allocations=tuple(allocations), left_over=tuple(left_over))


def _named_first(candidates: Sequence[OpenInvoice], credit: Credit) -> list[OpenInvoice]:
    def is_named(item: OpenInvoice) -> bool:
        number = item.invoice.number
        texts = (credit.credited_number, credit.reference, credit.text)
        return any(text is not None and names_number(text, number) for text in texts)

    return sorted(candidates, key=lambda item: not is_named(item))


def _allocation(credit: Credit, invoice_id: str, part: Money, past_events: set[str]) -> CreditAllocation:
    base = event_id = f"{credit.credit_id}:{invoice_id}"
    # A second part of one credit on one invoice is a new event, not a repetition of the first.
    while event_id in past_events:
        event_id = f"{base}:{len(past_events)}"
    return CreditAllocation(
        event_id=event_id,
        credit_id=credit.credit_id,
        invoice_id=invoice_id,
        amount=part,
        reference=credit.reference,
        issued_on=credit.issued_on,
    )
