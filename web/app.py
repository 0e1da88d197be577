"""The web app: webhooks, pay page, billing API, and the relay that runs beside them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from http import HTTPStatus

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from dunning.party import Language
from ledger.books import BooksUnreachableError
from web.billing import billing_routes
from web.dependencies import WebDependencies
from web.health import health_routes
from web.inbox_events import InboxEvents
from web.page_words import preferred_language
from web.pay import pay_routes
from web.pay_pages import nameless_page
from web.refusals import ApiRefusal, refusal
from web.relay import Relay
from web.webhooks import webhook_routes

logger = logging.getLogger(__name__)

_FOR_PEOPLE = "/pay/"


def create_app(dependencies: WebDependencies, *, poll_seconds: float = 2.0) -> FastAPI:
    """The application; its relay runs from start to end of its lifespan.

    Args:
        dependencies: books, doors, registers, providers.
        poll_seconds: how often the relay looks for events that another process received.
    """
    relay = relay_of(dependencies, poll_seconds=poll_seconds)
    app = FastAPI(
        title="Relance", docs_url=None, redoc_url=None, openapi_url=None, lifespan=_lifespan_with(relay)
    )
    app.include_router(health_routes(dependencies))
    app.include_router(webhook_routes(dependencies, relay.wake if relay else lambda: None))
    app.include_router(pay_routes(dependencies))
    app.include_router(billing_routes(dependencies))
    app.add_exception_handler(ApiRefusal, _refused)
    app.add_exception_handler(BooksUnreachableError, _books_away)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(Exception, _fault)
    return app


def relay_of(dependencies: WebDependencies, *, poll_seconds: float = 2.0) -> Relay | None:
    """The relay of a deployment; None where no payment provider is configured."""
    if dependencies.events is None:
        return None
    handler = InboxEvents(
        dependencies.books,
        dependencies.doors,
        dependencies.creditors,
        dependencies.events,
        dependencies.clock,
    )
    return Relay(
        dependencies.books,
        handler,
        dependencies.events,
        dependencies.real_clock,
        dependencies.clock,
        poll_seconds=poll_seconds,
    )


def _lifespan_with(relay: Relay | None) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        if relay is None:
            yield
            return
        running = asyncio.create_task(relay.run(), name="inbox-relay")
        try:
            yield
        finally:
            relay.stop()
            await running

    return lifespan


async def _refused(_: Request, error: Exception) -> Response:
    if not isinstance(error, ApiRefusal):
        raise error
    return error.response()


async def _books_away(_: Request, error: Exception) -> Response:
    logger.warning("A request could not be answered: %s", error)
    return refusal(
        HTTPStatus.SERVICE_UNAVAILABLE,
        "The ledger cannot be used at the moment; nothing was changed.",
        "Send the same request again in a moment; the log of the web app says what is wrong.",
    )


async def _http_error(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    status = HTTPStatus(error.status_code)
    if request.url.path.startswith(_FOR_PEOPLE):
        return nameless_page("unknown", _language(request), status)
    return refusal(status, f"{request.method} {request.url.path}: {status.phrase}.", "See the documentation.")


async def _fault(request: Request, _: Exception) -> Response:
    # The server logs the traceback; a person gets words.
    if request.url.path.startswith(_FOR_PEOPLE):
        return nameless_page("unavailable", _language(request), HTTPStatus.INTERNAL_SERVER_ERROR)
    return refusal(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "The request met a fault of the program.",
        "Repeat it later; the log of the web app says what happened.",
    )


def _language(request: Request) -> Language:
    return preferred_language(request.headers.get("accept-language", ""))
