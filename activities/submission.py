"""Hands one message to the mail server under the send ledger: never twice, never after payment."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection
from temporalio import activity

from activities.dependencies import Dependencies
from activities.heartbeats import heartbeats
from activities.send_record import SendRecord
from ledger import sends
from providers.protocols import (
    FinalRefusalError,
    OutgoingEmail,
    RecipientRefusedError,
    TemporaryRefusalError,
    UncertainOutcomeError,
)
from workflows.assignments import StepOutcome, StepResult

Objection = Callable[[Connection], StepOutcome | None]
"""A last look at the books, in the transaction that claims the row: how the step ends without sending."""
Consequence = Callable[[Connection, StepResult], None]
"""What follows, in the transaction that writes the outcome: both are in the books, or neither."""


def attempt_token() -> str:
    """Names this attempt of this activity, so that a slow one and its retry never both send."""
    info = activity.info()
    return f"{info.workflow_run_id}:{info.activity_id}:{info.attempt}"


class Submission:
    """One message of one row of the send ledger."""

    def __init__(self, dependencies: Dependencies, record: SendRecord, *, resend: bool) -> None:
        """Submit under this row; with `resend`, once more after an uncertain outcome."""
        self._with = dependencies
        self._record = record
        self._resend = resend
        self._token = attempt_token()

    async def send(self, email: OutgoingEmail, objection: Objection, consequence: Consequence) -> StepOutcome:
        """Look a last time, claim the row, send, write down what became of it.

        Raises:
            TemporaryRefusalError: definitely not delivered, or to be sent again; the row is free.
        """
        ended = await self._with.books.writing(lambda conn: self._claim(conn, objection))
        if ended is not None:
            return ended
        record, token = self._record, self._token
        try:
            async with heartbeats():
                receipt = await self._with.mail.send(email)
        except TemporaryRefusalError:
            await self._with.books.writing(lambda conn: sends.release(conn, record.send, token))
            raise
        except FinalRefusalError as error:
            words, address = str(error), isinstance(error, RecipientRefusedError)
            return await self._written(
                lambda conn: record.refused(conn, token, words, address=address),
                StepResult.FAILED,
                consequence,
            )
        except UncertainOutcomeError as error:
            return await self._uncertain(str(error), consequence)
        return await self._written(
            lambda conn: record.accepted(conn, token, email, receipt.response), StepResult.DONE, consequence
        )

    def _claim(self, conn: Connection, objection: Objection) -> StepOutcome | None:
        """None when this attempt may send."""
        ended = objection(conn)
        if ended is not None:
            return ended
        if sends.start_submitting(conn, self._record.send, self._token, self._record.now):
            return None
        msg = "another attempt has this message in hand; it is looked at again"
        raise TemporaryRefusalError(msg)

    async def _written(
        self, write: Callable[[Connection], None], result: StepResult, consequence: Consequence
    ) -> StepOutcome:
        def both(conn: Connection) -> None:
            write(conn)
            consequence(conn, result)

        await self._with.books.writing(both)
        return StepOutcome(result=result)

    async def _uncertain(self, words: str, consequence: Consequence) -> StepOutcome:
        def write(conn: Connection) -> bool:
            free = self._record.unknown(conn, words, resend=self._resend)
            if not free:
                consequence(conn, StepResult.UNKNOWN)
            return free

        if await self._with.books.writing(write):
            msg = f"{words}; it is sent again, as the policy allows"
            raise TemporaryRefusalError(msg)
        return StepOutcome(result=StepResult.UNKNOWN)
