from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from temporalio.api.common.v1 import Payload
from temporalio.client import Client
from temporalio.common import RawValue
from temporalio.contrib.pydantic import pydantic_data_converter

from dunning.case import DunningStatus
from tests.workflows.messages import payment
from tests.workflows.planned_steps import escalation
from tests.workflows.running import eventually, running
from tests.workflows.stand_in_books import StandInBooks
from workflows.assignments import PendingFact, PlanRequest
from workflows.contract import FactMessage, PaymentReceived, SignalName
from workflows.inbound import malformed_fact, signal_fact

_CONVERTER = pydantic_data_converter.payload_converter
_FACTS = list(SignalName)

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
_ALMOST = st.fixed_dictionaries(
    {},
    optional={
        "event_id": _JSON,
        "amount": _JSON,
        "currency": _JSON,
        "received_on": _JSON,
        "instalments": _JSON,
        "outcome": _JSON,
        "reason": _JSON,
    },
)
_PAYLOADS = st.builds(
    lambda encoding, data: Payload(metadata={"encoding": encoding} if encoding else {}, data=data),
    st.sampled_from(
        [b"json/plain", b"binary/plain", b"binary/null", b"json/protobuf", b"binary/encrypted", b""]
    ),
    st.binary(max_size=40) | (_JSON | _ALMOST).map(lambda value: json.dumps(value).encode()),
)
_NASTY: Sequence[bytes] = (
    b"",
    b"null",
    b"{}",
    b"[]",
    b"12",
    b'"text"',
    b"NaN",
    b"1e999",
    b"9" * 6_000,
    b"[" * 400,
    b'"\\ud800"',
    b'{"event_id": "\\u0000"}',
    b'{"event_id": ""}',
    b'{"event_id": "' + b"x" * 300 + b'"}',
    b'{"event_id": "e", "amount": "NaN"}',
    b'{"event_id": "e", "amount": "12,50", "received_on": "yesterday"}',
    b'{"event_id": "e", "amount": 1, "received_on": "2026-01-01", "reference": "' + b"y" * 12_000 + b'"}',
    b'{"event_id": "e", "amount": 1, "received_on": "2026-01-01", "reference": "\\u0000"}',
    b"\xff\xfe",
)


@pytest.mark.parametrize("name", _FACTS)
async def test_every_signal_keeps_what_does_not_fit(dev_client: Client, name: SignalName) -> None:
    """Content that no message knows, no content, two contents: each becomes a fact with its problem."""
    books = _due_next_week()
    async with running(dev_client, books.stand_ins) as run:
        await run.handle.signal(name, {"nonsense": True})
        await run.handle.signal(name)
        await run.handle.signal(name, args=[{"event_id": "e-1"}, {"event_id": "e-2"}])
        await run.handle.signal(name, RawValue(Payload(metadata={"encoding": b"json/protobuf"}, data=b"{}")))
        await eventually(lambda: len(books.facts) == 4)
        assert await run.task_failures() == 0
        assert (await run.status()).status is DunningStatus.DUNNING
    assert all(fact.problem for fact in books.facts)
    assert {fact.name for fact in books.facts} == {name}
    assert len(set(books.event_ids)) == 4
    assert books.facts[0].content == {"nonsense": True}


async def test_a_signal_of_unknown_name(dev_client: Client) -> None:
    """A name that nobody knows is kept with its content, whatever that is."""
    books = _due_next_week()
    async with running(dev_client, books.stand_ins) as run:
        await run.handle.signal("payment_recieved", {"event_id": "e-1", "amount": "12.00"})
        await run.handle.signal("payment_recieved")
        await run.handle.signal("payment_recieved", b"\x00\xff")
        await eventually(lambda: len(books.facts) == 3)
        assert await run.task_failures() == 0
    assert {fact.name for fact in books.facts} == {"payment_recieved"}
    assert all(fact.problem for fact in books.facts)
    assert books.facts[0].content == [{"event_id": "e-1", "amount": "12.00"}]


async def test_nasty_payloads(dev_client: Client, caplog: pytest.LogCaptureFixture) -> None:
    """After every kind of broken payload the run still books a payment and ends; nothing was dropped."""
    caplog.set_level(logging.WARNING)
    books = _due_next_week()
    async with running(dev_client, books.stand_ins) as run:
        for data in _NASTY:
            raw = RawValue(Payload(metadata={"encoding": b"json/plain"}, data=data))
            await run.handle.signal(SignalName.PAYMENT_RECEIVED, raw)
        await run.signal(SignalName.PAYMENT_RECEIVED, payment("p-1", "1204.50"))
        result = await run.result()
        assert await run.task_failures() == 0
    assert result.status is DunningStatus.SETTLED
    assert len(books.facts) == len(_NASTY) + 1
    assert [fact.event_id for fact in books.facts if not fact.problem] == ["p-1"]
    assert "dropping the signal" not in caplog.text


@given(payload=_PAYLOADS, model=st.sampled_from(FactMessage.__subclasses__()))
def test_any_payload_becomes_a_fact(payload: Payload, model: type[FactMessage]) -> None:
    """Reading a signal never raises, and what was read travels to an activity and back."""
    _travels(signal_fact(SignalName.PAYMENT_RECEIVED, model, [RawValue(payload)], _CONVERTER, "fallback"))
    _travels(malformed_fact("anything", [RawValue(payload)], _CONVERTER, "fallback"))


@given(values=st.lists(_JSON, max_size=3))
def test_any_count_becomes_a_fact(values: list[Any]) -> None:
    """So does a signal with no content or several."""
    _travels(signal_fact(SignalName.PAYMENT_RECEIVED, PaymentReceived, values, _CONVERTER, "fallback"))


@settings(max_examples=3)
@given(payloads=st.lists(_PAYLOADS, min_size=15, max_size=25))
async def test_a_run_survives_any_signals(dev_client: Client, payloads: list[Payload]) -> None:
    """Whatever a handful of senders put into signals, a run books each and ends when it is paid."""
    books = _due_next_week()
    async with running(dev_client, books.stand_ins) as run:
        for number, payload in enumerate(payloads):
            await run.handle.signal(_FACTS[number % len(_FACTS)], RawValue(payload))
        await run.signal(SignalName.PAYMENT_RECEIVED, payment("the-last", "9999999.00"))
        await eventually(lambda: "the-last" in books.event_ids)
        assert await run.task_failures() == 0


def _travels(fact: PendingFact) -> None:
    request = PlanRequest(creditor_id="c", invoice_id="i", now=datetime.now(UTC), facts=(fact,))
    payloads = _CONVERTER.to_payloads([request])
    again = _CONVERTER.from_payloads(payloads, [PlanRequest])[0]
    assert again == request
    assert payloads[0].ByteSize() < 50_000
    assert "\0" not in str(again)


def _due_next_week() -> StandInBooks:
    first = datetime.now(UTC) + timedelta(days=7)
    return StandInBooks(escalation(first, spacing=timedelta(days=7), levels=2))
