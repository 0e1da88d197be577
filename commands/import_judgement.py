"""What a row of an import means for an invoice that the books may know already; pure."""

from __future__ import annotations

from dataclasses import dataclass

from dunning.invoice import Invoice
from dunning.money import Money
from intake.credits import CreditAllocation
from intake.portfolio import PortfolioEntry
from ledger.cases import CaseRow


@dataclass(frozen=True)
class Judgement:
    """What is to be done about one row."""

    entry: PortfolioEntry
    invoice: Invoice | None
    """To be registered; none for a row that is settled and was never open here."""
    paid: Money | None = None
    """Money that the file knows of and the books do not."""
    credits: tuple[CreditAllocation, ...] = ()
    """Parts of credits that the books do not know yet."""
    presumed_paid: bool = False
    """Smaller than the books say, in a file that holds everything open: a person decides."""


@dataclass(frozen=True)
class Credited:
    """What credits take off one invoice."""

    new: tuple[CreditAllocation, ...] = ()
    before: tuple[CreditAllocation, ...] = ()
    """Booked by earlier imports."""


def judge(entry: PortfolioEntry, known: CaseRow | None, credited: Credited, *, full: bool) -> Judgement:
    """Compare what a file says of an invoice with the books.

    Files state either the invoice's amount or what remains of it; the second must not be taken for a
    correction. Where the books know of more money than the file, the books are right: they hear of
    payments first.

    Args:
        entry: the row.
        known: the invoice in the books; none for a new one.
        credited: what the credits of the file take off it.
        full: whether the file holds everything open.
    """
    if known is None:
        return _new(entry, credited)
    if known.amount.currency != entry.invoice.amount.currency:
        return Judgement(entry, entry.invoice)
    invoice = entry.invoice
    if _states_what_remains(entry, known, full=full):
        invoice = invoice.model_copy(update={"amount": known.amount})
    if known.status.closed:
        return Judgement(entry, invoice)
    expected = known.balance + (invoice.amount - known.amount) - _sum(credited.new, invoice.amount.currency)
    remaining = entry.balance - _sum((*credited.before, *credited.new), invoice.amount.currency)
    if not remaining < expected:
        return Judgement(entry, invoice, credits=credited.new)
    if full:
        return Judgement(entry, invoice, credits=credited.new, presumed_paid=True)
    return Judgement(entry, invoice, credits=credited.new, paid=expected - remaining)


def _new(entry: PortfolioEntry, credited: Credited) -> Judgement:
    if not entry.balance.is_positive:
        return Judgement(entry, None)
    paid = entry.paid if entry.paid.is_positive else None
    return Judgement(entry, entry.invoice, paid=paid, credits=credited.new)


def _states_what_remains(entry: PortfolioEntry, known: CaseRow, *, full: bool) -> bool:
    """A smaller amount is what remains where something was paid, or where a full file says so."""
    if entry.paid.is_positive or not entry.invoice.amount < known.amount:
        return False
    return full or known.status.closed or known.balance < known.amount


def _sum(parts: tuple[CreditAllocation, ...], currency: str) -> Money:
    return sum((part.amount for part in parts), Money.zero(currency))
