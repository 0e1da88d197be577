from __future__ import annotations

from collections.abc import Callable

import pytest

from embedded.smtp_faults import Fault, FaultMoment, defer, refuse
from embedded.smtp_sink import SmtpSink
from providers.protocols import (
    FinalRefusalError,
    MessageRefusedError,
    OutgoingEmail,
    RecipientRefusedError,
    TemporaryRefusalError,
)
from providers.smtp import SmtpMailProvider
from providers.smtp_refusals import masked, recipient_refusal
from tests.providers.mail_desk import CUSTOMER, email


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
