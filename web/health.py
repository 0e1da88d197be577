"""`/health` and `/ready`: does the process live, and can it do its work."""

from __future__ import annotations

from http import HTTPStatus

import sqlalchemy as sa
from fastapi import APIRouter
from fastapi.responses import JSONResponse

from doors.refusals import TemporalAwayError
from ledger.books import BooksUnreachableError
from web.dependencies import WebDependencies

_OK = "ok"


def health_routes(dependencies: WebDependencies) -> APIRouter:
    """Liveness, which asks nobody, and readiness, which asks ledger and Temporal."""
    router = APIRouter()

    @router.get("/health")
    async def health() -> JSONResponse:
        return JSONResponse({"status": _OK})

    @router.get("/ready")
    async def ready() -> JSONResponse:
        # Without Temporal webhooks and pay pages still work; whoever routes requests may look closer.
        parts = {"ledger": await _ledger(dependencies), "temporal": await _temporal(dependencies)}
        fine = all(words == _OK for words in parts.values())
        return JSONResponse(parts, HTTPStatus.OK if fine else HTTPStatus.SERVICE_UNAVAILABLE)

    return router


async def _ledger(dependencies: WebDependencies) -> str:
    try:
        await dependencies.books.reading(lambda conn: conn.execute(sa.select(1)).scalar_one())
    except BooksUnreachableError:
        return "The ledger cannot be used: see the log of the web app."
    return _OK


async def _temporal(dependencies: WebDependencies) -> str:
    try:
        await dependencies.doors.check_temporal()
    except TemporalAwayError:
        return "Temporal does not answer: payments are kept and told to it later."
    return _OK
