"""`close_case`: switches links off and thanks the customer."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from sqlalchemy import Connection
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.blocking import CLOSING, solved
from activities.correspondence import outgoing, thanks_context
from activities.dependencies import Dependencies
from activities.heartbeats import heartbeats
from activities.links import PayLinks
from activities.send_record import CUT_OFF, SendRecord
from activities.submission import Submission
from activities.time import PATIENCE, business_now, waited_long
from dunning.case import DunningStatus, SendState
from dunning.journal import EntryKind
from dunning.party import Creditor
from dunning.policy import Policy
from dunning.registers import UnknownCreditorError, UnknownPolicyError
from ledger import cases, journal, sends
from ledger.cases import Case
from ledger.keys import CaseKey, SendKey
from providers.protocols import ProviderError, TemporaryRefusalError
from rendering.emails import EventTemplate, render_email
from rendering.templates import TemplateFaultError
from workflows.assignments import ActivityName, CloseOutcome, CloseRequest, StepOutcome, StepResult


class Closing:
    """The activity that ends a case towards the outside."""

    def __init__(self, dependencies: Dependencies) -> None:
        """Work with these books and providers."""
        self._with = dependencies
        self._links = PayLinks(dependencies)

    @activity.defn(name=ActivityName.CLOSE)
    async def close_case(self, request: CloseRequest) -> CloseOutcome:
        """Switch every link off, then thank the customer where the policy says so.

        Raises:
            ApplicationError: a provider is away; Temporal tries again.
        """
        now = business_now(request.now, request.clock)
        key = CaseKey(request.creditor_id, request.invoice_id)
        try:
            async with heartbeats():
                switched_off = await self._links.switch_off_all(key, now)
        except ProviderError as error:
            raise ApplicationError(str(error), type="ProviderAway") from error
        try:
            thanked = await self._thank(key, now)
        except TemporaryRefusalError as error:
            # A courtesy does not keep a settled case open for hours.
            if not waited_long(request.now, now, request.clock, PATIENCE):
                raise ApplicationError(str(error), type="ProviderAway") from error
            thanked = False
        await self._with.books.writing(lambda conn: solved(conn, key, CLOSING, now))
        return CloseOutcome(links_off=switched_off, thanked=thanked)

    async def _thank(self, key: CaseKey, now: datetime) -> bool:
        case = await self._with.books.reading(lambda conn: cases.load(conn, key))
        if case is None or case.status is not DunningStatus.SETTLED:
            return False
        try:
            policy = self._with.policies.choose(case.invoice, case.customer, case.policy).policy
            creditor = self._with.creditors.get(key.creditor_id)
        except (UnknownPolicyError, UnknownCreditorError):
            return False
        contacted = any(attempt.state is SendState.ACCEPTED for attempt in case.facts.attempts)
        reachable = case.customer.email is not None and not case.email_bounced
        if not (policy.thank_on_payment and contacted and reachable):
            return False
        return await self._send_thanks(case, creditor, policy, now)

    async def _send_thanks(self, case: Case, creditor: Creditor, policy: Policy, now: datetime) -> bool:
        send = SendKey(case.key, case.facts.cycle, EventTemplate.THANKS, "email")
        today = now.astimezone(ZoneInfo(creditor.time_zone)).date()
        try:
            context = thanks_context(case, creditor, policy, self._with, today)
            rendered = render_email(self._with.templates, EventTemplate.THANKS, context)
            email = outgoing(case, creditor, send, rendered, now=now)
        except (TemplateFaultError, ValueError):
            return False  # thanks are a courtesy: a faulty template is reported by `doctor` and the start
        record = SendRecord(case, send, now, today, courtesy=True)
        submission = Submission(self._with, record, resend=False)
        outcome = await submission.send(
            email, partial(_thanked_before, record=record), partial(_thanked, key=case.key, now=now)
        )
        return outcome.result is StepResult.DONE


def _thanked_before(conn: Connection, record: SendRecord) -> StepOutcome | None:
    """Reserve the row; an attempt whose answer was lost, or that was cut off, is not repeated."""
    sends.reserve(conn, record.send, level=max(record.case.level, 0), reminder=False, now=record.now)
    row = sends.state(conn, record.send)
    if row is None or row.state is SendState.RESERVED:
        return None
    if row.state is SendState.SUBMITTING:
        record.unknown(conn, CUT_OFF, resend=False)
    accepted = row.state is SendState.ACCEPTED
    return StepOutcome(result=StepResult.DONE if accepted else StepResult.UNKNOWN)


def _thanked(conn: Connection, result: StepResult, *, key: CaseKey, now: datetime) -> None:
    if result is StepResult.DONE:
        journal.append(conn, key, EntryKind.THANKED, at=now)
