import asyncio
import json
import time
from datetime import UTC, datetime

import httpx
import pytest
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.routing import Route

from embedded.loopback_app import LoopbackApp
from embedded.stripe_hosted import HowToPay, Outcome
from embedded.stripe_sandbox import API_KEY, WEBHOOK_SECRET, StripeSandbox
from embedded.stripe_webhooks import DeliveryFaults, WebhookTarget
from providers.stripe_events import verify
from tests.embedded.stripe_endpoint import BUSINESS_TIME, LINK, SESSION, Endpoint, create


async def test_a_card_payment_is_told_by_a_signed_webhook(
    api: httpx.AsyncClient, sandbox: StripeSandbox, endpoint: Endpoint
) -> None:
    """The event carries the business time; its signature carries the real one and holds today."""
    link = await create(api, "/v1/payment_links", LINK)
    assert (await sandbox.pay(link["url"])).outcome is Outcome.PAID
    await sandbox.sender.drain()
    assert endpoint.types == ["checkout.session.completed"]
    event = json.loads(endpoint.bodies[0])
    assert event["created"] == int(BUSINESS_TIME.timestamp())
    assert event["data"]["object"]["metadata"] == {"invoice_id": "F-42"}
    assert event["data"]["object"]["payment_status"] == "paid"
    verify(
        endpoint.bodies[0],
        endpoint.signatures[0],
        [SecretStr(WEBHOOK_SECRET)],
        now=datetime.fromtimestamp(time.time(), UTC),
    )
    paid_link = (await api.get(f"/v1/payment_links/{link['id']}")).json()
    assert paid_link["restrictions"]["completed_sessions"] == {"count": 1, "limit": 1}
    assert paid_link["active"] is False


async def test_a_refused_webhook_is_repeated(
    api: httpx.AsyncClient, sandbox: StripeSandbox, endpoint: Endpoint
) -> None:
    """A web app that was down for a moment hears of every payment."""
    endpoint.refusals = 3
    await sandbox.pay((await create(api, "/v1/payment_links", LINK))["url"])
    await sandbox.sender.drain()
    assert endpoint.types == ["checkout.session.completed"]
    assert (sandbox.counts.webhook_attempts, sandbox.counts.webhooks_delivered) == (4, 1)


async def test_an_endpoint_that_is_gone_is_tried_until_it_is_back(
    api: httpx.AsyncClient, sandbox: StripeSandbox, endpoint: Endpoint
) -> None:
    """Nobody listening counts as a refusal."""
    address = endpoint.server.address
    await endpoint.server.stop()
    await sandbox.pay((await create(api, "/v1/payment_links", LINK))["url"])
    await asyncio.sleep(0.2)
    endpoint.server = LoopbackApp(
        Starlette(routes=[Route("/hook", endpoint.take, methods=["POST"])]), port=int(address.split(":")[-1])
    )
    await endpoint.server.start()
    await sandbox.sender.drain()
    assert endpoint.types == ["checkout.session.completed"]


async def test_deliveries_can_be_doubled_delayed_shuffled_and_lost(
    api: httpx.AsyncClient, sandbox: StripeSandbox, endpoint: Endpoint
) -> None:
    """Tests can ask for each of the ways in which webhooks disappoint."""
    session = await create(api, "/v1/checkout/sessions", SESSION)
    await sandbox.pay(session["url"])
    await sandbox.sender.drain()
    payment = (await api.get(f"/v1/checkout/sessions/{session['id']}")).json()["payment_intent"]

    sandbox.sender.faults = DeliveryFaults(copies=2, delay=0.05)
    began = time.monotonic()
    doubled = sandbox.refund(payment, 100)
    await sandbox.sender.drain()
    assert time.monotonic() - began >= 0.05
    assert [json.loads(body)["data"]["object"]["id"] for body in endpoint.bodies[1:]] == [doubled["id"]] * 2

    sandbox.sender.faults = DeliveryFaults(shuffle=0.3)
    order = [sandbox.refund(payment, 100)["id"] for _ in range(8)]
    await sandbox.sender.drain()
    arrived = [json.loads(body)["data"]["object"]["id"] for body in endpoint.bodies[3:]]
    assert sorted(arrived) == sorted(order)
    assert arrived != order

    sandbox.sender.faults = DeliveryFaults(lose=True)
    lost = sandbox.refund(payment, 100)
    await sandbox.sender.drain()
    assert len(endpoint.bodies) == 11
    assert sandbox.counts.webhooks_lost == 1
    events = (await api.get("/v1/events", params={"types[0]": "refund.created", "limit": 1})).json()
    assert events["data"][0]["data"]["object"]["id"] == lost["id"]


async def test_both_secrets_sign_while_one_is_rotated(
    api: httpx.AsyncClient, sandbox: StripeSandbox, endpoint: Endpoint
) -> None:
    """The header carries a signature of each, so that either secret verifies it."""
    target = sandbox.sender.target
    assert target
    sandbox.sender.target = target.model_copy(update={"secrets": ("whsec_old", "whsec_new")})
    await sandbox.pay((await create(api, "/v1/payment_links", LINK))["url"])
    await sandbox.sender.drain()
    now = datetime.fromtimestamp(time.time(), UTC)
    for secret in ("whsec_old", "whsec_new"):
        verify(endpoint.bodies[0], endpoint.signatures[0], [SecretStr(secret)], now=now)


async def test_stopping_gives_up_what_is_under_way() -> None:
    """A sandbox with undeliverable webhooks and pending debits ends at once."""
    target = WebhookTarget(url="http://127.0.0.1:9/hook", secrets=(WEBHOOK_SECRET,))
    sandbox = StripeSandbox(webhook=target, debit_delay=60)
    await sandbox.start()
    headers = {"authorization": f"Bearer {API_KEY}"}
    async with httpx.AsyncClient(base_url=sandbox.address, headers=headers, trust_env=False) as client:
        session = await create(client, "/v1/checkout/sessions", SESSION)
    await sandbox.pay(session["url"], HowToPay.DEBIT)
    async with asyncio.timeout(5):
        await sandbox.stop()
    with pytest.raises(httpx.ConnectError):
        await sandbox.pay(session["url"])
