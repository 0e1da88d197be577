"""Where recorded histories and fingerprints are kept."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

from temporalio.client import WorkflowHistory

from tests.workflows.fingerprints import fingerprint

_CHECKOUT = Path(__file__).resolve().parents[2]
HISTORIES = _CHECKOUT / "tests" / "histories"
COMMANDS = HISTORIES / "commands"

_SAID = {"identity": "relance", "stackTrace": ""}


def version() -> str:
    """The version whose histories are recorded."""
    project = tomllib.loads((_CHECKOUT / "pyproject.toml").read_text())
    return str(project["project"]["version"])


def keep(name: str, history: WorkflowHistory) -> None:
    """Write a history and its fingerprint, replacing those of the same version."""
    folder = HISTORIES / version()
    folder.mkdir(parents=True, exist_ok=True)
    COMMANDS.mkdir(exist_ok=True)
    content = json.loads(history.to_json())
    _without_machine(content)
    (folder / f"{name}.json").write_text(json.dumps(content, separators=(",", ":"), sort_keys=True) + "\n")
    (COMMANDS / f"{name}.txt").write_text(fingerprint(history))


def history_in(path: Path) -> WorkflowHistory:
    """A recorded history."""
    return WorkflowHistory.from_json(path.stem, path.read_text())


def committed_fingerprint(name: str) -> str:
    """The fingerprint that the last recording left; empty where there is none."""
    path = COMMANDS / f"{name}.txt"
    return path.read_text() if path.exists() else ""


def _without_machine(content: Any) -> None:
    """Identities hold the name of the machine, stack traces its folders."""
    for value in content.values() if isinstance(content, dict) else content:
        if isinstance(value, dict | list):
            _without_machine(value)
    if isinstance(content, dict):
        content.update({key: _SAID[key] for key in _SAID if key in content})
