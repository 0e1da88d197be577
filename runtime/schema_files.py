"""The files that are published from the models: schema of policies, example of settings, their table."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from enum import Enum
from pathlib import Path
from textwrap import wrap
from types import MappingProxyType
from typing import Any

from pydantic.fields import FieldInfo

from runtime.environment import TOOL_VARIABLES, variable_of
from runtime.policy_files import SCHEMA_FILE, policy_schema
from runtime.settings import Settings
from runtime.yaml_files import CHECKOUT, display_name

_GROUPS: Mapping[str, str] = MappingProxyType(
    {
        "ledger_url": "Books, creditors, policies, templates",
        "smtp_host": "E-mail",
        "stripe_api_key": "Payment pages at Stripe",
        "web_host": "Web app and billing API",
        "worker_concurrency": "Worker",
    }
)
"""The first field of each group, and its heading."""

_ENV_HEAD = """\
# Settings of Relance. Copy this file to .env and remove the # before what you set.
# A variable of the environment counts before the same one here.
# Relative paths start at this folder. The table with all defaults: docs/configuration.md.

# --- Temporal (a self-hosted cluster or Temporal Cloud needs no code)
# Without these the server of `make server` on this machine is used.
# TEMPORAL_ADDRESS=temporal.example.com:7233
# TEMPORAL_NAMESPACE=default
# TEMPORAL_API_KEY=
# TEMPORAL_TLS_CLIENT_CERT_PATH=
# TEMPORAL_TLS_CLIENT_KEY_PATH=
"""

_TABLE_HEAD = """\
# Configuration

Every setting is a variable of the environment, or a line of the file `.env` in the checkout.
[`.env.example`](../.env.example) lists them all; a variable of the environment counts before the file.
`DUNNING_ENV_FILE` names another file than `.env`.
Relative paths start at the checkout.
A name that begins with `DUNNING_` and is not known is refused, so that a mistyped one is noticed.
`starter.py doctor` checks every configured service and says what to do about each failure.

This page is written by `python -m runtime.schema_files`; change the descriptions in `runtime/settings.py`.

## Temporal

The connection is read by Temporal's own client configuration: `TEMPORAL_ADDRESS`, `TEMPORAL_NAMESPACE`,
`TEMPORAL_API_KEY`, `TEMPORAL_TLS_*`, `TEMPORAL_PROFILE`
([all of them](https://docs.temporal.io/develop/environment-configuration)).
Without them the server of `make server` on this machine is used.
"""

_TOOLS_HEAD = """\
## Servers of a machine with nothing on it

Only for `make demo`, `make server` and the tests, where a program is not to be searched or fetched.
"""


def published() -> dict[Path, str]:
    """Each published file and what must stand in it."""
    return {
        SCHEMA_FILE: json.dumps(policy_schema(), indent=2, ensure_ascii=False) + "\n",
        CHECKOUT / ".env.example": env_example(),
        CHECKOUT / "docs" / "configuration.md": configuration_page(),
    }


def env_example() -> str:
    """Every setting as a commented line under its explanation."""
    return _ENV_HEAD + "".join(_grouped(lambda title: f"\n# --- {title}\n", _env_lines))


def configuration_page() -> str:
    """The table of all settings, in Markdown."""
    table = "| variable | meaning | default | example |\n|---|---|---|---|\n"
    groups = "".join(_grouped(lambda title: f"\n## {title}\n\n{table}", _row))
    tools = "".join(f"| `{name}` | {words} |\n" for name, words in TOOL_VARIABLES.items())
    return f"{_TABLE_HEAD}{groups}\n{_TOOLS_HEAD}\n| variable | meaning |\n|---|---|\n{tools}"


def main() -> int:
    """Write the published files and name them."""
    for path, content in published().items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(content, encoding="utf-8")
        sys.stdout.write(f"{display_name(path)}\n")
    return 0


def _grouped(heading: Callable[[str], str], entry: Callable[[str, FieldInfo], str]) -> Iterator[str]:
    for name, field in Settings.model_fields.items():
        if name in _GROUPS:
            yield heading(_GROUPS[name])
        yield entry(name, field)


def _env_lines(name: str, field: FieldInfo) -> str:
    words = "".join(f"# {line}\n" for line in wrap(field.description or "", 100))
    default = _default(field)
    shown = f"# Default: {default}\n" if default else ""
    return f"\n{words}{shown}# {variable_of(name)}={_example(field)}\n"


def _row(name: str, field: FieldInfo) -> str:
    default, example = (f"`{text}`" if text else "–" for text in (_default(field), _example(field)))
    return f"| `{variable_of(name)}` | {field.description} | {default} | {example} |\n"


def _default(field: FieldInfo) -> str:
    value: Any = field.default
    if value is None or value == ():
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    text = str(value.value if isinstance(value, Enum) else value)
    # Nobody's machine but the reader's: paths are shown from the checkout.
    return text.replace(f"{CHECKOUT}/", "")


def _example(field: FieldInfo) -> str:
    return str((field.examples or [""])[0])


if __name__ == "__main__":
    sys.exit(main())
