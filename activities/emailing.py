"""`send_email`: the message of a step, or the reminder of an instalment."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Connection
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.admission import admit, deferred
from activities.admitted import Admitted, open_case_task
from activities.correspondence import (
    DocumentMissingError,
    attachments_of,
    claim_of,
    outgoing,
    reminder_context,
)
from activities.dependencies import Dependencies
from activities.links import PayLinks
from activities.submission import Submission
from activities.time import PATIENCE, business_now, waited_long
from activities.what_follows import follow_up, note_next_step
from dunning.journal import EntryKind, TaskKind
from dunning.money import Money
from ledger import journal, tasks
from providers.protocols import OutgoingEmail, TemporaryRefusalError
from rendering.emails import EventTemplate, render_email
from rendering.templates import TemplateFaultError
from workflows.assignments import ActivityName, StepOutcome, StepRequest, StepResult

_PUT_OFF = timedelta(hours=2)


class Emailing:
    """The activity that writes to customers."""

    def __init__(self, dependencies: Dependencies) -> None:
        """Work with these books, templates and providers."""
        self._with = dependencies
        self._links = PayLinks(dependencies)

    @activity.defn(name=ActivityName.SEND_EMAIL)
    async def send_email(self, request: StepRequest) -> StepOutcome:
        """Send the message of a step, unless the books object.

        Raises:
            ApplicationError: the mail server, or the payment provider, is away; Temporal tries again.
        """
        now = business_now(request.now, request.clock)
        admitted = await self._with.books.writing(lambda conn: self._admit(conn, request, now))
        if isinstance(admitted, StepOutcome):
            return admitted
        try:
            email = await self._compose(admitted)
        except TemporaryRefusalError as error:
            return await self._away(admitted, str(error))
        except (TemplateFaultError, DocumentMissingError, ValueError) as error:
            return await self._failed(admitted, str(error))
        try:
            outcome = await self._submit(admitted, email)
        except TemporaryRefusalError as error:
            return await self._away(admitted, str(error))
        carried_out = outcome.result in {StepResult.DONE, StepResult.UNKNOWN}
        return admitted.done(outcome.result) if carried_out else outcome

    async def _submit(self, step: Admitted, email: OutgoingEmail) -> StepOutcome:
        resend = step.policy.resend_uncertain_email
        submission = Submission(self._with, step.record, resend=resend)
        return await submission.send(
            email,
            partial(self._look_again, step=step),
            lambda conn, result: follow_up(conn, self._with, step, result),
        )

    def _look_again(self, conn: Connection, step: Admitted) -> StepOutcome | None:
        """The books may have changed while the message was written.

        Raises:
            ApplicationError: what the message prints is no longer right; the next attempt writes it anew.
        """
        again = self._admit(conn, step.request, step.now)
        if isinstance(again, StepOutcome):
            return again
        if again.printed != step.printed:
            msg = "the invoice changed while its message was being written: it is written again"
            raise ApplicationError(msg, type="CaseChanged")
        return None

    def _admit(self, conn: Connection, request: StepRequest, now: datetime) -> Admitted | StepOutcome:
        admitted = admit(conn, self._with, request, now)
        if isinstance(admitted, StepOutcome):
            return admitted
        case = admitted.case
        if case.customer.email is None or case.email_bounced:
            return self._unreachable(conn, admitted)
        return admitted

    def _unreachable(self, conn: Connection, step: Admitted) -> StepOutcome:
        case, reason = step.case, "refused" if step.case.email_bounced else "missing"
        tasks.ask_about_customer(
            conn,
            TaskKind.FIND_ADDRESS,
            case.key.creditor_id,
            case.customer.customer_id,
            {"reason": reason},
            step.now,
        )
        journal.append(conn, case.key, EntryKind.FAILED, at=step.now, step=step.request.step, reason=reason)
        note_next_step(conn, self._with, step.request, step.now)
        return StepOutcome(result=StepResult.FAILED)

    async def _compose(self, step: Admitted) -> OutgoingEmail:
        request, case = step.request, step.case
        amount = self._amount(step)
        limit = step.creditor.card_limit
        url = None
        if limit is None or amount.amount <= limit:
            url = await self._links.for_message(
                case, amount=amount, instalment=request.instalment, now=step.now
            )
        context = reminder_context(
            case,
            step.creditor,
            step.policy,
            self._with,
            step=request.step,
            level=request.level,
            today=step.today,
            instalment=request.instalment,
            pay_url=url,
        )
        policy_step = step.policy_step
        template = policy_step.template_name if policy_step else EventTemplate.INSTALMENT_REMINDER
        rendered = render_email(self._with.templates, template, context)
        attachments = attachments_of(case, self._with.documents)
        return outgoing(case, step.creditor, step.send, rendered, now=step.now, attachments=attachments)

    def _amount(self, step: Admitted) -> Money:
        """What the link asks for: the instalment, the claim once asked for, else the balance."""
        case = step.case
        for state in case.facts.instalments:
            if state.instalment.number == step.request.instalment:
                return state.missing
        if step.asks_accessories:
            return claim_of(case, step.creditor, step.policy, self._with, step.today).total
        return case.balance

    async def _away(self, step: Admitted, problem: str) -> StepOutcome:
        if not waited_long(step.request.now, step.now, step.request.clock, PATIENCE):
            raise ApplicationError(problem, type="ProviderAway")

        def put_off(conn: Connection) -> StepOutcome:
            creditor = step.case.key.creditor_id
            dedupe = tasks.task_key(TaskKind.PROVIDER_DOWN, creditor, step.today.isoformat())
            open_case_task(conn, step, TaskKind.PROVIDER_DOWN, dedupe, problem=problem)
            again = step.now + _PUT_OFF
            open_then = step.calendar.is_open(again)
            until = again if open_then else step.calendar.next_opening(again, step.customer_key)
            return deferred(conn, step, until, "provider_down")

        return await self._with.books.writing(put_off)

    async def _failed(self, step: Admitted, problem: str) -> StepOutcome:
        """A template or a document that a person must mend."""

        def report(conn: Connection) -> StepOutcome:
            kind = TaskKind.STEP_FAILED
            open_case_task(conn, step, kind, step.task_key(kind), problem=problem)
            note_next_step(conn, self._with, step.request, step.now)
            return StepOutcome(result=StepResult.FAILED)

        return await self._with.books.writing(report)
