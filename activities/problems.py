"""`report_problem`: what failed for good becomes a task that a person sees."""

from __future__ import annotations

from temporalio import activity

from activities.dependencies import Dependencies
from dunning.journal import TaskKind
from ledger import tasks
from workflows.assignments import ActivityName, ProblemReport


class Problems:
    """The activity that tells people."""

    def __init__(self, dependencies: Dependencies) -> None:
        """Work with these books."""
        self._with = dependencies

    @activity.defn(name=ActivityName.REPORT)
    async def report_problem(self, report: ProblemReport) -> None:
        """Open a task about a run that is parked; one per invoice, kind of work and day."""
        day = report.now.date().isoformat()
        key = tasks.task_key(TaskKind.BLOCKED, report.creditor_id, report.invoice_id, report.what, day)
        await self._with.books.writing(
            lambda conn: tasks.open_task(
                conn,
                kind=TaskKind.BLOCKED,
                dedupe_key=key,
                creditor_id=report.creditor_id,
                invoice_id=report.invoice_id,
                details={"step": report.what, "problem": report.problem},
                now=report.now,
            )
        )
