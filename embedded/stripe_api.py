"""The Stripe sandbox's API: authentication, idempotency keys, injected faults, and one route per endpoint."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections import deque
from collections.abc import Awaitable, Callable
from enum import StrEnum
from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from embedded.stripe_book import StripeBook
from embedded.stripe_objects import Json, StripeObjects, public
from embedded.stripe_params import (
    EventListParams,
    LinkParams,
    LinkUpdate,
    ListParams,
    Nothing,
    RefundParams,
    SessionListParams,
    SessionParams,
    StripeApiError,
    read_params,
)
from embedded.stripe_reversals import StripeReversals


class ApiFault(StrEnum):
    """A way in which one request goes wrong."""

    RATE_LIMITED = "rate_limited"
    KEY_IN_USE = "key_in_use"
    SAVED_SERVER_ERROR = "saved_server_error"
    """Nothing is done, and the 500 is repeated for as long as the key is known."""
    UNAVAILABLE = "unavailable"
    BAD_GATEWAY = "bad_gateway"
    """A page of something in between, which is no JSON."""
    NOT_PERMITTED = "not_permitted"
    CUT_AFTERWARDS = "cut_afterwards"
    """The request is carried out, but the answer is lost."""


class _Answer(NamedTuple):
    status: int
    body: Json


class _Saved(NamedTuple):
    fingerprint: tuple[str, str]
    answer: _Answer


class _CutResponse(Response):
    """An answer that breaks off in the middle."""

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        headers = [(b"content-type", b"application/json"), (b"content-length", b"1000")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"{", "more_body": True})
        # an application that ends in the middle of a body makes the server close the connection


_Operation = Callable[[bytes, Request], Json]

_REFUSALS = {
    ApiFault.RATE_LIMITED: StripeApiError("Too many requests.", status=429, code="rate_limit"),
    ApiFault.KEY_IN_USE: StripeApiError(
        "There is currently another in-progress request using this Idempotent Key.",
        status=409,
        kind="idempotency_error",
        code="idempotency_key_in_use",
    ),
    ApiFault.NOT_PERMITTED: StripeApiError(
        "The provided key does not have the required permissions for this endpoint.", status=403
    ),
    ApiFault.UNAVAILABLE: StripeApiError("Try again later.", status=503, kind="api_error"),
}


class StripeApi:
    """Answers under /v1 as Stripe does."""

    def __init__(
        self, objects: StripeObjects, book: StripeBook, reversals: StripeReversals, api_key: str
    ) -> None:
        """Serve one account to whoever has its key."""
        self.faults: deque[ApiFault] = deque()
        self.latency = 0.0
        """Seconds before each answer."""
        self._objects = objects
        self._book = book
        self._reversals = reversals
        self._api_key = api_key
        self._saved: dict[str, _Saved] = {}
        self._numbers = itertools.count(1)

    def routes(self) -> list[Route]:
        """The endpoints that the adapter uses, and what the tests need beside them."""
        book, objects = self._book, self._objects
        gets: dict[str, _Operation] = {
            "/v1/payment_links": lambda q, _: objects.list_of("payment_link", read_params(q, ListParams)),
            "/v1/payment_links/{id}": self._one("payment_link"),
            "/v1/checkout/sessions": lambda q, _: book.list_sessions(read_params(q, SessionListParams)),
            "/v1/checkout/sessions/{id}": lambda _, r: book.session(r.path_params["id"]),
            "/v1/payment_intents/{id}": self._one("payment_intent"),
            "/v1/charges/{id}": self._one("charge"),
            "/v1/refunds/{id}": self._one("refund"),
            "/v1/events": lambda q, _: objects.list_events(read_params(q, EventListParams)),
        }
        posts: dict[str, _Operation] = {
            "/v1/payment_links": lambda form, _: book.create_link(read_params(form, LinkParams)),
            "/v1/payment_links/{id}": self._update_link,
            "/v1/checkout/sessions": lambda form, _: book.create_session(read_params(form, SessionParams)),
            "/v1/checkout/sessions/{id}/expire": self._expire,
            "/v1/refunds": lambda form, _: self._reversals.refund(read_params(form, RefundParams)),
        }
        return [
            *(Route(path, self._getting(operation), methods=["GET"]) for path, operation in gets.items()),
            *(Route(path, self._posting(operation), methods=["POST"]) for path, operation in posts.items()),
        ]

    def _one(self, kind: str) -> _Operation:
        return lambda _, request: self._objects.get(kind, request.path_params["id"])

    def _update_link(self, form: bytes, request: Request) -> Json:
        active = read_params(form, LinkUpdate).active
        return self._book.update_link(request.path_params["id"], active=active)

    def _expire(self, form: bytes, request: Request) -> Json:
        read_params(form, Nothing)
        return self._book.expire_session(request.path_params["id"])

    def _getting(self, operation: _Operation) -> Callable[[Request], Awaitable[Response]]:
        async def answer(request: Request) -> Response:
            return await self._answered(request, request.url.query.encode(), operation)

        return answer

    def _posting(self, operation: _Operation) -> Callable[[Request], Awaitable[Response]]:
        async def answer(request: Request) -> Response:
            return await self._answered(request, await request.body(), operation)

        return answer

    async def _answered(self, request: Request, sent: bytes, operation: _Operation) -> Response:
        await asyncio.sleep(self.latency)
        fault = self.faults.popleft() if self.faults else None
        if fault is ApiFault.BAD_GATEWAY:
            return Response("<html>Bad Gateway</html>", status_code=502, media_type="text/html")
        replayed = False
        try:
            self._authenticate(request)
            if fault in _REFUSALS:
                raise _REFUSALS[fault]
            answer, replayed = self._once(request, sent, operation, fault)
        except StripeApiError as error:
            answer = _Answer(error.status, error.body)
        if fault is ApiFault.CUT_AFTERWARDS:
            return _CutResponse()
        headers = {"request-id": f"req_{next(self._numbers):08d}"}
        if replayed:
            headers["idempotent-replayed"] = "true"
        return Response(
            json.dumps(answer.body),
            status_code=answer.status,
            headers=headers,
            media_type="application/json",
        )

    def _authenticate(self, request: Request) -> None:
        if request.headers.get("authorization") != f"Bearer {self._api_key}":
            raise StripeApiError("Invalid API Key provided.", status=401)

    def _once(
        self, request: Request, sent: bytes, operation: _Operation, fault: ApiFault | None
    ) -> tuple[_Answer, bool]:
        key = request.headers.get("idempotency-key") if request.method == "POST" else None
        fingerprint = (request.url.path, sent.decode())
        if key is not None and key in self._saved:
            saved = self._saved[key]
            if saved.fingerprint != fingerprint:
                raise StripeApiError(
                    "Keys for idempotent requests can only be used with the same parameters they were first "
                    f"used with. Try a key other than '{key}' if you meant to execute a different request.",
                    kind="idempotency_error",
                )
            return saved.answer, True
        answer = self._carried_out(request, sent, operation, fault)
        if key is not None:
            self._saved[key] = _Saved(fingerprint, answer)
        return answer, False

    def _carried_out(
        self, request: Request, sent: bytes, operation: _Operation, fault: ApiFault | None
    ) -> _Answer:
        if fault is ApiFault.SAVED_SERVER_ERROR:
            body = {"error": {"type": "api_error", "message": "An unknown error occurred"}}
            return _Answer(500, body)
        try:
            return _Answer(200, public(operation(sent, request)))
        except StripeApiError as error:
            if error.validating:
                raise
            return _Answer(error.status, error.body)
