"""Overdue money by age, as a credit manager reads it."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import NamedTuple

import sqlalchemy as sa

from dunning.money import Money
from ledger.case_lists import CLOSED
from ledger.schema import invoices


class AgeingBucket(StrEnum):
    """Days past due."""

    TO_30 = "0-30"
    TO_60 = "31-60"
    TO_90 = "61-90"
    OVER_90 = "90+"


class Overdue(NamedTuple):
    """Invoices of one bucket, and what remains of them."""

    invoices: int
    amount: Money


def overdue_by_age(
    conn: sa.Connection, creditor_id: str, today: date
) -> dict[str, dict[AgeingBucket, Overdue]]:
    """What is overdue today, by currency and age.

    Invoices that are presumed paid wait for a person and are left out. Every bucket of a currency is
    there, empty ones too.
    """
    query = sa.select(invoices.c.balance, invoices.c.currency, invoices.c.due_date).where(
        invoices.c.creditor_id == creditor_id,
        invoices.c.status.not_in(CLOSED),
        sa.not_(invoices.c.presumed_paid),
        invoices.c.due_date < today,
    )
    found: dict[str, dict[AgeingBucket, Overdue]] = {}
    for row in conn.execute(query):
        balance = Money(amount=row.balance, currency=row.currency)
        if not balance.is_positive:
            continue
        buckets = found.setdefault(row.currency, _empty(row.currency))
        bucket = _bucket((today - row.due_date).days)
        buckets[bucket] = Overdue(buckets[bucket].invoices + 1, buckets[bucket].amount + balance)
    return dict(sorted(found.items()))


def _empty(currency: str) -> dict[AgeingBucket, Overdue]:
    return {bucket: Overdue(0, Money.zero(currency)) for bucket in AgeingBucket}


def _bucket(days: int) -> AgeingBucket:
    limits = ((30, AgeingBucket.TO_30), (60, AgeingBucket.TO_60), (90, AgeingBucket.TO_90))
    return next((bucket for limit, bucket in limits if days <= limit), AgeingBucket.OVER_90)
