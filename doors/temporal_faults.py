"""Tells an absent Temporal from an absent run, in words for the person who waits."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from temporalio.client import Client, RPCTimeoutOrCancelledError
from temporalio.service import RPCError, RPCStatusCode

from doors.refusals import TemporalAwayError


class NoRunError(LookupError):
    """No run of this id is open."""


@asynccontextmanager
async def temporal_faults(client: Client, patience: float, *, seeks_run: bool = False) -> AsyncIterator[None]:
    """Turn every way in which Temporal can fail to answer into one error.

    Args:
        client: whom to name.
        patience: seconds to wait for the answer.
        seeks_run: whether "not found" means that the run is not there, and not the namespace.

    Raises:
        NoRunError: no open run of this id.
        TemporalAwayError: no answer in time, or Temporal does not accept the call.
    """
    try:
        async with asyncio.timeout(patience):
            yield
    except RPCError as error:
        if seeks_run and error.status is RPCStatusCode.NOT_FOUND:
            raise NoRunError(error.message) from error
        raise _away(client, error.message) from error
    except (TimeoutError, RPCTimeoutOrCancelledError) as error:
        raise _away(client, f"no answer within {patience:.0f} s") from error
    except (RuntimeError, OSError) as error:
        # A client that connects at its first call reports a failed connection as RuntimeError.
        raise _away(client, str(error).splitlines()[0] if str(error) else type(error).__name__) from error


def _away(client: Client, reason: str) -> TemporalAwayError:
    return TemporalAwayError(
        f"Temporal at {client.service_client.config.target_host}, namespace {client.namespace}, "
        f"does not answer: {reason}"
    )
