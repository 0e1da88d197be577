from __future__ import annotations

import asyncio
import contextlib
import logging
import ssl
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from email import message_from_bytes
from email.header import decode_header, make_header
from pathlib import Path

import pytest
import trustme
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import SecretStr, ValidationError

from embedded.server_process import free_port
from embedded.smtp_faults import Fault, FaultKind, FaultMoment, defer, refuse
from embedded.smtp_sink import SinkLogin, SinkTls, SmtpSink
from providers.protocols import (
    FinalRefusalError,
    MailProvider,
    OutgoingEmail,
    TemporaryRefusalError,
    UncertainOutcomeError,
)
from providers.smtp import SmtpMailProvider, SmtpSecurity, SmtpSettings
from providers.smtp_refusals import MessageRefusedError, RecipientRefusedError, masked, recipient_refusal
from rendering.mime import EmailParts, Mailbox, build_email

LOGIN = SinkLogin(username="relance", password=SecretStr("s3crét"))
CUSTOMER = "ap@client.example"


def email(*recipients: str, size: int = 0, subject: str = "Relance") -> OutgoingEmail:
    """A message of about ``size`` bytes to these, or to the usual customer."""
    to = recipients or (CUSTOMER,)
    content = build_email(
        EmailParts(
            message_id="<c1.i42.1.email@relance.example>",
            sent_at=datetime(2026, 12, 14, 8, tzinfo=UTC),
            sender=Mailbox(address="compta@creancier.example", name="Ateliers Géraud"),
            to=tuple(Mailbox(address=address) for address in to),
            subject=subject,
            text=".\n..\nBonjour\n" + "x" * size,
            html="<p>.</p>",
        )
    )
    return OutgoingEmail(
        message_id="<c1.i42.1.email@relance.example>",
        sender="compta@creancier.example",
        recipients=to,
        content=content,
    )


def settings_for(sink: SmtpSink, **changes: object) -> SmtpSettings:
    """Settings that reach the sink in plain text, patient enough for a machine with other work."""
    patient: dict[str, object] = {
        "host": sink.host,
        "port": sink.port,
        "security": SmtpSecurity.NONE,
        "local_hostname": "worker.example",
        "command_timeout_seconds": 10,
        "before_dot_timeout_seconds": 20,
        "after_dot_timeout_seconds": 20,
    }
    return SmtpSettings.model_validate(patient | changes)


@pytest.fixture
async def sink() -> AsyncIterator[SmtpSink]:
    """A sink in plain text without login."""
    async with SmtpSink() as running:
        yield running


@pytest.fixture
async def mail(sink: SmtpSink) -> AsyncIterator[SmtpMailProvider]:
    """A provider that sends to the plain sink."""
    async with SmtpMailProvider(settings_for(sink)) as provider:
        yield provider


@pytest.fixture
async def hasty(sink: SmtpSink) -> AsyncIterator[SmtpMailProvider]:
    """A provider that soon loses patience with a silent server."""
    soon = settings_for(
        sink, command_timeout_seconds=1, before_dot_timeout_seconds=3, after_dot_timeout_seconds=1
    )
    async with SmtpMailProvider(soon) as provider:
        yield provider


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> tuple[trustme.CA, Path]:
    """A certificate authority and its file."""
    ca = trustme.CA()
    path = tmp_path_factory.mktemp("ca") / "ca.pem"
    ca.cert_pem.write_to_path(path)
    return ca, path


def tls_of(ca: trustme.CA, *names: str, from_the_start: bool = False) -> SinkTls:
    """A server's side of TLS with a certificate for these names."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca.issue_cert(*names).configure_cert(context)
    return SinkTls(context=context, from_the_start=from_the_start)


@pytest.mark.parametrize("security", [SmtpSecurity.STARTTLS, SmtpSecurity.TLS])
async def test_encrypted_and_logged_in(
    authority: tuple[trustme.CA, Path], security: SmtpSecurity, caplog: pytest.LogCaptureFixture
) -> None:
    """Over STARTTLS and TLS from the start, logged in, the bytes arrive exactly and no secret is logged."""
    caplog.set_level(logging.DEBUG)
    ca, ca_file = authority
    tls = tls_of(ca, "127.0.0.1", from_the_start=security is SmtpSecurity.TLS)
    async with SmtpSink(tls=tls, login=LOGIN) as sink:
        chosen = settings_for(
            sink, security=security, ca_file=ca_file, username=LOGIN.username, password=LOGIN.password
        )
        async with SmtpMailProvider(chosen) as provider:
            await provider.check()
            receipt = await provider.send(email())
    assert receipt.response == "250 2.0.0 Ok: queued as 000001"
    assert sink.store.content(1) == email().content
    assert (sink.messages[0].sender, sink.messages[0].recipients) == ("compta@creancier.example", (CUSTOMER,))
    assert "s3cr" not in caplog.text
    assert CUSTOMER not in caplog.text


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


@pytest.mark.parametrize("moment", [m for m in FaultMoment if m is not FaultMoment.GREETING])
async def test_not_now_is_temporary_at_any_moment(
    sink: SmtpSink, mail: SmtpMailProvider, moment: FaultMoment
) -> None:
    """Every 451 is retried, and the server's words are passed on."""
    sink.inject(Fault(moment=moment, reply="451 4.3.2 System not accepting messages", times=1))
    with pytest.raises(TemporaryRefusalError, match=r"451 4\.3\.2 System not accepting messages"):
        await mail.send(email(size=5_000_000 if moment is FaultMoment.BODY else 0))
    assert not sink.messages
    await mail.send(email())


@pytest.mark.parametrize("moment", list(FaultMoment))
async def test_a_server_that_shuts_down_is_temporary(
    sink: SmtpSink, mail: SmtpMailProvider, moment: FaultMoment
) -> None:
    """421 closes the line: nothing was sent, and the next message takes a new one."""
    sink.inject(Fault(moment=moment, reply="421 4.3.0 Shutting down", times=1))
    with pytest.raises(TemporaryRefusalError, match=r"421 4\.3\.0 Shutting down"):
        await mail.send(email(size=5_000_000 if moment is FaultMoment.BODY else 0))
    assert not sink.messages
    await mail.send(email())


async def test_a_refused_recipient_is_final(sink: SmtpSink, mail: SmtpMailProvider) -> None:
    """550 asks for another address; the error keeps the server's reason and not the address."""
    sink.inject(refuse(CUSTOMER))
    with pytest.raises(
        RecipientRefusedError, match=r"550 5\.1\.1 <address>: Recipient .* another address"
    ) as caught:
        await mail.send(email())
    assert CUSTOMER not in str(caught.value)
    await mail.send(email("other@client.example"))
    assert [message.recipients for message in sink.messages] == [("other@client.example",)]
    assert sink.conversations == 1, "a refusal of one message spoils no connection"


async def test_all_recipients_or_none(sink: SmtpSink, mail: SmtpMailProvider) -> None:
    """One refused recipient keeps the message from the others too, so that a retry sends nothing twice."""
    sink.inject(defer("b@client.example", times=1))
    with pytest.raises(TemporaryRefusalError, match="451"):
        await mail.send(email("a@client.example", "b@client.example"))
    sink.inject(refuse("c@client.example"))
    with pytest.raises(FinalRefusalError, match="recipient 2 of 3"):
        await mail.send(email("a@client.example", "c@client.example", "b@client.example"))
    assert not sink.messages
    await mail.send(email("a@client.example", "b@client.example"))
    assert sink.messages[0].recipients == ("a@client.example", "b@client.example")


@pytest.mark.parametrize("moment", [FaultMoment.DATA, FaultMoment.BODY, FaultMoment.DOT])
async def test_a_refused_message_is_final(
    sink: SmtpSink, mail: SmtpMailProvider, moment: FaultMoment
) -> None:
    """554 on the content says nothing against the address."""
    sink.inject(Fault(moment=moment, reply="554 5.7.1 Looks like spam", times=1))
    with pytest.raises(MessageRefusedError, match=r"554 5\.7\.1 Looks like spam"):
        await mail.send(email(size=5_000_000 if moment is FaultMoment.BODY else 0))
    await mail.send(email())


async def test_a_message_too_large_is_refused_before_it_travels(
    sink: SmtpSink, mail: SmtpMailProvider
) -> None:
    """The size is announced, so a server's limit is met before megabytes are sent."""
    sink.inject(Fault(moment=FaultMoment.SENDER, reply="552 5.3.4 Message too big", times=1))
    with pytest.raises(MessageRefusedError, match="attach smaller files"):
        await mail.send(email())


async def test_a_refused_sender_waits_for_the_operator(sink: SmtpSink, mail: SmtpMailProvider) -> None:
    """553 on our own address is a fault of the set-up: the message waits, no customer is blamed."""
    sink.inject(Fault(moment=FaultMoment.SENDER, reply="553 5.7.1 Sender address not owned by user", times=1))
    with pytest.raises(TemporaryRefusalError, match="check that address and the SMTP login"):
        await mail.send(email())


@pytest.mark.parametrize(
    ("code", "words", "kind"),
    [
        (550, "5.1.1 User unknown in relay recipient table", RecipientRefusedError),
        (550, "5.1.1 <jean@relay.example>: User unknown", RecipientRefusedError),
        (550, "No such user here", RecipientRefusedError),
        (552, "5.2.2 Mailbox full", RecipientRefusedError),
        (554, "5.7.1 <x@client.example>: Relay access denied", TemporaryRefusalError),
        (550, "relay not permitted", TemporaryRefusalError),
        (530, "5.7.0 Authentication required", TemporaryRefusalError),
        (550, "5.7.1 Blocked by policy", MessageRefusedError),
        (452, "4.2.2 Mailbox full", TemporaryRefusalError),
    ],
)
def test_refusals_at_the_recipient_are_told_apart(code: int, words: str, kind: type[Exception]) -> None:
    """Only what speaks against the address asks for another one."""
    assert type(recipient_refusal(code, words, "the mail server", "the recipient")) is kind


def test_addresses_are_masked() -> None:
    """A server's words may quote the customer's address, and errors reach logs and histories."""
    assert masked("5.1.1 <Jean.Dupont@x.fr>:\nunknown: jean.dupont@x.fr, sorry") == (
        "5.1.1 <address>: unknown: <address>, sorry"
    )


async def test_a_wrong_password_is_the_operators_matter(authority: tuple[trustme.CA, Path]) -> None:
    """535 leaves the message for later and says what to check, without the password."""
    ca, ca_file = authority
    async with SmtpSink(tls=tls_of(ca, "127.0.0.1"), login=LOGIN) as sink:
        chosen = settings_for(
            sink, security="starttls", ca_file=ca_file, username="relance", password=SecretStr("wr0ng")
        )
        provider = SmtpMailProvider(chosen)
        for attempt in (provider.send(email()), provider.check()):
            with pytest.raises(
                TemporaryRefusalError, match=r"535 .* check SMTP user name and password"
            ) as caught:
                await attempt
            assert "wr0ng" not in str(caught.value)


async def test_a_missing_login_is_the_operators_matter() -> None:
    """A server that wants a login where none is configured refuses the sender: the message waits."""
    async with SmtpSink(login=LOGIN) as sink:
        with pytest.raises(TemporaryRefusalError, match=r"530 5\.7\.0 Authentication required"):
            await SmtpMailProvider(settings_for(sink)).send(email())


async def test_a_server_that_is_not_listening() -> None:
    """Nobody at the port: temporary, and it says where we knocked."""
    chosen = SmtpSettings(host="127.0.0.1", port=free_port(), security=SmtpSecurity.NONE)
    for attempt in (SmtpMailProvider(chosen).send(email()), SmtpMailProvider(chosen).check()):
        with pytest.raises(TemporaryRefusalError, match=f"{chosen.port}.*check SMTP host, port and security"):
            await attempt


async def test_a_certificate_that_nobody_vouches_for(authority: tuple[trustme.CA, Path]) -> None:
    """An unknown authority or a certificate of another name is refused, with what to do."""
    ca, ca_file = authority
    async with SmtpSink(tls=tls_of(ca, "127.0.0.1")) as sink:
        with pytest.raises(TemporaryRefusalError, match=r"not trusted .* SMTP CA file"):
            await SmtpMailProvider(settings_for(sink, security="starttls")).check()
    async with SmtpSink(tls=tls_of(ca, "other.example", from_the_start=True)) as sink:
        with pytest.raises(TemporaryRefusalError, match=r"not trusted .* check the host name"):
            await SmtpMailProvider(settings_for(sink, security="tls", ca_file=ca_file)).check()


async def test_no_encryption_where_it_is_wanted(sink: SmtpSink, authority: tuple[trustme.CA, Path]) -> None:
    """A server without STARTTLS, or plain where TLS is spoken, is never given mail in the clear."""
    for security, words in (("starttls", "STARTTLS"), ("tls", "expects STARTTLS")):
        chosen = settings_for(sink, security=security, ca_file=authority[1])
        with pytest.raises(TemporaryRefusalError, match=words):
            await SmtpMailProvider(chosen).send(email())
    assert not sink.messages


async def test_a_file_that_holds_no_certificate(sink: SmtpSink, tmp_path: Path) -> None:
    """A CA file with something else in it is a fault of the set-up like any other."""
    (tmp_path / "ca.pem").write_text("no certificate")
    chosen = settings_for(sink, security="starttls", ca_file=tmp_path / "ca.pem")
    with pytest.raises(TemporaryRefusalError, match=r"SMTP CA file .* PEM"):
        await SmtpMailProvider(chosen).check()


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


def _changed(**changes: object) -> Callable[[OutgoingEmail], OutgoingEmail]:
    return lambda message: message.model_copy(update=changes)


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (_changed(recipients=()), RecipientRefusedError),
        (_changed(recipients=("a@b.example> SIZE=1",)), RecipientRefusedError),
        (_changed(recipients=("a@b.example\r\nDATA",)), RecipientRefusedError),
        (_changed(recipients=("élise@b.example",)), RecipientRefusedError),
        (_changed(sender="<>"), MessageRefusedError),
        (_changed(content=b"Subject: x\r\n\r\na\n.\nb\r\n"), MessageRefusedError),
        (_changed(content=b"Subject: x\r\n\r\nno end"), MessageRefusedError),
    ],
)
async def test_what_cannot_be_sent_never_reaches_the_line(
    sink: SmtpSink,
    mail: SmtpMailProvider,
    change: Callable[[OutgoingEmail], OutgoingEmail],
    kind: type[FinalRefusalError],
) -> None:
    """Smuggled commands and bare line ends are refused before a connection is made."""
    with pytest.raises(kind):
        await mail.send(change(email()))
    assert not sink.conversations


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"username": "u"}, "both user name and password"),
        ({"password": "p"}, "both user name and password"),
        ({"username": "u", "password": "p", "security": "none"}, "must not travel unencrypted"),
        ({"ca_file": "/nowhere/ca.pem"}, "does not point to a file"),
        ({"host": ""}, "host"),
        ({"port": 0}, "port"),
        ({"security": "ssl"}, "'none', 'starttls' or 'tls'"),
    ],
)
def test_settings_that_cannot_work_are_refused(changes: dict[str, object], words: str) -> None:
    """A mistake in the configuration is named before the first message, and never quotes the password."""
    with pytest.raises(ValidationError, match=words):
        SmtpSettings.model_validate({"host": "mail.example"} | changes)
    assert "s3cr" not in repr(SmtpSettings(host="h", username="u", password=SecretStr("s3cret")))
