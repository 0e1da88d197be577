"""What reports read from the books about the work done: steps, contacts, promises, payment links."""

from __future__ import annotations

from collections import defaultdict
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from dunning.arrangement import ArrangementState, Promise
from dunning.case import SendState
from dunning.journal import EntryKind
from dunning.money import Money
from dunning.reports_contacts import ContactMade
from dunning.reports_links import LinkGiven
from dunning.reports_promises import PromiseGiven, Receipt
from dunning.reports_recovery import StepTaken
from ledger.pages import PageKind
from ledger.report_queries import local_day
from ledger.schema import arrangements, invoices, journal, payables, payment_pages, payments, sends
from ledger.sends import EARLIER_CONTACT

_CALL = "call"
"""Channel of a step that asks a person to call: the call itself is told by its outcome."""
_TOLD = (SendState.ACCEPTED.value, SendState.REFUSED.value, SendState.UNKNOWN.value)


def steps_taken(conn: sa.Connection, creditor_id: str) -> list[StepTaken]:
    """The steps that were carried out, oldest first; without contacts from before the books.

    Args:
        conn: a transaction.
        creditor_id: on whose invoices.
    """
    columns = (sends.c.invoice_id, sends.c.step, sends.c.level, sends.c.acted_on, sends.c.acted_at)
    done = (*_of_ours(creditor_id), sends.c.state == SendState.ACCEPTED.value)
    rows = conn.execute(sa.select(*columns).where(*done).order_by(sends.c.acted_at, sends.c.id))
    return [
        StepTaken(invoice_id=row.invoice_id, step=row.step, level=row.level, on=row.acted_on, at=row.acted_at)
        for row in rows
    ]


def contacts_made(conn: sa.Connection, creditor_id: str, zone: ZoneInfo) -> list[ContactMade]:
    """The messages that left, were refused or may have left, the hand-overs, and the calls that were made.

    Args:
        conn: a transaction.
        creditor_id: in whose name.
        zone: the creditor's, in which a call has its day.
    """
    columns = (sends.c.id, sends.c.channel, sends.c.state, sends.c.acted_on, sends.c.message_id)
    messages = (
        sa.select(*columns, invoices.c.customer_id)
        .join_from(sends, invoices, _same_case(sends))
        .where(*_of_ours(creditor_id), sends.c.state.in_(_TOLD), sends.c.channel != _CALL)
    )
    calls = (
        sa.select(journal.c.id, journal.c.at, journal.c.details, invoices.c.customer_id)
        .join_from(journal, invoices, _same_case(journal))
        .where(journal.c.creditor_id == creditor_id, journal.c.kind == EntryKind.CALL_DONE.value)
    )
    sent = [
        ContactMade(
            channel=row.channel,
            outcome=row.state,
            on=row.acted_on,
            customer_id=row.customer_id,
            message=row.message_id or f"send:{row.id}",
        )
        for row in conn.execute(messages)
    ]
    called = [
        ContactMade(
            channel=_CALL,
            outcome=row.details["outcome"],
            on=row.at.astimezone(zone).date(),
            customer_id=row.customer_id,
            message=f"call:{row.id}",
        )
        for row in conn.execute(calls)
    ]
    return sent + called


def promises_given(conn: sa.Connection, creditor_id: str, zone: ZoneInfo) -> list[PromiseGiven]:
    """The promises of customers, with the money booked since each.

    Args:
        conn: a transaction.
        creditor_id: to whom.
        zone: the creditor's, in which an end has its day.
    """
    mine = sa.and_(payments.c.creditor_id == creditor_id, payments.c.counted)
    booked: defaultdict[str, list[tuple[int, Receipt]]] = defaultdict(list)
    for row in conn.execute(sa.select(payments).where(mine).order_by(payments.c.received_on, payments.c.id)):
        amount = Money(amount=row.amount, currency=row.currency)
        booked[row.invoice_id].append((row.id, Receipt(on=row.received_on, amount=amount)))
    query = sa.select(arrangements).where(
        arrangements.c.creditor_id == creditor_id, arrangements.c.kind == "promise"
    )
    return [
        _promise(row, booked[row.invoice_id], zone) for row in conn.execute(query.order_by(arrangements.c.id))
    ]


def links_given(conn: sa.Connection, creditor_id: str, zone: ZoneInfo) -> dict[str, LinkGiven]:
    """The payment links by invoice id: since when there is one, and whether one was opened.

    Args:
        conn: a transaction.
        creditor_id: whose invoices.
        zone: the creditor's, in which a link has its day.
    """
    first = sa.func.min(payables.c.created_at, type_=payables.c.created_at.type)
    given = (
        sa.select(payables.c.invoice_id, first.label("given_at"))
        .where(payables.c.creditor_id == creditor_id)
        .group_by(payables.c.invoice_id)
    )
    visited = (
        sa.select(payables.c.invoice_id)
        .join_from(payables, payment_pages, payables.c.token == payment_pages.c.token)
        .where(payables.c.creditor_id == creditor_id, payment_pages.c.kind == PageKind.CHECKOUT.value)
        .distinct()
    )
    opened = set(conn.execute(visited).scalars())
    return {
        row.invoice_id: LinkGiven(
            given_at=row.given_at,
            given_on=row.given_at.astimezone(zone).date(),
            opened=row.invoice_id in opened,
        )
        for row in conn.execute(given)
    }


def _of_ours(creditor_id: str) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        sends.c.creditor_id == creditor_id,
        sends.c.step != EARLIER_CONTACT,
        sends.c.acted_on.is_not(None),
    )


def _same_case(table: sa.Table) -> sa.ColumnElement[bool]:
    return sa.and_(invoices.c.creditor_id == table.c.creditor_id, invoices.c.invoice_id == table.c.invoice_id)


def _promise(row: sa.Row[Any], booked: list[tuple[int, Receipt]], zone: ZoneInfo) -> PromiseGiven:
    promise = Promise.model_validate(row.content)
    return PromiseGiven(
        made_on=promise.agreed_on,
        until=promise.until,
        amount=promise.amount,
        state=ArrangementState(row.state),
        ended_on=local_day(row.ended_at, zone),
        came=tuple(receipt for row_id, receipt in booked if row_id > row.last_payment_id),
    )
