"""Judges a rehearsal: was anybody contacted twice, after payment, or otherwise than planned."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from dunning.case import DunningStatus
from rehearsal.contacts import Contact
from rehearsal.performance import Performance
from rehearsal.records import Records
from rehearsal.scenario import Scenario

_PUNCTUAL = timedelta(minutes=1)
"""How far a contact may lie from its planned instant: a busy machine takes seconds for a full slot."""


class DifferenceKind(StrEnum):
    """How what happened differs from what was planned."""

    MISSING = "missing"
    UNPLANNED = "unplanned"
    MOVED = "moved"
    STRAY = "stray"
    """A message in the sink that no act in the books explains."""
    UNSETTLED = "unsettled"
    """The payment came in, and yet the case stayed open."""


class Difference(BaseModel):
    """One contact, or one end, that was not as planned."""

    model_config = ConfigDict(frozen=True)

    kind: DifferenceKind
    invoice: str
    step: str
    planned_at: datetime | None = None
    made_at: datetime | None = None


class Summary(BaseModel):
    """A rehearsal in figures; the last three must be nothing."""

    model_config = ConfigDict(frozen=True)

    invoices: int
    settled: int
    open: int
    handed_over: int
    left_out: int
    """Invoices of the file that took no part, because nothing was open of them."""
    contacts: int
    contacts_by_channel: Mapping[str, int]
    contacts_by_level: Mapping[str, int]
    thanks: int
    """Messages that thanked for a payment; not counted among the contacts."""
    tasks: Mapping[str, int]
    """Tasks for people, by kind."""
    stand_in_addresses: int
    """Customers without an e-mail address in the file, who were written to at one that cannot exist."""
    after_payment: int
    duplicates: int
    differences_from_plan: tuple[Difference, ...]
    seconds: float

    @property
    def flawless(self) -> bool:
        """Whether nobody was contacted twice, after payment, or otherwise than planned."""
        return not (self.after_payment or self.duplicates or self.differences_from_plan)


def judge(
    scenario: Scenario,
    expected: Sequence[Contact],
    records: Records,
    performance: Performance,
    *,
    seconds: float,
) -> Summary:
    """Hold what happened against what should have.

    Args:
        scenario: what came in from outside.
        expected: what the pure plan says.
        records: what happened.
        performance: what was seen while it happened.
        seconds: how long the rehearsal took.
    """
    ended = Counter(records.statuses.values())
    identities = Counter(contact.identity for contact in records.contacts)
    return Summary(
        invoices=len(scenario.invoices),
        settled=ended[DunningStatus.SETTLED],
        open=sum(count for status, count in ended.items() if not status.closed),
        handed_over=ended[DunningStatus.HANDED_OVER],
        left_out=len(scenario.left_out),
        contacts=len(records.contacts),
        contacts_by_channel=_counted(contact.channel for contact in records.contacts),
        contacts_by_level=_counted(str(contact.level) for contact in records.contacts),
        thanks=records.thanks,
        tasks=records.tasks,
        stand_in_addresses=scenario.stand_in_addresses,
        after_payment=_after_payment(scenario, records, performance),
        duplicates=sum(count - 1 for count in identities.values()),
        differences_from_plan=(
            *differences(expected, records.contacts, strays=records.strays),
            *_unsettled(scenario, records),
        ),
        seconds=round(seconds, 1),
    )


def differences(
    expected: Sequence[Contact], made: Sequence[Contact], *, strays: int = 0
) -> tuple[Difference, ...]:
    """What was not made, what was not planned, and what was made at another time."""
    planned = {contact.identity: contact for contact in expected}
    done = {contact.identity: contact for contact in made}
    found = [Difference(kind=DifferenceKind.STRAY, invoice="", step="") for _ in range(strays)]
    for identity in sorted(planned.keys() | done.keys()):
        plan, act = planned.get(identity), done.get(identity)
        kind = _kind(plan, act)
        if kind:
            found.append(
                Difference(
                    kind=kind,
                    invoice=identity[0],
                    step=identity[1],
                    planned_at=plan.at if plan else None,
                    made_at=act.at if act else None,
                )
            )
    return tuple(found)


def _kind(plan: Contact | None, act: Contact | None) -> DifferenceKind | None:
    if act is None:
        return DifferenceKind.MISSING
    if plan is None:
        return DifferenceKind.UNPLANNED
    if abs(act.at - plan.at) > _PUNCTUAL or act.level != plan.level:
        return DifferenceKind.MOVED
    return None


def _after_payment(scenario: Scenario, records: Records, performance: Performance) -> int:
    """By the clock, and by the order in which sink and books saw them: either one counts."""
    settled = {each.invoice.invoice_id: each.settled_at for each in scenario.invoices}

    def late(contact: Contact) -> bool:
        settled_at = settled[contact.invoice]
        before = performance.arrivals_before_payment.get(contact.invoice)
        by_clock = settled_at is not None and contact.at >= settled_at
        by_order = contact.arrival is not None and before is not None and contact.arrival > before
        return by_clock or by_order

    return sum(late(contact) for contact in records.contacts)


def _unsettled(scenario: Scenario, records: Records) -> Iterator[Difference]:
    for each in scenario.invoices:
        invoice = each.invoice.invoice_id
        if each.settled_at and not records.statuses[invoice].closed:
            yield Difference(
                kind=DifferenceKind.UNSETTLED, invoice=invoice, step="", planned_at=each.settled_at
            )


def _counted(names: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(names).items()))
