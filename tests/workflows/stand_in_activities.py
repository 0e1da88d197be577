"""Activities faked by name, for tests of the process alone: a script of plans and outcomes."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

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

_Answer = TypeVar("_Answer")


@dataclass
class StandIns:
    """Answers plans by a function, steps by another (either may be awaited); remembers what was asked."""

    answer_plan: Callable[[PlanRequest], PlanResult | Awaitable[PlanResult]]
    answer_step: Callable[[StepRequest], StepOutcome | Awaitable[StepOutcome]] = lambda _: StepOutcome(
        result=StepResult.DONE
    )
    answer_close: Callable[[CloseRequest], CloseOutcome | Awaitable[CloseOutcome]] = lambda _: CloseOutcome()
    answer_report: Callable[[ProblemReport], Awaitable[None] | None] = lambda _: None
    plans: list[PlanRequest] = field(default_factory=list)
    steps: list[StepRequest] = field(default_factory=list)
    closes: list[CloseRequest] = field(default_factory=list)
    reports: list[ProblemReport] = field(default_factory=list)

    @activity.defn(name=ActivityName.PLAN)
    async def plan(self, request: PlanRequest) -> PlanResult:
        """Answer a plan."""
        self.plans.append(request)
        return await _settled(self.answer_plan(request))

    @activity.defn(name=ActivityName.SEND_EMAIL)
    async def email(self, request: StepRequest) -> StepOutcome:
        """Pretend to write."""
        return await self._step(request)

    @activity.defn(name=ActivityName.OPEN_CALL)
    async def call(self, request: StepRequest) -> StepOutcome:
        """Pretend to ask for a call."""
        return await self._step(request)

    @activity.defn(name=ActivityName.HAND_OVER)
    async def hand_over(self, request: StepRequest) -> StepOutcome:
        """Pretend to hand over, unless the script says how else it ends."""
        outcome = await self._step(request)
        if outcome.result is not StepResult.DONE:
            return outcome
        return StepOutcome(result=StepResult.CLOSED, status=DunningStatus.HANDED_OVER)

    @activity.defn(name=ActivityName.CLOSE)
    async def close(self, request: CloseRequest) -> CloseOutcome:
        """Pretend to close."""
        self.closes.append(request)
        return await _settled(self.answer_close(request))

    @activity.defn(name=ActivityName.REPORT)
    async def report(self, report: ProblemReport) -> None:
        """Note a problem."""
        self.reports.append(report)
        await _settled(self.answer_report(report))

    @property
    def acted(self) -> list[str]:
        """Names of the steps that were tried, in order."""
        return [request.step for request in self.steps]

    @property
    def all(self) -> list[Callable[..., Any]]:
        """For a worker."""
        return [self.plan, self.email, self.call, self.hand_over, self.close, self.report]

    async def _step(self, request: StepRequest) -> StepOutcome:
        self.steps.append(request)
        return await _settled(self.answer_step(request))


async def _settled(answer: _Answer | Awaitable[_Answer]) -> _Answer:
    return await answer if inspect.isawaitable(answer) else answer
