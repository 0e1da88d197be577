"""A PostgreSQL server of our own for the tests: in a temporary folder, on loopback, gone with its starter."""

import os
import pwd
import shutil
import signal
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

import psycopg
from psycopg import sql

from embedded.server_process import ServerProcess, free_port
from embedded.system_packages import apt_install
from embedded.tool_cache import Progress, ToolUnavailableError, run_step, silent

_VARIABLE = "DUNNING_POSTGRES_BIN"
_ROLE = "relance"
_TIMEOUT = 60.0

_CLUSTER = ("--no-sync", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", f"--username={_ROLE}")
# The data live for one test session: nothing has to survive a power cut.
_FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def obtain_postgres(progress: Progress = silent) -> Path:
    """Return the folder of PostgreSQL's server programs (`initdb`, `postgres`).

    The ways, in order: `DUNNING_POSTGRES_BIN`, Debian's place for them, PATH, `apt-get install postgresql`.

    Args:
        progress: Told before an installation.

    Raises:
        ToolUnavailableError: There is none and none can be installed from here.
    """
    found = _server_programs()
    if not found:
        apt_install(["postgresql"], purpose="PostgreSQL, for the ledger's tests", progress=progress)
        found = _server_programs()
    if not found:
        raise ToolUnavailableError(
            f"PostgreSQL was installed, but no initdb was found: name it in {_VARIABLE}."
        )
    return found


class PostgresServer:
    """A running PostgreSQL server that hands out empty databases; a context manager.

    It ends with the process that started it, however that ends.
    """

    def __init__(self, progress: Progress = silent) -> None:
        """Describe the server; nothing runs before the context is entered.

        Args:
            progress: Told before an installation.
        """
        self._progress = progress
        self._folder: Path | None = None
        self._process: ServerProcess | None = None
        self._launch: Callable[[], ServerProcess]
        self._port = 0

    def __enter__(self) -> Self:
        programs = obtain_postgres(self._progress)
        user = _unprivileged_user()
        self._folder = Path(tempfile.mkdtemp(prefix="relance-postgres-"))
        if user:
            shutil.chown(self._folder, user)
        try:
            self._start(programs, self._folder, user)
        except BaseException:
            shutil.rmtree(self._folder, ignore_errors=True)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process:
            self._process.stop()
        if self._folder:
            shutil.rmtree(self._folder, ignore_errors=True)

    @property
    def pid(self) -> int:
        """Process id of the server."""
        if self._process is None:
            raise RuntimeError("The PostgreSQL server was not started.")
        return self._process.pid

    @contextmanager
    def away(self) -> Iterator[None]:
        """Stopped for a while, then started again with the same data on the same port."""
        if self._process is None:
            raise RuntimeError("The PostgreSQL server was not started.")
        # A fast shutdown (PostgreSQL manual, 18.5): the default one waits for every client to leave.
        os.kill(self._process.pid, signal.SIGINT)
        self._process.wait()
        try:
            yield
        finally:
            self._run()

    def create_database(self) -> str:
        """Create an empty database.

        Returns:
            Its address for SQLAlchemy, `postgresql+psycopg://…`.
        """
        name = f"relance_{uuid.uuid4().hex[:12]}"
        with psycopg.connect(self._address("postgres"), autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        return self._address(name).replace("postgresql://", "postgresql+psycopg://")

    def _address(self, database: str) -> str:
        return f"postgresql://{_ROLE}@127.0.0.1:{self._port}/{database}"

    def _start(self, programs: Path, folder: Path, user: str | None) -> None:
        data = folder / "data"
        run_step(
            [programs / "initdb", *_CLUSTER, f"--pgdata={data}"],
            purpose="create a PostgreSQL cluster",
            timeout=_TIMEOUT,
            user=user,
            folder=folder,
        )
        self._port = free_port()
        options = {**_FAST, "listen_addresses": "127.0.0.1", "unix_socket_directories": ""}
        settings = [f"--{name}={value}" for name, value in options.items()]
        command: list[str | Path] = [programs / "postgres", "-D", data, "-p", str(self._port), *settings]
        log = folder / "postgres.log"
        self._launch = lambda: ServerProcess(command, log=log, user=user, leftovers=folder)
        self._run()

    def _run(self) -> None:
        self._process = self._launch()
        self._process.wait_until(self._answers, timeout=_TIMEOUT)

    def _answers(self) -> bool:
        try:
            psycopg.connect(self._address("postgres"), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True


def _server_programs() -> Path | None:
    configured = os.environ.get(_VARIABLE)
    if configured:
        if not (Path(configured) / "initdb").is_file():
            raise ToolUnavailableError(f"{_VARIABLE} names {configured}, where there is no initdb.")
        return Path(configured)
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=_major_version)
    on_path = shutil.which("initdb")
    return debian[-1].parent if debian else Path(on_path).parent if on_path else None


def _major_version(initdb: Path) -> int:
    version = initdb.parent.parent.name
    return int(version) if version.isdigit() else 0


def _unprivileged_user() -> str | None:
    """Return the user to run as: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"
