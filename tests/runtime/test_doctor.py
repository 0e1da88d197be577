import asyncio
from pathlib import Path

import pytest
from pydantic import SecretStr
from temporalio.client import Client

import runtime.checks_files
import runtime.doctor
from embedded.dev_server import DevServer
from embedded.smtp_sink import SmtpSink
from embedded.stripe_sandbox import API_KEY, WEBHOOK_SECRET, StripeSandbox
from ledger.books import Books
from providers.smtp import SmtpSecurity
from runtime.doctor import examine, worst
from runtime.finding import Finding, Verdict
from tests.runtime.deployment import TODAY, settings_in

pytestmark = pytest.mark.usefixtures("_nothing_of_this_machine")


async def test_a_whole_deployment_is_well(
    dev_server: DevServer,
    dev_client: Client,
    sandbox: StripeSandbox,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    """With every service there and every file right, all findings are ok, in a fixed order."""
    monkeypatch.setenv("TEMPORAL_ADDRESS", dev_server.address)
    Books.open(f"sqlite:///{tmp_path / 'ledger.sqlite'}").close()
    async with SmtpSink() as sink:
        settings = settings_in(
            tmp_path,
            smtp_host=sink.host,
            smtp_port=sink.port,
            smtp_security=SmtpSecurity.NONE,
            stripe_api_key=SecretStr(API_KEY),
            stripe_api_base=sandbox.address,
            stripe_webhook_secrets=(SecretStr(WEBHOOK_SECRET),),
        )
        findings = await examine(settings, TODAY)
    assert worst(findings) is Verdict.OK, [finding for finding in findings if finding.verdict != "ok"]
    assert [finding.name for finding in findings] == [
        "Temporal",
        "Namespace",
        "Search attributes",
        "Ledger",
        "Mail server",
        "Stripe",
        "Legal rates",
        "Creditors",
        "Policies",
        "Templates",
    ]


async def test_nothing_is_changed_by_looking(tmp_path: Path) -> None:
    """The doctor makes no books and sends nothing."""
    await examine(settings_in(tmp_path), TODAY)
    assert not (tmp_path / "ledger.sqlite").exists()


async def test_temporal_away_is_told_with_the_way_to_start_it(tmp_path: Path) -> None:
    """A closed port is named with address and remedy; the other checks go on."""
    findings = await examine(settings_in(tmp_path), TODAY)
    (temporal,) = [finding for finding in findings if finding.name == "Temporal"]
    assert temporal.verdict is Verdict.FAILED
    assert "Connection refused" in temporal.words
    assert "make server" in temporal.words
    assert {"Ledger", "Mail server", "Stripe", "Policies"} <= {finding.name for finding in findings}


async def test_a_service_that_never_answers_is_given_up(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Something that accepts the connection and stays silent does not hold up the examination."""
    monkeypatch.setattr(runtime.doctor, "_PATIENCE_SECONDS", 3.0)

    async def silent(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(5)
        writer.close()

    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    settings = settings_in(
        tmp_path,
        smtp_host="127.0.0.1",
        smtp_port=server.sockets[0].getsockname()[1],
        smtp_security=SmtpSecurity.NONE,
    )
    findings = {finding.name: finding for finding in await examine(settings, TODAY)}
    server.close()
    finding = findings["Mail server"]
    assert finding.verdict is Verdict.FAILED
    assert "no answer within 3 s" in finding.words


async def test_a_check_that_breaks_hides_no_other(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A mistake of ours in one check is a finding with its name, beside all the others."""

    def breaks(_url: str) -> None:
        raise ZeroDivisionError("oops")

    monkeypatch.setattr(runtime.doctor, "check_ledger", breaks)
    findings = {finding.name: finding for finding in await examine(settings_in(tmp_path), TODAY)}
    assert findings["Ledger"].verdict is Verdict.FAILED
    assert "ZeroDivisionError" in findings["Ledger"].words
    assert "Policies" in findings


def test_the_worst_finding_decides() -> None:
    """One failure outweighs any number of warnings; nothing found is ok."""
    ok, warning, failed = (Finding(name="x", verdict=verdict, words="") for verdict in Verdict)
    assert worst([]) is Verdict.OK
    assert worst([ok, warning]) is Verdict.WARNING
    assert worst([warning, failed, ok]) is Verdict.FAILED
