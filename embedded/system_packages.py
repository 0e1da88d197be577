"""Debian packages, installed on demand on machines where we are root."""

import os
import shutil
from collections.abc import Sequence

from embedded.tool_cache import Progress, ToolUnavailableError, exclusive, run_step

_TIMEOUT = 900.0
_APT = ["apt-get", "-o", "DPkg::Lock::Timeout=300", "-y", "-qq"]
_QUIET = {"DEBIAN_FRONTEND": "noninteractive"}


def apt_install(packages: Sequence[str], *, purpose: str, progress: Progress) -> None:
    """Install Debian packages.

    Args:
        packages: Names of the packages.
        purpose: What they are for, for the messages ("the ledger's tests on PostgreSQL").
        progress: Told before the installation.

    Raises:
        ToolUnavailableError: Not root, not Debian, or the installation failed.
    """
    names = " ".join(packages)
    if not shutil.which("apt-get"):
        raise ToolUnavailableError(f"{purpose}: install {names} with your system's package manager.")
    if os.geteuid() != 0:
        raise ToolUnavailableError(f"{purpose}: run `sudo apt-get install {names}` and try again.")
    with exclusive("apt-get", progress):
        progress(f"Installing {names} with apt-get")
        run_step([*_APT, "update"], purpose="update the package list", timeout=_TIMEOUT, environment=_QUIET)
        run_step(
            [*_APT, "install", "--no-install-recommends", *packages],
            purpose=f"install {names}",
            timeout=_TIMEOUT,
            environment=_QUIET,
        )
