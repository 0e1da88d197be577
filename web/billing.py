"""The billing API: invoices in, facts in, status and story out."""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import Annotated, TypeVar

from fastapi import APIRouter, Depends
from fastapi.responses import JSONResponse
from pydantic import BaseModel, TypeAdapter, ValidationError
from starlette.requests import Request

from doors.inbound import TELLABLE, fact_of_message
from doors.refusals import TemporalAwayError
from dunning.facts import Booking, BookingOutcome
from dunning.party import Creditor, OpaqueId
from dunning.phrases import has_phrase, phrase
from dunning.registers import UnknownCreditorError, UnknownPolicyError
from ledger import cases, journal
from ledger.cases import Case, Registration
from ledger.keys import CaseKey
from web.access import key_check
from web.billing_messages import (
    FactAnswer,
    FactBody,
    InvoiceAnswer,
    RegisterAnswer,
    RegisterBody,
    StoryLine,
)
from web.bodies import limited_body
from web.dependencies import WebDependencies
from web.refusals import ApiRefusal, faults_in_words
from workflows.contract import workflow_id

_MOST_BYTES = 64 * 1024
_Body = TypeVar("_Body", bound=BaseModel)

_ID: TypeAdapter[str] = TypeAdapter(OpaqueId)

_MEND_AND_REPEAT = "Mend the fields named and send the request again; nothing was changed."
_REPEAT = "Send the same request again in a moment: what is known already is not booked twice."


def _key_of(creditor_id: str, invoice_id: str) -> CaseKey:
    try:
        return CaseKey(_ID.validate_python(creditor_id), _ID.validate_python(invoice_id))
    except ValidationError as error:
        raise ApiRefusal(
            HTTPStatus.NOT_FOUND,
            f"The address names no invoice: {faults_in_words(error)}.",
            "Use the ids under which the invoice is registered.",
        ) from error


_KeyInPath = Annotated[CaseKey, Depends(_key_of)]


def billing_routes(dependencies: WebDependencies) -> APIRouter:
    """The routes under `/api`, behind a key."""
    router = APIRouter(prefix="/api", dependencies=[Depends(key_check(dependencies.api_keys))])
    desk = _BillingDesk(dependencies)

    path = "/invoices/{creditor_id}/{invoice_id}"

    @router.put(path)
    async def register(request: Request, key: _KeyInPath) -> JSONResponse:
        return await desk.register(key, await _read(request, RegisterBody))

    @router.post(f"{path}/facts")
    async def tell(request: Request, key: _KeyInPath) -> JSONResponse:
        return await desk.tell(key, await _read(request, FactBody))

    @router.get(path)
    async def show(key: _KeyInPath) -> JSONResponse:
        return await desk.show(key)

    return router


class _BillingDesk:
    """Answers a billing system that showed its key."""

    def __init__(self, dependencies: WebDependencies) -> None:
        self._with = dependencies

    async def register(self, key: CaseKey, body: RegisterBody) -> JSONResponse:
        """Take an invoice in, or what changed of it."""
        self._creditor(key)
        try:
            if body.policy:
                self._with.policies.get(body.policy)
            invoice, customer = body.invoice_of(key), body.customer_of()
            contact = (body.last_contact.level, body.last_contact.on) if body.last_contact else None
            registration = await self._with.doors.register(
                invoice, customer, policy=body.policy, last_contact=contact
            )
        except ValidationError as error:
            raise _unprocessable(faults_in_words(error)) from error
        except UnknownPolicyError as error:
            raise _unprocessable(str(error)) from error
        except TemporalAwayError as error:
            raise _away(error) from error
        status = HTTPStatus.CREATED if registration is Registration.NEW else HTTPStatus.OK
        return _json(RegisterAnswer(registration=registration, workflow_id=workflow_id(*key)), status)

    async def tell(self, key: CaseKey, body: FactBody) -> JSONResponse:
        """Book a fact and tell the run."""
        creditor = self._creditor(key)
        if body.fact not in TELLABLE:
            raise _unprocessable(f"fact: {body.fact} tells nothing; there are: {', '.join(TELLABLE)}")
        try:
            fact = fact_of_message(body.fact, body.message)
        except ValueError as error:
            raise _unprocessable(str(error)) from error
        try:
            booked = await self._with.doors.tell(key, fact)
        except TemporalAwayError as error:
            raise _away(error) from error
        reason = _reason(booked, creditor)
        if booked.outcome is BookingOutcome.REFUSED:
            if booked.refusal == "unknown_invoice":
                raise _unknown_invoice(key)
            raise ApiRefusal(HTTPStatus.CONFLICT, reason or "The rules do not allow it.", _MEND_AND_REPEAT)
        status = HTTPStatus.ACCEPTED if booked.outcome is BookingOutcome.KEPT else HTTPStatus.OK
        return _json(FactAnswer(event_id=booked.event_id, outcome=booked.outcome, reason=reason), status)

    async def show(self, key: CaseKey) -> JSONResponse:
        """Status and story of an invoice."""
        creditor = self._creditor(key)
        case, entries = await self._with.books.reading(
            lambda conn: (cases.load(conn, key), journal.entries(conn, key))
        )
        if case is None:
            raise _unknown_invoice(key)
        lines = tuple(
            StoryLine(
                kind=entry.kind,
                at=entry.at,
                actor=entry.actor,
                text=_told(entry.kind, entry.details, creditor),
                details=entry.details,
            )
            for entry in entries
        )
        return _json(await self._answer(case, lines), HTTPStatus.OK)

    async def _answer(self, case: Case, story: tuple[StoryLine, ...]) -> InvoiceAnswer:
        doors = self._with.doors
        status, timeline = await asyncio.gather(doors.query_status(case.key), doors.timeline(case.key))
        return InvoiceAnswer(
            **case.key._asdict(),
            number=case.invoice.number,
            status=status.status,
            level=status.level,
            amount=str(case.invoice.amount.amount),
            balance=str(case.balance.amount),
            currency=case.balance.currency,
            due_date=case.invoice.due_date,
            policy=case.policy,
            next_action=status.next_action,
            next_action_at=status.next_action_at,
            problem=status.problem,
            planned=timeline.planned,
            story=story,
        )

    def _creditor(self, key: CaseKey) -> Creditor:
        try:
            return self._with.creditors.get(key.creditor_id)
        except UnknownCreditorError as error:
            raise ApiRefusal(
                HTTPStatus.NOT_FOUND, f"{error}.", "Put the creditor into the creditor file first."
            ) from error


async def _read(request: Request, body: type[_Body]) -> _Body:
    raw = await limited_body(request, _MOST_BYTES)
    try:
        return body.model_validate_json(raw)
    except ValidationError as error:
        raise _unprocessable(faults_in_words(error)) from error


def _told(kind: str, details: dict[str, object], creditor: Creditor) -> str:
    key = f"story.{kind}"
    return phrase(key, creditor.language, **details) if has_phrase(key) else kind


def _reason(booked: Booking, creditor: Creditor) -> str | None:
    if booked.refusal is None:
        return None
    key = f"refusal.{booked.refusal}"
    return phrase(key, creditor.language, **booked.details) if has_phrase(key) else booked.refusal


def _json(answer: BaseModel, status: HTTPStatus) -> JSONResponse:
    return JSONResponse(answer.model_dump(mode="json"), status, {"Cache-Control": "no-store"})


def _unprocessable(error: str) -> ApiRefusal:
    return ApiRefusal(HTTPStatus.UNPROCESSABLE_ENTITY, error, _MEND_AND_REPEAT)


def _unknown_invoice(key: CaseKey) -> ApiRefusal:
    return ApiRefusal(
        HTTPStatus.NOT_FOUND,
        f"Invoice {key.invoice_id} of creditor {key.creditor_id} is not in the books.",
        "Register it with PUT first, or compare the ids.",
    )


def _away(error: TemporalAwayError) -> ApiRefusal:
    return ApiRefusal(HTTPStatus.SERVICE_UNAVAILABLE, str(error), _REPEAT)
