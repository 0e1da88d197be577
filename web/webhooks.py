"""`POST /webhooks/stripe`: check who speaks, keep what was said, answer; all else happens later."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from starlette.requests import Request

from ledger import inbox
from providers.protocols import BadSignatureError, UnreadableEventError
from web.bodies import limited_body
from web.dependencies import WebDependencies
from web.refusals import ApiRefusal

STRIPE = "stripe"
"""Name of the provider in the inbox."""
MOST_BYTES = 256 * 1024
"""Stripe's events are a few KiB; nobody else has to be listened to for longer."""


def webhook_routes(dependencies: WebDependencies, wake: Callable[[], None]) -> APIRouter:
    """The webhook endpoint.

    Args:
        dependencies: books and the provider that signs.
        wake: called once a new event is kept.
    """
    router = APIRouter()

    @router.post("/webhooks/stripe")
    async def stripe_webhook(request: Request) -> JSONResponse:
        if dependencies.events is None:
            raise ApiRefusal(
                HTTPStatus.SERVICE_UNAVAILABLE,
                "No payment provider is configured.",
                "Set DUNNING_STRIPE_API_KEY and DUNNING_STRIPE_WEBHOOK_SECRETS; Stripe delivers again.",
            )
        body = await limited_body(request, MOST_BYTES)
        now = dependencies.real_clock()
        try:
            event = dependencies.events.verify(body, request.headers.get("stripe-signature", ""), now=now)
        except BadSignatureError as error:
            raise ApiRefusal(HTTPStatus.BAD_REQUEST, str(error), "Nothing was kept.") from error
        except UnreadableEventError as error:
            raise ApiRefusal(
                HTTPStatus.BAD_REQUEST, str(error), "See the endpoint's settings in the Stripe Dashboard."
            ) from error
        # Kept before the 200, which tells Stripe that it may forget the event.
        new = await dependencies.books.writing(
            lambda conn: inbox.receive(conn, STRIPE, event.event_id, event.body, now)
        )
        if new:
            wake()
        return JSONResponse({"received": True, "new": new})

    return router
