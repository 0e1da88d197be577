"""Activities faked by name, for tests of the process alone: a script of plans and outcomes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from temporalio import activity

from dunning.case import DunningStatus
from workflows.assignments import (
    ActivityName,
    CloseOutcome,
    CloseRequest,
    PlanRequest,
    PlanResult,
    ProblemReport,
    StepOutcome,
    StepRequest,
    StepResult,
)


@dataclass
class StandIns:
    """Answers plans by a function, steps by another; remembers what was asked."""

    answer_plan: Callable[[PlanRequest], PlanResult]
    answer_step: Callable[[StepRequest], StepOutcome] = lambda _: StepOutcome(result=StepResult.DONE)
    plans: list[PlanRequest] = field(default_factory=list)
    steps: list[StepRequest] = field(default_factory=list)
    closes: list[CloseRequest] = field(default_factory=list)
    reports: list[ProblemReport] = field(default_factory=list)

    @activity.defn(name=ActivityName.PLAN)
    async def plan(self, request: PlanRequest) -> PlanResult:
        """Answer a plan."""
        self.plans.append(request)
        return self.answer_plan(request)

    @activity.defn(name=ActivityName.SEND_EMAIL)
    async def email(self, request: StepRequest) -> StepOutcome:
        """Pretend to write."""
        self.steps.append(request)
        return self.answer_step(request)

    @activity.defn(name=ActivityName.OPEN_CALL)
    async def call(self, request: StepRequest) -> StepOutcome:
        """Pretend to ask for a call."""
        self.steps.append(request)
        return self.answer_step(request)

    @activity.defn(name=ActivityName.HAND_OVER)
    async def hand_over(self, request: StepRequest) -> StepOutcome:
        """Pretend to hand over."""
        self.steps.append(request)
        return StepOutcome(result=StepResult.CLOSED, status=DunningStatus.HANDED_OVER)

    @activity.defn(name=ActivityName.CLOSE)
    async def close(self, request: CloseRequest) -> CloseOutcome:
        """Pretend to close."""
        self.closes.append(request)
        return CloseOutcome()

    @activity.defn(name=ActivityName.REPORT)
    async def report(self, report: ProblemReport) -> None:
        """Note a problem."""
        self.reports.append(report)

    @property
    def all(self) -> list[Callable[..., Any]]:
        """For a worker."""
        return [self.plan, self.email, self.call, self.hand_over, self.close, self.report]
