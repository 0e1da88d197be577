"""Time-outs, retries and priorities of the activities."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from temporalio.common import Priority, RetryPolicy

_RETRY = RetryPolicy(
    initial_interval=timedelta(seconds=1), backoff_coefficient=2, maximum_interval=timedelta(minutes=1)
)
_URGENT = Priority(priority_key=1)
_NORMAL = Priority(priority_key=3)

BOOKS: dict[str, Any] = {
    "start_to_close_timeout": timedelta(minutes=1),
    "schedule_to_close_timeout": timedelta(minutes=30),
    "retry_policy": _RETRY,
    "priority": _URGENT,
}
"""Facts go before sends; books that stay away for half an hour park the run, which tries again by itself."""

STEP: dict[str, Any] = {
    "start_to_close_timeout": timedelta(minutes=12),
    "heartbeat_timeout": timedelta(seconds=30),
    "schedule_to_close_timeout": timedelta(hours=2),
    "retry_policy": _RETRY,
    "priority": _NORMAL,
}
"""A mail server may take ten minutes after the final dot (RFC 5321, 4.5.3.2.6); a lost worker shows in 30 s.

The activity itself gives up on a provider after half an hour and defers; two hours end what it cannot see.
"""

CLOSE: dict[str, Any] = {
    "start_to_close_timeout": timedelta(minutes=12),
    "heartbeat_timeout": timedelta(seconds=30),
    "schedule_to_close_timeout": timedelta(hours=2),
    "retry_policy": _RETRY,
    "priority": _URGENT,
}
"""Links must go off soon after a payment."""

REPORT: dict[str, Any] = {
    "start_to_close_timeout": timedelta(minutes=1),
    "schedule_to_close_timeout": timedelta(minutes=10),
    "retry_policy": _RETRY,
    "priority": _URGENT,
}

FIRST_PAUSE = timedelta(minutes=15)
LONGEST_PAUSE = timedelta(hours=24)
"""A parked run tries again after a quarter of an hour, then half, then one, up to once a day."""

LEAST_PAUSE = timedelta(minutes=1)
"""A step is never put off to the past, so that a wrong date cannot become a busy loop."""

SAFETY_MARGIN = timedelta(milliseconds=1)
"""A timer may fire on the very tick; a step is due when no more than this is missing."""
