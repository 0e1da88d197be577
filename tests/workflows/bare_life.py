"""The least that a timer and an activity for each step cost, as a yardstick for the real workflow."""

from __future__ import annotations

from datetime import timedelta

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from workflows.assignments import StepOutcome, StepRequest
    from workflows.options import STEP


@workflow.defn(name="BareLife")
class BareLife:
    """Sleeps and acts, eight times; listens to nobody."""

    @workflow.run
    async def run(self, steps: list[StepRequest]) -> None:
        """Sleep until each step and take it."""
        for step in steps:
            # On a busy machine the instant may have passed: the yardstick keeps its timer all the same.
            delay = max(step.planned_at - workflow.now(), timedelta(milliseconds=1))
            await workflow.sleep(delay, summary=step.step)
            outcome: type[StepOutcome] = StepOutcome
            await workflow.execute_activity(
                "send_email", step, result_type=outcome, summary=step.step, **STEP
            )
