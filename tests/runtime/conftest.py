"""A machine on which nothing is configured, and services to examine."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from embedded.server_process import free_port
from embedded.stripe_sandbox import StripeSandbox


@pytest.fixture
def _nothing_of_this_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting of the developer counts, and Temporal is looked for where nobody listens."""
    for name in [name for name in os.environ if name.startswith("DUNNING_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("TEMPORAL_CONFIG_FILE", str(tmp_path / "temporal.toml"))
    (tmp_path / "temporal.toml").write_text("")
    monkeypatch.setenv("TEMPORAL_ADDRESS", f"127.0.0.1:{free_port()}")


@pytest.fixture
async def sandbox() -> AsyncIterator[StripeSandbox]:
    """A Stripe account of our own."""
    async with StripeSandbox() as running:
        yield running
