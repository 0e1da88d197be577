"""`plan_dunning`: books what came in, then dates the steps to come; one transaction, no network."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection
from temporalio import activity

from activities.blocking import PLAN, block, solved
from activities.call_sheets import Caller, refresh_sheets
from activities.dependencies import Dependencies, calendar_for
from activities.links import PayLinks
from activities.summaries import summary_of
from activities.time import business_now
from dunning.case import DunningStatus
from dunning.facts import BookingOutcome, StepApproved
from dunning.journal import EntryKind, TaskKind
from dunning.party import Creditor, Language
from dunning.phrases import phrase
from dunning.plan import DunningPlan, plan
from dunning.policy import Policy
from dunning.refusal import Refusal
from dunning.registers import PolicyChoice, UnknownCreditorError, UnknownPolicyError
from dunning.wording import money
from ledger import booking, cases, journal, pages, tasks
from ledger.arrangement_review import review_arrangements
from ledger.cases import Case
from ledger.keys import CaseKey
from workflows.assignments import ActivityName, Answer, PendingFact, PlanRequest, PlanResult, StepMessage
from workflows.told_facts import fact_of, in_words, invoice_of, malformed

_MOST_STEPS = 8
"""A plan's result stays small; when its steps are done, the run asks for the next ones."""


@dataclass(frozen=True)
class _Setting:
    """What planning one request works with."""

    request: PlanRequest
    key: CaseKey
    creditor: Creditor
    now: datetime


class Planning:
    """The activity that keeps books and plan together."""

    def __init__(self, dependencies: Dependencies) -> None:
        """Work with these books and registers."""
        self._with = dependencies
        self._links = PayLinks(dependencies)

    @activity.defn(name=ActivityName.PLAN)
    async def plan_dunning(self, request: PlanRequest) -> PlanResult:
        """Book the facts of the request, review arrangements, date the steps.

        Links whose amount is no longer right are switched off afterwards, outside the transaction.
        """
        now = business_now(request.now, request.clock)
        key = CaseKey(request.creditor_id, request.invoice_id)
        try:
            creditor = self._with.creditors.get(request.creditor_id)
        except UnknownCreditorError as error:
            unknown = str(error)
            return await self._with.books.writing(
                lambda conn: block(conn, request, unknown, Language.FRENCH, now)
            )
        setting = _Setting(request, key, creditor, now)
        result = await self._with.books.writing(lambda conn: self._booked_and_planned(conn, setting))
        if not result.status.closed:
            await self._links.switch_off_outdated(key, now)
        return result

    def _booked_and_planned(self, conn: Connection, setting: _Setting) -> PlanResult:
        problem = self._register(conn, setting)
        if problem:
            return self._block(conn, setting, problem, None)
        answers = tuple(
            answer for fact in setting.request.facts if (answer := self._book(conn, setting, fact))
        )
        try:
            case, policy = self._case_and_policy(conn, setting)
        except UnknownPolicyError as error:
            return self._block(conn, setting, str(error), answers)
        calendar = calendar_for(setting.creditor, case.customer, policy)
        changed = review_arrangements(conn, case, policy, calendar, setting.now)
        if changed:
            case = _loaded(conn, setting.key)
        if changed or setting.request.facts:
            refresh_sheets(conn, self._with, Caller(case, setting.creditor, policy, setting.now))
        dated = plan(case.invoice, policy, case.facts, calendar, setting.now)
        if dated.status.closed and not case.facts.closed:
            self._settle(conn, setting, case, policy)
        _save(conn, setting.key, dated, policy, setting.now)
        solved(conn, setting.key, PLAN, setting.now)
        result = self._result(conn, setting, case, policy, dated)
        return result.model_copy(update={"answers": answers})

    def _register(self, conn: Connection, setting: _Setting) -> str | None:
        """Write an invoice that the books do not know; a problem in words where that cannot be done."""
        if cases.load(conn, setting.key, lock=True):
            return None
        try:
            given = invoice_of(setting.request)
        except ValueError as error:
            return str(error)
        if given is None:
            return phrase("problem.unknown_invoice", setting.creditor.language)
        try:
            cases.register(conn, *given, now=setting.now, policy=setting.request.policy)
        except Refusal as refusal:
            return phrase(f"refusal.{refusal.key}", setting.creditor.language, **refusal.details)
        return None

    def _book(self, conn: Connection, setting: _Setting, pending: PendingFact) -> Answer | None:
        """Book one message; the answer for a caller who waits."""
        language = setting.creditor.language
        today = _today(setting)
        try:
            fact = fact_of(pending)
        except ValueError as error:
            return Answer(event_id=pending.event_id, refusal=str(error))
        if fact is None:
            return None
        if isinstance(fact, StepApproved) and self._no_such_step(conn, setting, fact.step):
            nothing = phrase("refusal.unknown_step", language, step=fact.step)
            return Answer(event_id=pending.event_id, refusal=nothing)
        try:
            booked = booking.book(conn, setting.key, fact, now=setting.now, today=today)
        except ValueError as error:
            # One message that the books cannot take must not keep the others, and the plan, from going on.
            if pending.command:
                return Answer(event_id=pending.event_id, refusal=in_words(error))
            fact = malformed(pending, in_words(error))
            booked = booking.book(conn, setting.key, fact, now=setting.now, today=today)
        refused = booked.outcome is BookingOutcome.REFUSED
        if refused and not pending.command:
            booking.keep_refused(conn, setting.key, fact, booked, now=setting.now)
        if not pending.command:
            return None
        refusal = phrase(f"refusal.{booked.refusal}", language, **booked.details) if refused else None
        return Answer(event_id=pending.event_id, refusal=refusal)

    def _no_such_step(self, conn: Connection, setting: _Setting, step: str | None) -> bool:
        """Whether a step to approve is none of the policy; where the policy is unknown, planning says so."""
        if step is None:
            return False
        try:
            choice = self._choice(_loaded(conn, setting.key), setting)
        except UnknownPolicyError:
            return False
        return choice.policy.step(step) is None

    def _choice(self, case: Case, setting: _Setting) -> PolicyChoice:
        asked = case.policy if case.policy_fixed else setting.request.policy
        return self._with.policies.choose(case.invoice, case.customer, asked)

    def _case_and_policy(self, conn: Connection, setting: _Setting) -> tuple[Case, Policy]:
        case = _loaded(conn, setting.key)
        choice = self._choice(case, setting)
        if choice.policy.name != case.policy:
            journal.append(
                conn,
                setting.key,
                EntryKind.POLICY_CHOSEN,
                at=setting.now,
                policy=choice.policy.name,
                reason=choice.reason,
            )
        return case, choice.policy

    def _settle(self, conn: Connection, setting: _Setting, case: Case, policy: Policy) -> None:
        cases.close(conn, setting.key, DunningStatus.SETTLED, setting.now, kind=EntryKind.SETTLED, details={})
        asked = case.accessories_asked
        if asked is None or not asked.is_positive:
            return
        left = asked + case.balance
        if not left.is_positive:
            return
        if policy.unpaid_accessories == "waive":
            journal.append(conn, setting.key, EntryKind.ACCESSORIES_WAIVED, at=setting.now, amount=str(left))
            return
        tasks.open_task(
            conn,
            kind=TaskKind.UNPAID_ACCESSORIES,
            dedupe_key=tasks.task_key(TaskKind.UNPAID_ACCESSORIES, *setting.key, case.facts.cycle),
            creditor_id=setting.key.creditor_id,
            invoice_id=setting.key.invoice_id,
            customer_id=case.customer.customer_id,
            details={"amount": str(left)},
            now=setting.now,
        )

    def _result(
        self, conn: Connection, setting: _Setting, case: Case, policy: Policy, dated: DunningPlan
    ) -> PlanResult:
        language = setting.creditor.language
        steps = tuple(
            StepMessage(
                step=step.step,
                level=step.level,
                act=step.act,
                at=step.at,
                summary=summary_of(step, policy, setting.creditor.time_zone, language),
                instalment=step.instalment,
            )
            for step in dated.steps[:_MOST_STEPS]
        )
        thanks = policy.thank_on_payment and dated.status is DunningStatus.SETTLED
        contacted = any(attempt.state == "accepted" for attempt in case.facts.attempts)
        open_pages = pages.pages_to_switch_off(conn, setting.key) if dated.status.closed else []
        return PlanResult(
            status=dated.status,
            level=case.facts.highest_level,
            cycle=case.facts.cycle,
            balance=money(case.balance, language),
            language=language,
            customer_id=case.customer.customer_id,
            steps=steps,
            close_work=bool(open_pages) or (thanks and contacted),
        )

    def _block(
        self, conn: Connection, setting: _Setting, problem: str, answers: tuple[Answer, ...] | None
    ) -> PlanResult:
        return block(conn, setting.request, problem, setting.creditor.language, setting.now, answers)


def _save(conn: Connection, key: CaseKey, dated: DunningPlan, policy: Policy, now: datetime) -> None:
    first = dated.steps[0] if dated.steps else None
    cases.save_plan(
        conn,
        key,
        status=dated.status,
        next_step=first.step if first else None,
        next_action_at=first.at if first else None,
        policy=policy.name,
        now=now,
    )


def _loaded(conn: Connection, key: CaseKey) -> Case:
    case = cases.load(conn, key, lock=True)
    if case is None:
        msg = f"invoice {key.invoice_id} of {key.creditor_id} disappeared from the books"
        raise LookupError(msg)
    return case


def _today(setting: _Setting) -> date:
    return setting.now.astimezone(ZoneInfo(setting.creditor.time_zone)).date()
