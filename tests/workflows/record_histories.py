"""Records the histories of every path anew: `python -m tests.workflows.record_histories`."""

from __future__ import annotations

import asyncio
import sys

from embedded.time_skipping import start_time_skipping
from runtime.exit_code import run_and_exit
from tests.workflows.paths import PATHS, continued, lived
from tests.workflows.recorded import HISTORIES, keep, version
from tests.workflows.short_histories import short_history_server
from workflows.search_attributes import ALL as SEARCH_ATTRIBUTES


def main() -> int:
    """Live every path through and keep what the server wrote down."""
    asyncio.run(_record())
    sys.stdout.write(f"Recorded {len(PATHS) + 2} histories in {HISTORIES / version()}\n")
    return 0


async def _record() -> None:
    async with start_time_skipping(SEARCH_ATTRIBUTES) as skipping:
        for name in PATHS:
            keep(name, await lived(name, skipping))
    async with short_history_server() as client:
        before, after = await continued(client)
        keep("continued-as-new", before)
        keep("continued-from-before", after)


if __name__ == "__main__":
    run_and_exit(main)
