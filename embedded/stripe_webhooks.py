"""Signed webhook requests, delivered as well or as badly as a test wants."""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections.abc import Sequence
from typing import Any

import httpx
from pydantic import BaseModel, ConfigDict
from stripe import WebhookSignature

_RETRIES = (0.1, 0.2, 0.5, 1.0, 1.0, 2.0, 2.0, 5.0, 5.0, 5.0, 10.0, 10.0, 10.0)


class WebhookTarget(BaseModel):
    """Where events are sent and what signs them."""

    model_config = ConfigDict(frozen=True)

    url: str
    secrets: tuple[str, ...]
    """Two while one is rotated: each request is then signed with both."""
    event_types: frozenset[str] | None = None
    """The subscription; everything where it is missing."""


class DeliveryFaults(BaseModel):
    """What happens to deliveries on their way."""

    model_config = ConfigDict(frozen=True)

    copies: int = 1
    """How often each event is delivered."""
    delay: float = 0.0
    """Seconds before the first attempt."""
    shuffle: float = 0.0
    """Up to so many more seconds, at random, so that later events overtake earlier ones."""
    lose: bool = False
    """Nothing is ever delivered, as when the endpoint was down for longer than Stripe tries."""


class WebhookSender:
    """Delivers events and repeats what was not answered with 2xx."""

    def __init__(
        self, target: WebhookTarget | None, *, retries: Sequence[float] = _RETRIES, seed: int = 0
    ) -> None:
        """Prepare deliveries.

        Args:
            target: Where to; nowhere yet where it is missing.
            retries: Seconds between attempts (Stripe's own take three days).
            seed: Of the random delays.
        """
        self.target = target
        self.faults = DeliveryFaults()
        self.attempts = 0
        self.delivered = 0
        self.lost = 0
        self._retries = retries
        self._random = random.Random(seed)  # noqa: S311 — disorder, not secrecy
        self._tasks: set[asyncio.Task[None]] = set()
        # no proxy: the endpoint is on loopback
        self._http = httpx.AsyncClient(timeout=20, trust_env=False)

    def announce(self, event: dict[str, Any]) -> None:
        """Deliver an event in the background, as the faults of this moment have it."""
        target = self.target
        if target is None or (target.event_types is not None and event["type"] not in target.event_types):
            return
        if self.faults.lose:
            self.lost += 1
            return
        body = json.dumps(event)
        for _ in range(self.faults.copies):
            wait = self.faults.delay + self._random.random() * self.faults.shuffle
            task = asyncio.create_task(self._deliver(target, body, wait))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def drain(self, within: float = 30.0) -> None:
        """Return when everything under way has arrived.

        Args:
            within: Seconds.

        Raises:
            TimeoutError: It has not.
        """
        async with asyncio.timeout(within):
            while self._tasks:
                await asyncio.wait(self._tasks)

    async def stop(self) -> None:
        """Give up what is under way."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._http.aclose()

    async def _deliver(self, target: WebhookTarget, body: str, wait: float) -> None:
        for pause in (wait, *self._retries):
            await asyncio.sleep(pause)
            if await self._attempt(target, body):
                self.delivered += 1
                return
        self.lost += 1

    async def _attempt(self, target: WebhookTarget, body: str) -> bool:
        self.attempts += 1
        headers = {"stripe-signature": signature_of(body, target.secrets), "content-type": "application/json"}
        try:
            answer = await self._http.post(target.url, content=body.encode(), headers=headers)
        except httpx.HTTPError:
            return False
        return answer.is_success


def signature_of(body: str, secrets: Sequence[str], signed_at: int | None = None) -> str:
    """The `Stripe-Signature` of a body, with one `v1` for each secret.

    Args:
        body: What is sent.
        secrets: All that sign.
        signed_at: Seconds since 1970; the real time where it is missing, whatever the sandbox's clock says.
    """
    stamp = int(time.time()) if signed_at is None else signed_at
    headers = [WebhookSignature.generate_signature_header(body, secret, stamp) for secret in secrets]
    return ",".join([f"t={stamp}", *(header.split(",", 1)[1] for header in headers)])
