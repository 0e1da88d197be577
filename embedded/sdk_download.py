"""Servers as the Temporal SDK downloads them, in a process of its own that bounds a hanging network."""

import asyncio
import os
import sys
from enum import StrEnum
from pathlib import Path

from temporalio.testing import WorkflowEnvironment

from embedded.tool_cache import Progress, ToolUnavailableError, cache_dir, exclusive, run_step

_TIMEOUT = 300.0
_CHECKOUT = Path(__file__).resolve().parent.parent


class SdkServer(StrEnum):
    """The two servers that the SDK knows how to download."""

    DEV_SERVER = "temporal-cli"
    TEST_SERVER = "temporal-test-server"


def downloaded(server: SdkServer) -> Path | None:
    """Return the server that an earlier download left in the cache, if any."""
    finished = [
        path
        for path in sorted(_folder(server).glob("temporal*"))
        if path.is_file() and os.access(path, os.X_OK) and not path.name.endswith(".downloading")
    ]
    return finished[-1] if finished else None


def download(server: SdkServer, progress: Progress) -> Path:
    """Return the server, downloaded by the SDK into the cache where it is not there yet.

    Raises:
        ToolUnavailableError: The download failed, at once where there is no internet.
    """
    with exclusive(server.value, progress):
        found = downloaded(server)
        if found:
            return found
        progress(f"Downloading {server.value} (a few seconds, once)")
        run_step(
            [sys.executable, "-m", "embedded.sdk_download", server.value],
            purpose=f"download {server.value}",
            timeout=_TIMEOUT,
            folder=_CHECKOUT,
        )
        found = downloaded(server)
    if not found:
        raise ToolUnavailableError(f"The SDK's download left no {server.value} in {_folder(server)}.")
    return found


def _folder(server: SdkServer) -> Path:
    folder = cache_dir() / "sdk" / server.value
    folder.mkdir(parents=True, exist_ok=True)
    return folder


async def _start_and_stop(server: SdkServer) -> None:
    # The SDK has no call that only downloads: starting is its way to fetch the file.
    folder = str(_folder(server))
    if server is SdkServer.DEV_SERVER:
        environment = await WorkflowEnvironment.start_local(download_dest_dir=folder)
    else:
        environment = await WorkflowEnvironment.start_time_skipping(download_dest_dir=folder)
    await environment.shutdown()


if __name__ == "__main__":
    wanted = SdkServer(sys.argv[1])
    try:
        asyncio.run(_start_and_stop(wanted))
    except RuntimeError as error:
        sys.stdout.write(f"{error}\n")
        sys.stdout.flush()
        os._exit(1)
    # No interpreter shutdown: the SDK's threads may abort it (see runtime/exit_code.py).
    os._exit(0)
