"""Payment links: of the invoices that were sent one, how many were opened, and how many paid through it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from pydantic import BaseModel, ConfigDict

from dunning.money import Money
from dunning.reports_receivables import Movement, Receivable


class LinkGiven(BaseModel):
    """The links of one invoice: since when there is one, and since when one was opened."""

    model_config = ConfigDict(frozen=True)

    given_at: datetime
    given_on: date
    """Local date."""
    opened: bool = False
    """Whether the customer opened a page to pay from it; links of the provider's own do not tell."""


class LinkLine(BaseModel):
    """The way of the links of one currency."""

    model_config = ConfigDict(frozen=True)

    currency: str
    invoices: int
    """For which a link was made in the period."""
    opened: int
    paid: int
    """Wholly or in part, through a page of the payment provider, since the link was made."""
    share: float
    """Conversion: paid / invoices."""
    cash: Money
    """That came through these pages."""


def link_conversion(
    receivables: Iterable[Receivable], links: Mapping[str, LinkGiven], since: date, today: date
) -> list[LinkLine]:
    """Follow the links made in a period to what came through them by its end.

    Args:
        receivables: of one creditor, in any currencies.
        links: by invoice id.
        since: the first day.
        today: the last one.
    """
    found: dict[str, list[tuple[LinkGiven, list[Movement]]]] = {}
    for each in receivables:
        link = links.get(each.invoice.invoice_id)
        if link and since <= link.given_on <= today:
            came = [one for one in each.movements if _through(one, link, today)]
            found.setdefault(each.currency, []).append((link, came))
    return [_line(currency, found[currency]) for currency in sorted(found)]


def _through(movement: Movement, link: LinkGiven, today: date) -> bool:
    return movement.by_card_page and movement.booked_at >= link.given_at and movement.on <= today


def _line(currency: str, followed: list[tuple[LinkGiven, list[Movement]]]) -> LinkLine:
    paid = [came for _, came in followed if came]
    return LinkLine(
        currency=currency,
        invoices=len(followed),
        opened=sum(link.opened for link, _ in followed),
        paid=len(paid),
        share=round(len(paid) / len(followed), 4),
        cash=sum((one.amount for came in paid for one in came), Money.zero(currency)),
    )
