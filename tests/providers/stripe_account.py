"""What the tests of the Stripe adapter ask for, and how they reach it."""

from datetime import UTC, datetime
from typing import Any

from pydantic import SecretStr

from dunning.money import Money
from embedded.stripe_sandbox import API_KEY
from providers.protocols import CheckoutRequest, PaymentEvent
from providers.stripe_pages import StripePages, StripeSettings

SECRET = SecretStr("whsec_test")
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def checkout_request(**changes: Any) -> CheckoutRequest:
    """A request for 1,204.50 EUR of invoice F-42, changed as the test needs."""
    known: dict[str, Any] = {
        "token": "tok",
        "link_number": 1,
        "amount": Money.of("1204.50", "EUR"),
        "label": "Facture F-2026-0042",
        "creditor_id": "acme",
        "invoice_id": "F-42",
        "return_url": "https://pay.example.org/pay/tok?from=mail",
    }
    return CheckoutRequest(**(known | changes))


def pages_at(address: str, **changes: Any) -> StripePages:
    """The adapter on a stand-in; the test closes it."""
    known: dict[str, Any] = {
        "api_key": SecretStr(API_KEY),
        "webhook_secrets": (SECRET,),
        "timeout_seconds": 5,
    }
    return StripePages(StripeSettings(**(known | {"api_base": address} | changes)))


async def events_of(pages: StripePages) -> list[PaymentEvent]:
    """Everything that happened so far, oldest first."""
    return [pages.parse(received.body) async for received in pages.list_events_since(LONG_AGO)][::-1]
