"""`InvoiceDunning`: one unpaid invoice, from its first plan to the day it is closed."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any, TypeVar

from temporalio import workflow
from temporalio.exceptions import ActivityError, is_cancelled_exception

with workflow.unsafe.imports_passed_through():
    from dunning.plan import Act
    from workflows.assignments import (
        ActivityName,
        CloseOutcome,
        CloseRequest,
        PendingFact,
        PlanRequest,
        PlanResult,
        ProblemReport,
        StepMessage,
        StepOutcome,
        StepRequest,
        StepResult,
    )
    from workflows.contract import WORKFLOW, DunningResult, Message, StartDunning
    from workflows.details import current_details, word
    from workflows.handlers import CaseHandlers
    from workflows.options import BOOKS, CLOSE, FIRST_PAUSE, REPORT, SAFETY_MARGIN, STEP
    from workflows.search_attributes import Shown, changes
    from workflows.state import RunState

_Answer = TypeVar("_Answer")

_ACTIVITY_OF = {
    Act.EMAIL: ActivityName.SEND_EMAIL,
    Act.INSTALMENT_REMINDER: ActivityName.SEND_EMAIL,
    Act.CALL: ActivityName.OPEN_CALL,
    Act.HAND_OVER: ActivityName.HAND_OVER,
}


@workflow.defn(name=WORKFLOW)
class InvoiceDunning(CaseHandlers):
    """Sleeps until the next step, acts, sleeps again; facts replan it, a payment ends it."""

    @workflow.init
    def __init__(self, start: StartDunning) -> None:
        """Exist before the first message: a signal may come together with the start."""
        self._start = start
        super().__init__(RunState.model_validate(start.carried) if start.carried else RunState())

    @workflow.run
    async def run(self, start: StartDunning) -> DunningResult:
        """Plan, sleep, act, until the case is closed and every message is in the books."""
        if start.carried:
            self._publish()
        while True:
            while self._state.news or not self._state.status.closed:
                await self._next_turn()
            await self._close()
            await workflow.wait_condition(lambda: workflow.all_handlers_finished() or self._state.news)
            if not self._state.news:
                return DunningResult(
                    status=self._state.status, level=self._state.level, balance=self._state.balance
                )

    async def _next_turn(self) -> None:
        """Replan what is new, or sleep until the next step and take it."""
        if self._state.news:
            await self._plan()
            return
        if await self._continue_as_new_when_suggested() or await self._sleep():
            return
        step = self._state.next_step
        if step is None:
            await self._plan()
        elif step.act == Act.REVIEW:
            await self._review(step)
        else:
            await self._act(step)

    async def _sleep(self) -> bool:
        """Sleep until the next step; true when something new came in before."""
        wake_at = self._state.wake_at
        if wake_at is None:
            await workflow.wait_condition(lambda: self._state.news)
            return True
        delay = wake_at - self._now()
        if self._start.clock:
            delay = self._start.clock.real_delay(delay)
        if delay <= SAFETY_MARGIN:
            return False
        step = self._state.next_step
        summary = step.summary if step else word("again", self._state.language)
        try:
            await workflow.wait_condition(lambda: self._state.news, timeout=delay, timeout_summary=summary)
        except TimeoutError:
            return False
        return True

    async def _plan(self) -> None:
        """Book what came in and date the steps anew, until nothing new came in meanwhile."""
        while True:
            version, facts = self._state.version, tuple(self._state.pending)
            try:
                plan = await self._do("plan", ActivityName.PLAN, self._plan_request(facts), PlanResult, BOOKS)
            except ActivityError as error:
                await self._park("plan", error, facts, version)
                return
            self._state.adopt(plan, facts, version, self._now())
            self._publish()
            if not self._state.news:
                return

    async def _review(self, step: StepMessage) -> None:
        """Look at the books again: a promise or an instalment should have been paid by now."""
        await self._plan()
        self._rest(step)

    async def _act(self, step: StepMessage) -> None:
        """Carry out one step; facts that come meanwhile are booked, so that its next try sees them."""
        handle = workflow.start_activity(
            _ACTIVITY_OF[Act(step.act)],
            self._step_request(step),
            result_type=StepOutcome,
            summary=step.summary,
            **STEP,
        )
        replan = False
        while True:
            await workflow.wait_condition(lambda: handle.done() or self._state.news)
            if handle.done():
                break
            await self._plan()
            replan = True
        try:
            outcome = await handle
        except ActivityError as error:
            await self._park(step.step, error, (), self._state.planned)
            return
        self._state.record(step, outcome, self._now())
        if replan:
            self._state.set_aside.discard(step.step)
        self._publish()
        exhausted = not self._state.steps and not self._state.status.closed
        settled = outcome.result in {StepResult.SETTLED, StepResult.SUPERSEDED}
        if replan or outcome.replan or settled or exhausted:
            await self._plan()
            self._rest(step)

    def _rest(self, step: StepMessage) -> None:
        """A step that is planned and due again right after its turn is not repeated at once."""
        again, now = self._state.next_step, self._now()
        if again and again.step == step.step and again.at <= now:
            self._state.put_off(again, now + FIRST_PAUSE)

    async def _close(self) -> None:
        """Switch links off and thank the customer; a link that stays payable is tried until it is off."""
        while self._state.close_work and not self._state.news:
            request = CloseRequest(
                creditor_id=self._start.creditor_id,
                invoice_id=self._start.invoice_id,
                now=self._now(),
                clock=self._start.clock,
            )
            try:
                await self._do("close", ActivityName.CLOSE, request, CloseOutcome, CLOSE)
                self._state.close_work = False
            except ActivityError as error:
                await self._report("close", error)
                self._state.try_later(self._now())
                await self._sleep()
        self._state.retry_at = None

    async def _do(
        self,
        what: str,
        name: ActivityName,
        request: Message,
        answer: type[_Answer] | None,
        options: dict[str, Any],
    ) -> _Answer:
        """Carry out an activity, with words on it; an operator's cancellation is no failure of its own."""
        try:
            answered: _Answer = await workflow.execute_activity(
                name, request, result_type=answer, summary=word(what, self._state.language), **options
            )
        except ActivityError as error:
            if is_cancelled_exception(error):
                raise asyncio.CancelledError from error
            raise
        return answered

    async def _park(
        self, what: str, error: ActivityError, facts: tuple[PendingFact, ...], version: int
    ) -> None:
        """Never end on a failure: show it, give it to a person, try again later."""
        self._state.park(_cause(error), self._now(), facts, version)
        self._publish()
        await self._report(what, error)

    async def _report(self, what: str, error: ActivityError) -> None:
        report = ProblemReport(
            creditor_id=self._start.creditor_id,
            invoice_id=self._start.invoice_id,
            now=self._now(),
            what=what,
            problem=_cause(error),
        )
        try:
            await self._do("report", ActivityName.REPORT, report, None, REPORT)
        except ActivityError:
            workflow.logger.error("The problem could not be reported; it stands in the status of the run")

    async def _continue_as_new_when_suggested(self) -> bool:
        """Start a new history, but never under a caller who waits; true when something new came instead."""
        if not workflow.info().is_continue_as_new_suggested():
            return False
        await workflow.wait_condition(lambda: workflow.all_handlers_finished() or self._state.news)
        if not self._state.news:
            carried = self._state.model_dump(mode="json")
            workflow.continue_as_new(self._start.model_copy(update={"carried": carried}))
        return True

    def _now(self) -> datetime:
        now = workflow.now()
        return self._start.clock.business(now) if self._start.clock else now

    def _plan_request(self, facts: tuple[PendingFact, ...]) -> PlanRequest:
        return PlanRequest(
            creditor_id=self._start.creditor_id,
            invoice_id=self._start.invoice_id,
            now=self._now(),
            facts=facts,
            invoice=self._start.invoice,
            customer=self._start.customer,
            policy=self._start.policy,
            clock=self._start.clock,
        )

    def _step_request(self, step: StepMessage) -> StepRequest:
        return StepRequest(
            creditor_id=self._start.creditor_id,
            invoice_id=self._start.invoice_id,
            cycle=self._state.cycle,
            step=step.step,
            level=step.level,
            act=step.act,
            planned_at=step.at,
            now=self._now(),
            instalment=step.instalment,
            clock=self._start.clock,
        )

    def _publish(self) -> None:
        """Show operators where the case stands; attributes change only with status or level."""
        state = self._state
        workflow.set_current_details(current_details(state))
        shown = Shown(state.status, state.level, state.customer_id)
        if shown != state.published:
            workflow.upsert_search_attributes(changes(state.published, shown, state.wake_at))
            state.published = shown


def _cause(error: ActivityError) -> str:
    cause = error.cause
    return str(getattr(cause, "message", None) or cause or error)
