"""How facts, commands and questions reach a case: its signals, updates and queries."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from temporalio import workflow
from temporalio.common import RawValue
from temporalio.exceptions import ApplicationError

with workflow.unsafe.imports_passed_through():
    from workflows.contract import (
        AgreePaymentPlan,
        Approve,
        BooksChanged,
        CallCompleted,
        CommandAnswer,
        CreditNoteIssued,
        CustomerChanged,
        FactMessage,
        Hold,
        InvoiceCancelled,
        InvoiceCorrected,
        Message,
        PaymentPlanAgreed,
        PaymentReceived,
        PromiseToPay,
        QueryName,
        Resume,
        SignalName,
        StatusReport,
        TimelineReport,
        UpdateName,
        WriteOff,
    )
    from workflows.inbound import MisfitError, command_fact, malformed_fact, read, signal_fact, takes
    from workflows.state import RunState


class CaseHandlers:
    """Handlers only change the state; the process in `run` sees to the rest."""

    def __init__(self, state: RunState) -> None:
        """Share the state with the process."""
        self._state = state

    # --- facts: a handler never raises and never awaits ------------------------------------------------

    def _receive(self, name: str, model: type[FactMessage], given: Sequence[Any]) -> None:
        converter, fallback_id = workflow.payload_converter(), str(workflow.uuid4())
        self._state.receive(signal_fact(name, model, given, converter, fallback_id))

    @workflow.signal(name=SignalName.PAYMENT_RECEIVED, description="Money arrived")
    @takes(PaymentReceived)
    def payment_received(self, *given: Any) -> None:
        """Money arrived for the invoice."""
        self._receive(SignalName.PAYMENT_RECEIVED, PaymentReceived, given)

    @workflow.signal(name=SignalName.PAYMENT_PLAN_AGREED, description="Instalments were agreed")
    @takes(PaymentPlanAgreed)
    def payment_plan_agreed(self, *given: Any) -> None:
        """Creditor and customer agreed on instalments."""
        self._receive(SignalName.PAYMENT_PLAN_AGREED, PaymentPlanAgreed, given)

    @workflow.signal(name=SignalName.CREDIT_NOTE_ISSUED, description="The claim was lowered")
    @takes(CreditNoteIssued)
    def credit_note_issued(self, *given: Any) -> None:
        """A credit note lowers the claim."""
        self._receive(SignalName.CREDIT_NOTE_ISSUED, CreditNoteIssued, given)

    @workflow.signal(name=SignalName.INVOICE_CORRECTED, description="Figures were replaced")
    @takes(InvoiceCorrected)
    def invoice_corrected(self, *given: Any) -> None:
        """The billing system replaced figures of the invoice."""
        self._receive(SignalName.INVOICE_CORRECTED, InvoiceCorrected, given)

    @workflow.signal(name=SignalName.INVOICE_CANCELLED, description="The claim was withdrawn")
    @takes(InvoiceCancelled)
    def invoice_cancelled(self, *given: Any) -> None:
        """The billing system withdrew the claim."""
        self._receive(SignalName.INVOICE_CANCELLED, InvoiceCancelled, given)

    @workflow.signal(name=SignalName.CUSTOMER_CHANGED, description="New particulars of the customer")
    @takes(CustomerChanged)
    def customer_changed(self, *given: Any) -> None:
        """E-mail, phone, address, contact or kind of the customer changed."""
        self._receive(SignalName.CUSTOMER_CHANGED, CustomerChanged, given)

    @workflow.signal(name=SignalName.CALL_COMPLETED, description="A person called the customer")
    @takes(CallCompleted)
    def call_completed(self, *given: Any) -> None:
        """A call task was done."""
        self._receive(SignalName.CALL_COMPLETED, CallCompleted, given)

    @workflow.signal(name=SignalName.BOOKS_CHANGED, description="The books know something new")
    @takes(BooksChanged)
    def books_changed(self, *given: Any) -> None:
        """Something about the invoice was booked elsewhere."""
        self._receive(SignalName.BOOKS_CHANGED, BooksChanged, given)

    @workflow.signal(dynamic=True, description="Any other signal is kept for a person to look at")
    def unknown_signal(self, name: str, args: Sequence[RawValue]) -> None:
        """Nothing is lost: a signal of unknown name becomes a task."""
        self._state.receive(malformed_fact(name, args, workflow.payload_converter(), str(workflow.uuid4())))

    # --- commands: done means done in the books ---------------------------------------------------------

    async def _command(self, name: str, model: type[Message], given: Sequence[Any]) -> CommandAnswer:
        command = read(model, given, workflow.payload_converter())
        info = workflow.current_update_info()
        event_id = info.id if info else str(workflow.uuid4())
        self._state.receive(command_fact(name, command, event_id))
        await workflow.wait_condition(lambda: event_id in self._state.answers)
        answer = self._state.answers.pop(event_id)
        if answer.refusal:
            raise ApplicationError(answer.refusal, type="Refusal", non_retryable=True)
        step = self._state.next_step
        return CommandAnswer(
            status=self._state.status,
            balance=self._state.balance,
            next_action=step.summary if step else None,
        )

    @workflow.update(name=UpdateName.AGREE_PAYMENT_PLAN, description="Agree on instalments that add up")
    @takes(AgreePaymentPlan)
    async def agree_payment_plan(self, *given: Any) -> CommandAnswer:
        """Replace the escalation by instalments; refused unless they add up to the balance."""
        return await self._command(UpdateName.AGREE_PAYMENT_PLAN, AgreePaymentPlan, given)

    @agree_payment_plan.validator
    @takes(AgreePaymentPlan)
    def _check_agree_payment_plan(self, *given: Any) -> None:
        self._check(AgreePaymentPlan, given)

    @workflow.update(name=UpdateName.PROMISE_TO_PAY, description="Note a promise to pay")
    @takes(PromiseToPay)
    async def promise_to_pay(self, *given: Any) -> CommandAnswer:
        """Wait for a promised date; a broken promise resumes one level firmer."""
        return await self._command(UpdateName.PROMISE_TO_PAY, PromiseToPay, given)

    @promise_to_pay.validator
    @takes(PromiseToPay)
    def _check_promise_to_pay(self, *given: Any) -> None:
        self._check(PromiseToPay, given)

    @workflow.update(name=UpdateName.HOLD, description='Pause, e.g. {"until": "2026-02-01"}')
    @takes(Hold)
    async def hold(self, *given: Any) -> CommandAnswer:
        """Pause until a day, or until resumed."""
        return await self._command(UpdateName.HOLD, Hold, given)

    @hold.validator
    @takes(Hold)
    def _check_hold(self, *given: Any) -> None:
        self._check(Hold, given)

    @workflow.update(name=UpdateName.RESUME, description="End a pause")
    @takes(Resume)
    async def resume(self, *given: Any) -> CommandAnswer:
        """Go on, later steps keeping their spacing."""
        return await self._command(UpdateName.RESUME, Resume, given)

    @resume.validator
    @takes(Resume)
    def _check_resume(self, *given: Any) -> None:
        self._check(Resume, given)

    @workflow.update(name=UpdateName.APPROVE, description="Approve the formal notice or hand-over")
    @takes(Approve)
    async def approve(self, *given: Any) -> CommandAnswer:
        """Let the step that waits for a person go out."""
        return await self._command(UpdateName.APPROVE, Approve, given)

    @approve.validator
    @takes(Approve)
    def _check_approve(self, *given: Any) -> None:
        self._check(Approve, given)

    @workflow.update(name=UpdateName.WRITE_OFF, description="Give the claim up")
    @takes(WriteOff)
    async def write_off(self, *given: Any) -> CommandAnswer:
        """Close the case without payment."""
        return await self._command(UpdateName.WRITE_OFF, WriteOff, given)

    @write_off.validator
    @takes(WriteOff)
    def _check_write_off(self, *given: Any) -> None:
        self._check(WriteOff, given)

    def _check(self, model: type[Message], given: Sequence[Any]) -> None:
        """Refuse at the door what does not fit, and any command on a closed case, in words."""
        if self._state.status.closed:
            msg = f"This case is closed ({self._state.status}); nothing was changed"
            raise ValueError(msg)
        try:
            read(model, given, workflow.payload_converter())
        except MisfitError as misfit:
            msg = f"Nothing was changed: {misfit}"
            raise ValueError(msg) from None

    # --- queries ----------------------------------------------------------------------------------------

    @workflow.query(name=QueryName.STATUS, description="Where the case stands")
    def status(self) -> StatusReport:
        """Status, level, balance, next action."""
        step = self._state.next_step
        return StatusReport(
            status=self._state.status,
            level=self._state.level,
            balance=self._state.balance,
            next_action=step.summary if step else None,
            next_action_at=self._state.wake_at,
            problem=self._state.problem,
        )

    @workflow.query(name=QueryName.TIMELINE, description="What was done, what is planned")
    def timeline(self) -> TimelineReport:
        """Steps done in this run, and the planned ones in words."""
        return TimelineReport(
            done=tuple(self._state.done), planned=tuple(step.summary for step in self._state.steps)
        )
