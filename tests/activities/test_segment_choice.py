"""The policy that the segment table chooses, and its reason in the timeline."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from dunning.journal import EntryKind
from dunning.party import CustomerKind, Language
from dunning.registers import PolicyRegister
from dunning.segments import Segment, SegmentTable
from dunning.story import Storyteller
from tests.activities.office import Office, office
from tests.activities.papers import POLICY, at, registers
from tests.activities.test_planning import direct

CONSUMERS = Segment(segment="private-people", policy="consumer", kind=(CustomerKind.CONSUMER,))
KNOWN = registers().policies
TABLE = PolicyRegister(KNOWN.policies, POLICY, SegmentTable(segments=(CONSUMERS,)))


def choices(desk: Office) -> list[tuple[str, str]]:
    """Policy and reason of each choice that the timeline tells."""
    told = [entry.details for entry in desk.story() if entry.kind is EntryKind.POLICY_CHOSEN]
    return [(details["policy"], details["reason"]) for details in told]


async def test_the_row_that_decided_is_in_the_timeline(tmp_path: Path) -> None:
    """A consumer gets the consumer's policy and its steps; a person reads why, in either language."""
    async with office(tmp_path) as desk:
        desk.replace(policies=TABLE)
        desk.now = at(date(2026, 2, 20))
        planned = await desk.plan(**direct(customer={"kind": "consumer"}))

        assert [step.step for step in planned.steps] == [
            step.step for step in KNOWN.get("consumer").steps[: len(planned.steps)]
        ]
        assert desk.case().policy == "consumer"
        assert choices(desk) == [("consumer", "segment:private-people")]
        told = next(entry for entry in desk.story() if entry.kind is EntryKind.POLICY_CHOSEN)
        french, english = (Storyteller(language, "Europe/Paris").sentence(told) for language in Language)
        assert "table des segments, ligne private-people" in french
        assert "segment table, row private-people" in english


async def test_the_second_plan_chooses_the_same(tmp_path: Path) -> None:
    """A choice is written down once, not at every plan."""
    async with office(tmp_path) as desk:
        desk.replace(policies=TABLE)
        desk.now = at(date(2026, 2, 20))
        await desk.plan(**direct(customer={"kind": "consumer"}))
        await desk.plan(**direct(customer={"kind": "consumer"}))

        assert len(choices(desk)) == 1


async def test_a_policy_named_for_the_invoice_comes_first(tmp_path: Path) -> None:
    """Whoever named it had a reason that the table does not know; others get the default."""
    async with office(tmp_path) as desk:
        desk.replace(policies=TABLE)
        desk.now = at(date(2026, 2, 20))
        await desk.plan(**direct(policy="firm", customer={"kind": "consumer"}))
        assert desk.case().policy == "firm"
        assert choices(desk) == []

    async with office(tmp_path / "other") as desk:
        desk.replace(policies=TABLE)
        desk.now = at(date(2026, 2, 20))
        await desk.plan(**direct(customer={"kind": "business"}))
        assert choices(desk) == [(POLICY, "default")]
