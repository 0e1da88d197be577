"""A server in a process of its own that can never outlive the process that started it."""

import os
import pwd
import socket
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path

_LOOPBACK = "127.0.0.1"

# The shell leaves a watcher beside the server and then becomes the server, so that the process id is the
# server's own. The watcher ends the server when its starter is gone, SIGKILL included. A parent-death signal
# (prctl) would not do: it fires when the starting *thread* ends. A process of another user answers `kill -0`
# with a refusal, hence the look into /proc.
_TETHER = """
alive() { kill -0 "$1" 2>/dev/null || [ -d "/proc/$1" ]; }
starter=$1 leftovers=$2 server=$$
shift 2
(
    cd /
    while alive "$starter" && kill -0 "$server" 2>/dev/null; do sleep 1; done
    alive "$starter" && exit
    kill "$server" 2>/dev/null
    for _ in 1 2 3 4 5; do kill -0 "$server" 2>/dev/null || break; sleep 1; done
    kill -9 "$server" 2>/dev/null
    [ -n "$leftovers" ] && rm -rf "$leftovers"
) </dev/null >/dev/null 2>&1 &
exec "$@"
"""


class ServerFailedError(RuntimeError):
    """A server did not start or not become ready; carries the end of its log."""


def free_port() -> int:
    """Return a TCP port on loopback that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind((_LOOPBACK, 0))
        return int(probe.getsockname()[1])


def listens(port: int) -> bool:
    """Tell whether something accepts connections on this loopback port."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((_LOOPBACK, port)) == 0


class ServerProcess:
    """One running server: its process id, its log, its end."""

    def __init__(
        self,
        command: Sequence[str | Path],
        *,
        log: Path,
        user: str | None = None,
        leftovers: Path | None = None,
    ) -> None:
        """Start the server.

        Args:
            command: Program and arguments.
            log: File that receives what the server prints, appended.
            user: Run as this user (only root can).
            leftovers: Folder to remove should the starter die without stopping the server.
        """
        self.name = Path(command[0]).name
        self.log = log
        log.parent.mkdir(parents=True, exist_ok=True)
        arguments = [str(part) for part in command]
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                ["/bin/sh", "-c", _TETHER, "sh", str(os.getpid()), str(leftovers or ""), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                user=user,
                group=pwd.getpwnam(user).pw_gid if user else None,
                extra_groups=[] if user else None,
                cwd="/",
                # Ctrl-C reaches the starter alone, which then stops its servers in good order.
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        """Process id of the server itself."""
        return self._process.pid

    @property
    def running(self) -> bool:
        """Whether the server's process is still there."""
        return self._process.poll() is None

    def wait_until(self, ready: Callable[[], bool], *, timeout: float) -> None:
        """Return once the server is ready.

        Args:
            ready: Asked ten times a second.
            timeout: Seconds.

        Raises:
            ServerFailedError: The server ended, or was not ready in time; it is stopped then.
        """
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            if not self.running:
                code = self._process.returncode
                raise ServerFailedError(f"{self.name} ended at its start (code {code}).{self.last_words()}")
            if ready():
                return
            time.sleep(0.1)
        self.stop()
        raise ServerFailedError(f"{self.name} was not ready after {timeout:.0f} s.{self.last_words()}")

    def wait(self) -> None:
        """Return when the server is gone, whoever ended it."""
        self._process.wait()

    def stop(self, *, patience: float = 10) -> None:
        """Ask the server to end, insist after `patience` seconds, and wait until it is gone."""
        if not self.running:
            return
        self._process.terminate()
        try:
            self._process.wait(timeout=patience)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """End the server at once (SIGKILL)."""
        self._process.kill()
        self._process.wait()

    def last_words(self) -> str:
        """Return the end of the log for an error message, empty where nothing was logged."""
        lines = self.log.read_text(errors="replace").splitlines()[-8:] if self.log.exists() else []
        return "\n".join([f" Last lines of {self.log}:", *lines]) if lines else ""
