"""Opens a Checkout session for what a payable asks today."""

from __future__ import annotations

from sqlalchemy import Connection

from dunning.journal import EntryKind
from dunning.phrases import phrase
from ledger import journal, pages
from ledger.pages import PageIntent, PageKind
from providers.protocols import CheckoutRequest, PaymentPageProvider
from web.dependencies import WebDependencies
from web.payable_view import PayableView


async def checkout_url(
    dependencies: WebDependencies, provider: PaymentPageProvider, view: PayableView, pay_page: str
) -> str:
    """The address of a session for today's amount; one that is open for it is used again.

    Args:
        dependencies: books and clock.
        provider: makes the session.
        view: of a payable that is due.
        pay_page: address of the pay page, to which the customer comes back.

    Raises:
        ProviderError: no session, and nothing was charged.
    """
    now = dependencies.clock()
    key = view.case.key

    def intend(conn: Connection) -> PageIntent:
        # The token of an instalment whose plan is over must not name a page for the whole balance.
        cycle, part = view.case.facts.cycle, view.instalment or 0
        fits = view.payable.instalment == part
        token = view.payable.token if fits else pages.token_for(conn, key, cycle=cycle, now=now)
        return pages.next_page(conn, token, kind=PageKind.CHECKOUT, amount=view.amount, now=now)

    intent = await dependencies.books.writing(intend)
    if intent.url:
        return intent.url
    page = await provider.open_session(
        CheckoutRequest(
            token=intent.token,
            link_number=intent.link_number,
            amount=view.amount,
            label=phrase("pay.label", view.language, number=view.case.invoice.number),
            creditor_id=key.creditor_id,
            invoice_id=key.invoice_id,
            instalment=view.instalment,
            language=view.language,
            return_url=f"{pay_page}/return",
        )
    )

    def record(conn: Connection) -> None:
        pages.record_page(
            conn,
            intent.token,
            intent.link_number,
            provider_id=page.provider_id,
            url=page.url,
            expires_at=page.expires_at,
        )
        journal.append(conn, key, EntryKind.LINK_CREATED, at=now, amount=view.amount)

    await dependencies.books.writing(record)
    return page.url
