from __future__ import annotations

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta

from temporalio.client import Client

from dunning.case import DunningStatus
from tests.workflows.histories import begun_knowing
from tests.workflows.messages import payment
from tests.workflows.planned_steps import escalation
from tests.workflows.running import CREDITOR, eventually, idle, working
from tests.workflows.stand_in_activities import StandIns
from tests.workflows.stand_in_books import StandInBooks
from workflows.contract import SignalName, StartDunning

_RACES = 24
_SPREAD = timedelta(seconds=1.2)
"""A server fires a timer up to a second after its instant: payments come during all of it."""


async def test_payments_at_the_instant_of_a_step(dev_client: Client) -> None:
    """Two dozen payments around the instant of a timer, in both orders: nothing is sent after its booking.

    On a real server, since the time-skipping one answers the cancelling of a timer that has just fired with
    an error of its own.
    """
    instant = datetime.now(UTC) + timedelta(seconds=4)
    cases = [_Race(number, instant) for number in range(_RACES)]
    every = {race.invoice_id: race for race in cases}
    stand_ins = StandIns(
        lambda request: every[request.invoice_id].books.plan(request),
        lambda request: every[request.invoice_id].books.act(request),
    )
    async with working(dev_client, stand_ins, "races"):
        firsts = await asyncio.gather(*(race.run(dev_client, stand_ins) for race in cases))
    assert Counter(firsts).keys() == {"payment", "step"}


class _Race:
    """One invoice whose payment and step come at nearly the same instant."""

    def __init__(self, number: int, instant: datetime) -> None:
        self.invoice_id = f"race-{number}"
        self.books = StandInBooks(escalation(instant, spacing=timedelta(days=7), levels=2))
        self._after = number % 6 == 0
        self._pays_at = instant - timedelta(seconds=0.1) + _SPREAD * (number / _RACES)

    async def run(self, client: Client, stand_ins: StandIns) -> str:
        """Which came first."""
        start = StartDunning(creditor_id=CREDITOR, invoice_id=self.invoice_id)
        async with idle(client, stand_ins, start=start, queue="races") as run:
            await asyncio.sleep((self._pays_at - datetime.now(UTC)).total_seconds())
            if self._after:
                await eventually(lambda: bool(self.books.sent))
            await run.signal(SignalName.PAYMENT_RECEIVED, payment(f"paid-{self.invoice_id}", "1204.50"))
            result = await run.result()
            events = await run.events()
        assert result.status is DunningStatus.SETTLED
        assert begun_knowing(events, SignalName.PAYMENT_RECEIVED) == []
        assert self.books.log == [
            *(f"sent {step}" for step in self.books.sent),
            f"booked paid-{self.invoice_id}",
        ]
        return "step" if self.books.sent else "payment"
