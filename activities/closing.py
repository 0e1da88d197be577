"""`close_case`: switches links off and thanks the customer."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.correspondence import outgoing, thanks_context
from activities.dependencies import Dependencies
from activities.heartbeats import heartbeats
from activities.links import PayLinks
from activities.submission import Submission
from activities.time import business_now
from dunning.case import DunningStatus, SendState
from dunning.journal import EntryKind
from dunning.policy import Policy
from ledger import cases, journal, sends
from ledger.cases import Case
from ledger.keys import CaseKey, SendKey
from providers.protocols import ProviderError
from rendering.emails import EventTemplate, render_email
from rendering.templates import TemplateFaultError
from workflows.assignments import ActivityName, CloseOutcome, CloseRequest, StepResult


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
            thanked = await self._thank(key, now)
        except ProviderError as error:
            raise ApplicationError(str(error), type="ProviderAway") from error
        return CloseOutcome(links_off=switched_off, thanked=thanked)

    async def _thank(self, key: CaseKey, now: datetime) -> bool:
        case = await self._with.books.reading(lambda conn: cases.load(conn, key))
        if case is None or case.status is not DunningStatus.SETTLED:
            return False
        policy = self._with.policies.choose(case.invoice, case.customer, case.policy).policy
        contacted = any(attempt.state is SendState.ACCEPTED for attempt in case.facts.attempts)
        reachable = case.customer.email is not None and not case.email_bounced
        if not (policy.thank_on_payment and contacted and reachable):
            return False
        return await self._send_thanks(case, policy, now)

    async def _send_thanks(self, case: Case, policy: Policy, now: datetime) -> bool:
        creditor = self._with.creditors.get(case.key.creditor_id)
        send = SendKey(case.key, case.facts.cycle, EventTemplate.THANKS, "email")
        today = now.astimezone(ZoneInfo(creditor.time_zone)).date()
        context = thanks_context(case, creditor, policy, self._with, today)
        try:
            rendered = render_email(self._with.templates, EventTemplate.THANKS, context)
            email = outgoing(case, creditor, send, rendered, now=now)
        except (TemplateFaultError, ValueError):
            return False  # thanks are a courtesy: a faulty template is reported by `doctor` and the start
        await self._with.books.writing(
            lambda conn: sends.reserve(conn, send, level=max(case.level, 0), reminder=False, now=now)
        )
        submission = Submission(self._with, case, send, now, today)
        result = await submission.send(email, policy, even_if_settled=True)
        if result is not StepResult.DONE:
            return False
        await self._with.books.writing(lambda conn: journal.append(conn, case.key, EntryKind.THANKED, at=now))
        return True
