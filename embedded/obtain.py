"""Obtain every server that the tests run on, ahead of them and with a progress line for each long step."""

import sys
import time
from collections.abc import Callable
from pathlib import Path

from embedded.chromium import obtain_chromium
from embedded.go_tools import obtain_stripe_mock
from embedded.postgres import obtain_postgres
from embedded.temporal_binary import obtain_temporal
from embedded.time_skipping_binary import obtain_test_server
from embedded.tool_cache import Progress, ToolUnavailableError

_WAYS: dict[str, Callable[[Progress], Path]] = {
    "Temporal dev server": obtain_temporal,
    "Temporal time-skipping server": obtain_test_server,
    "PostgreSQL": obtain_postgres,
    "stripe-mock": obtain_stripe_mock,
    "Chromium": obtain_chromium,
}


def obtain_all(progress: Progress) -> int:
    """Obtain all servers, going on after a failure so that everything that is missing is told at once.

    Args:
        progress: Receives the long steps, the places and the failures.

    Returns:
        The exit code: 0 when all are there, 1 otherwise.
    """
    missing = 0
    for name, obtain in _WAYS.items():
        began = time.monotonic()
        try:
            place = obtain(progress)
        except ToolUnavailableError as error:
            missing += 1
            progress(f"{name} is missing. {error}")
        else:
            progress(f"{name}: {place} ({time.monotonic() - began:.0f} s)")
    return 1 if missing else 0


def _print(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(obtain_all(_print))
