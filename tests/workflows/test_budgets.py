from __future__ import annotations

import asyncio
import uuid
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from dunning.case import DunningStatus
from tests.workflows.bare_life import BareLife
from tests.workflows.messages import payment
from tests.workflows.planned_steps import escalation
from tests.workflows.running import CREDITOR, eventually, running
from tests.workflows.stand_in_activities import StandIns
from tests.workflows.stand_in_books import StandInBooks
from workflows.assignments import PlanResult, StepOutcome, StepRequest, StepResult
from workflows.contract import (
    TASK_QUEUE,
    CustomerFields,
    InvoiceFields,
    SignalName,
    StartDunning,
)

_UPSERT = EventType.EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES
_SPACING = timedelta(seconds=1.25)  # a server fires its timers up to a second late

Tell = Callable[[str], None]


@pytest.fixture
def tell(capsys: pytest.CaptureFixture[str]) -> Tell:
    """Print a figure past pytest's capture, so that each run of the tests shows it."""

    def show(line: str) -> None:
        with capsys.disabled():
            print(f"\n  budget: {line}", end="")  # noqa: T201 - the figures are what the test is for

    return show


@pytest.mark.slow
async def test_an_unpaid_life_of_eight_steps(dev_client: Client, tell: Tell) -> None:
    """A life to the hand-over keeps to 120 events, 17 KB and one upsert per level plus two."""
    first = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=2)
    books = StandInBooks(escalation(first, spacing=_SPACING))
    start = StartDunning(creditor_id=CREDITOR, invoice_id="FA-2026-00417")
    async with running(dev_client, books.stand_ins, start=start, queue=TASK_QUEUE) as run:
        (result, bare) = await asyncio.gather(run.result(), _bare_life(dev_client, first))
        events = await run.events()
        described = await run.handle.describe()
    size = described.raw_description.workflow_execution_info.history_size_bytes
    upserts = sum(event.event_type == _UPSERT for event in events)
    tell(
        f"8 steps, nothing paid: {len(events)} events of 120, {size} bytes of 17,000, {upserts} upserts of 10"
    )
    tell(f"a bare timer and activity for each step: {bare[0]} events, {bare[1]} bytes")
    assert result.status is DunningStatus.HANDED_OVER
    assert len(books.sent) == 8
    assert len(events) <= 120
    assert size <= 17_000
    assert upserts <= 8 + 2
    _assert_small_results(events, tell)


async def test_paid_before_the_first_reminder(skipping: WorkflowEnvironment, tell: Tell) -> None:
    """An invoice that is paid in time costs at most 25 events."""
    books = StandInBooks(escalation(await _in_a_week(skipping), spacing=timedelta(days=7)))
    async with running(skipping.client, books.stand_ins) as run:
        await eventually(lambda: bool(books.stand_ins.plans))
        await skipping.sleep(timedelta(days=1))
        await run.signal(SignalName.PAYMENT_RECEIVED, payment("p-1", "1204.50"))
        await run.result()
        events = await run.events()
    tell(f"paid before the first reminder: {len(events)} events of 25")
    assert books.sent == []
    assert len(events) <= 25


async def test_a_deferral(skipping: WorkflowEnvironment, tell: Tell) -> None:
    """A deferral adds at most 11 events, and no upsert."""
    plain, upserts = await _short_life(skipping)
    deferred, upserts_then = await _short_life(skipping, deferrals=1)
    tell(f"a deferral: {deferred - plain} events of 11")
    assert 0 < deferred - plain <= 11
    assert upserts_then == upserts


async def test_a_fact(skipping: WorkflowEnvironment, tell: Tell) -> None:
    """A fact that changes nothing but the balance adds at most 12 events, and no upsert."""
    plain, upserts = await _short_life(skipping)
    told, upserts_then = await _short_life(skipping, facts=1)
    tell(f"a fact: {told - plain} events of 12")
    assert 0 < told - plain <= 12
    assert upserts_then == upserts


def test_the_input_of_a_direct_client(tell: Tell) -> None:
    """Even with all that a client may know of invoice and customer, an input stays within 2 KB."""
    start = StartDunning(
        creditor_id=CREDITOR,
        invoice_id="FA-2026-00417",
        invoice=InvoiceFields(
            number="FA-2026-00417",
            amount=Decimal("1204.50"),
            issue_date=date(2026, 9, 1),
            due_date=date(2026, 10, 1),
            description="Rénovation de la façade, 2e tranche, échafaudage compris (devis n° 2026-118)",
            order_number="BC-2026-00991",
            document="https://facturation.example/documents/FA-2026-00417.pdf",
        ),
        customer=CustomerFields(
            customer_id="C-0020418",
            name="Société immobilière du Faubourg Saint-Médard",
            kind="business",
            siren="732829320",
            vat_number="FR44732829320",
            email="comptabilite.fournisseurs@faubourg-saint-medard.example",
            phone="+33 1 23 45 67 89",
            address="Service comptabilité, 14 bis rue du Faubourg Saint-Médard, 75005 Paris",
            contact_name="Élisabeth Lefèbvre-Delaunay",
        ),
        policy="standard-business",
    )
    size = len(start.model_dump_json().encode())
    tell(f"input of a direct client: {size} bytes of 2,000")
    assert size <= 2_000


async def _bare_life(client: Client, first: datetime) -> tuple[int, int]:
    """Events and bytes of sleeping and acting alone."""
    queue = "bare"
    steps = [
        StepRequest(
            creditor_id=CREDITOR,
            invoice_id="FA-2026-00417",
            cycle=1,
            step=step.step,
            level=step.level,
            act=step.act,
            planned_at=step.at,
            now=step.at,
        )
        for step in escalation(first, spacing=_SPACING)
    ]
    activities = StandIns(lambda _: PlanResult(status=DunningStatus.DUNNING)).all
    async with Worker(client, task_queue=queue, workflows=[BareLife], activities=activities):
        handle = await client.start_workflow("BareLife", steps, id=f"bare-{uuid.uuid4()}", task_queue=queue)
        await asyncio.wait_for(handle.result(), 60)
        info = (await handle.describe()).raw_description.workflow_execution_info
    return info.history_length, info.history_size_bytes


async def _short_life(
    skipping: WorkflowEnvironment, *, deferrals: int = 0, facts: int = 0
) -> tuple[int, int]:
    """Events and upserts of a life of two steps that a payment ends, with so many deferrals and facts."""
    first = await _in_a_week(skipping)
    books = StandInBooks(escalation(first, spacing=timedelta(days=7), levels=2))
    later = StepOutcome(result=StepResult.DEFERRED, until=first + timedelta(days=1))
    books.outcomes["courtesy"] = [later] * deferrals
    async with running(skipping.client, books.stand_ins) as run:
        await eventually(lambda: bool(books.stand_ins.plans))
        await skipping.sleep(timedelta(days=1))
        for number in range(facts):
            await run.signal(SignalName.PAYMENT_RECEIVED, payment(f"part-{number}", "10.00"))
            await eventually(lambda: len(books.facts) == facts)
        await skipping.sleep(timedelta(days=30))
        assert books.sent == ["courtesy", "first-reminder"]
        await run.signal(SignalName.PAYMENT_RECEIVED, payment("p-1", "1204.50"))
        await run.result()
        return len(await run.events()), await run.count(_UPSERT)


def _assert_small_results(events: Sequence[HistoryEvent], tell: Tell) -> None:
    """A plan's result keeps to 1.5 KB, all others to 300 bytes."""
    names = {
        event.event_id: event.activity_task_scheduled_event_attributes.activity_type.name
        for event in events
        if event.event_type == EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED
    }
    largest: dict[str, int] = defaultdict(int)
    for event in events:
        if event.event_type == EventType.EVENT_TYPE_ACTIVITY_TASK_COMPLETED:
            attributes = event.activity_task_completed_event_attributes
            name = names[attributes.scheduled_event_id]
            largest[name] = max(largest[name], attributes.result.ByteSize())
    tell("largest results: " + ", ".join(f"{name} {size}" for name, size in largest.items()))
    assert largest.pop("plan_dunning") <= 1_500
    assert all(size <= 300 for size in largest.values())


async def _in_a_week(skipping: WorkflowEnvironment) -> datetime:
    return await skipping.get_current_time() + timedelta(days=7)
