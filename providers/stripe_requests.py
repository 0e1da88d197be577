"""What is asked of Stripe for one payment page, and under which idempotency key."""

from __future__ import annotations

from typing import Any, Literal
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from stripe.params import PaymentLinkCreateParams
from stripe.params.checkout import SessionCreateParams

from providers.protocols import CheckoutRequest, FinalRefusalError
from providers.stripe_amounts import to_stripe_units

_LONGEST_LABEL = 250
# languages of Stripe's pages, https://docs.stripe.com/api/checkout/sessions/create, "locale"
_PAGE_LANGUAGES = frozenset(
    {"bg", "cs", "da", "de", "el", "en", "es", "et", "fi", "fil", "fr", "hr", "hu"}
) | {
    *("id", "it", "ja", "ko", "lt", "lv", "ms", "mt", "nb", "nl", "pl", "pt", "ro", "ru", "sk", "sl", "sv"),
    *("th", "tr", "vi", "zh"),
}
_LINK_IS_CLOSED = {
    "fr": "Ce lien n’est plus valable\u00a0: la facture est réglée ou son montant a changé. "
    "Le lien à jour se trouve dans notre dernier message.",
    "en": "This link is no longer valid: the invoice is paid or its amount has changed. "
    "Our latest message holds the current link.",
}


def link_params(request: CheckoutRequest) -> PaymentLinkCreateParams:
    """Describe a payment link that can be completed once.

    Raises:
        FinalRefusalError: Stripe cannot charge such an amount.
    """
    closed = _LINK_IS_CLOSED.get(_language(request), _LINK_IS_CLOSED["en"])
    return {
        # the price lives in the link: no product or price is left behind in the account
        "line_items": [_line(request)],
        "restrictions": {"completed_sessions": {"limit": 1}},
        "inactive_message": closed,
        "metadata": _metadata(request),
        # on the payment too: it is the only way from a refund back to the invoice
        "payment_intent_data": {"metadata": _metadata(request), "description": _label(request)},
    }


def session_params(request: CheckoutRequest, return_url: str) -> SessionCreateParams:
    """Describe a Checkout session, after which the payer comes back to `return_url`.

    Raises:
        FinalRefusalError: Stripe cannot charge such an amount.
    """
    return {
        "mode": "payment",
        "line_items": [_line(request)],
        "success_url": _with_query(return_url, checkout="done"),
        "cancel_url": _with_query(return_url, checkout="cancelled"),
        "locale": _language(request),
        "metadata": _metadata(request),
        "payment_intent_data": {"metadata": _metadata(request), "description": _label(request)},
    }


def idempotency_key(operation: Literal["link", "session"], request: CheckoutRequest) -> str:
    """Name one page of one payable, so that asking again brings the same page."""
    return f"relance:{operation}:{request.token}:{request.link_number}"


def in_language_of(request: CheckoutRequest, url: str) -> str:
    """Let a payment link speak the payer's language.

    A link has no language of its own, only its address can ask for one
    (https://docs.stripe.com/payment-links/customize, "URL parameters").
    """
    return _with_query(url, locale=_language(request))


def _line(request: CheckoutRequest) -> Any:  # one shape, for which the library has two types
    try:
        units = to_stripe_units(request.amount)
    except ValueError as error:
        raise FinalRefusalError(f"Invoice {request.invoice_id} cannot be paid by card: {error}.") from error
    return {
        "price_data": {
            "currency": request.amount.currency.lower(),
            "unit_amount": units,
            "product_data": {"name": _label(request)},
        },
        "quantity": 1,
    }


def _metadata(request: CheckoutRequest) -> dict[str, str]:
    instalment = {} if request.instalment is None else {"instalment": str(request.instalment)}
    return {
        "creditor_id": request.creditor_id,
        "invoice_id": request.invoice_id,
        "token": request.token,
        **instalment,
    }


def _label(request: CheckoutRequest) -> str:
    return request.label[:_LONGEST_LABEL]


def _language(request: CheckoutRequest) -> str:
    language = request.language.replace("_", "-").split("-")[0].lower()
    return language if language in _PAGE_LANGUAGES else "auto"


def _with_query(url: str, **additions: str) -> str:
    parts = urlsplit(url)
    query = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] not in additions]
    return urlunsplit(parts._replace(query=urlencode([*query, *additions.items()])))
