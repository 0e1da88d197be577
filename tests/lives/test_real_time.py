from __future__ import annotations

import asyncio
import base64
import json
import logging
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from google.protobuf.json_format import MessageToDict
from temporalio.client import Client

from dunning.case import DunningStatus
from dunning.facts import CustomerChanged, PaymentReceived
from dunning.journal import TaskKind
from ledger import sends, tasks
from tests.activities.papers import CREDITOR, KEY, customer, invoice, payment
from tests.doors.deployment import end_runs, eventually
from tests.lives.real_time import Stage, fast_stage
from workflows import contract

SECRETS = ("quasimodo", "zébulon", "planchet", "06 11 22 33 44")


def acts(stage: Stage) -> list[tuple[date, str]]:
    """What was carried out: local day and step, in order."""
    with stage.books.read() as conn:
        rows = [row for row in sends.of_this_case(conn, KEY) if row.acted_on and row.state == "accepted"]
    return [(row.acted_on, row.key.step) for row in rows if row.acted_on]


async def test_a_worker_that_was_down_for_weeks(dev_client: Client, tmp_path: Path) -> None:
    """Nothing is missed and nothing comes in a burst: one reminder at once, the others with their spacing."""
    async with fast_stage(dev_client, tmp_path, date(2026, 3, 8)) as stage:
        async with stage.worker():
            await stage.doors.register(invoice(), customer())
            await eventually(lambda: _planned(stage), patience=60)
        await asyncio.sleep(10)
        async with stage.worker():
            await eventually(lambda: _done(stage, 3), patience=60)
            await end_runs(dev_client)
            days, steps = zip(*acts(stage), strict=True)
    assert steps == ("reminder-1", "reminder-2", "reminder-3")
    assert days[0] > date(2026, 3, 14)
    assert (days[1] - days[0]).days >= 3
    assert (days[2] - days[1]).days >= 6


async def test_nobody_is_named_outside_of_books_and_messages(
    dev_client: Client, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Through the doors: no name, address or number in ids, attributes, memo, details, history or logs."""
    caplog.set_level(logging.DEBUG)
    person = customer(
        name="Quasimodo SARL",
        contact_name="Zébulon Quasimodo",
        email="zebulon@quasimodo.example",
        phone="06 11 22 33 44",
        address="1 rue Planchet\n75011 Paris",
    )
    async with fast_stage(dev_client, tmp_path, date(2026, 3, 9)) as stage, stage.worker():
        await stage.doors.register(invoice(), person)
        await eventually(lambda: _done(stage, 1), patience=60)
        await stage.doors.tell(KEY, CustomerChanged(event_id="c", email="bad@quasimodo.example"))
        await stage.doors.command(KEY, contract.UpdateName.HOLD, contract.Hold(reason="checking"))
        handle = dev_client.get_workflow_handle(contract.workflow_id(*KEY))
        shown = await handle.query("__temporal_workflow_metadata")
        await stage.doors.command(KEY, contract.UpdateName.RESUME, contract.Resume())
        paid = PaymentReceived(event_id="p", payment=payment("1200.00", "p", date(2026, 3, 12)))
        await stage.doors.tell(KEY, paid)
        result = await handle.result()
        assert result["status"] == DunningStatus.SETTLED
        description = await handle.describe()
        history = await handle.fetch_history()
        told = [
            description.id,
            str(await description.memo()),
            str(description.typed_search_attributes),
            str(await description.static_summary()),
            str(await description.static_details()),
            json.dumps(MessageToDict(shown), ensure_ascii=False),
            *(text for event in history.events for text in _texts(MessageToDict(event))),
            *(record.getMessage() for record in caplog.records),
        ]
        assert stage.sink.messages
        with stage.books.read() as conn:
            assert tasks.open_tasks(conn, CREDITOR, [TaskKind.BLOCKED]) == []
    assert any("2e relance" in text for text in told)
    for text in told:
        assert not [secret for secret in SECRETS if secret in text.lower()], text


async def _planned(stage: Stage) -> bool | None:
    with stage.books.read() as conn:
        row = conn.exec_driver_sql("SELECT next_step FROM invoices").scalar()
    return True if row else None


async def _done(stage: Stage, count: int) -> bool | None:
    return True if len(acts(stage)) >= count else None


def _texts(part: Any) -> Iterator[str]:
    """Every text in an event, payloads decoded."""
    match part:
        case dict():
            for name, value in part.items():
                if name == "data" and isinstance(value, str):
                    yield base64.b64decode(value).decode("utf-8", "replace")
                else:
                    yield from _texts(value)
        case list():
            for value in part:
                yield from _texts(value)
        case _:
            yield str(part)
