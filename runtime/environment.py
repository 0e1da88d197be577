"""Reading the settings from the environment and the file `.env`, with errors for the person who set them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from dotenv import dotenv_values
from pydantic import SecretStr, ValidationError
from pydantic_core import ErrorDetails

from providers.smtp import SmtpSettings
from runtime.configuration_error import ConfigurationError
from runtime.settings import Settings
from runtime.yaml_files import CHECKOUT
from runtime.yaml_models import unknown, words_of

ENV_FILE = CHECKOUT / ".env"
ENV_FILE_VARIABLE = "DUNNING_ENV_FILE"
"""Names another file to read in place of `.env`."""
PREFIX = "DUNNING_"

TOOL_VARIABLES: Mapping[str, str] = MappingProxyType(
    {
        "DUNNING_CACHE_DIR": "Folder for fetched servers and tools; ~/.cache/relance where not set.",
        "DUNNING_TEMPORAL_BINARY": "Temporal command line program whose dev server is used.",
        "DUNNING_TEST_SERVER_BINARY": "Temporal's time-skipping test server.",
        "DUNNING_STRIPE_MOCK_BINARY": "stripe-mock, for the tests.",
        "DUNNING_POSTGRES_BIN": "Folder with PostgreSQL's programs, for the tests.",
        "DUNNING_CHROMIUM": "Chromium program, for the browser tests.",
    }
)
"""Variables of the servers of a machine with nothing on it; an operator of a real deployment needs none."""


def load_settings(env_file: Path | None = ENV_FILE) -> Settings:
    """Read the settings: a variable of the environment before the same one in the file.

    `TEMPORAL_*` variables of the file are put into the environment, where the Temporal client reads them.

    Args:
        env_file: lines such as `DUNNING_WEB_PORT=8080`; need not exist. The default gives way to the file
            that `DUNNING_ENV_FILE` names; None reads the environment alone.

    Raises:
        ConfigurationError: with every fault, each with the variable, what is wrong and an example; never with
            the value of a secret.
    """
    if env_file == ENV_FILE:
        env_file = Path(os.environ.get(ENV_FILE_VARIABLE) or ENV_FILE)
    written = _written(env_file)
    if faults := _unknown_variables([*os.environ, *written]):
        raise ConfigurationError(faults)
    for name, value in written.items():
        if name.startswith("TEMPORAL_") and value:
            os.environ.setdefault(name, value)
    try:
        return Settings(_env_file=env_file, _env_file_encoding="utf-8")
    except ValidationError as error:
        details = error.errors(include_url=False)
        # Each item of a list may be at fault in the same way; saying so once is enough.
        raise ConfigurationError(list(dict.fromkeys(map(_fault, details)))) from None


def variable_of(field: str) -> str:
    """The variable that sets a field."""
    return PREFIX + field.upper()


def _written(env_file: Path | None) -> dict[str, str | None]:
    if env_file is None or not env_file.exists():
        return {}
    try:
        return dotenv_values(env_file, encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(
            [f"{env_file.name}: cannot be read as UTF-8 text ({type(error).__name__})"]
        ) from None


def _unknown_variables(names: list[str]) -> list[str]:
    known = [*map(variable_of, Settings.model_fields), *TOOL_VARIABLES, ENV_FILE_VARIABLE]
    strangers = {name for name in names if name.upper().startswith(PREFIX) and name.upper() not in known}
    return [f"{name}: {unknown(name, known, 'setting')}" for name in sorted(strangers)]


def _fault(detail: ErrorDetails) -> str:
    field = str(detail["loc"][0]) if detail["loc"] else ""
    if field not in Settings.model_fields:
        # A fault of the settings of mail as a whole, or of the form that they take for the mail provider.
        field = f"smtp_{field}" if field in SmtpSettings.model_fields else "smtp_username"
    example = (Settings.model_fields[field].examples or [""])[0]
    return f"{variable_of(field)}: {_words(field, detail)}. Example: {variable_of(field)}={example}"


def _words(field: str, detail: ErrorDetails) -> str:
    # The input of a secret, or of a URL that may hold one, is never repeated.
    secret = field == "ledger_url" or "SecretStr" in str(Settings.model_fields[field].annotation)
    return words_of({**detail, "input": SecretStr("…") if secret else detail["input"]}).rstrip(".")
