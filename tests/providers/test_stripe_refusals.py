from typing import Any

import pytest
from pydantic import SecretStr

from dunning.money import Money
from embedded.server_process import free_port
from embedded.stripe_api import ApiFault
from embedded.stripe_sandbox import StripeSandbox
from providers.protocols import FinalRefusalError, TemporaryRefusalError
from providers.stripe_pages import StripePages
from tests.providers.stripe_account import checkout_request, pages_at

PASSING = (
    ApiFault.RATE_LIMITED,
    ApiFault.KEY_IN_USE,
    ApiFault.UNAVAILABLE,
    ApiFault.BAD_GATEWAY,
    ApiFault.CUT_AFTERWARDS,
)


@pytest.mark.parametrize("fault", PASSING)
async def test_a_passing_failure_is_temporary(
    pages: StripePages, sandbox: StripeSandbox, fault: ApiFault
) -> None:
    """Rate limit, busy key, outage and a lost answer are worth repeating, and repeating makes one link."""
    sandbox.api.faults.append(fault)
    with pytest.raises(TemporaryRefusalError, match="Could not create a payment link for invoice F-42 now"):
        await pages.create_link(checkout_request())
    await pages.create_link(checkout_request())
    assert sandbox.counts.payment_links == 1


async def test_a_failure_that_stripe_has_saved_does_not_last(
    pages: StripePages, sandbox: StripeSandbox
) -> None:
    """Stripe repeats a saved 500 for a day; the next attempt goes round it, however often it happens."""
    sandbox.api.faults.append(ApiFault.SAVED_SERVER_ERROR)
    with pytest.raises(TemporaryRefusalError):
        await pages.create_link(checkout_request())
    first = await pages.create_link(checkout_request())
    assert await pages.create_link(checkout_request()) == first
    assert sandbox.counts.payment_links == 1


async def test_a_slow_answer_is_temporary(sandbox: StripeSandbox) -> None:
    """An answer that does not come in time is repeated later, and finds what was made meanwhile."""
    sandbox.api.latency = 0.5
    hasty = pages_at(sandbox.address, timeout_seconds=0.1)
    with pytest.raises(TemporaryRefusalError):
        await hasty.create_link(checkout_request())
    await hasty.aclose()


async def test_nobody_listening_is_temporary() -> None:
    """An unreachable Stripe is worth another try."""
    adapter = pages_at(f"http://127.0.0.1:{free_port()}")
    with pytest.raises(TemporaryRefusalError, match="reach Stripe"):
        await adapter.check()
    await adapter.aclose()


async def test_a_wrong_key_names_the_setting(sandbox: StripeSandbox) -> None:
    """The operator learns which setting to correct, and the key itself is not repeated."""
    adapter = pages_at(sandbox.address, api_key=SecretStr("sk_live_retired"))
    for attempt in (adapter.check(), adapter.create_link(checkout_request()), adapter.switch_off("plink_1")):
        with pytest.raises(FinalRefusalError, match="Correct DUNNING_STRIPE_API_KEY") as caught:
            await attempt
        assert "sk_live_retired" not in str(caught.value)
    await adapter.aclose()


async def test_a_restricted_key_names_the_permissions(pages: StripePages, sandbox: StripeSandbox) -> None:
    """A key that may not do what is needed is told apart from a wrong one."""
    sandbox.api.faults.append(ApiFault.NOT_PERMITTED)
    with pytest.raises(FinalRefusalError, match="write Payment Links and Checkout Sessions"):
        await pages.check()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"amount": Money.of("0.20", "EUR")}, "outside of what Stripe charges.*at least 50 cents"),
        ({"amount": Money.of("1000000.00", "EUR")}, "outside of what Stripe charges.*Ask for a transfer"),
        ({"amount": Money.of("5.124", "KWD")}, "finer than Stripe counts"),
        ({"return_url": "mailto:nobody"}, "Stripe refused the request.*success_url"),
        ({"return_url": None}, "public address of the web app"),
    ],
)
async def test_a_request_that_stays_wrong_is_final(
    pages: StripePages, changes: dict[str, Any], words: str
) -> None:
    """What another try would not mend is refused in words that name the invoice and the cause."""
    with pytest.raises(FinalRefusalError, match=words) as caught:
        await pages.open_session(checkout_request(**changes))
    assert "F-42" in str(caught.value)
