"""Business time inside an activity: the workflow's, plus what has passed since it asked."""

from __future__ import annotations

from datetime import datetime, timedelta

from temporalio import activity

from dunning.clock import DemoClock

PATIENCE = timedelta(minutes=30)
"""How long a provider may be away before an act is put off or given up."""


def business_now(asked_at: datetime, clock: DemoClock | None) -> datetime:
    """The business instant at which this attempt began.

    A worker outage or a retry may lie between the request and this attempt; both stamps are the
    server's, so no clock of this machine is read.
    """
    info = activity.info()
    waited = max(info.started_time - info.scheduled_time, timedelta(0))
    return asked_at + (waited * clock.speed if clock else waited)


def tolerance(clock: DemoClock | None) -> timedelta:
    """How late an act may be and still count as on time: nothing, or a real second of a demo clock."""
    return timedelta(seconds=clock.speed) if clock else timedelta(0)


def waited_long(asked_at: datetime, now: datetime, clock: DemoClock | None, limit: timedelta) -> bool:
    """Whether an act has been retried for longer than the limit, in real time."""
    waited = now - asked_at
    return (waited / clock.speed if clock else waited) > limit
