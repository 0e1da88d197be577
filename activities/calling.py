"""`open_call_task`: asks a person to call, with all that the call needs on one sheet."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection
from temporalio import activity

from activities.admission import admit
from activities.admitted import Admitted, open_case_task
from activities.call_sheets import Caller, write_sheet
from activities.dependencies import Dependencies
from activities.time import business_now
from activities.what_follows import follow_up
from dunning.journal import TaskKind
from ledger import sends, tasks
from workflows.assignments import ActivityName, StepOutcome, StepRequest, StepResult


class Calling:
    """The activity that opens call tasks."""

    def __init__(self, dependencies: Dependencies) -> None:
        """Work with these books and templates."""
        self._with = dependencies

    @activity.defn(name=ActivityName.OPEN_CALL)
    async def open_call_task(self, request: StepRequest) -> StepOutcome:
        """Open the call task of a step, unless the books object; opening it twice changes nothing."""
        now = business_now(request.now, request.clock)
        return await self._with.books.writing(lambda conn: self._open(conn, request, now))

    def _open(self, conn: Connection, request: StepRequest, now: datetime) -> StepOutcome:
        admitted = admit(conn, self._with, request, now)
        if isinstance(admitted, StepOutcome):
            return admitted
        self._open_task(conn, admitted)
        record_act(conn, admitted)
        follow_up(conn, self._with, admitted, StepResult.DONE)
        return admitted.done()

    def _open_task(self, conn: Connection, step: Admitted) -> None:
        key = step.task_key(TaskKind.CALL)
        task = tasks.get(conn, open_case_task(conn, step, TaskKind.CALL, key, due_on=step.today))
        if task:
            caller = Caller(step.case, step.creditor, step.policy, step.now)
            write_sheet(conn, self._with, caller, task)


def record_act(conn: Connection, step: Admitted) -> None:
    """Write in the send ledger that a step without a message was carried out."""
    token = "books"  # noqa: S105 - one transaction does it all, so no attempt can be cut off between
    sends.start_submitting(conn, step.send, token, step.now)
    sends.accept(
        conn,
        step.send,
        token,
        on=step.today,
        now=step.now,
        message_id=None,
        response="",
        evidence=None,
    )
