"""Pay tokens, and the pages asked of the payment provider for them."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from pydantic import BaseModel, ConfigDict

from dunning.money import Money
from ledger.arrangements import active_arrangements, instalments_of
from ledger.keys import CaseKey, of_case
from ledger.schema import payables, payment_pages
from ledger.standing import Standing, standing_of
from ledger.upsert import insert_new

_TOKEN_BYTES = 24


class PageKind(StrEnum):
    """What the provider was asked for."""

    LINK = "link"
    """A payment link, printed in a message."""
    CHECKOUT = "checkout"
    """A session, opened when the customer visits our own pay page."""


class PageState(StrEnum):
    """Where a page stands."""

    ASKED = "asked"
    """Written down before the call; whether the provider made it is not known yet."""
    OPEN = "open"
    OFF = "off"


class Payable(BaseModel):
    """What a token stands for: an invoice, or one instalment of it."""

    model_config = ConfigDict(frozen=True)

    token: str
    case: CaseKey
    cycle: int
    instalment: int
    """0 for the invoice as a whole."""
    created_at: datetime


class PageIntent(BaseModel):
    """A page to ask for, or to use again where the address is known."""

    model_config = ConfigDict(frozen=True)

    token: str
    link_number: int
    """With the token the idempotency key of the call: the same number asks for the same page."""
    kind: PageKind
    amount: Money
    url: str | None = None
    provider_id: str | None = None


class OpenPage(BaseModel):
    """A page that a customer can still pay on."""

    model_config = ConfigDict(frozen=True)

    token: str
    link_number: int
    kind: PageKind
    amount: Money
    provider_id: str | None
    cycle: int
    instalment: int


def token_for(conn: sa.Connection, key: CaseKey, *, cycle: int, instalment: int = 0, now: datetime) -> str:
    """The token of an invoice or an instalment in a cycle; unguessable, and always the same one.

    Args:
        conn: a transaction that may write.
        key: the case.
        cycle: of the case's facts.
        instalment: its number; 0 for the invoice as a whole.
        now: the instant.
    """
    payable_ = {**key._asdict(), "cycle": cycle, "instalment": instalment}
    insert_new(conn, payables, payable_ | {"token": secrets.token_urlsafe(_TOKEN_BYTES), "created_at": now})
    mine = sa.and_(of_case(payables, key), payables.c.cycle == cycle, payables.c.instalment == instalment)
    return str(conn.execute(sa.select(payables.c.token).where(mine)).scalar_one())


def payable(conn: sa.Connection, token: str) -> Payable | None:
    """What a token stands for; none for a token that was never given out."""
    row = conn.execute(sa.select(payables).where(payables.c.token == token)).first()
    if row is None:
        return None
    return Payable(
        token=row.token,
        case=CaseKey(row.creditor_id, row.invoice_id),
        cycle=row.cycle,
        instalment=row.instalment,
        created_at=row.created_at,
    )


def next_page(conn: sa.Connection, token: str, *, kind: PageKind, amount: Money, now: datetime) -> PageIntent:
    """Write down which page is asked for, before it is asked for.

    A page that is open for the same amount is used again. One whose call never came back is asked for under
    the same number, which the provider answers with the same page. Another amount takes a new number, because
    the provider refuses a known key with another amount.

    Args:
        conn: a transaction that may write, committed before the provider is called.
        token: of the payable.
        kind: what is asked for.
        amount: what is to be paid.
        now: the instant; a page that expires by then is not used again.
    """
    conn.execute(sa.select(payables.c.token).where(payables.c.token == token).with_for_update())
    rows = list(
        conn.execute(
            sa.select(payment_pages)
            .where(payment_pages.c.token == token)
            .order_by(payment_pages.c.link_number.desc())
        )
    )
    for row in rows:
        if _fits(row, kind, amount, now):
            return PageIntent(
                token=token,
                link_number=row.link_number,
                kind=kind,
                amount=amount,
                url=row.url,
                provider_id=row.provider_id,
            )
    number = rows[0].link_number + 1 if rows else 1
    asked = {
        "token": token,
        "link_number": number,
        "kind": kind.value,
        "amount": amount.amount,
        "currency": amount.currency,
        "state": PageState.ASKED.value,
        "created_at": now,
    }
    conn.execute(sa.insert(payment_pages).values(asked))
    return PageIntent(token=token, link_number=number, kind=kind, amount=amount)


def record_page(
    conn: sa.Connection,
    token: str,
    link_number: int,
    *,
    provider_id: str,
    url: str,
    expires_at: datetime | None,
) -> None:
    """Write down the page that the provider made; one switched off meanwhile stays off."""
    made = {
        "provider_id": provider_id,
        "url": url,
        "expires_at": expires_at,
        "state": PageState.OPEN.value,
    }
    asked = sa.and_(_is(token, link_number), payment_pages.c.state != PageState.OFF.value)
    conn.execute(sa.update(payment_pages).where(asked).values(made))


def pages_to_switch_off(
    conn: sa.Connection, key: CaseKey, keep_amounts: Collection[Money] = ()
) -> list[OpenPage]:
    """The open pages of a case, but those for an amount that is still right.

    Args:
        conn: a transaction.
        key: the case.
        keep_amounts: amounts whose pages stay open.
    """
    return [page for page in _open_pages(conn, key) if page.amount not in keep_amounts]


def outdated_pages(conn: sa.Connection, key: CaseKey) -> list[OpenPage]:
    """The open pages that ask for another amount than is owed now, or for what is no longer agreed."""
    standing = standing_of(conn, key)
    pages = _open_pages(conn, key)
    if standing is None or not pages:
        return []
    instalments = _missing_by_instalment(conn, standing)
    return [page for page in pages if not _still_right(page, standing, instalments)]


def mark_off(conn: sa.Connection, token: str, link_number: int) -> None:
    """Write down that a page was switched off."""
    conn.execute(sa.update(payment_pages).where(_is(token, link_number)).values(state=PageState.OFF.value))


def _fits(row: sa.Row[Any], kind: PageKind, amount: Money, now: datetime) -> bool:
    if row.kind != kind.value or Money(amount=row.amount, currency=row.currency) != amount:
        return False
    if row.state == PageState.ASKED.value:
        return True
    return row.state == PageState.OPEN.value and (row.expires_at is None or row.expires_at > now)


def _is(token: str, link_number: int) -> sa.ColumnElement[bool]:
    return sa.and_(payment_pages.c.token == token, payment_pages.c.link_number == link_number)


def _open_pages(conn: sa.Connection, key: CaseKey) -> list[OpenPage]:
    query = (
        sa.select(payment_pages, payables.c.cycle, payables.c.instalment)
        .join_from(payment_pages, payables, payment_pages.c.token == payables.c.token)
        .where(of_case(payables, key), payment_pages.c.state == PageState.OPEN.value)
        .order_by(payment_pages.c.created_at, payment_pages.c.link_number)
    )
    return [
        OpenPage(
            token=row.token,
            link_number=row.link_number,
            kind=PageKind(row.kind),
            amount=Money(amount=row.amount, currency=row.currency),
            provider_id=row.provider_id,
            cycle=row.cycle,
            instalment=row.instalment,
        )
        for row in conn.execute(query)
    ]


def _missing_by_instalment(conn: sa.Connection, standing: Standing) -> dict[int, Money]:
    states = instalments_of(conn, standing.key, active_arrangements(conn, standing.key).plan)
    return {state.instalment.number: state.missing for state in states}


def _still_right(page: OpenPage, standing: Standing, missing: dict[int, Money]) -> bool:
    if page.instalment == 0:
        if missing and page.kind is PageKind.LINK:
            # A link of an old message asks for all at once, though instalments were agreed since. A session
            # was opened by a customer who wants to pay all of it now.
            return False
        owed = standing.balance + (standing.accessories_asked or Money.zero(standing.balance.currency))
        return page.amount in {standing.balance, owed}
    return page.cycle == standing.cycle and missing.get(page.instalment) == page.amount
