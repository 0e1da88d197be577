"""Messages, settings, certificates and fixtures for the tests that send e-mail."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import trustme
from pydantic import SecretStr

from embedded.smtp_sink import SinkLogin, SinkTls, SmtpSink
from providers.protocols import (
    OutgoingEmail,
)
from providers.smtp import SmtpMailProvider, SmtpSecurity, SmtpSettings
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


def tls_of(ca: trustme.CA, *names: str, from_the_start: bool = False) -> SinkTls:
    """A server's side of TLS with a certificate for these names."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca.issue_cert(*names).configure_cert(context)
    return SinkTls(context=context, from_the_start=from_the_start)


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
