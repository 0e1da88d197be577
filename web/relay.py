"""The loop that carries kept events of the payment provider to the books and the runs."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import uuid
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from itertools import groupby

from dunning.journal import TaskKind
from ledger import inbox, leases
from ledger.books import Books, BooksUnreachableError
from ledger.inbox import InboxItem
from providers.protocols import PaymentEvent, PaymentEventProvider, ProviderError, UnreadableEventError
from web.inbox_events import Fate, Handled, InboxEvents, pause_before_next
from web.webhooks import STRIPE

logger = logging.getLogger(__name__)

_LEASE = "inbox-relay"
_FETCH_LEASE = "stripe-fetch"
_LEASE_LENGTH = timedelta(minutes=2)
_BATCH = 100
_AT_A_TIME = 8
_LONGEST_PAUSE = timedelta(seconds=15)
"""Between two tries to tell a run: after an outage no payment waits longer than this."""
_LONGEST_PROVIDER_PAUSE = timedelta(minutes=10)
_MOST_TRIES = 60
"""Of an event that fails for another reason than Temporal: about nine hours, then a person looks at it."""
_FETCH_EVERY = timedelta(days=1)
_FETCH_BACK = timedelta(days=3)
"""Stripe gives up on a webhook after three days (https://docs.stripe.com/webhooks#retries)."""


class Relay:
    """One process at a time takes events from the inbox, in the order they came.

    Every step can be repeated: books and runs know each fact by its id. So a relay that dies in the middle
    loses nothing, and two that run at once for a moment do no harm.
    """

    def __init__(
        self,
        books: Books,
        handler: InboxEvents,
        events: PaymentEventProvider,
        real_clock: Callable[[], datetime],
        business_clock: Callable[[], datetime],
        *,
        poll_seconds: float = 2.0,
    ) -> None:
        """Prepare the loop.

        Args:
            books: with the inbox.
            handler: books and tells one event.
            events: reads and fetches them.
            real_clock: counts tries and leases.
            business_clock: the provider's time, from which missed events are asked for.
            poll_seconds: how often to look for events that another process received.
        """
        self._books = books
        self._handler = handler
        self._events = events
        self._real_clock = real_clock
        self._business_clock = business_clock
        self._poll_seconds = poll_seconds
        self._holder = f"relay-{uuid.uuid4()}"
        self._news = asyncio.Event()
        self._stopped = False
        self._temporal_away = False
        self._next_look_at_fetch: datetime | None = None

    def wake(self) -> None:
        """Something new is in the inbox."""
        self._news.set()

    def stop(self) -> None:
        """End the loop once the events in hand are dealt with."""
        self._stopped = True
        self._news.set()

    async def run(self) -> None:
        """Carry events until stopped; whatever fails is tried again."""
        while not self._stopped:
            self._news.clear()
            try:
                await self._fetch_once_a_day()
                await self.turn()
            except BooksUnreachableError as error:
                logger.warning("The relay waits for the books: %s", error)
            except Exception:
                # The loop must outlive any one event; the next turn meets the same state of the books.
                logger.exception("The relay goes on after a fault")
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._news.wait(), timeout=self._poll_seconds)

    async def turn(self) -> int:
        """Deal with all events that are due, unless another process does.

        Returns:
            How many were dealt with.

        Raises:
            BooksUnreachableError: the rest waits.
        """
        dealt_with = 0
        while items := await self._leased_batch():
            try:
                await self._deal_with(items)
            finally:
                await self._books.writing(lambda conn: leases.release(conn, _LEASE, self._holder))
            dealt_with += len(items)
        return dealt_with

    async def fetch_missed(self, since: datetime) -> int:
        """Ask the provider for events that no webhook brought, and put them into the inbox.

        Args:
            since: an instant of the provider's time.

        Returns:
            How many were new.

        Raises:
            ProviderError: the provider does not answer; what was fetched is kept.
        """
        fetched = 0
        async for event in self._events.list_events_since(since):
            receive = partial(
                inbox.receive,
                provider=STRIPE,
                event_id=event.event_id,
                body=event.body,
                now=self._real_clock(),
            )
            fetched += await self._books.writing(receive)
        if fetched:
            self.wake()
        return fetched

    async def _fetch_once_a_day(self) -> None:
        now = self._real_clock()
        if self._next_look_at_fetch and now < self._next_look_at_fetch:
            return
        self._next_look_at_fetch = now + _LONGEST_PROVIDER_PAUSE
        # Nobody gives this lease back: until it ends no process fetches again, not even a restarted one.
        mine = f"fetch-{uuid.uuid4()}"
        due = await self._books.writing(
            lambda conn: leases.take(conn, _FETCH_LEASE, mine, now, now + _FETCH_EVERY)
        )
        if not due:
            return
        try:
            fetched = await self.fetch_missed(self._business_clock() - _FETCH_BACK)
        except ProviderError as error:
            logger.warning("Missed events could not be fetched, the next try follows: %s", error)
            again = now + _LONGEST_PROVIDER_PAUSE
            await self._books.writing(lambda conn: leases.take(conn, _FETCH_LEASE, mine, now, again))
            return
        logger.info("Fetched %d events that no webhook had brought", fetched)

    async def _leased_batch(self) -> Sequence[InboxItem]:
        if self._stopped:
            return ()
        now = self._real_clock()
        waiting = await self._books.reading(lambda conn: inbox.due(conn, STRIPE, now, _BATCH))
        if not waiting:
            return ()
        mine = await self._books.writing(
            lambda conn: leases.take(conn, _LEASE, self._holder, now, now + _LEASE_LENGTH)
        )
        if not mine:
            return ()
        return await self._books.reading(lambda conn: inbox.due(conn, STRIPE, now, _BATCH))

    async def _deal_with(self, items: Sequence[InboxItem]) -> None:
        """Several invoices at a time; the events of one invoice one after the other."""
        self._temporal_away = False
        read = [(item, event) for item in items if (event := await self._read(item))]
        read.sort(key=_invoice_of)
        gate = asyncio.Semaphore(_AT_A_TIME)

        async def in_order(group: list[tuple[InboxItem, PaymentEvent]]) -> None:
            async with gate:
                for item, event in group:
                    await self._deal_with_one(item, event)

        groups = [list(group) for _, group in groupby(read, key=_invoice_of)]
        outcomes = await asyncio.gather(*map(in_order, groups), return_exceptions=True)
        for outcome in outcomes:
            if isinstance(outcome, BaseException):
                raise outcome

    async def _read(self, item: InboxItem) -> PaymentEvent | None:
        try:
            return self._events.parse(item.body)
        except UnreadableEventError as error:
            await self._give_to_person(item, str(error))
            return None

    async def _deal_with_one(self, item: InboxItem, event: PaymentEvent) -> None:
        try:
            handled = await self._handler.handle(event, tell=not self._temporal_away)
        except BooksUnreachableError:
            raise
        except Exception as error:  # one bad event must not hold up those behind it
            logger.exception("Event %s could not be handled", item.event_id)
            handled = Handled(Fate.AGAIN, f"{type(error).__name__} while it was handled")
        await self._settle(item, handled)

    async def _settle(self, item: InboxItem, handled: Handled) -> None:
        now = self._real_clock()
        match handled.fate:
            case Fate.DONE:
                await self._books.writing(lambda conn: inbox.done(conn, item.id, now))
            case Fate.PARKED:
                await self._books.writing(lambda conn: inbox.park(conn, item.id, handled.problem, now))
            case Fate.TELL_AGAIN:
                self._temporal_away = True
                await self._again(item, handled.problem, _LONGEST_PAUSE)
            case Fate.AGAIN if item.tries >= _MOST_TRIES:
                await self._give_to_person(item, handled.problem)
            case Fate.AGAIN:
                await self._again(item, handled.problem, _LONGEST_PROVIDER_PAUSE)

    async def _again(self, item: InboxItem, problem: str, longest: timedelta) -> None:
        now = self._real_clock()
        at = now + pause_before_next(item.tries, longest)
        await self._books.writing(lambda conn: inbox.retry(conn, item.id, problem, now, at))

    async def _give_to_person(self, item: InboxItem, problem: str) -> None:
        now = self._real_clock()
        await self._handler.keep_for_person(TaskKind.UNREADABLE_MESSAGE, f"{STRIPE}:{item.event_id}", problem)
        await self._books.writing(lambda conn: inbox.park(conn, item.id, problem, now))


def _invoice_of(pair: tuple[InboxItem, PaymentEvent]) -> tuple[str, str]:
    # A refund that names no invoice yet belongs to that of the payment, or stands for itself.
    item, event = pair
    return event.creditor_id or "", event.invoice_id or item.event_id
