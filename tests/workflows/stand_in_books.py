"""Books in memory, as strict about facts as the real ones: what the process must do shows against them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from dunning.case import DunningStatus
from tests.workflows.planned_steps import instalment_reminder, review
from tests.workflows.stand_in_activities import StandIns
from workflows.assignments import (
    Answer,
    CloseOutcome,
    CloseRequest,
    PendingFact,
    PlanRequest,
    PlanResult,
    StepMessage,
    StepOutcome,
    StepRequest,
    StepResult,
)
from workflows.contract import SignalName, UpdateName


class StandInBooks:
    """One case: its claim, its planned steps, each fact booked once."""

    def __init__(
        self,
        escalation: Iterable[StepMessage],
        *,
        amount: Decimal = Decimal("1204.50"),
        needing_approval: Sequence[str] = (),
    ) -> None:
        """Open a case with these steps to come."""
        self.balance = self._amount = amount
        self.closed: DunningStatus | None = None
        self.facts: list[PendingFact] = []
        self.sent: list[str] = []
        self.log: list[str] = []
        """What was booked and sent, in order."""
        self.links_off = False
        self.outcomes: dict[str, list[StepOutcome]] = {}
        """How the next tries of a step end, before it succeeds."""
        self.escalation = list(escalation)
        self.arranged: list[StepMessage] = []
        self._held = False
        self.needing_approval = set(needing_approval)
        self.stand_ins = StandIns(self.plan, self.act, self.close)

    @property
    def event_ids(self) -> list[str]:
        """Event ids of the booked facts, in order."""
        return [fact.event_id for fact in self.facts]

    def plan(self, request: PlanRequest) -> PlanResult:
        """Book what is new, then say which steps are still to come."""
        for fact in request.facts:
            if fact.event_id not in self.event_ids:
                self.facts.append(fact)
                self.log.append(f"booked {fact.event_id}")
                self._book(fact)
        self.arranged = [step for step in self.arranged if step.at > request.now]
        status = self._status()
        return PlanResult(
            status=status,
            level=len(self.sent) - 1,
            balance=f"{self.balance} €",
            customer_id="C-0020418",
            steps=() if status.closed or status is DunningStatus.HELD else tuple(self._to_come()[:8]),
            answers=tuple(Answer(event_id=fact.event_id) for fact in request.facts if fact.command),
            close_work=status.closed and bool(self.sent) and not self.links_off,
        )

    def act(self, request: StepRequest) -> StepOutcome:
        """Refuse what the books forbid, else carry the step out."""
        if self.closed:
            return StepOutcome(result=StepResult.SETTLED)
        if self._held or request.step not in [step.step for step in self._to_come()]:
            return StepOutcome(result=StepResult.SUPERSEDED)
        if request.step in self.needing_approval:
            return StepOutcome(result=StepResult.AWAITING_APPROVAL)
        scripted = self.outcomes.get(request.step)
        if scripted:
            return scripted.pop(0)
        self.sent.append(request.step)
        self.log.append(f"sent {request.step}")
        if request.act == "hand_over":
            self.closed = DunningStatus.HANDED_OVER
        return StepOutcome(result=StepResult.DONE)

    def close(self, request: CloseRequest) -> CloseOutcome:  # noqa: ARG002
        """Switch the links off."""
        self.links_off = True
        return CloseOutcome(links_off=1)

    def reopen(self) -> None:
        """What a returned payment does to a settled case."""
        self.closed, self.balance, self.links_off = None, self._amount, False

    def _to_come(self) -> list[StepMessage]:
        steps = self.arranged or self.escalation
        return [step for step in steps if step.step not in self.sent]

    def _status(self) -> DunningStatus:
        if self.closed:
            return self.closed
        if self._held:
            return DunningStatus.HELD
        if self.arranged:
            instalments = any(step.instalment for step in self.arranged)
            return DunningStatus.PAYMENT_PLAN if instalments else DunningStatus.PROMISED
        return DunningStatus.DUNNING if self._to_come() else DunningStatus.EXHAUSTED

    def _book(self, fact: PendingFact) -> None:
        content = fact.content or {}
        if fact.problem:
            return
        if fact.command:
            self._decide(fact.name, content)
        elif fact.name in {SignalName.PAYMENT_RECEIVED, SignalName.CREDIT_NOTE_ISSUED}:
            self.balance -= Decimal(content["amount"])
            self.closed = DunningStatus.SETTLED if self.balance <= 0 else None
        elif fact.name == SignalName.INVOICE_CANCELLED:
            self.closed = DunningStatus.CANCELLED
        elif fact.name == SignalName.BOOKS_CHANGED:
            self.reopen()
        elif fact.name == SignalName.PAYMENT_PLAN_AGREED:
            self.arranged = _instalments(content)

    def _decide(self, name: str, content: dict[str, Any]) -> None:
        match name:
            case UpdateName.WRITE_OFF:
                self.closed = DunningStatus.WRITTEN_OFF
            case UpdateName.HOLD | UpdateName.RESUME:
                self._held = name == UpdateName.HOLD
            case UpdateName.APPROVE:
                self.needing_approval.clear()
            case UpdateName.PROMISE_TO_PAY:
                self.arranged = [review("promise-check", _morning(content["until"]))]
            case UpdateName.AGREE_PAYMENT_PLAN:
                self.arranged = _instalments(content)


def _instalments(content: dict[str, Any]) -> list[StepMessage]:
    return [
        instalment_reminder(number, _morning(part["due_on"]))
        for number, part in enumerate(content["instalments"], start=1)
    ]


def _morning(day: str) -> datetime:
    return datetime.fromisoformat(f"{day}T08:17:00+00:00")
