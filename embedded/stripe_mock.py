"""Stripe's own stateless stand-in, which judges every request against the published schema."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from embedded.go_tools import obtain_stripe_mock
from embedded.server_process import ServerProcess, free_port, listens
from embedded.tool_cache import Progress, silent


@contextmanager
def running_stripe_mock(progress: Progress = silent) -> Iterator[str]:
    """Run stripe-mock on a free loopback port.

    Args:
        progress: Told before a build.

    Yields:
        Its address, for `StripeClient(base_addresses={"api": …})`.

    Raises:
        ToolUnavailableError: stripe-mock could not be obtained.
        ServerFailedError: It did not start.
    """
    binary = obtain_stripe_mock(progress)
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="relance-stripe-mock-") as folder:
        process = ServerProcess(
            [binary, "-http-addr", f"127.0.0.1:{port}"],
            log=Path(folder) / "stripe-mock.log",
        )
        try:
            process.wait_until(lambda: listens(port), timeout=30)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.stop()
