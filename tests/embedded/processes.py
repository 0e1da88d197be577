"""Looking at processes that should have ended."""

import time
from pathlib import Path


def is_gone(pid: int, *, within: float = 10) -> bool:
    """Tell whether a process ends in time; one that is dead but not yet reaped counts as gone."""
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        status = Path(f"/proc/{pid}/stat")
        try:
            if status.read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except FileNotFoundError:
            return True
        time.sleep(0.1)
    return False
