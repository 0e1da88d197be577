"""`hand_over`: gives the case to a person who passes it on, and ends dunning."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection
from temporalio import activity

from activities.admission import admit
from activities.admitted import open_case_task
from activities.calling import record_act
from activities.dependencies import Dependencies
from activities.time import business_now
from dunning.case import DunningStatus
from dunning.journal import EntryKind, TaskKind
from ledger import cases
from ledger.keys import CaseKey
from workflows.assignments import ActivityName, StepOutcome, StepRequest, StepResult


class HandingOver:
    """The activity that hands a case over."""

    def __init__(self, dependencies: Dependencies) -> None:
        """Work with these books."""
        self._with = dependencies

    @activity.defn(name=ActivityName.HAND_OVER)
    async def hand_over(self, request: StepRequest) -> StepOutcome:
        """Open the hand-over task and close the case, unless the books object."""
        now = business_now(request.now, request.clock)
        return await self._with.books.writing(lambda conn: self._hand_over(conn, request, now))

    def _hand_over(self, conn: Connection, request: StepRequest, now: datetime) -> StepOutcome:
        step = admit(conn, self._with, request, now)
        if isinstance(step, StepOutcome):
            return self._closed_before(conn, request, step)
        key = step.case.key
        open_case_task(
            conn,
            step,
            TaskKind.HAND_OVER,
            step.task_key(TaskKind.HAND_OVER),
            due_on=step.today,
        )
        record_act(conn, step)
        cases.set_level(conn, key, request.level, step.now)
        cases.close(conn, key, DunningStatus.HANDED_OVER, step.now, kind=EntryKind.HANDED_OVER, details={})
        return StepOutcome(result=StepResult.CLOSED, status=DunningStatus.HANDED_OVER)

    @staticmethod
    def _closed_before(conn: Connection, request: StepRequest, outcome: StepOutcome) -> StepOutcome:
        """An attempt whose answer was lost finds its own hand-over."""
        case = cases.load(conn, CaseKey(request.creditor_id, request.invoice_id))
        if case and case.status is DunningStatus.HANDED_OVER:
            return StepOutcome(result=StepResult.CLOSED, status=DunningStatus.HANDED_OVER)
        return outcome
