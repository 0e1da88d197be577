from collections.abc import AsyncIterator

import pytest

from dunning.money import Money
from embedded.stripe_sandbox import StripeSandbox
from providers.protocols import PaymentEvent, PaymentEventKind, PaymentEventProvider, PaymentPageProvider
from providers.stripe_pages import StripePages
from tests.providers.stripe_account import LONG_AGO, checkout_request, pages_at


@pytest.fixture(params=["stripe_mock", "sandbox"])
def address(request: pytest.FixtureRequest) -> str:
    """Stripe's own judge of requests, then our sandbox."""
    stand_in: str | StripeSandbox = request.getfixturevalue(request.param)
    return stand_in if isinstance(stand_in, str) else stand_in.address


@pytest.fixture
async def provider(address: str) -> AsyncIterator[StripePages]:
    """The adapter on one of both."""
    adapter = pages_at(address)
    yield adapter
    await adapter.aclose()


class TestContract:
    """What holds against Stripe's published schema and against our own stand-in alike."""

    async def test_a_link_is_created(self, provider: PaymentPageProvider) -> None:
        """A link has Stripe's identity and an address that asks for the customer's language."""
        page = await provider.create_link(checkout_request(return_url=None, instalment=2))
        assert page.provider_id.startswith("plink_")
        assert page.url.startswith("http")
        assert page.url.endswith("locale=fr")
        assert page.expires_at is None

    async def test_a_session_is_opened(self, provider: PaymentPageProvider) -> None:
        """A session has Stripe's identity, an address and an end."""
        page = await provider.open_session(checkout_request(language="en"))
        assert page.provider_id.startswith("cs_")
        assert page.url.startswith("http")
        assert page.expires_at is not None

    @pytest.mark.parametrize("language", ["fr", "fr-FR", "en_GB", "pt-BR", "xx", ""])
    async def test_every_language_gets_a_page(self, provider: PaymentPageProvider, language: str) -> None:
        """A language that Stripe's pages do not speak becomes a choice of the browser, not a refusal."""
        await provider.create_link(checkout_request(language=language, token=f"link {language}"))
        await provider.open_session(checkout_request(language=language, token=f"session {language}"))

    async def test_a_currency_without_decimals_is_accepted(self, provider: PaymentPageProvider) -> None:
        """An amount in yen is asked for as it is."""
        await provider.create_link(checkout_request(amount=Money.of(1204, "JPY")))

    async def test_pages_are_switched_off(self, provider: PaymentPageProvider) -> None:
        """A link and a session can be closed, and closing again is no error."""
        link = await provider.create_link(checkout_request())
        session = await provider.open_session(checkout_request())
        for _ in range(2):
            await provider.switch_off(link.provider_id)
            await provider.switch_off(session.provider_id)

    async def test_the_key_is_checked(self, provider: PaymentPageProvider) -> None:
        """A good key passes without a trace."""
        await provider.check()

    async def test_events_are_fetched(self, provider: PaymentEventProvider) -> None:
        """Whatever the list brings can be read like a webhook."""
        async for received in provider.list_events_since(LONG_AGO):
            assert provider.parse(received.body).event_id == received.event_id

    async def test_a_refund_is_traced_without_harm(self, provider: PaymentEventProvider) -> None:
        """Looking up an unknown payment leaves the event as it is."""
        event = PaymentEvent(
            event_id="evt_1",
            kind=PaymentEventKind.REFUNDED,
            payment_id="re_1",
            original_payment_id="pi_unknown",
            occurred_at=LONG_AGO,
            provider_type="refund.created",
        )
        assert await provider.trace(event) == event
