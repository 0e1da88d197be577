"""How a customer has paid so far: what a creditor's own books say, counted on a given day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from enum import StrEnum
from statistics import fmean, variance

from pydantic import BaseModel, ConfigDict

from dunning.invoice import Invoice

RECENT = 5
"""Settled invoices that count as the latest ones of a customer, by issue date."""
_LONGEST_DELAY = 180
"""Days past due beyond which a delay weighs no more: one lost invoice must not become a habit."""
_NOTICEABLE_DAYS = 2
_STANDARD_ERRORS = 2


class SettledInvoice(BaseModel):
    """An invoice and the day on which nothing of it remained."""

    model_config = ConfigDict(frozen=True)

    invoice: Invoice
    settled_on: date

    @property
    def days_past_due(self) -> int:
        """Days from due date to settlement, negative when early.

        What was paid in advance counts as paid on the issue date; a delay counts up to 180 days.
        """
        earliest = self.invoice.days_past_due(self.invoice.issue_date)
        return min(max(self.invoice.days_past_due(self.settled_on), earliest), _LONGEST_DELAY)

    @property
    def days_late(self) -> int:
        """Days past due, none when on time."""
        return max(self.days_past_due, 0)

    @property
    def was_late(self) -> bool:
        """Whether it was settled after its due date."""
        return self.days_past_due > 0


class Trend(StrEnum):
    """Where a customer's delays are going."""

    WORSENING = "worsening"
    STEADY = "steady"
    IMPROVING = "improving"
    UNKNOWN = "unknown"
    """Too few settled invoices to tell."""


class CustomerRecord(BaseModel):
    """What is known of a customer's payments; a description, never a verdict."""

    model_config = ConfigDict(frozen=True)

    customer_id: str
    settled: int
    """Invoices settled."""
    late: int
    """Of them, those settled after the due date."""
    average_days_late: float
    """Over all settled invoices, those on time counting zero."""
    recent_days_late: float
    """The same over the latest five."""
    earlier_days_late: float
    """The same over those before; zero where there are none."""
    trend: Trend

    @property
    def share_late(self) -> float:
        """Share of the settled invoices that were late, from 0 to 1; 0 without any."""
        return self.late / self.settled if self.settled else 0.0


def known_on(settled: Iterable[SettledInvoice], day: date) -> list[SettledInvoice]:
    """What could be known at the end of a day: later settlements have not happened yet."""
    return [each for each in settled if each.settled_on <= day]


def record_of(customer_id: str, settled: Iterable[SettledInvoice], as_of: date) -> CustomerRecord:
    """Sum up a customer's payments.

    Args:
        customer_id: whose record.
        settled: invoices of this customer or of all.
        as_of: the last day whose settlements are known.
    """
    own = [each for each in known_on(settled, as_of) if each.invoice.customer_id == customer_id]
    # By issue date: in the order of payments, what was paid late would come last by itself.
    own.sort(key=lambda each: (each.invoice.issue_date, each.invoice.invoice_id))
    delays = [each.days_late for each in own]
    recent, earlier = delays[-RECENT:], delays[:-RECENT]
    return CustomerRecord(
        customer_id=customer_id,
        settled=len(own),
        late=sum(each.was_late for each in own),
        average_days_late=_mean(delays),
        recent_days_late=_mean(recent),
        earlier_days_late=_mean(earlier),
        trend=_trend(recent, earlier),
    )


def _mean(delays: Sequence[int]) -> float:
    return fmean(delays) if delays else 0.0


def _trend(recent: Sequence[int], earlier: Sequence[int]) -> Trend:
    """A change is told only where it is more than two standard errors (Welch), and than two days."""
    if len(earlier) < RECENT:
        return Trend.UNKNOWN
    change = fmean(recent) - fmean(earlier)
    error = (variance(recent) / len(recent) + variance(earlier) / len(earlier)) ** 0.5
    if abs(change) < max(_STANDARD_ERRORS * error, _NOTICEABLE_DAYS):
        return Trend.STEADY
    return Trend.WORSENING if change > 0 else Trend.IMPROVING
