"""How much one worker process does at a time, and how long it may take to leave."""

from __future__ import annotations

from datetime import timedelta

GRACEFUL_SHUTDOWN = timedelta(minutes=13)
"""Longer than a send: a mail server may take ten minutes after the final dot (RFC 5321, 4.5.3.2.6).

The SDK's default of none would cut sends off at each deploy and leave their outcome unknown.
"""

WORKFLOW_TASKS_AT_A_TIME = 20
"""Decisions of workflows that are made at a time: pure computation, so more would not help."""

CACHED_WORKFLOWS = 500
"""Cases that stay in memory; an idle one takes about 90 KiB, and a cold replay 40 ms of CPU."""

STICKY_PATIENCE = timedelta(seconds=5)
"""How long a decision waits for the worker that has the case in memory, before any other one takes it.

After a worker was killed its cases stand still that long. The SDK for Python waits ten seconds, that for Go
five.
"""
