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
    from workflows.inbound import command_fact, malformed_fact, misfit, signal_fact
    from workflows.state import RunState


class CaseHandlers:
    """Handlers only change the state; the process in `run` sees to the rest."""

    def __init__(self, state: RunState) -> None:
        """Share the state with the process."""
        self._state = state

    # --- facts: a handler never raises and never awaits ------------------------------------------------

    def _receive(self, name: str, message: object) -> None:
        self._state.receive(signal_fact(name, message, str(workflow.uuid4())))

    @workflow.signal(name=SignalName.PAYMENT_RECEIVED, description="Money arrived")
    def payment_received(self, message: PaymentReceived | Any) -> None:
        """Money arrived for the invoice."""
        self._receive(SignalName.PAYMENT_RECEIVED, message)

    @workflow.signal(name=SignalName.PAYMENT_PLAN_AGREED, description="Instalments were agreed")
    def payment_plan_agreed(self, message: PaymentPlanAgreed | Any) -> None:
        """Creditor and customer agreed on instalments."""
        self._receive(SignalName.PAYMENT_PLAN_AGREED, message)

    @workflow.signal(name=SignalName.CREDIT_NOTE_ISSUED, description="The claim was lowered")
    def credit_note_issued(self, message: CreditNoteIssued | Any) -> None:
        """A credit note lowers the claim."""
        self._receive(SignalName.CREDIT_NOTE_ISSUED, message)

    @workflow.signal(name=SignalName.INVOICE_CORRECTED, description="Figures were replaced")
    def invoice_corrected(self, message: InvoiceCorrected | Any) -> None:
        """The billing system replaced figures of the invoice."""
        self._receive(SignalName.INVOICE_CORRECTED, message)

    @workflow.signal(name=SignalName.INVOICE_CANCELLED, description="The claim was withdrawn")
    def invoice_cancelled(self, message: InvoiceCancelled | Any) -> None:
        """The billing system withdrew the claim."""
        self._receive(SignalName.INVOICE_CANCELLED, message)

    @workflow.signal(name=SignalName.CUSTOMER_CHANGED, description="New particulars of the customer")
    def customer_changed(self, message: CustomerChanged | Any) -> None:
        """E-mail, phone, address, contact or kind of the customer changed."""
        self._receive(SignalName.CUSTOMER_CHANGED, message)

    @workflow.signal(name=SignalName.CALL_COMPLETED, description="A person called the customer")
    def call_completed(self, message: CallCompleted | Any) -> None:
        """A call task was done."""
        self._receive(SignalName.CALL_COMPLETED, message)

    @workflow.signal(name=SignalName.BOOKS_CHANGED, description="The books know something new")
    def books_changed(self, message: BooksChanged | Any) -> None:
        """Something about the invoice was booked elsewhere."""
        self._receive(SignalName.BOOKS_CHANGED, message)

    @workflow.signal(dynamic=True, description="Any other signal is kept for a person to look at")
    def unknown_signal(self, name: str, args: Sequence[RawValue]) -> None:
        """Nothing is lost: a signal of unknown name becomes a task."""
        self._state.receive(malformed_fact(name, args, workflow.payload_converter(), str(workflow.uuid4())))

    # --- commands: done means done in the books ---------------------------------------------------------

    async def _command(self, name: str, command: Message | Any) -> CommandAnswer:
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
    async def agree_payment_plan(self, command: AgreePaymentPlan | Any) -> CommandAnswer:
        """Replace the escalation by instalments; refused unless they add up to the balance."""
        return await self._command(UpdateName.AGREE_PAYMENT_PLAN, command)

    @agree_payment_plan.validator
    def _check_agree_payment_plan(self, command: AgreePaymentPlan | Any) -> None:
        self._check(AgreePaymentPlan, command)

    @workflow.update(name=UpdateName.PROMISE_TO_PAY, description="Note a promise to pay")
    async def promise_to_pay(self, command: PromiseToPay | Any) -> CommandAnswer:
        """Wait for a promised date; a broken promise resumes one level firmer."""
        return await self._command(UpdateName.PROMISE_TO_PAY, command)

    @promise_to_pay.validator
    def _check_promise_to_pay(self, command: PromiseToPay | Any) -> None:
        self._check(PromiseToPay, command)

    @workflow.update(name=UpdateName.HOLD, description='Pause, e.g. {"until": "2026-02-01"}')
    async def hold(self, command: Hold | Any) -> CommandAnswer:
        """Pause until a day, or until resumed."""
        return await self._command(UpdateName.HOLD, command)

    @hold.validator
    def _check_hold(self, command: Hold | Any) -> None:
        self._check(Hold, command)

    @workflow.update(name=UpdateName.RESUME, description="End a pause")
    async def resume(self, command: Resume | Any) -> CommandAnswer:
        """Go on, later steps keeping their spacing."""
        return await self._command(UpdateName.RESUME, command)

    @resume.validator
    def _check_resume(self, command: Resume | Any) -> None:
        self._check(Resume, command)

    @workflow.update(name=UpdateName.APPROVE, description="Approve the formal notice or hand-over")
    async def approve(self, command: Approve | Any) -> CommandAnswer:
        """Let the step that waits for a person go out."""
        return await self._command(UpdateName.APPROVE, command)

    @approve.validator
    def _check_approve(self, command: Approve | Any) -> None:
        self._check(Approve, command)

    @workflow.update(name=UpdateName.WRITE_OFF, description="Give the claim up")
    async def write_off(self, command: WriteOff | Any) -> CommandAnswer:
        """Close the case without payment."""
        return await self._command(UpdateName.WRITE_OFF, command)

    @write_off.validator
    def _check_write_off(self, command: WriteOff | Any) -> None:
        self._check(WriteOff, command)

    def _check(self, model: type[Message], command: object) -> None:
        """Refuse at the door what does not fit, and any command on a closed case.

        A command that does not validate arrives as the raw value, so that its sender reads what is
        wrong with it rather than that it could not be decoded.
        """
        if self._state.status.closed:
            msg = f"This case is closed ({self._state.status}); nothing was changed"
            raise ValueError(msg)
        if not isinstance(command, model):
            raise ValueError(misfit(model, command))  # noqa: TRY004 - what people typed, not a type of the program

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
