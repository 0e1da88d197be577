"""A headless browser for the tests that look at pages, to be given to playwright as `executable_path`."""

import os
import shutil
from pathlib import Path

from embedded.go_tools import configured_binary
from embedded.system_packages import apt_install
from embedded.tool_cache import Progress, ToolUnavailableError, silent

_VARIABLE = "DUNNING_CHROMIUM"
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def obtain_chromium(progress: Progress = silent) -> Path:
    """Return a Chromium: `DUNNING_CHROMIUM`, else on PATH, else from Debian.

    Args:
        progress: Told before an installation.

    Raises:
        ToolUnavailableError: There is none and none can be installed from here.
    """
    configured = os.environ.get(_VARIABLE)
    if configured:
        return configured_binary(_VARIABLE, configured)
    found = _on_path()
    if not found:
        apt_install(["chromium"], purpose="Chromium, for the browser tests", progress=progress)
        found = _on_path()
    if not found:
        raise ToolUnavailableError(f"Chromium was installed, but is not on PATH: name it in {_VARIABLE}.")
    return found


def _on_path() -> Path | None:
    found = next(filter(None, map(shutil.which, _NAMES)), None)
    return Path(found) if found else None
