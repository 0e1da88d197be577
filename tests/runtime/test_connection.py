import socket
from pathlib import Path

import pytest

import runtime.connection
from embedded.dev_server import DevServer
from embedded.server_process import free_port
from runtime.connection import TemporalConfigError, TemporalUnreachableError, connect, connection_options
from runtime.data_converter import DATA_CONVERTER


@pytest.fixture(autouse=True)
def _no_profile_of_the_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TEMPORAL_CONFIG_FILE", str(tmp_path / "temporal.toml"))
    (tmp_path / "temporal.toml").write_text("")


async def test_the_address_of_the_environment_is_used(
    dev_server: DevServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`TEMPORAL_ADDRESS` decides where to connect, and the client speaks pydantic models."""
    monkeypatch.setenv("TEMPORAL_ADDRESS", dev_server.address)
    client = await connect()
    assert await client.service_client.check_health()
    assert client.namespace == "default"
    assert client.data_converter is DATA_CONVERTER


async def test_a_profile_of_the_file_is_used(
    dev_server: DevServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A named profile brings address and namespace, as the Temporal CLI uses it."""
    (tmp_path / "temporal.toml").write_text(
        f'[profile.books]\naddress = "{dev_server.address}"\nnamespace = "accounts"\n'
    )
    monkeypatch.setenv("TEMPORAL_PROFILE", "books")
    assert (await connect()).namespace == "accounts"


def test_cloud_needs_no_code(monkeypatch: pytest.MonkeyPatch) -> None:
    """An API key brings TLS with it, as Temporal Cloud asks for."""
    monkeypatch.setenv("TEMPORAL_ADDRESS", "eu-west-3.aws.api.temporal.io:7233")
    monkeypatch.setenv("TEMPORAL_NAMESPACE", "relance.a1b2c")
    monkeypatch.setenv("TEMPORAL_API_KEY", "secret")
    options = connection_options()
    assert options["target_host"] == "eu-west-3.aws.api.temporal.io:7233"
    assert options["namespace"] == "relance.a1b2c"
    assert options["api_key"] == "secret"
    assert options.get("tls", True)


def test_without_settings_it_is_the_server_of_this_machine() -> None:
    """With nothing configured the client looks where `make server` listens."""
    options = connection_options()
    assert (options["target_host"], options["namespace"]) == ("localhost:7233", "default")


async def test_an_unreachable_server_is_told_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """The error names the address, the reason and what to do, without the transport's debug output."""
    address = f"127.0.0.1:{free_port()}"
    monkeypatch.setenv("TEMPORAL_ADDRESS", address)
    with pytest.raises(TemporalUnreachableError) as refusal:
        await connect()
    told = str(refusal.value)
    assert told.startswith(f"No connection to Temporal at {address}, namespace default: Connection refused.")
    assert "make server" in told
    assert "tonic" not in told


async def test_a_server_that_never_answers_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Something that accepts the connection and stays silent does not hold up the start for good."""
    monkeypatch.setattr(runtime.connection, "_CONNECT_TIMEOUT", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as silent_server:
        monkeypatch.setenv("TEMPORAL_ADDRESS", f"127.0.0.1:{silent_server.getsockname()[1]}")
        with pytest.raises(TemporalUnreachableError, match="no answer within"):
            await connect()


async def test_a_lazy_client_starts_without_a_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that must start while Temporal is down gets its client and fails at the first call only."""
    monkeypatch.setenv("TEMPORAL_ADDRESS", f"127.0.0.1:{free_port()}")
    client = await connect(lazy=True)
    with pytest.raises(RuntimeError):
        await client.count_workflows()


async def test_an_unknown_profile_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A profile that the file does not have is named."""
    monkeypatch.setenv("TEMPORAL_PROFILE", "production")
    with pytest.raises(TemporalConfigError, match="'production' not found"):
        await connect()


async def test_a_missing_certificate_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A certificate that does not exist is named instead of a failing handshake later."""
    monkeypatch.setenv("TEMPORAL_TLS_CLIENT_CERT_PATH", "missing.pem")
    with pytest.raises(TemporalConfigError, match="cannot be"):
        await connect()


async def test_an_address_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A malformed address is a mistake in the settings, not an unreachable server."""
    monkeypatch.setenv("TEMPORAL_ADDRESS", "bogus host:xx")
    with pytest.raises(TemporalConfigError, match="bogus host:xx"):
        await connect()
