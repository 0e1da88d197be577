from pathlib import Path

import pytest
from temporalio.client import Client

from embedded.dev_server import DevServer
from runtime.checks_temporal import check_temporal
from runtime.finding import Verdict
from tests.runtime.deployment import found, settings_in, told
from tests.runtime.namespaces import client_of_new_namespace

pytestmark = pytest.mark.usefixtures("_nothing_of_this_machine")


async def test_an_unknown_namespace_is_told_with_the_command_that_makes_it(
    dev_server: DevServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The namespace is asked about, since connecting alone never does."""
    monkeypatch.setenv("TEMPORAL_ADDRESS", dev_server.address)
    monkeypatch.setenv("TEMPORAL_NAMESPACE", "nowhere")
    finding = await found(settings_in(tmp_path), "Namespace")
    assert finding.verdict is Verdict.FAILED
    assert "there is no namespace nowhere" in finding.words
    assert "temporal operator namespace create --namespace nowhere" in told(finding)


async def test_a_profile_that_does_not_exist_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Settings of the connection that cannot be read are a finding, not a traceback."""
    monkeypatch.setenv("TEMPORAL_PROFILE", "production")
    finding = await found(settings_in(tmp_path), "Temporal")
    assert finding.verdict is Verdict.FAILED
    assert "'production' not found" in finding.words


async def test_missing_search_attributes_are_named(
    dev_server: DevServer, dev_client: Client, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A namespace that keeps closed cases for a day and knows none of our attributes is told of both."""
    fresh = await client_of_new_namespace(dev_server, dev_client)
    monkeypatch.setenv("TEMPORAL_ADDRESS", dev_server.address)
    monkeypatch.setenv("TEMPORAL_NAMESPACE", fresh.namespace)
    findings = {finding.name: finding for finding in await check_temporal()}
    assert findings["Namespace"].verdict is Verdict.WARNING
    assert "--retention 30d" in told(findings["Namespace"])
    assert findings["Search attributes"].verdict is Verdict.FAILED
    assert "DunningStatus" in findings["Search attributes"].words
