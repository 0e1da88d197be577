from pathlib import Path

import pytest
from pydantic import SecretStr

from embedded.server_process import free_port
from embedded.smtp_sink import SinkLogin, SmtpSink
from embedded.stripe_sandbox import API_KEY, StripeSandbox
from providers.smtp import SmtpSecurity
from runtime.finding import Verdict
from tests.runtime.deployment import found, settings_in, told

pytestmark = pytest.mark.usefixtures("_nothing_of_this_machine")


async def test_no_mail_server_is_a_warning(tmp_path: Path) -> None:
    """Where none is set, the doctor says what cannot work and which variable sets it."""
    finding = await found(settings_in(tmp_path), "Mail server")
    assert finding.verdict is Verdict.WARNING
    assert "DUNNING_SMTP_HOST" in told(finding)


async def test_a_mail_server_that_is_away_is_told(tmp_path: Path) -> None:
    """A closed port is named with host and port."""
    port = free_port()
    settings = settings_in(tmp_path, smtp_host="127.0.0.1", smtp_port=port, smtp_security=SmtpSecurity.NONE)
    finding = await found(settings, "Mail server")
    assert finding.verdict is Verdict.FAILED
    assert f"127.0.0.1:{port}" in finding.words


async def test_a_wrong_password_is_told_without_it(tmp_path: Path) -> None:
    """The login is tried, and the password stays out of the words."""
    login = SinkLogin(username="relance", password=SecretStr("right"))
    async with SmtpSink(login=login) as sink:
        settings = settings_in(
            tmp_path,
            smtp_host=sink.host,
            smtp_port=sink.port,
            smtp_security=SmtpSecurity.NONE,
            smtp_username="relance",
            smtp_password=SecretStr("hush"),
        )
        finding = await found(settings, "Mail server")
        assert not sink.messages
    assert finding.verdict is Verdict.FAILED
    assert "refused our login" in finding.words
    assert "hush" not in told(finding)


async def test_a_key_that_stripe_does_not_know_is_told(sandbox: StripeSandbox, tmp_path: Path) -> None:
    """The key is tried against Stripe, and stays out of the words."""
    settings = settings_in(
        tmp_path, stripe_api_key=SecretStr("sk_test_hush"), stripe_api_base=sandbox.address
    )
    finding = await found(settings, "Stripe")
    assert finding.verdict is Verdict.FAILED
    assert "DUNNING_STRIPE_API_KEY" in told(finding)
    assert "hush" not in told(finding)


async def test_stripe_away_is_told(tmp_path: Path) -> None:
    """A closed port is a failure with what to check."""
    settings = settings_in(
        tmp_path,
        stripe_api_key=SecretStr(API_KEY),
        stripe_api_base=f"http://127.0.0.1:{free_port()}",
    )
    assert (await found(settings, "Stripe")).verdict is Verdict.FAILED


async def test_a_key_without_webhook_secret_is_a_warning(sandbox: StripeSandbox, tmp_path: Path) -> None:
    """Payments would be taken and not heard of."""
    settings = settings_in(tmp_path, stripe_api_key=SecretStr(API_KEY), stripe_api_base=sandbox.address)
    finding = await found(settings, "Stripe")
    assert finding.verdict is Verdict.WARNING
    assert "DUNNING_STRIPE_WEBHOOK_SECRETS" in told(finding)
