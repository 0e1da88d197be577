"""A rehearsal from beginning to end: scenario, stage, performance, verdict."""

from __future__ import annotations

import dataclasses
import tempfile
import time
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

from embedded.tool_cache import Progress as ToolProgress
from embedded.tool_cache import silent
from rehearsal.contacts import Contact
from rehearsal.expectation import expected_contacts
from rehearsal.performance import Progress, perform, unnoticed
from rehearsal.records import read_records
from rehearsal.scenario import Scenario
from rehearsal.stage import opened_stage
from rehearsal.verdict import Summary, judge
from runtime.composition import Registers

_LEAD = timedelta(minutes=5)
"""Between the start of the clock and the first invoice."""


class Rehearsal(NamedTuple):
    """What a rehearsal shows."""

    contacts: Sequence[Contact]
    summary: Summary


async def rehearse(  # noqa: PLR0913 - what a rehearsal is given
    scenario: Scenario,
    registers: Registers,
    *,
    policy: str | None = None,
    messages: Path | None = None,
    documents: Path | None = None,
    progress: Progress = unnoticed,
    tool_progress: ToolProgress = silent,
) -> Rehearsal:
    """Run the real workflow, policy and templates over a scenario, in skipped time, with a mail sink.

    Args:
        scenario: invoices with the events of their lives; at least one.
        registers: policies, templates, law, creditors; every approval is taken as given.
        policy: a policy by name; none lets the segment choose.
        messages: an empty or new folder for every e-mail as sent; none keeps nothing.
        documents: folder of the invoice copies that messages carry.
        progress: told as business time passes.
        tool_progress: told before each long step of obtaining the server.

    Raises:
        UnknownPolicyError: no such policy; nothing was started.
        ToolUnavailableError: the server could not be obtained.
        UnbookedFactError: the books did not take what the file tells.
        StandstillError: the clock does not move on.
    """
    began = time.monotonic()
    approved = dataclasses.replace(registers, policies=registers.policies.without_approvals())
    expected = expected_contacts(scenario, approved.policies, policy)
    first = scenario.moments[0]
    last_act = max((contact.at for contact in expected), default=first)
    with tempfile.TemporaryDirectory(prefix="relance-rehearsal-") as name:
        folder = Path(name)
        kept = messages or folder / "messages"
        async with opened_stage(
            approved, first - _LEAD, folder, kept, tool_progress, documents=documents
        ) as stage:
            performance = await perform(stage, scenario, last_act, policy=policy, progress=progress)
            records = await read_records(stage, scenario)
    summary = judge(scenario, expected, records, performance, seconds=time.monotonic() - began)
    return Rehearsal(records.contacts, summary)
