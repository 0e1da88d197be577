"""What a rehearsal left behind: messages in the sink, acts in the books, results of the runs."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection

from dunning.case import DunningStatus, SendState
from dunning.plan import Act
from embedded.mail_store import ReceivedMessage
from ledger import cases, sends, tasks
from ledger.sends import EARLIER_CONTACT, SendRow
from rehearsal.contacts import Contact
from rehearsal.scenario import RehearsedInvoice, Scenario
from rehearsal.stage import Stage
from rendering.emails import EventTemplate
from workflows import contract

_RESULTS_AT_A_TIME = 32
_PATIENCE_SECONDS = 60


class Records(BaseModel):
    """All that happened."""

    model_config = ConfigDict(frozen=True)

    contacts: tuple[Contact, ...]
    """E-mails as the sink took them, calls and hand-overs as the books tell; in order."""
    thanks: int
    """Messages that thanked for a payment: no contacts of the course."""
    strays: int
    """Messages that no act in the books explains."""
    statuses: Mapping[str, DunningStatus]
    """By invoice id; for a case that is closed, as its run returned it."""
    tasks: Mapping[str, int]
    """Tasks for people that are open at the end, by kind."""


async def read_records(stage: Stage, scenario: Scenario) -> Records:
    """Collect what happened on the stage.

    Raises:
        TimeoutError: a closed case's run did not end.
    """
    acts, statuses, waiting = await stage.books.reading(lambda conn: _books(conn, scenario))
    customers = {each.invoice.invoice_id: each.customer.customer_id for each in scenario.invoices}
    by_message = {act.message_id: act for act in acts if act.message_id}
    contacts, thanks, strays = [], 0, 0
    for message in stage.sink.messages:
        act = by_message.get(message.message_id)
        if act is None:
            strays += 1
        elif act.key.step == EventTemplate.THANKS:
            thanks += 1
        else:
            contacts.append(_contact(act, _written_at(message), customers, message.number))
    contacts += [
        _contact(act, act.acted_at, customers)
        for act in acts
        if act.key.channel != Act.EMAIL and act.acted_at
    ]
    return Records(
        contacts=tuple(sorted(contacts, key=lambda contact: (contact.at, *contact.identity))),
        thanks=thanks,
        strays=strays,
        statuses={**statuses, **await _results(stage, scenario.invoices, statuses)},
        tasks=waiting,
    )


def _books(
    conn: Connection, scenario: Scenario
) -> tuple[list[SendRow], dict[str, DunningStatus], dict[str, int]]:
    creditor = scenario.creditor.creditor_id
    acts = [act for each in scenario.invoices for act in sends.of_this_case(conn, each.key)]
    made = [act for act in acts if act.state is SendState.ACCEPTED and act.key.step != EARLIER_CONTACT]
    statuses = {row.key.invoice_id: row.status for row in cases.list_cases(conn, creditor_id=creditor)}
    waiting = Counter(str(task.kind) for task in tasks.open_tasks(conn, creditor))
    return made, statuses, dict(sorted(waiting.items()))


async def _results(
    stage: Stage, invoices: Iterable[RehearsedInvoice], statuses: Mapping[str, DunningStatus]
) -> dict[str, DunningStatus]:
    """How the runs of closed cases ended: the books may say settled while a run still hangs."""
    gate = asyncio.Semaphore(_RESULTS_AT_A_TIME)
    results: dict[str, DunningStatus] = {}

    async def ask(each: RehearsedInvoice) -> None:
        handle = stage.environment.client.get_workflow_handle(
            contract.workflow_id(*each.key), result_type=contract.DunningResult
        )
        async with gate:
            results[each.invoice.invoice_id] = (await handle.result()).status

    closed = [each for each in invoices if statuses[each.invoice.invoice_id].closed]
    # Waiting for a result would let the clock leap.
    with stage.environment.auto_time_skipping_disabled():
        async with asyncio.timeout(_PATIENCE_SECONDS), asyncio.TaskGroup() as group:
            for each in closed:
                group.create_task(ask(each))
    return results


def _written_at(message: ReceivedMessage) -> datetime:
    """The message's own date: business time, which the sink does not know."""
    return parsedate_to_datetime(message.header("Date"))


def _contact(act: SendRow, at: datetime, customers: Mapping[str, str], arrival: int | None = None) -> Contact:
    invoice = act.key.case.invoice_id
    return Contact(
        invoice=invoice,
        step=act.key.step,
        level=act.level,
        channel=act.key.channel,
        at=at.astimezone(UTC),
        customer=customers[invoice],
        arrival=arrival,
    )
