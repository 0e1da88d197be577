"""Stripe's errors in our terms: worth another try, or not, and what an operator does about it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import stripe

from providers.protocols import FinalRefusalError, ProviderError, TemporaryRefusalError

_CONFLICT = 409
_SERVER_ERROR = 500


@contextmanager
def stripe_refusals(doing: str) -> Iterator[None]:
    """Turn what Stripe's library raises into our errors.

    Args:
        doing: What was being done, with the invoice, to open the message ("create a link for …").

    Raises:
        TemporaryRefusalError: Network, 429, 5xx, or another request with the same key under way. Also where
            it is not known whether the request arrived: everything asked of Stripe here is idempotent (by
            key or by nature), so doing it again never does it twice and nothing is uncertain for long.
        FinalRefusalError: Anything that stays wrong until a person changes something.
    """
    try:
        yield
    except stripe.StripeError as error:
        raise _translated(error, doing) from error


def was_replayed(error: stripe.StripeError) -> bool:
    """Tell whether Stripe only repeated the error that it had saved under the idempotency key."""
    return str((error.headers or {}).get("idempotent-replayed", "")).lower() == "true"


def _translated(error: stripe.StripeError, doing: str) -> ProviderError:
    said = _words_of(error)
    if isinstance(error, stripe.AuthenticationError):
        return FinalRefusalError(
            f"Could not {doing}: Stripe does not accept the key. Correct DUNNING_STRIPE_API_KEY "
            f"(Dashboard, Developers, API keys). {said}"
        )
    if isinstance(error, stripe.PermissionError):
        return FinalRefusalError(
            f"Could not {doing}: the key in DUNNING_STRIPE_API_KEY is restricted. It needs to write Payment "
            f"Links and Checkout Sessions and to read Events and Payment Intents. {said}"
        )
    if isinstance(error, stripe.IdempotencyError):
        return FinalRefusalError(
            f"Could not {doing}: the same link was asked for before with other contents. "
            f"A changed amount needs a new link number. {said}"
        )
    if _passes(error):
        return TemporaryRefusalError(f"Could not {doing} now; it is tried again. {said}")
    if error.code in {"amount_too_small", "amount_too_large"}:
        return FinalRefusalError(
            f"Could not {doing}: the amount is outside of what Stripe charges. Ask for a transfer. {said}"
        )
    return FinalRefusalError(f"Could not {doing}: Stripe refused the request. {said}")


def _passes(error: stripe.StripeError) -> bool:
    if isinstance(error, stripe.APIConnectionError | stripe.RateLimitError):
        return True
    status = error.http_status
    if isinstance(error, stripe.APIError):
        # no status, or a 200 that is no JSON: something between Stripe and us answered
        return status is None or status in {200, _CONFLICT} or status >= _SERVER_ERROR
    return False


def _words_of(error: stripe.StripeError) -> str:
    if isinstance(error, stripe.APIConnectionError):
        cause = error.__cause__ or error
        return f"No answer from Stripe: {type(cause).__name__} {cause}".rstrip() + "."
    text = (error.user_message or type(error).__name__).strip().splitlines()[0]
    request = f", {error.request_id}" if error.request_id else ""
    status = f" (HTTP {error.http_status}{request})" if error.http_status else ""
    return f"Stripe says{status}: {text}"
