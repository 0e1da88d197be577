"""The command line as a person types it, in this process, and what came of it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import pytest

import starter

CHECKOUT = Path(__file__).parent.parent.parent
CLOSED_PORT = "127.0.0.1:1"
"""Where nothing ever listens."""


@dataclass(frozen=True)
class Outcome:
    """What a command printed, and how it ended."""

    code: int
    out: str
    err: str

    @property
    def value(self) -> Any:
        """What was printed as JSON."""
        return json.loads(self.out)

    @property
    def words(self) -> str:
        """Everything that a person reads, in one line, with plain spaces."""
        return " ".join((self.out + self.err).replace("\u00a0", " ").split())


@dataclass(frozen=True)
class Deployment:
    """The variables of one deployment."""

    variables: dict[str, str]
    creditor_id: str

    @property
    def environment(self) -> dict[str, str]:
        """For a process of its own, without the developer's variables."""
        own = {name: value for name, value in os.environ.items() if not name.startswith("DUNNING_")}
        tools = {name: os.environ[name] for name in os.environ if name.startswith("DUNNING_CACHE")}
        return own | tools | self.variables

    def process(
        self, program: str, *arguments: str, stderr: IO[str] | int = subprocess.PIPE
    ) -> subprocess.Popen[str]:
        """Start one of the programs of the checkout."""
        return subprocess.Popen(
            [sys.executable, program, *arguments],
            cwd=CHECKOUT,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
        )


class Typist:
    """Types commands in one deployment."""

    def __init__(self, deployment: Deployment, capsys: pytest.CaptureFixture[str]) -> None:
        self.deployment = deployment
        self._capsys = capsys

    def __call__(self, *arguments: str | Path) -> Outcome:
        """Run one command and wait for its end."""
        self._capsys.readouterr()
        code = starter.main([str(argument) for argument in arguments])
        out, err = self._capsys.readouterr()
        return Outcome(code, out, err)

    def json(self, *arguments: str | Path) -> Any:
        """Run a command that must go well, and read the JSON that it prints."""
        outcome = self(*arguments, "--json")
        assert outcome.code == 0, outcome.words
        return outcome.value


def creditor_file(folder: Path, creditor_id: str) -> Path:
    """The example's creditor under an id of its own, so that its workflows are nobody else's."""
    example = (CHECKOUT / "examples" / "creditor.yaml").read_text(encoding="utf-8")
    path = folder / "creditor.yaml"
    path.write_text(example.replace("atelier-lumen\n", f"{creditor_id}\n", 1), encoding="utf-8")
    return path
