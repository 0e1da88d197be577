"""An office for tests of activities: real books, mail and templates, and a stamp for each attempt."""

from __future__ import annotations

import asyncio
import dataclasses
import email
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from email.message import Message
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

from temporalio.testing import ActivityEnvironment

from activities.calling import Calling
from activities.closing import Closing
from activities.dependencies import Dependencies
from activities.emailing import Emailing
from activities.handing_over import HandingOver
from activities.planning import Planning
from dunning.facts import Booking, Fact, StepApproved
from dunning.invoice import Invoice
from dunning.journal import EntryKind, JournalEntry, TaskKind
from dunning.party import Customer
from dunning.plan import Act
from dunning.policy import Channel, Policy
from embedded.smtp_sink import SmtpSink
from ledger import booking, cases, journal, sends, tasks
from ledger.books import Books
from ledger.cases import Case
from ledger.keys import CaseKey, SendKey
from ledger.sends import SendRow
from ledger.tasks import Task
from providers.smtp import SmtpMailProvider, SmtpSecurity, SmtpSettings
from tests.activities.papers import CREDITOR, FIRST, KEY, PARIS, POLICY, at, customer, invoice, registers
from workflows import assignments
from workflows.assignments import (
    CloseOutcome,
    CloseRequest,
    PlanRequest,
    PlanResult,
    StepOutcome,
    StepRequest,
)

_T = TypeVar("_T")


@dataclasses.dataclass
class Office:
    """What a test works with: it plans, attempts steps, and reads what became of them."""

    books: Books
    sink: SmtpSink
    dependencies: Dependencies
    now: datetime = dataclasses.field(default_factory=lambda: at(FIRST))
    _ids: Any = dataclasses.field(default_factory=lambda: count(1))

    def event(self) -> str:
        """A new event id."""
        return f"event-{next(self._ids)}"

    def register(
        self, invoice_: Invoice | None = None, customer_: Customer | None = None, **more: Any
    ) -> None:
        """Take an invoice into the books."""
        with self.books.write() as conn:
            cases.register(conn, invoice_ or invoice(), customer_ or customer(), self.now, **more)

    def book(self, fact: Fact, key: CaseKey = KEY) -> Booking:
        """Book a fact as the web app does, before any signal."""
        today = self.now.astimezone(PARIS).date()
        with self.books.write() as conn:
            return booking.book(conn, key, fact, now=self.now, today=today)

    async def plan(self, *told: assignments.PendingFact, key: CaseKey = KEY, **more: Any) -> PlanResult:
        """Have the facts booked and the steps dated."""
        request = PlanRequest(
            creditor_id=key.creditor_id, invoice_id=key.invoice_id, now=self.now, facts=told, **more
        )
        return await self._run(Planning(self.dependencies).plan_dunning, request)

    def told(self, name: str, /, *, command: bool = False, **content: Any) -> assignments.PendingFact:
        """A message on its way to the books."""
        return assignments.PendingFact(
            name=name, event_id=content.pop("event_id", self.event()), content=content, command=command
        )

    async def attempt(self, step: str = "reminder-1", **how: Any) -> StepOutcome:
        """One attempt at a step of the policy, or at the reminder of an instalment; see `request`."""
        stamp = {name: how.pop(name) for name in ("attempt", "waited") if name in how}
        return await self.attempt_at(self.request(step, **how), **stamp)

    async def attempt_at(
        self, request: StepRequest, *, attempt: int = 1, waited: timedelta = timedelta()
    ) -> StepOutcome:
        """One attempt at what a run asked for."""
        activities: dict[str, Callable[[StepRequest], Awaitable[StepOutcome]]] = {
            Act.CALL: Calling(self.dependencies).open_call_task,
            Act.HAND_OVER: HandingOver(self.dependencies).hand_over,
        }
        act = activities.get(request.act, Emailing(self.dependencies).send_email)
        return await self._run(act, request, attempt=attempt, waited=waited)

    def request(
        self,
        step: str = "reminder-1",
        *,
        key: CaseKey = KEY,
        planned_at: datetime | None = None,
        instalment: int | None = None,
    ) -> StepRequest:
        """What a run asks when the step is due; the cycle is that of the books now."""
        case = self.case(key)
        known = self.policy.step(step)
        acts = {Channel.EMAIL: Act.EMAIL, Channel.CALL: Act.CALL, Channel.HAND_OVER: Act.HAND_OVER}
        return StepRequest(
            creditor_id=key.creditor_id,
            invoice_id=key.invoice_id,
            cycle=case.facts.cycle,
            step=step,
            level=known.level if known else max(case.level, 0),
            act=acts[known.channel] if known else Act.INSTALMENT_REMINDER,
            planned_at=planned_at or self.now,
            now=self.now,
            instalment=instalment,
        )

    async def close(
        self, *, key: CaseKey = KEY, attempt: int = 1, waited: timedelta = timedelta()
    ) -> CloseOutcome:
        """One attempt at closing towards the outside."""
        request = CloseRequest(creditor_id=key.creditor_id, invoice_id=key.invoice_id, now=self.now)
        return await self._run(Closing(self.dependencies).close_case, request, attempt=attempt, waited=waited)

    async def _run(
        self,
        work: Callable[[Any], Awaitable[_T]],
        request: Any,
        *,
        attempt: int = 1,
        waited: timedelta = timedelta(),
    ) -> _T:
        environment = ActivityEnvironment()
        scheduled = environment.info.scheduled_time
        environment.info = dataclasses.replace(
            environment.info,
            attempt=attempt,
            activity_id=f"{type(request).__name__}",
            started_time=scheduled + waited,
            current_attempt_scheduled_time=scheduled + waited,
        )
        return await environment.run(work, request)

    def replace(self, **dependencies: Any) -> None:
        """Go on with other dependencies, as after a restart with another configuration."""
        self.dependencies = dataclasses.replace(self.dependencies, **dependencies)

    def approve(self, step: str) -> None:
        """A person approves a step."""
        self.book(StepApproved(event_id=self.event(), step=step, approved_by="H. Garnier"))

    def skip_to(self, step: str) -> None:
        """Leave out every step before this one."""
        for one in self.policy.steps:
            if one.step == step:
                return
            key = SendKey(KEY, self.case().facts.cycle, one.step, one.channel.value)
            day = self.now.astimezone(PARIS).date() - timedelta(days=1)
            with self.books.write() as conn:
                sends.skip(conn, key, level=one.level, reminder=one.is_reminder, on=day, now=self.now)

    @property
    def policy(self) -> Policy:
        """The policy at work."""
        return self.dependencies.policies.get(POLICY)

    def case(self, key: CaseKey = KEY) -> Case:
        """The case as the books have it."""
        with self.books.read() as conn:
            found = cases.load(conn, key)
        assert found is not None, key
        return found

    def row(self, step: str = "reminder-1", *, cycle: int = 1, key: CaseKey = KEY) -> SendRow:
        """Where an act stands in the send ledger."""
        with self.books.read() as conn:
            rows = sends.of_this_case(conn, key)
        return next(row for row in rows if row.key[1:3] == (cycle, step))

    def evidence(self, step: str = "reminder-1", *, cycle: int = 1, channel: str = "email") -> bytes | None:
        """The message as the books keep it."""
        with self.books.read() as conn:
            return sends.evidence(conn, SendKey(KEY, cycle, step, channel))

    def story(self, key: CaseKey = KEY) -> list[JournalEntry]:
        """The journal."""
        with self.books.read() as conn:
            return journal.entries(conn, key)

    def kinds(self, key: CaseKey = KEY) -> list[EntryKind]:
        """The kinds of the journal's lines."""
        return [entry.kind for entry in self.story(key)]

    def tasks(self, *kinds: TaskKind, creditor_id: str = CREDITOR) -> list[Task]:
        """What waits for a person."""
        with self.books.read() as conn:
            return tasks.open_tasks(conn, creditor_id, kinds or None)

    @property
    def received(self) -> int:
        """How many messages the mail server took."""
        return len(self.sink.messages)

    def message(self, number: int | None = None) -> Message:
        """A message as it arrived; the latest without a number."""
        return email.message_from_bytes(self.sink.store.content(number or self.sink.messages[-1].number))

    def text(self, number: int | None = None) -> str:
        """What a reader of a message reads in it."""
        return part_of(self.message(number), "text/plain")


def part_of(message: Message, media_type: str) -> str:
    """The words of the first part of this type."""
    parts = [part for part in message.walk() if part.get_content_type() == media_type]
    payload = parts[0].get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload.decode()


async def eventually(holds: Callable[[], bool], patience: float = 10.0) -> None:
    """Wait until something holds."""
    async with asyncio.timeout(patience):
        while not holds():  # noqa: ASYNC110 - a server's state raises no event here
            await asyncio.sleep(0.01)


@asynccontextmanager
async def office(folder: Path, *, ledger_url: str | None = None, **options: Any) -> AsyncIterator[Office]:
    """Open an office; options replace the dependencies of the same name."""
    read = registers()
    books = Books.open(ledger_url or f"sqlite:///{folder / 'books.sqlite'}")
    sink = SmtpSink()
    await sink.start()
    mail = SmtpMailProvider(SmtpSettings(host="127.0.0.1", port=sink.port, security=SmtpSecurity.NONE))
    dependencies: dict[str, Any] = {
        "books": books,
        "policies": read.policies,
        "creditors": read.creditors,
        "law": read.law,
        "templates": read.templates,
        "mail": mail,
    }
    try:
        yield Office(books, sink, Dependencies(**(dependencies | options)))
    finally:
        await mail.close()
        await sink.stop()
        books.close()
