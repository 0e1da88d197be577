from __future__ import annotations

import logging
from pathlib import Path

import pytest
import trustme
from pydantic import SecretStr, ValidationError

from embedded.server_process import free_port
from embedded.smtp_sink import SmtpSink
from providers.protocols import (
    TemporaryRefusalError,
)
from providers.smtp import SmtpMailProvider, SmtpSecurity, SmtpSettings
from tests.providers.mail_desk import CUSTOMER, LOGIN, email, settings_for, tls_of


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
