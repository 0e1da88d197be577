"""The Temporal dev server with its Web UI, on loopback, for the demo, the tests and a single machine."""

import asyncio
import contextlib
import json
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx
from pydantic import BaseModel, ConfigDict
from temporalio.common import SearchAttributeKey

from embedded.server_process import ServerFailedError, ServerProcess, free_port
from embedded.temporal_binary import obtain_temporal
from embedded.tool_cache import Progress, silent

NAMESPACE = "default"

_START_TIMEOUT = 60.0
_ATTEMPTS = 3
_RETENTION_SECONDS = 30 * 24 * 3_600  # the server's own default is one day
_DYNAMIC_CONFIG: Mapping[str, object] = {
    # Task priorities (facts before sends) exist only in this matcher, which is not yet the server's default.
    "matching.useNewMatcher": True,
    # A timer shorter than this may be late by it: the default of one second is a day of the demonstration.
    "history.timerProcessorMaxTimeShift": "50ms",
}


class Ports(BaseModel):
    """The loopback ports of one dev server; zero means any free one."""

    model_config = ConfigDict(frozen=True)

    grpc: int = 0
    ui: int = 0

    def chosen(self) -> "Ports":
        """Return these ports with free ones in place of zeros."""
        return Ports(grpc=self.grpc or free_port(), ui=self.ui or free_port())


class DevServer:
    """A Temporal server of our own, as a context manager (plain or async) or by `start` and `stop`.

    It ends with the process that started it, however that ends.
    """

    def __init__(
        self,
        *,
        search_attributes: Iterable[SearchAttributeKey[Any]] = (),
        database: Path | None = None,
        ports: Ports | None = None,
        log: Path | None = None,
        progress: Progress = silent,
    ) -> None:
        """Describe the server; nothing runs before `start`.

        Args:
            search_attributes: Registered before the server answers.
            database: SQLite file that keeps workflows between runs; without one they die with the server.
            ports: Where to listen; any free ports by default.
            log: File for the server's own log; a temporary one, removed at the end, by default.
            progress: Told before each long step of obtaining the server.
        """
        self._search_attributes = tuple(search_attributes)
        self._database = database
        self._ports = ports or Ports()
        self._log = log
        self._progress = progress
        self._scratch: Path | None = None
        self._process: ServerProcess | None = None
        self._listening = Ports()

    @property
    def address(self) -> str:
        """Address for Temporal clients, `host:port`."""
        return f"127.0.0.1:{self._listening.grpc}"

    @property
    def ui_url(self) -> str:
        """Address of the Web UI."""
        return f"http://127.0.0.1:{self._listening.ui}"

    @property
    def namespace(self) -> str:
        """The namespace that exists from the start."""
        return NAMESPACE

    @property
    def pid(self) -> int:
        """Process id of the server."""
        return self._running().pid

    @property
    def log(self) -> Path:
        """File that receives the server's log."""
        return self._running().log

    def start(self) -> None:
        """Obtain the server where needed, start it and return once it is healthy.

        Raises:
            ToolUnavailableError: No server could be obtained.
            ServerFailedError: It did not become healthy.
        """
        binary = obtain_temporal(self._progress)
        self._scratch = Path(tempfile.mkdtemp(prefix="relance-temporal-"))
        log = self._log or self._scratch / "temporal.log"
        # Between choosing a free port and listening on it, somebody else may take it.
        for _ in range(_ATTEMPTS - 1):
            with contextlib.suppress(ServerFailedError):
                return self._start_once(binary, log)
        try:
            self._start_once(binary, log)
        except ServerFailedError:
            self._forget()
            raise

    def stop(self) -> None:
        """End the server; without a database its workflows are gone."""
        if self._process:
            self._process.stop()
        self._forget()

    def wait_for_end(self) -> None:
        """Return when the server's process is gone, whoever ended it."""
        self._running().wait()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    async def __aenter__(self) -> Self:
        await asyncio.to_thread(self.start)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await asyncio.to_thread(self.stop)

    def _start_once(self, binary: Path, log: Path) -> None:
        self._listening = self._ports.chosen()
        http_port = free_port()
        self._process = ServerProcess(
            [binary, "server", "start-dev", *self._arguments(http_port)],
            log=log,
            leftovers=self._scratch,
        )
        namespace = f"http://127.0.0.1:{http_port}/api/v1/namespaces/{NAMESPACE}"
        # Asked over HTTP, so that this process needs no SDK client and keeps a clean interpreter exit.
        with httpx.Client(timeout=5, trust_env=False) as client:
            self._process.wait_until(lambda: _answers(client, namespace, self.ui_url), timeout=_START_TIMEOUT)
            retention = {"config": {"workflowExecutionRetentionTtl": f"{_RETENTION_SECONDS}s"}}
            client.post(f"{namespace}/update", json=retention).raise_for_status()

    def _arguments(self, http_port: int) -> list[str]:
        listening = self._listening
        arguments = ["--ip", "127.0.0.1", "--namespace", NAMESPACE, "--log-level", "warn"]
        arguments += ["--port", str(listening.grpc), "--ui-port", str(listening.ui)]
        arguments += ["--http-port", str(http_port), "--metrics-port", str(free_port())]
        if self._database:
            self._database.parent.mkdir(parents=True, exist_ok=True)
            arguments += ["--db-filename", str(self._database.resolve())]
        for key in self._search_attributes:
            kind = key.indexed_value_type.name.title().replace("_", "")
            arguments += ["--search-attribute", f"{key.name}={kind}"]
        for name, value in _DYNAMIC_CONFIG.items():
            arguments += ["--dynamic-config-value", f"{name}={json.dumps(value)}"]
        return arguments

    def _running(self) -> ServerProcess:
        if self._process is None:
            raise ServerFailedError("The Temporal dev server was not started.")
        return self._process

    def _forget(self) -> None:
        if self._scratch:
            shutil.rmtree(self._scratch, ignore_errors=True)
        self._scratch = None


def _answers(client: httpx.Client, namespace: str, ui_url: str) -> bool:
    try:
        return client.get(namespace).is_success and client.get(ui_url).status_code < httpx.codes.BAD_REQUEST
    except httpx.TransportError:
        return False
