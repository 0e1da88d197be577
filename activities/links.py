"""Where a customer pays by card: our own page, or a link of the payment provider."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from sqlalchemy import Connection
from temporalio import activity

from activities.dependencies import Dependencies
from dunning.journal import EntryKind
from dunning.money import Money
from dunning.phrases import phrase
from ledger import journal, pages
from ledger.cases import Case
from ledger.keys import CaseKey
from ledger.pages import OpenPage, PageKind
from providers.protocols import CheckoutRequest, PaymentPageProvider, ProviderError, TemporaryRefusalError

_TRIES_BEFORE_GOING_WITHOUT = 3


class PayLinks:
    """Creates the link of a message when it is first printed, and switches links off."""

    def __init__(self, dependencies: Dependencies) -> None:
        """Work with these books and this payment provider."""
        self._with = dependencies

    async def for_message(
        self, case: Case, *, amount: Money, instalment: int | None, now: datetime
    ) -> str | None:
        """The address to print, or none where there is no way to pay by card.

        A provider that stays away does not hold the message back: transfer instructions come first, so
        after a few tries it goes without a link, and the journal says so.

        Raises:
            TemporaryRefusalError: the provider is away; worth another try soon.
        """
        if self._with.pages is None:
            return None
        part, cycle, key = instalment or 0, case.facts.cycle, case.key
        token = await self._with.books.writing(
            lambda conn: pages.token_for(conn, key, cycle=cycle, instalment=part, now=now)
        )
        if self._with.public_url:
            return f"{self._with.public_url.rstrip('/')}/pay/{token}"
        try:
            # What could not be switched off when the amount changed must not stay beside the new link.
            await self.switch_off_outdated(key, now)
            return await self._provider_link(
                self._with.pages, case, token, amount=amount, instalment=instalment, now=now
            )
        except ProviderError as error:
            patient = activity.info().attempt < _TRIES_BEFORE_GOING_WITHOUT
            if isinstance(error, TemporaryRefusalError) and patient:
                raise
            await self._note_failure(key, str(error), now)
            return None

    async def _provider_link(
        self,
        provider: PaymentPageProvider,
        case: Case,
        token: str,
        *,
        amount: Money,
        instalment: int | None,
        now: datetime,
    ) -> str:
        intent = await self._with.books.writing(
            lambda conn: pages.next_page(conn, token, kind=PageKind.LINK, amount=amount, now=now)
        )
        if intent.url:
            return intent.url
        language = case.customer.language
        page = await provider.create_link(
            CheckoutRequest(
                token=token,
                link_number=intent.link_number,
                amount=amount,
                label=phrase("pay.label", language, number=case.invoice.number),
                creditor_id=case.key.creditor_id,
                invoice_id=case.key.invoice_id,
                instalment=instalment,
                language=language,
            )
        )

        def record(conn: Connection) -> None:
            pages.record_page(
                conn,
                token,
                intent.link_number,
                provider_id=page.provider_id,
                url=page.url,
                expires_at=page.expires_at,
            )
            journal.append(conn, case.key, EntryKind.LINK_CREATED, at=now, amount=str(amount))

        await self._with.books.writing(record)
        return page.url

    async def switch_off_outdated(self, key: CaseKey, now: datetime) -> int:
        """Switch off pages that ask for another amount than is owed now; failures are tried again later."""
        outdated = await self._with.books.reading(lambda conn: pages.outdated_pages(conn, key))
        try:
            return await self._switch_off(key, outdated, now)
        except ProviderError as error:
            await self._note_failure(key, str(error), now)
            return 0

    async def _note_failure(self, key: CaseKey, problem: str, now: datetime) -> None:
        """Say it in the journal, once for a run of equal failures."""

        def note(conn: Connection) -> None:
            last = journal.entries(conn, key)[-1:]
            if not last or last[0].kind is not EntryKind.LINK_FAILED:
                journal.append(conn, key, EntryKind.LINK_FAILED, at=now, problem=problem)

        await self._with.books.writing(note)

    async def switch_off_all(self, key: CaseKey, now: datetime) -> int:
        """Switch off every open page of a case.

        Raises:
            ProviderError: the provider did not do it.
        """
        open_pages = await self._with.books.reading(lambda conn: pages.pages_to_switch_off(conn, key))
        return await self._switch_off(key, open_pages, now)

    async def _switch_off(self, key: CaseKey, open_pages: Sequence[OpenPage], now: datetime) -> int:
        if self._with.pages is None:
            return 0
        for page in open_pages:
            if page.provider_id:
                await self._with.pages.switch_off(page.provider_id)
            await self._with.books.writing(partial(_marked_off, page=page, key=key, now=now))
        return len(open_pages)


def _marked_off(conn: Connection, page: OpenPage, key: CaseKey, now: datetime) -> None:
    pages.mark_off(conn, page.token, page.link_number)
    journal.append(conn, key, EntryKind.LINK_SWITCHED_OFF, at=now)
