import asyncio
from datetime import timedelta

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from embedded.loopback_app import LoopbackApp
from embedded.stripe_customer import NoWayToPayError, pay_as_customer
from embedded.stripe_hosted import HowToPay, Outcome
from embedded.stripe_params import StripeApiError
from embedded.stripe_sandbox import API_KEY, WEBHOOK_SECRET, StripeSandbox
from embedded.stripe_webhooks import WebhookTarget
from tests.embedded.stripe_endpoint import BUSINESS_TIME, LINK, SESSION, Endpoint, create


async def test_a_visit_opens_a_session_that_shows_what_is_due(
    api: httpx.AsyncClient, sandbox: StripeSandbox
) -> None:
    """The customer sees amount and label in the language of the link, safely escaped."""
    link = await create(api, "/v1/payment_links", LINK)
    page = await api.get(link["url"], params={"locale": "fr"}, follow_redirects=True)
    assert "/pay/cs_test_" in str(page.url)
    assert "1 204,50 €" in page.text.replace("\u202f", " ").replace("\xa0", " ")
    assert "Facture &lt;F-42&gt;" in page.text
    assert 'lang="fr"' in page.text
    assert sandbox.counts.sessions == 1


async def test_two_customers_on_one_link_pay_once(api: httpx.AsyncClient, sandbox: StripeSandbox) -> None:
    """Both have the page open; the limit holds for the second who confirms."""
    link = await create(api, "/v1/payment_links", LINK)
    pages = [await api.get(link["url"], follow_redirects=True) for _ in range(2)]
    outcomes = [(await sandbox.pay(str(page.url))).outcome for page in pages]
    assert outcomes == [Outcome.PAID, Outcome.CLOSED]
    assert sandbox.counts.payments == 1


@pytest.mark.parametrize(
    ("succeeds", "last"),
    [
        (True, "checkout.session.async_payment_succeeded"),
        (False, "checkout.session.async_payment_failed"),
    ],
)
async def test_a_debit_is_answered_by_the_bank(
    api: httpx.AsyncClient, sandbox: StripeSandbox, endpoint: Endpoint, *, succeeds: bool, last: str
) -> None:
    """First completed but unpaid, then accepted or rejected, and answered just once."""
    session = await create(api, "/v1/checkout/sessions", SESSION)
    visit = await sandbox.pay(session["url"], HowToPay.DEBIT)
    assert (visit.outcome, visit.url) == (Outcome.PENDING, "https://pay.example.org/done")
    payment = (await api.get(f"/v1/checkout/sessions/{session['id']}")).json()["payment_intent"]
    sandbox.settle_debit(payment, succeeds=succeeds)
    with pytest.raises(StripeApiError):
        sandbox.settle_debit(payment, succeeds=succeeds)
    await sandbox.sender.drain()
    assert set(endpoint.types) == {"checkout.session.completed", last}
    assert sandbox.counts.payments == int(succeeds)


@pytest.mark.parametrize(("how", "payments"), [(HowToPay.DEBIT, 1), (HowToPay.FAILING_DEBIT, 0)])
async def test_a_debit_is_answered_by_itself_after_a_while(
    endpoint: Endpoint, how: HowToPay, payments: int
) -> None:
    """With a delay nobody needs to play the bank."""
    target = WebhookTarget(url=f"{endpoint.server.address}/hook", secrets=(WEBHOOK_SECRET,))
    async with StripeSandbox(webhook=target, debit_delay=0.05) as quick:
        headers = {"authorization": f"Bearer {API_KEY}"}
        async with httpx.AsyncClient(base_url=quick.address, headers=headers, trust_env=False) as client:
            session = await create(client, "/v1/checkout/sessions", SESSION)
        await quick.pay(session["url"], how)
        await asyncio.sleep(0.3)
        await quick.sender.drain()
        assert any("async_payment" in kind for kind in endpoint.types)
        assert quick.counts.payments == payments


async def test_a_declined_card_leaves_the_page_open(
    api: httpx.AsyncClient, sandbox: StripeSandbox, endpoint: Endpoint
) -> None:
    """The customer is told and may try another way; nothing is reported as paid."""
    session = await create(api, "/v1/checkout/sessions", SESSION)
    declined = await sandbox.pay(session["url"], HowToPay.DECLINED_CARD)
    assert declined.outcome is Outcome.DECLINED
    assert "La carte a été refusée" in declined.page
    assert (await sandbox.pay(session["url"], HowToPay.CANCEL)).outcome is Outcome.CANCELLED
    assert (await sandbox.pay(session["url"])).outcome is Outcome.PAID
    await sandbox.sender.drain()
    assert endpoint.types == ["checkout.session.completed"]


async def test_a_session_expires_in_business_time(endpoint: Endpoint) -> None:
    """After its end a session is closed and reported, as the demo's clock has it."""
    now = [BUSINESS_TIME]
    target = WebhookTarget(url=f"{endpoint.server.address}/hook", secrets=(WEBHOOK_SECRET,))
    async with StripeSandbox(webhook=target, clock=lambda: now[0]) as sandbox:
        headers = {"authorization": f"Bearer {API_KEY}"}
        async with httpx.AsyncClient(base_url=sandbox.address, headers=headers, trust_env=False) as client:
            session = await create(client, "/v1/checkout/sessions", SESSION)
            now[0] += timedelta(hours=24)
            late = await sandbox.pay(session["url"])
            assert late.outcome is Outcome.CLOSED
            assert "a expiré" in late.page
            again = await client.post(f"/v1/checkout/sessions/{session['id']}/expire")
            assert again.status_code == 400
        await sandbox.sender.drain()
    assert endpoint.types == ["checkout.session.expired"]


async def test_an_idempotency_key_is_good_for_one_request(
    api: httpx.AsyncClient, sandbox: StripeSandbox
) -> None:
    """Same key and parameters bring the saved answer, marked; other parameters are an error."""
    first = await create(api, "/v1/payment_links", LINK, "key")
    replayed = await api.post("/v1/payment_links", data=LINK, headers={"idempotency-key": "key"})
    assert replayed.json() == first
    assert replayed.headers["idempotent-replayed"] == "true"
    dearer = LINK | {"line_items[0][price_data][unit_amount]": "120451"}
    other = await api.post("/v1/payment_links", data=dearer, headers={"idempotency-key": "key"})
    assert (other.status_code, other.json()["error"]["type"]) == (400, "idempotency_error")
    assert sandbox.counts.payment_links == 1


async def test_a_saved_answer_is_as_old_as_its_request(api: httpx.AsyncClient) -> None:
    """A link that was switched off meanwhile still looks active in the answer saved under its key."""
    link = await create(api, "/v1/payment_links", LINK, "key")
    await create(api, f"/v1/payment_links/{link['id']}", {"active": "false"})
    assert (await create(api, "/v1/payment_links", LINK, "key"))["active"] is True


@pytest.mark.parametrize(
    ("changes", "param", "code"),
    [
        ({"colour": "blue"}, "colour", "parameter_unknown"),
        ({"line_items[0][price_data][unit_amount]": "12.5"}, "line_items[0][price_data][unit_amount]", None),
        ({"line_items[0][price_data][currency]": "EUR"}, "line_items[0][price_data][currency]", None),
        ({"line_items[0][price_data][unit_amount]": "10"}, None, "amount_too_small"),
        ({"metadata[note]": "x" * 501}, "metadata[note]", None),
    ],
)
async def test_a_wrong_parameter_is_named(
    api: httpx.AsyncClient, changes: dict[str, str], param: str | None, code: str | None
) -> None:
    """What Stripe would refuse is refused here, and a corrected request may use the same key."""
    answer = await api.post("/v1/payment_links", data=LINK | changes)
    assert answer.status_code == 400
    assert (answer.json()["error"]["param"], answer.json()["error"]["code"]) == (param, code)


async def test_a_failed_validation_does_not_use_up_the_key(api: httpx.AsyncClient) -> None:
    """Stripe saves answers only once a request is carried out."""
    wrong = await api.post(
        "/v1/payment_links", data=LINK | {"colour": "blue"}, headers={"idempotency-key": "key"}
    )
    assert wrong.status_code == 400
    await create(api, "/v1/payment_links", LINK, "key")


async def test_nobody_gets_in_without_the_key(sandbox: StripeSandbox) -> None:
    """Another key is refused like at Stripe, on reading and on writing."""
    async with httpx.AsyncClient(base_url=sandbox.address, trust_env=False) as stranger:
        assert (await stranger.get("/v1/events")).status_code == 401
        assert (await stranger.post("/v1/payment_links", data=LINK)).status_code == 401


async def test_no_more_is_refunded_than_was_paid(
    api: httpx.AsyncClient, sandbox: StripeSandbox, endpoint: Endpoint
) -> None:
    """Parts add up to the payment at most, each reported by an event of its own."""
    session = await create(api, "/v1/checkout/sessions", SESSION)
    await sandbox.pay(session["url"])
    payment = (await api.get(f"/v1/checkout/sessions/{session['id']}")).json()["payment_intent"]
    await create(api, "/v1/refunds", {"payment_intent": payment, "amount": "450"})
    too_much = await api.post("/v1/refunds", data={"payment_intent": payment, "amount": "120001"})
    assert too_much.status_code == 400
    assert sandbox.refund(payment)["amount"] == 120000
    with pytest.raises(StripeApiError, match="already been refunded"):
        sandbox.refund(payment)
    await sandbox.sender.drain()
    assert endpoint.types.count("refund.created") == sandbox.counts.refunds == 2


async def test_a_customer_finds_the_way_through_our_own_page(
    api: httpx.AsyncClient, sandbox: StripeSandbox
) -> None:
    """A page of the web app whose form opens a session leads the customer on to the payment."""
    session = await create(api, "/v1/checkout/sessions", SESSION)

    async def page(_: Request) -> Response:
        return HTMLResponse(
            '<form method="post"><input name="amount" value="1"><button>Payer</button></form>'
        )

    async def open_session(request: Request) -> Response:
        assert await request.body() == b"amount=1"
        return RedirectResponse(session["url"], status_code=303)

    app = LoopbackApp(
        Starlette(
            routes=[
                Route("/pay/tok", page, methods=["GET"]),
                Route("/pay/tok", open_session, methods=["POST"]),
            ]
        )
    )
    await app.start()
    visit = await pay_as_customer(f"{app.address}/pay/tok")
    await app.stop()
    assert (visit.outcome, sandbox.counts.payments) == (Outcome.PAID, 1)


async def test_a_page_that_leads_nowhere_is_told(sandbox: StripeSandbox) -> None:
    """A customer who cannot pay is an error of the demo, not a silent success."""
    with pytest.raises(NoWayToPayError, match="offers no way to pay"):
        await sandbox.pay(f"{sandbox.address}/sandbox/counts")
    assert (await sandbox.pay(f"{sandbox.address}/pay/plink_unknown")).outcome is Outcome.CLOSED


async def test_the_counts_are_public(api: httpx.AsyncClient, sandbox: StripeSandbox) -> None:
    """A demo in another process reads the same figures over HTTP."""
    await create(api, "/v1/payment_links", LINK)
    counts = (await api.get("/sandbox/counts")).json()
    assert counts == sandbox.counts.model_dump()
    assert (counts["payment_links"], counts["open_links"]) == (1, 1)
