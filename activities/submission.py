"""Hands one message to the mail server under the send ledger: never twice, never after payment."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Connection
from temporalio import activity

from activities.dependencies import Dependencies
from activities.heartbeats import heartbeats
from dunning.case import SendState
from dunning.journal import EntryKind, TaskKind
from dunning.policy import Policy
from ledger import cases, customers, journal, sends, tasks
from ledger.cases import Case
from ledger.keys import SendKey
from providers.protocols import (
    FinalRefusalError,
    OutgoingEmail,
    RecipientRefusedError,
    TemporaryRefusalError,
    UncertainOutcomeError,
)
from workflows.assignments import StepResult


def attempt_token() -> str:
    """Names this attempt of this activity, so that a slow one and its retry never both send."""
    info = activity.info()
    return f"{info.workflow_run_id}:{info.activity_id}:{info.attempt}"


class Submission:
    """One message of one row of the send ledger."""

    def __init__(
        self, dependencies: Dependencies, case: Case, send: SendKey, now: datetime, today: date
    ) -> None:
        """Submit for this case under this row, at this business instant and local date."""
        self._with = dependencies
        self._case = case
        self._send = send
        self._now = now
        self._today = today
        self._token = attempt_token()

    async def send(
        self, email: OutgoingEmail, policy: Policy, *, even_if_settled: bool = False
    ) -> StepResult:
        """Claim the row, look at the balance a last time, send, write down what became of it.

        Raises:
            TemporaryRefusalError: definitely not delivered; the row is free for another try.
        """
        claimed = await self._with.books.writing(
            lambda conn: self._claim(conn, policy, even_if_settled=even_if_settled)
        )
        if claimed is not None:
            return claimed
        try:
            async with heartbeats():
                receipt = await self._with.mail.send(email)
        except TemporaryRefusalError:
            await self._with.books.writing(lambda conn: sends.release(conn, self._send, self._token))
            raise
        except FinalRefusalError as error:
            words, address = str(error), isinstance(error, RecipientRefusedError)
            await self._with.books.writing(lambda conn: self._refused(conn, words, address=address))
            return StepResult.FAILED
        except UncertainOutcomeError as error:
            words = str(error)
            await self._with.books.writing(lambda conn: self._unknown(conn, words))
            return StepResult.UNKNOWN
        await self._with.books.writing(lambda conn: self._accepted(conn, email, receipt.response))
        return StepResult.DONE

    def _claim(self, conn: Connection, policy: Policy, *, even_if_settled: bool) -> StepResult | None:
        """None when this attempt may send; otherwise how the step ends."""
        case = cases.load(conn, self._case.key, lock=True)
        settled = case is None or case.facts.closed or not case.balance.is_positive
        if settled and not even_if_settled:
            self._journal(conn, EntryKind.WITHHELD, reason="settled")
            return StepResult.SETTLED
        if sends.start_submitting(conn, self._send, self._token, self._now):
            return None
        row = sends.state(conn, self._send)
        if row is None:
            return StepResult.SUPERSEDED
        if row.state is SendState.SUBMITTING:
            self._unknown(conn, "an earlier attempt was cut off while the message was being submitted")
            again = policy.resend_uncertain_email and sends.send_again(conn, self._send)
            if again and sends.start_submitting(conn, self._send, self._token, self._now):
                return None
            return StepResult.UNKNOWN
        return StepResult.DONE if row.state is SendState.ACCEPTED else StepResult.FAILED

    def _accepted(self, conn: Connection, email: OutgoingEmail, response: str) -> None:
        sends.accept(
            conn,
            self._send,
            self._token,
            on=self._today,
            now=self._now,
            message_id=email.message_id,
            response=response,
            evidence=email.content,
        )
        self._journal(conn, EntryKind.SENT, message_id=email.message_id)

    def _refused(self, conn: Connection, words: str, *, address: bool) -> None:
        """A bad address asks for another one; a message that no server takes asks for a look at it."""
        sends.refuse(conn, self._send, self._token, on=self._today, now=self._now, response=words)
        self._journal(conn, EntryKind.REFUSED)
        if address:
            customers.mark_bounced(conn, self._case.key, self._now, address=self._case.customer.email)
        else:
            self._task(conn, TaskKind.STEP_FAILED, problem=words)

    def _unknown(self, conn: Connection, words: str) -> None:
        sends.mark_unknown(conn, self._send, on=self._today, now=self._now, response=words)
        self._journal(conn, EntryKind.UNKNOWN)
        self._task(conn, TaskKind.UNKNOWN_SEND)

    def _task(self, conn: Connection, kind: TaskKind, **details: str) -> None:
        tasks.open_task(
            conn,
            kind=kind,
            dedupe_key=tasks.task_key(kind, *self._case.key, self._send.cycle, self._send.step),
            creditor_id=self._case.key.creditor_id,
            invoice_id=self._case.key.invoice_id,
            customer_id=self._case.customer.customer_id,
            details={"step": self._send.step, **details},
            now=self._now,
        )

    def _journal(self, conn: Connection, kind: EntryKind, **details: str) -> None:
        journal.append(
            conn, self._case.key, kind, at=self._now, step=self._send.step, channel="email", **details
        )
