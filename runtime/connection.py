"""The Temporal client as `TEMPORAL_*` variables and profiles describe it."""

import asyncio
import re
from typing import Any

from temporalio.client import Client
from temporalio.envconfig import ClientConfig

from runtime.data_converter import DATA_CONVERTER

_DEFAULT_ADDRESS = "localhost:7233"
_DEFAULT_NAMESPACE = "default"
_CONNECT_TIMEOUT = 20.0


class TemporalUnreachableError(ConnectionError):
    """No Temporal server answered; says at which address and what to do."""


class TemporalConfigError(ValueError):
    """The `TEMPORAL_*` settings or the profile file cannot be used; says why."""


def connection_options(*, profile: str | None = None) -> dict[str, Any]:
    """Return what `Client.connect` needs, from `TEMPORAL_*` variables over the profile file.

    Every variable of https://docs.temporal.io/develop/environment-configuration counts: address, namespace,
    API key, TLS, gRPC metadata, so that a self-hosted cluster and Temporal Cloud need no code.

    Args:
        profile: Profile of the file; `TEMPORAL_PROFILE` or `default` where not given.

    Raises:
        TemporalConfigError: The profile does not exist, or a value cannot be read.
    """
    try:
        options: dict[str, Any] = dict(ClientConfig.load_client_connect_config(profile))
    except (RuntimeError, ValueError, TypeError, OSError) as error:
        raise TemporalConfigError(
            f"The Temporal settings cannot be read: {error}. Check TEMPORAL_* and the profile file."
        ) from error
    options["target_host"] = options.get("target_host") or _DEFAULT_ADDRESS
    options["namespace"] = options.get("namespace") or _DEFAULT_NAMESPACE
    return options


async def connect(*, lazy: bool = False, profile: str | None = None) -> Client:
    """Return a client of the configured Temporal server that speaks pydantic models.

    Args:
        lazy: Connect at the first call instead of now, for processes that must start while Temporal is down.
        profile: Profile of the configuration file, see `connection_options`.

    Raises:
        TemporalConfigError: The settings cannot be used.
        TemporalUnreachableError: Nobody answered, or the server refused us. Never with `lazy`.
    """
    options = connection_options(profile=profile)
    try:
        connecting = Client.connect(**options, data_converter=DATA_CONVERTER, lazy=lazy)
        return await asyncio.wait_for(connecting, timeout=_CONNECT_TIMEOUT)
    except (RuntimeError, OSError, TimeoutError) as error:
        raise TemporalUnreachableError(_advice(options, error)) from error
    except ValueError as error:
        raise TemporalConfigError(
            f"The Temporal settings cannot be used for {options['target_host']}: {error}"
        ) from error


def _advice(options: dict[str, Any], error: Exception) -> str:
    # The SDK wraps the one useful phrase in the debug output of its transport.
    phrase = re.search(r'message: "([^"]+)"', str(error))
    reason = phrase[1] if phrase else str(error) or f"no answer within {_CONNECT_TIMEOUT:.0f} s"
    return (
        f"No connection to Temporal at {options['target_host']}, namespace {options['namespace']}: {reason}."
        " Start one with `make server`, or set TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE and, for Temporal Cloud,"
        " TEMPORAL_API_KEY."
    )
