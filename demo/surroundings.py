"""What surrounds the demonstration: settings of its own, so that nothing of a real deployment is touched."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from embedded.stripe_sandbox import API_KEY, WEBHOOK_SECRET
from runtime.environment import ENV_FILE_VARIABLE, TOOL_VARIABLES
from runtime.yaml_files import CHECKOUT

EXAMPLES = CHECKOUT / "examples"


@dataclass(frozen=True)
class Addresses:
    """Where the parts listen, all of them on loopback."""

    temporal: str
    smtp_port: int
    stripe: str
    web: str


def surround(state: Path, addresses: Addresses) -> None:
    """Replace every setting of this process, and of those that it starts, by the demonstration's.

    Args:
        state: folder of everything that is written.
        addresses: of the stand-ins.
    """
    forget_settings()
    nothing = state / "nothing"
    nothing.touch()
    os.environ.update(
        {
            # A person's own files would be read beside these: keys and mail servers of the real life.
            ENV_FILE_VARIABLE: str(nothing),
            "TEMPORAL_CONFIG_FILE": str(nothing),
            "TEMPORAL_ADDRESS": addresses.temporal,
            "TEMPORAL_NAMESPACE": "default",
            "DUNNING_LEDGER_URL": f"sqlite:///{state / 'ledger.sqlite'}",
            "DUNNING_CREDITOR_FILE": str(EXAMPLES / "creditor.yaml"),
            "DUNNING_DOCUMENTS_FOLDER": str(EXAMPLES / "documents"),
            "DUNNING_PUBLIC_URL": addresses.web,
            "DUNNING_SMTP_HOST": "127.0.0.1",
            "DUNNING_SMTP_PORT": str(addresses.smtp_port),
            "DUNNING_SMTP_SECURITY": "none",
            "DUNNING_STRIPE_API_KEY": API_KEY,
            "DUNNING_STRIPE_API_BASE": addresses.stripe,
            "DUNNING_STRIPE_WEBHOOK_SECRETS": WEBHOOK_SECRET,
            "DUNNING_LOG_LEVEL": "warning",
        }
    )


def forget_settings() -> None:
    """Take every setting of a real deployment out of this process, but where its tools lie."""
    settings = [
        name
        for name in os.environ
        if name.upper().startswith("TEMPORAL_")
        or (name.upper().startswith("DUNNING_") and name not in TOOL_VARIABLES)
    ]
    for name in settings:
        del os.environ[name]
