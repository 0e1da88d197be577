"""What is wrong with how this deployment is configured, told to the person who configures it."""

from __future__ import annotations

from collections.abc import Sequence


class ConfigurationError(ValueError):
    """Settings or configuration files cannot be used; the message is all that a person needs to mend them."""

    def __init__(self, faults: Sequence[str]) -> None:
        """Take each fault as a whole sentence; all are told at once."""
        self.faults = tuple(faults)
        super().__init__("\n".join(self.faults))
