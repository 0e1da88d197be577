from __future__ import annotations

import asyncio
import contextlib
from email import message_from_bytes
from email.header import decode_header, make_header

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from embedded.smtp_faults import Fault, FaultKind, FaultMoment
from embedded.smtp_sink import SmtpSink
from providers.protocols import (
    MailProvider,
    TemporaryRefusalError,
    UncertainOutcomeError,
)
from providers.smtp import SmtpMailProvider
from tests.providers.mail_desk import email, settings_for


async def test_fulfils_the_protocol(mail: SmtpMailProvider) -> None:
    """Activities know the protocol alone."""
    provider: MailProvider = mail
    assert (await provider.send(email())).response


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    words=st.lists(
        st.sampled_from(
            ["Relance", ":", "échéance", "dépassée", "«", "société", "»", "1\u202f204,50\u00a0€", "n°"]
        ),
        min_size=1,
        max_size=40,
    )
)
def test_french_subjects_survive_the_line(words: list[str]) -> None:
    """What a reader sees as the subject is what was written, after a real server took it."""
    subject = " ".join(words)

    async def sent() -> tuple[str, bytes]:
        async with SmtpSink() as sink, SmtpMailProvider(settings_for(sink)) as provider:
            await provider.send(email(subject=subject))
            return sink.messages[0].subject, sink.store.content(1)

    seen, content = asyncio.run(sent())
    assert seen == subject
    raw = str(message_from_bytes(content)["Subject"]).replace("\r\n", "")
    assert str(make_header(decode_header(raw))) == subject


async def test_one_connection_serves_many_messages(sink: SmtpSink, mail: SmtpMailProvider) -> None:
    """Messages one after the other share a connection, up to the number a server likes."""
    for _ in range(3):
        await mail.send(email())
    assert (sink.conversations, len(sink.messages)) == (1, 3)
    async with SmtpMailProvider(settings_for(sink, messages_per_connection=2)) as short:
        for _ in range(4):
            await short.send(email())
    assert sink.conversations == 3


async def test_connections_are_bounded(sink: SmtpSink) -> None:
    """A burst waits its turn instead of opening a connection for each message."""
    async with SmtpMailProvider(settings_for(sink, max_connections=2)) as provider:
        await asyncio.gather(*(provider.send(email()) for _ in range(10)))
    assert len(sink.messages) == 10
    assert sink.conversations == 2


async def test_idle_connections_are_left_politely(sink: SmtpSink) -> None:
    """An unused connection is closed after a while, and at once where none is to be kept."""
    async with SmtpMailProvider(settings_for(sink, idle_seconds=0.05)) as provider:
        await provider.send(email())
        await asyncio.sleep(0.3)
        assert not sink.open_lines
        await provider.send(email())
    assert sink.conversations == 2


async def test_a_line_cut_while_idle_is_replaced(sink: SmtpSink, mail: SmtpMailProvider) -> None:
    """A restart of the mail server between two messages costs nothing, and nothing is sent twice."""
    await mail.send(email())
    await sink.cut_lines()
    await mail.send(email())
    assert (len(sink.messages), sink.conversations) == (2, 2)


@pytest.mark.parametrize(
    "fault",
    [
        Fault(moment=FaultMoment.SENDER, kind=FaultKind.DROP, times=1),
        Fault(moment=FaultMoment.SENDER, kind=FaultKind.HANG, times=1),
        Fault(moment=FaultMoment.SENDER, reply="421 4.4.2 Idle for too long", times=1),
        Fault(moment=FaultMoment.RECIPIENT, kind=FaultKind.DROP, times=1),
    ],
)
async def test_a_kept_line_that_proves_dead_is_replaced(
    sink: SmtpSink, hasty: SmtpMailProvider, fault: Fault
) -> None:
    """A kept connection that only looks alive is never the reason for a failure or an uncertain outcome."""
    await hasty.send(email())
    sink.inject(fault)
    await hasty.send(email())
    assert (len(sink.messages), sink.conversations) == (2, 2)


@pytest.mark.parametrize("moment", [m for m in FaultMoment if m is not FaultMoment.DOT])
@pytest.mark.parametrize("kind", [FaultKind.DROP, FaultKind.HANG])
async def test_any_break_before_the_dot_is_temporary(
    sink: SmtpSink, hasty: SmtpMailProvider, moment: FaultMoment, kind: FaultKind
) -> None:
    """A cut or a silence before the final dot means that nothing was sent, whatever the moment."""
    sink.inject(Fault(moment=moment, kind=kind))
    with pytest.raises(TemporaryRefusalError):
        await hasty.send(email(size=5_000_000 if moment is FaultMoment.BODY else 0))
    assert not sink.messages
    sink.faults.clear()
    await hasty.send(email())


@pytest.mark.parametrize("kind", [FaultKind.DROP, FaultKind.HANG])
@pytest.mark.parametrize("taken", [False, True])
async def test_any_break_after_the_dot_is_uncertain(
    sink: SmtpSink, hasty: SmtpMailProvider, kind: FaultKind, taken: bool
) -> None:
    """A cut or a silence after the final dot tells nothing: the server may have taken the message, or not."""
    sink.inject(Fault(moment=FaultMoment.DOT, kind=kind, taken=taken, times=1))
    with pytest.raises(UncertainOutcomeError, match="did not say whether it took it"):
        await hasty.send(email())
    assert len(sink.messages) == int(taken)
    await hasty.send(email())


async def test_waiting_for_a_connection_is_bounded(sink: SmtpSink) -> None:
    """A message that finds all connections busy too long goes back unsent."""
    sink.inject(Fault(moment=FaultMoment.DOT, kind=FaultKind.HANG))
    chosen = settings_for(
        sink, max_connections=1, before_dot_timeout_seconds=1, after_dot_timeout_seconds=2.5
    )
    async with SmtpMailProvider(chosen) as provider:
        outcomes = await asyncio.gather(*(provider.send(email()) for _ in range(2)), return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [UncertainOutcomeError, TemporaryRefusalError]


async def test_cancelling_leaves_no_half_used_line(sink: SmtpSink, mail: SmtpMailProvider) -> None:
    """A send that is cut short by its caller spoils no connection for the next one."""
    sink.inject(Fault(moment=FaultMoment.DOT, kind=FaultKind.HANG, times=1))
    sending = asyncio.create_task(mail.send(email()))
    await asyncio.sleep(0.3)
    sending.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await sending
    assert sending.cancelled()
    await mail.send(email())
    assert len(sink.messages) == 1
