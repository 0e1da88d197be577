"""What a test reads in a recorded history."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent

SCHEDULED = EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED
SIGNALED = EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED
TIMER = EventType.EVENT_TYPE_TIMER_STARTED


def instant(event: HistoryEvent) -> datetime:
    """When the server wrote it."""
    return event.event_time.ToDatetime(tzinfo=UTC)


def activities(events: Sequence[HistoryEvent], *names: str) -> list[HistoryEvent]:
    """The schedulings of these activities, or of all."""
    found = [event for event in events if event.event_type == SCHEDULED]
    return [event for event in found if not names or activity_name(event) in names]


def activity_name(event: HistoryEvent) -> str:
    """The activity that an event schedules."""
    return event.activity_task_scheduled_event_attributes.activity_type.name


def begun_knowing(events: Sequence[HistoryEvent], signal: str) -> list[HistoryEvent]:
    """Steps scheduled by a workflow task that had seen a signal of this name."""
    by_id = {event.event_id: event for event in events}
    seen_at = next(
        event.event_id
        for event in events
        if event.event_type == SIGNALED
        and event.workflow_execution_signaled_event_attributes.signal_name == signal
    )
    steps = activities(events, "send_email", "open_call_task", "hand_over")
    return [
        step
        for step in steps
        if by_id[
            step.activity_task_scheduled_event_attributes.workflow_task_completed_event_id
        ].workflow_task_completed_event_attributes.started_event_id
        > seen_at
    ]
