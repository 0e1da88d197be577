"""What the tests of the Stripe sandbox ask for, and the endpoint that takes its webhooks."""

import json
from datetime import UTC, datetime
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from embedded.loopback_app import LoopbackApp

BUSINESS_TIME = datetime(2026, 12, 14, 9, tzinfo=UTC)
LINK = {
    "line_items[0][price_data][currency]": "eur",
    "line_items[0][price_data][unit_amount]": "120450",
    "line_items[0][price_data][product_data][name]": "Facture <F-42>",
    "line_items[0][quantity]": "1",
    "restrictions[completed_sessions][limit]": "1",
    "metadata[invoice_id]": "F-42",
}
SESSION = {key: value for key, value in LINK.items() if not key.startswith("restrictions")} | {
    "mode": "payment",
    "success_url": "https://pay.example.org/done",
    "locale": "fr",
}


class Endpoint:
    """A web app that takes webhooks, and refuses as many as it is told."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        self.signatures: list[str] = []
        self.refusals = 0
        self.server = LoopbackApp(Starlette(routes=[Route("/hook", self.take, methods=["POST"])]))

    @property
    def types(self) -> list[str]:
        """The types of what was taken, in order of arrival."""
        return [json.loads(body)["type"] for body in self.bodies]

    async def take(self, request: Request) -> Response:
        """Answer one request."""
        body = await request.body()
        if self.refusals:
            self.refusals -= 1
            return Response(status_code=503)
        self.bodies.append(body)
        self.signatures.append(request.headers["stripe-signature"])
        return Response()


async def create(api: httpx.AsyncClient, path: str, form: dict[str, str], key: str = "") -> dict[str, Any]:
    """The object that a request made, which must succeed."""
    answer = await api.post(path, data=form, headers={"idempotency-key": key} if key else {})
    assert answer.status_code == 200, answer.text
    created: dict[str, Any] = answer.json()
    return created
