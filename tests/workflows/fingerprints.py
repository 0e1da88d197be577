"""The commands of a run in words, so that a change of what a workflow does shows in review."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta

from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import WorkflowHistory

_LONG = timedelta(hours=36)


def fingerprint(history: WorkflowHistory) -> str:
    """One line for each command, and, indented, for each message that came in."""
    lines = [_WORDS[event.event_type](event) for event in history.events if event.event_type in _WORDS]
    return "\n".join(lines) + "\n"


def _timer(event: HistoryEvent) -> str:
    lasts = event.timer_started_event_attributes.start_to_fire_timeout.ToTimedelta()
    # The first timer of a life depends on the hour at which it began.
    return "timer of days" if lasts > _LONG else f"timer of {round(lasts / timedelta(minutes=1))} minutes"


def _attributes(event: HistoryEvent) -> str:
    fields = event.upsert_workflow_search_attributes_event_attributes.search_attributes.indexed_fields
    shown = {name: payload.data.decode() for name, payload in fields.items() if "At" not in name}
    changed = " ".join(f"{name}={value}" for name, value in sorted(shown.items()))
    return f"search attributes {changed}".rstrip()


_WORDS: Mapping[int, Callable[[HistoryEvent], str]] = {
    EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED: lambda event: (
        f"activity {event.activity_task_scheduled_event_attributes.activity_type.name}"
    ),
    EventType.EVENT_TYPE_TIMER_STARTED: _timer,
    EventType.EVENT_TYPE_TIMER_CANCELED: lambda _: "timer cancelled",
    EventType.EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES: _attributes,
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED: lambda _: "completed",
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW: lambda _: "continued as new",
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_COMPLETED: lambda _: "update answered",
    EventType.EVENT_TYPE_MARKER_RECORDED: lambda event: (
        f"marker {event.marker_recorded_event_attributes.marker_name}"
    ),
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED: lambda event: (
        f"    signal {event.workflow_execution_signaled_event_attributes.signal_name}"
    ),
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED: lambda event: (
        "    update " + event.workflow_execution_update_accepted_event_attributes.accepted_request.input.name
    ),
    EventType.EVENT_TYPE_TIMER_FIRED: lambda _: "    timer fired",
    EventType.EVENT_TYPE_ACTIVITY_TASK_FAILED: lambda _: "    activity failed",
}
