"""Contacts by channel: what was sent and said in a period, and how it went."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from pydantic import BaseModel, ConfigDict


class ContactMade(BaseModel):
    """A message that left or was refused, a call that was made, a case that was handed over."""

    model_config = ConfigDict(frozen=True)

    channel: str
    outcome: str
    """``accepted``, ``refused``, ``unknown``; of a call what the customer said."""
    on: date
    """Local date."""
    customer_id: str
    message: str
    """Identity: a message about several invoices is one contact."""


class ContactLine(BaseModel):
    """Contacts of one channel with one outcome."""

    model_config = ConfigDict(frozen=True)

    channel: str
    outcome: str
    contacts: int
    customers: int
    share: float
    """Of the contacts of the channel."""


def contacts_by_channel(contacts: Iterable[ContactMade], since: date, today: date) -> list[ContactLine]:
    """Count the contacts of a period.

    Args:
        contacts: of one creditor.
        since: the first day.
        today: the last one.
    """
    messages: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    customers: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for each in contacts:
        if since <= each.on <= today:
            messages[each.channel, each.outcome].add(each.message)
            customers[each.channel, each.outcome].add(each.customer_id)
    whole: defaultdict[str, int] = defaultdict(int)
    for (channel, _), found in messages.items():
        whole[channel] += len(found)
    return [
        ContactLine(
            channel=channel,
            outcome=outcome,
            contacts=len(messages[channel, outcome]),
            customers=len(customers[channel, outcome]),
            share=round(len(messages[channel, outcome]) / whole[channel], 4),
        )
        for channel, outcome in sorted(messages)
    ]
