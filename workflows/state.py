"""What a run remembers: the plan, the facts on their way to the books, what was done."""

from __future__ import annotations

from datetime import datetime, timedelta

from pydantic import BaseModel, ConfigDict, Field

from dunning.case import DunningStatus
from workflows.assignments import Answer, PendingFact, PlanResult, StepMessage, StepOutcome, StepResult
from workflows.contract import DoneStep
from workflows.options import FIRST_PAUSE, LEAST_PAUSE, LONGEST_PAUSE
from workflows.search_attributes import Shown

_MOST_DONE = 40


class RunState(BaseModel):
    """The whole memory of a run, serialisable so that a continued run can take it over."""

    model_config = ConfigDict(validate_assignment=False)

    status: DunningStatus = DunningStatus.PENDING
    level: int = -1
    cycle: int = 1
    balance: str = ""
    language: str = "fr"
    customer_id: str = ""
    steps: list[StepMessage] = Field(default_factory=list)
    close_work: bool = False
    pending: list[PendingFact] = Field(default_factory=list)
    answers: dict[str, Answer] = Field(default_factory=dict)
    version: int = 1
    """Rises with every message; starts above ``planned``, so that the first thing is a plan."""
    planned: int = 0
    """The version that the plan knows."""
    set_aside: set[str] = Field(default_factory=set)
    """Steps that failed: passed over before something new is known."""
    waiting: set[str] = Field(default_factory=set)
    """Steps that wait for a person: nothing overtakes them before something new is known."""
    problem: str | None = None
    pause: timedelta = FIRST_PAUSE
    retry_at: datetime | None = None
    """When a parked run tries again."""
    done: list[DoneStep] = Field(default_factory=list)
    published: Shown | None = None

    @property
    def news(self) -> bool:
        """Whether something came in that the plan does not know."""
        return self.version != self.planned

    @property
    def next_step(self) -> StepMessage | None:
        """The step to sleep for; none while parked or waiting for a person."""
        if self.retry_at or not self.steps or self.steps[0].step in self.waiting:
            return None
        return self.steps[0]

    @property
    def wake_at(self) -> datetime | None:
        """The instant of the next thing to do by itself."""
        if self.retry_at:
            return self.retry_at
        step = self.next_step
        return step.at if step else None

    def receive(self, fact: PendingFact) -> None:
        """Keep a message until the books have it."""
        self.pending.append(fact)
        self.version += 1

    def adopt(self, plan: PlanResult, told: tuple[PendingFact, ...], version: int, now: datetime) -> None:
        """Take over a plan, and that the facts it was made with are in the books now."""
        if told:
            self.set_aside.clear()
            self.waiting.clear()
        if plan.booked:
            known = {fact.event_id for fact in told}
            self.pending = [fact for fact in self.pending if fact.event_id not in known]
        else:
            self._drop_commands(told)
        self._answer(plan, told)
        self.status, self.level, self.cycle = plan.status, plan.level, plan.cycle
        self.balance, self.language, self.customer_id = plan.balance, plan.language, plan.customer_id
        self.steps = [step for step in plan.steps if step.step not in self.set_aside]
        if self.steps and self.steps[0].step in self.waiting:
            self.status = DunningStatus.AWAITING_APPROVAL
        self.close_work = plan.close_work
        self.problem = plan.problem
        self.planned = version
        self.retry_at = None
        if plan.status is DunningStatus.BLOCKED:
            self.try_later(now)
        elif told:
            self.pause = FIRST_PAUSE

    def _answer(self, plan: PlanResult, told: tuple[PendingFact, ...]) -> None:
        """Every caller gets an answer: where the books say no word, booked means done."""
        silence = None if plan.booked else plan.problem or "It could not be booked"
        said = {answer.event_id: answer for answer in plan.answers}
        for fact in told:
            if fact.command:
                unsaid = Answer(event_id=fact.event_id, refusal=silence)
                self.answers[fact.event_id] = said.get(fact.event_id, unsaid)

    def _drop_commands(self, told: tuple[PendingFact, ...]) -> None:
        """A command that was refused must not be carried out later; facts stay."""
        refused = {fact.event_id for fact in told if fact.command}
        self.pending = [fact for fact in self.pending if fact.event_id not in refused]

    def try_later(self, now: datetime) -> None:
        """Rest, longer each time."""
        self.retry_at = now + self.pause
        self.pause = min(self.pause * 2, LONGEST_PAUSE)

    def park(self, problem: str, now: datetime, told: tuple[PendingFact, ...], version: int) -> None:
        """Stop by itself for a while: commands are refused, facts stay for the next try."""
        self.status = DunningStatus.BLOCKED
        self.problem = problem
        self.planned = version
        self.try_later(now)
        refused = [fact.event_id for fact in told if fact.command]
        self.answers.update({event_id: Answer(event_id=event_id, refusal=problem) for event_id in refused})
        self._drop_commands(told)

    def record(self, step: StepMessage, outcome: StepOutcome, now: datetime) -> None:
        """Note how a step ended and make the next one the first."""
        self.done.append(DoneStep(step=step.step, level=step.level, at=now, result=outcome.result))
        del self.done[:-_MOST_DONE]
        others = [other for other in self.steps if other.step != step.step]
        match outcome.result:
            case StepResult.DEFERRED:
                self.put_off(step, max(outcome.until or now + FIRST_PAUSE, now + LEAST_PAUSE))
            case StepResult.AWAITING_APPROVAL:
                self.status = DunningStatus.AWAITING_APPROVAL
                self.waiting.add(step.step)
            case StepResult.FAILED:
                self.set_aside.add(step.step)
                self.steps = others
            case StepResult.DONE | StepResult.COVERED | StepResult.UNKNOWN:
                self.level = max(self.level, step.level)
                self.steps = others
                self.pause = FIRST_PAUSE
            case StepResult.CLOSED:
                self.level = max(self.level, step.level)
                self.steps = []
                self.close_work = True
                self.status = outcome.status or DunningStatus.HANDED_OVER
            case StepResult.SETTLED | StepResult.SUPERSEDED:
                pass

    def put_off(self, step: StepMessage, until: datetime) -> None:
        """Keep a step in front, but later."""
        others = [other for other in self.steps if other.step != step.step]
        self.steps = [step.model_copy(update={"at": until}), *others]
