"""`/pay/{token}`: what a customer owes today, and how to pay it."""

from __future__ import annotations

import logging
import re
from http import HTTPStatus

from fastapi import APIRouter
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse
from starlette.requests import Request
from starlette.responses import Response

from dunning.registers import UnknownCreditorError
from ledger.books import BooksUnreachableError
from providers.protocols import PaymentPageProvider, ProviderError
from web.checkout import checkout_url
from web.dependencies import WebDependencies
from web.page_words import preferred_language
from web.pay_pages import FOLDER, PAGE_HEADERS, due_page, nameless_page, situation_page
from web.payable_view import PayableView, Situation, view_of

logger = logging.getLogger(__name__)

_TOKEN = re.compile(r"[A-Za-z0-9_-]{1,64}")
"""What the ledger gives out; nothing else is looked up."""


def pay_routes(dependencies: WebDependencies) -> APIRouter:
    """The pay page, the way to the payment provider, and the way back."""
    router = APIRouter()
    desk = _PayDesk(dependencies)

    @router.get("/assets/pay.css", include_in_schema=False)
    async def style() -> FileResponse:
        return FileResponse(
            FOLDER / "pay.css", media_type="text/css", headers={"Cache-Control": "max-age=3600"}
        )

    @router.get("/pay/{token}")
    async def pay(request: Request, token: str) -> Response:
        return await desk.show(request, token)

    @router.post("/pay/{token}/checkout")
    async def checkout(request: Request, token: str) -> Response:
        return await desk.checkout(request, token)

    @router.get("/pay/{token}/return")
    async def come_back(request: Request, token: str) -> Response:
        return await desk.come_back(request, token)

    return router


class _PayDesk:
    """Answers a customer who shows a token."""

    def __init__(self, dependencies: WebDependencies) -> None:
        self._with = dependencies

    async def show(self, request: Request, token: str) -> Response:
        """What is to be paid today."""
        view = await self._view(request, token)
        return self._page(view) if isinstance(view, PayableView) else view

    async def checkout(self, request: Request, token: str) -> Response:
        """Send the customer on to the provider; without one, back to the page."""
        view = await self._view(request, token)
        if not isinstance(view, PayableView):
            return view
        provider = self._provider_for(view)
        if provider is None:
            # Paid meanwhile, or the amount rose above the limit: the page says how things stand.
            return RedirectResponse(f"/pay/{token}", HTTPStatus.SEE_OTHER, dict(PAGE_HEADERS))
        try:
            url = await checkout_url(self._with, provider, view, f"{self._address(request)}/pay/{token}")
        except ProviderError as error:
            logger.warning("No Checkout session for invoice %s: %s", view.case.key.invoice_id, error)
            return due_page(view, card=False, alert="provider_away", status=HTTPStatus.SERVICE_UNAVAILABLE)
        return RedirectResponse(url, HTTPStatus.SEE_OTHER, dict(PAGE_HEADERS))

    async def come_back(self, request: Request, token: str) -> Response:
        """After the provider's page: the webhook brings the money, this only says thank you."""
        view = await self._view(request, token)
        if not isinstance(view, PayableView):
            return view
        if view.situation is not Situation.DUE:
            return self._page(view)
        if request.query_params.get("checkout") == "done":
            return situation_page(view, phrase="done")
        return self._page(view, alert="back_cancelled")

    def _page(self, view: PayableView, alert: str | None = None) -> HTMLResponse:
        if view.situation is not Situation.DUE:
            return situation_page(view)
        return due_page(view, card=self._provider_for(view) is not None, alert=alert)

    def _provider_for(self, view: PayableView) -> PaymentPageProvider | None:
        return self._with.pages if view.card_offered else None

    async def _view(self, request: Request, token: str) -> PayableView | HTMLResponse:
        """The payable, or the page that says why there is none."""
        language = preferred_language(request.headers.get("accept-language", ""))
        view = None
        try:
            if _TOKEN.fullmatch(token):
                view = await self._with.books.reading(lambda conn: view_of(conn, self._with.creditors, token))
        except (BooksUnreachableError, UnknownCreditorError) as error:
            logger.warning("A pay page cannot be shown: %s", error)
            return nameless_page("unavailable", language, HTTPStatus.SERVICE_UNAVAILABLE)
        return view or nameless_page("unknown", language, HTTPStatus.NOT_FOUND)

    def _address(self, request: Request) -> str:
        return (self._with.public_url or str(request.base_url)).rstrip("/")
