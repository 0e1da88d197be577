"""The Temporal server of a single machine: in the foreground, state in a file, until Ctrl-C."""

import argparse
import signal
import sys
from pathlib import Path

from embedded.dev_server import DevServer, Ports
from embedded.server_process import ServerFailedError, listens
from embedded.tool_cache import ToolUnavailableError


def serve(state: Path, ports: Ports) -> int:
    """Run the server until this process is interrupted or terminated.

    Args:
        state: SQLite file that keeps the workflows between runs.
        ports: Where to listen; zero means any free port.

    Returns:
        The exit code: 0 after an orderly end, 1 when the server could not run, with the reason on stderr.
    """
    taken = [port for port in (ports.grpc, ports.ui) if port and listens(port)]
    if taken:
        return _refuse(f"Port {taken[0]} is taken, perhaps by a server that already runs: choose another.")
    server = DevServer(database=state, ports=ports, log=state.resolve().with_suffix(".log"), progress=_say)
    try:
        server.start()
        _say(f"Temporal at {server.address}, Web UI at {server.ui_url}, state in {state}. Ctrl-C ends it.")
        server.wait_for_end()
    except (ToolUnavailableError, ServerFailedError) as error:
        return _refuse(str(error))
    except KeyboardInterrupt:
        server.stop()
        return 0
    return _refuse(f"The server ended by itself: see {server.log}.")


def main() -> int:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(prog="python -m embedded.single_machine", description=__doc__)
    parser.add_argument(
        "--state", type=Path, default=Path("var/temporal.sqlite"), help="file that keeps it all"
    )
    parser.add_argument("--port", type=int, default=7233, help="for workers and clients")
    parser.add_argument("--ui-port", type=int, default=8233, help="for the Web UI")
    arguments = parser.parse_args()
    # A service manager ends it like a person does; a shell starts background jobs with SIGINT ignored.
    for ending in (signal.SIGTERM, signal.SIGINT):
        signal.signal(ending, signal.default_int_handler)
    return serve(arguments.state, Ports(grpc=arguments.port, ui=arguments.ui_port))


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _refuse(reason: str) -> int:
    sys.stderr.write(f"{reason}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
