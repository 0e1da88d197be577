from datetime import timedelta

import pytest
from sqlalchemy import text

from embedded.stripe_customer import pay_as_customer
from embedded.stripe_hosted import HowToPay, Outcome
from tests.doors.deployment import now
from tests.web.site import (
    NEW_SECRET,
    OLD_SECRET,
    Site,
    bare_dependencies,
    bare_site_on,
    event_of,
    session_event,
)
from web.webhooks import MOST_BYTES


async def _settled(site: Site, events: int = 1) -> None:
    states = await site.inbox_states()
    assert list(states.values()) == ["done"] * events


async def test_a_paid_session_becomes_a_payment(either_site: Site) -> None:
    """The customer's money is in the books and the run knows it, soon after the 200."""
    site = either_site
    key = await site.deployment.registered()
    answer = await site.deliver(session_event(key, amount_total=120450))
    assert (answer.status_code, answer.json()) == (200, {"received": True, "new": True})
    case = await site.deployment.until(lambda case: case.status.closed, key)
    assert case.status == "settled"
    assert case.payments[0].event_id.startswith("stripe:pi_")
    await site.quiet()
    await _settled(site)


async def test_the_same_event_twice_is_one_payment(either_site: Site) -> None:
    """Stripe delivers more than once; the second time is known by the id of the event."""
    site = either_site
    key = await site.deployment.registered()
    event = session_event(key)
    assert (await site.deliver(event)).json()["new"] is True
    assert (await site.deliver(event)).json()["new"] is False
    await site.quiet()
    case = await site.deployment.case(key)
    assert str(case.balance) == "1000.00 EUR"
    assert len(case.payments) == 1


async def test_two_events_about_the_same_money_are_one_payment(site: Site) -> None:
    """A debit is told as `completed` and again as `async_payment_succeeded`: the payment id is the same."""
    key = await site.deployment.registered()
    done = session_event(key)
    again = event_of("checkout.session.async_payment_succeeded", done["data"]["object"])
    await site.deliver(again)
    await site.deliver(done)
    await site.quiet()
    assert len((await site.deployment.case(key)).payments) == 1


@pytest.mark.parametrize("secret", [NEW_SECRET, OLD_SECRET])
async def test_both_secrets_of_a_rotation_count(site: Site, secret: str) -> None:
    """While the secret is rotated, requests signed with either are taken."""
    key = await site.deployment.registered()
    assert (await site.deliver(session_event(key), secret=secret)).status_code == 200


async def test_what_stripe_did_not_sign_is_refused_and_not_kept(site: Site) -> None:
    """Another secret, an old signature, none at all, a changed body: 400 in words, and an empty inbox."""
    event = session_event(await site.deployment.registered())
    stranger = await site.deliver(event, secret="whsec_stranger")
    old = await site.deliver(event, signed_at=now() - timedelta(minutes=6))
    unsigned = await site.http.post("/webhooks/stripe", json=event)
    garbled = await site.http.post(
        "/webhooks/stripe", content=b"\xff\xfe", headers={"stripe-signature": "t=1,v1=00"}
    )
    for answer in (stranger, old, unsigned, garbled):
        assert answer.status_code == 400
        assert set(answer.json()) == {"error", "what_to_do"}
    assert await site.inbox_states() == {}


@pytest.mark.parametrize("body", [b"no json", b"[]", b'{"object": "event"}', b"{}"])
async def test_garbage_under_a_true_signature_is_refused(site: Site, body: bytes) -> None:
    """A signed body that is no event cannot be kept under an id; the Dashboard shows the refusal."""
    answer = await site.post_signed(body)
    assert answer.status_code == 400
    assert "event" in answer.json()["error"]


async def test_a_body_that_is_too_large_is_refused(site: Site) -> None:
    """Reading stops at the limit, also where the length was not announced."""

    async def parts() -> object:
        for _ in range(5):
            yield b"x" * (MOST_BYTES // 4)

    announced = await site.http.post("/webhooks/stripe", content=b"x" * (MOST_BYTES + 1))
    assert announced.status_code == 413
    in_parts = await site.http.post("/webhooks/stripe", content=parts())  # type: ignore[arg-type]
    assert in_parts.status_code == 413
    fits = await site.http.post("/webhooks/stripe", content=b"x" * MOST_BYTES)
    assert fits.status_code == 400


async def test_an_event_is_only_acknowledged_once_it_is_kept(site: Site) -> None:
    """Books that cannot be written answer 503, so that Stripe delivers again."""
    key = await site.deployment.registered()
    with site.books.write() as conn:
        conn.execute(text("ALTER TABLE inbox RENAME TO elsewhere"))
    event = session_event(key)
    refused = await site.deliver(event)
    assert refused.status_code >= 500
    with site.books.write() as conn:
        conn.execute(text("ALTER TABLE elsewhere RENAME TO inbox"))
    assert (await site.deliver(event)).json()["new"] is True
    await site.quiet()
    assert len((await site.deployment.case(key)).payments) == 1


async def test_a_visit_of_the_pay_page_ends_the_dunning(either_site: Site) -> None:
    """Page, Checkout session, payment, signed webhook, relay, books, run: the whole way."""
    site = either_site
    key = await site.deployment.registered()
    token = await site.token(key)
    visit = await pay_as_customer(f"{site.server.address}/pay/{token}")
    assert visit.outcome is Outcome.PAID
    case = await site.deployment.until(lambda case: case.status.closed, key)
    assert case.status == "settled"
    assert "plus rien à payer" in (await site.http.get(f"/pay/{token}")).text


async def test_a_debit_waits_and_then_counts_once(site: Site) -> None:
    """Ordered, the case is held and the page asks for no second payment; confirmed, it is settled."""
    key = await site.deployment.registered()
    token = await site.token(key)
    visit = await pay_as_customer(f"{site.server.address}/pay/{token}", HowToPay.DEBIT)
    assert visit.outcome is Outcome.PENDING
    await site.deployment.until(lambda case: case.facts.hold is not None, key)
    page = (await site.http.get(f"/pay/{token}")).text
    assert "en route" in page
    assert "<form" not in page
    site.sandbox.settle_debit(_only_payment(site))
    case = await site.deployment.until(lambda case: case.status.closed, key)
    assert [payment.method for payment in case.payments] == ["direct_debit"]


async def test_after_a_failed_debit_the_customer_can_pay_again(site: Site) -> None:
    """The hold ends, and the next visit opens a session of its own instead of the one that is over."""
    key = await site.deployment.registered()
    pay_page = f"{site.server.address}/pay/{await site.token(key)}"
    await pay_as_customer(pay_page, HowToPay.FAILING_DEBIT)
    await site.deployment.until(lambda case: case.facts.hold is not None, key)
    site.sandbox.settle_debit(_only_payment(site), succeeds=False)
    await site.deployment.until(lambda case: case.facts.hold is None, key)
    assert "payment_failed" in await site.deployment.story(key)
    assert (await pay_as_customer(pay_page)).outcome is Outcome.PAID
    await site.deployment.until(lambda case: case.status.closed, key)


def _only_payment(site: Site) -> str:
    sessions = site.sandbox.objects.all_of("checkout.session")
    (payment_id,) = {session["payment_intent"] for session in sessions if session["payment_intent"]}
    return str(payment_id)


async def test_without_a_provider_webhooks_are_refused(site: Site) -> None:
    """A deployment without Stripe says so, and Stripe shows it in its Dashboard."""
    async with bare_site_on(bare_dependencies(site.books, site.deployment.doors)) as http:
        answer = await http.post("/webhooks/stripe", json=event_of("charge.succeeded", {}))
    assert answer.status_code == 503
    assert "DUNNING_STRIPE_API_KEY" in answer.json()["what_to_do"]
