import asyncio
from datetime import UTC, datetime, timedelta

import httpx
import pytest
import stripe
from pydantic import SecretStr

from dunning.money import Money
from embedded.stripe_hosted import HowToPay, Outcome
from embedded.stripe_sandbox import StripeSandbox
from embedded.stripe_webhooks import signature_of
from providers.protocols import FinalRefusalError, PaymentEventKind
from providers.stripe_events import HANDLED_EVENT_TYPES
from providers.stripe_pages import StripePages, StripeSettings
from tests.providers.stripe_account import LONG_AGO, SECRET, checkout_request, events_of


async def test_asking_again_brings_the_same_page(pages: StripePages, sandbox: StripeSandbox) -> None:
    """A retried activity leaves one link and one session, whose keys do not collide."""
    links = {(await pages.create_link(checkout_request())).provider_id for _ in range(3)}
    sessions = {(await pages.open_session(checkout_request())).provider_id for _ in range(3)}
    assert len(links) == len(sessions) == 1
    assert (sandbox.counts.payment_links, sandbox.counts.sessions) == (1, 1)


async def test_a_new_link_number_makes_a_new_link(pages: StripePages) -> None:
    """After a change of the amount the next number brings a page of its own."""
    first = await pages.create_link(checkout_request())
    second = await pages.create_link(checkout_request(link_number=2, amount=Money.of(700, "EUR")))
    assert first.provider_id != second.provider_id


async def test_the_same_link_number_with_another_amount_is_refused(pages: StripePages) -> None:
    """The old page is never handed out for a new amount; the words say what to change."""
    await pages.create_link(checkout_request())
    with pytest.raises(FinalRefusalError, match=r"invoice F-42.*needs a new link number"):
        await pages.create_link(checkout_request(amount=Money.of(700, "EUR")))


async def test_the_payment_leads_back_to_the_invoice(pages: StripePages, sandbox: StripeSandbox) -> None:
    """What is paid through a link comes back with creditor, invoice, token, instalment and amount."""
    link = await pages.create_link(checkout_request(instalment=2))
    visit = await sandbox.pay(link.url)
    assert visit.outcome is Outcome.PAID
    paid = [event for event in await events_of(pages) if event.kind is PaymentEventKind.PAID]
    assert [(e.creditor_id, e.invoice_id, e.token, e.instalment) for e in paid] == [
        ("acme", "F-42", "tok", 2)
    ]
    assert paid[0].amount == Money.of("1204.50", "EUR")
    assert paid[0].payment_id
    assert paid[0].payment_id.startswith("pi_")


async def test_a_debit_is_pending_and_then_one_payment(pages: StripePages, sandbox: StripeSandbox) -> None:
    """Pending and paid speak of the same money."""
    page = await pages.open_session(checkout_request())
    assert (await sandbox.pay(page.url, HowToPay.DEBIT)).outcome is Outcome.PENDING
    pending = (await events_of(pages))[-1]
    assert pending.payment_id
    sandbox.settle_debit(pending.payment_id)
    paid = (await events_of(pages))[-1]
    assert (pending.kind, paid.kind) == (PaymentEventKind.PENDING, PaymentEventKind.PAID)
    assert paid.payment_id == pending.payment_id


async def test_a_refund_and_a_chargeback_are_traced(pages: StripePages, sandbox: StripeSandbox) -> None:
    """A refund names no invoice; the payment that it is about does."""
    await sandbox.pay((await pages.create_link(checkout_request(instalment=2))).url)
    payment = next(event.payment_id for event in await events_of(pages) if event.payment_id)
    sandbox.refund(payment, 20450)
    sandbox.reversals.dispute(payment)
    refunded = [event for event in await events_of(pages) if event.kind is PaymentEventKind.REFUNDED]
    assert len(refunded) == 2
    for event in refunded:
        assert event.invoice_id is None
        traced = await pages.trace(event)
        assert (traced.invoice_id, traced.token, traced.instalment) == ("F-42", "tok", 2)
        assert (
            traced.model_copy(update=dict.fromkeys(("creditor_id", "invoice_id", "token", "instalment")))
            == event
        )


async def test_the_payer_comes_back(pages: StripePages, sandbox: StripeSandbox) -> None:
    """Done and cancelled return to our page, told apart, with what its address held before."""
    done = await pages.open_session(checkout_request())
    async with httpx.AsyncClient(trust_env=False) as http:
        answers = [await http.post(done.url, data={"how": how}) for how in ("cancel", "card")]
    assert [answer.headers["location"] for answer in answers] == [
        "https://pay.example.org/pay/tok?from=mail&checkout=cancelled",
        "https://pay.example.org/pay/tok?from=mail&checkout=done",
    ]


async def test_a_session_lasts_a_day(pages: StripePages) -> None:
    """Stripe's own limit is stated, so that nobody hands out a session that is over."""
    page = await pages.open_session(checkout_request())
    assert page.expires_at
    assert abs(page.expires_at - datetime.now(UTC) - timedelta(hours=24)) < timedelta(minutes=1)


async def test_a_link_is_completed_once(pages: StripePages, sandbox: StripeSandbox) -> None:
    """Whoever comes second is told, in the customer's language, that there is nothing left to pay."""
    link = await pages.create_link(checkout_request())
    await sandbox.pay(link.url)
    again = await sandbox.pay(link.url)
    assert again.outcome is Outcome.CLOSED
    assert "la facture est réglée ou son montant a changé" in again.page
    assert sandbox.counts.payments == 1


async def test_switching_a_link_off_closes_the_pages_it_opened(
    pages: StripePages, sandbox: StripeSandbox
) -> None:
    """A customer who has the payment page open cannot pay the old amount after a change."""
    link = await pages.create_link(checkout_request())
    async with httpx.AsyncClient(trust_env=False, follow_redirects=True) as http:
        opened = [await http.get(link.url) for _ in range(3)]
        await pages.switch_off(link.provider_id)
        late = [await http.post(page.url, data={"how": "card"}) for page in opened]
    assert all('data-state="closed"' in page.text for page in late)
    assert (sandbox.counts.payments, sandbox.counts.open_links) == (0, 0)


async def test_switching_off_what_is_paid_or_unknown_is_no_error(
    pages: StripePages, sandbox: StripeSandbox
) -> None:
    """Closing a case never fails because the customer was faster or the account was another."""
    link, session = await pages.create_link(checkout_request()), await pages.open_session(checkout_request())
    await sandbox.pay(link.url)
    await sandbox.pay(session.url, HowToPay.DEBIT)
    for identity in (link.provider_id, session.provider_id, "plink_unknown", "cs_unknown"):
        await pages.switch_off(identity)


async def test_only_pages_can_be_switched_off(pages: StripePages) -> None:
    """An identity of another kind is a mistake of the caller and says so."""
    with pytest.raises(FinalRefusalError, match="pi_1 is neither"):
        await pages.switch_off("pi_1")


async def test_long_labels_are_shortened(pages: StripePages) -> None:
    """A label of any length yields a page."""
    await pages.create_link(checkout_request(label="Relevé " * 100))


async def test_events_are_fetched_page_by_page(pages: StripePages, sandbox: StripeSandbox) -> None:
    """Every event since the instant comes exactly once, newest first, as it was sent by webhook."""
    await sandbox.pay((await pages.create_link(checkout_request())).url)
    paid = (await events_of(pages))[0]
    for _ in range(110):
        sandbox.refund(str(paid.payment_id), 1)
    fetched = [received async for received in pages.list_events_since(LONG_AGO)]
    sent = [e["id"] for e in sandbox.objects.events if e["type"] in HANDLED_EVENT_TYPES]
    assert len(sent) == 221
    assert [received.event_id for received in fetched] == sent[::-1]
    body = fetched[0].body.decode()
    header = signature_of(body, [SECRET.get_secret_value()])
    assert pages.verify(body.encode(), header, now=datetime.now(UTC)) == fetched[0]


async def test_only_events_since_the_instant_are_fetched(pages: StripePages, sandbox: StripeSandbox) -> None:
    """A daily fetch does not read the whole month."""
    await sandbox.pay((await pages.create_link(checkout_request())).url)
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    assert [received async for received in pages.list_events_since(tomorrow)] == []


async def test_a_busy_loop_may_ask_at_once(pages: StripePages, sandbox: StripeSandbox) -> None:
    """One adapter serves many activities at the same time."""
    await asyncio.gather(*(pages.create_link(checkout_request(token=str(number))) for number in range(20)))
    assert sandbox.counts.payment_links == 20


def test_settings_keep_their_secrets() -> None:
    """Neither key nor webhook secrets are printed with the settings."""
    shown = repr(StripeSettings(api_key=SecretStr("sk_live_1"), webhook_secrets=(SecretStr("whsec_1"),)))
    assert "sk_live_1" not in shown
    assert "whsec_1" not in shown


def test_the_library_is_the_one_that_was_read() -> None:
    """A new major version of Stripe's library changes its API version and must be looked at."""
    assert stripe.VERSION.split(".")[0] == "16"
