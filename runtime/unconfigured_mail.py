"""Stands where no mail server is configured: nothing can be sent, and whoever tries is told what to set."""

from __future__ import annotations

from typing import NoReturn

from providers.protocols import MailReceipt, OutgoingEmail, TemporaryRefusalError

_ADVICE = (
    "No mail server is configured: set DUNNING_SMTP_HOST (see .env.example); the message waits until then."
)


class UnconfiguredMail:
    """A `MailProvider` that is away until someone configures it, so that no message is given up."""

    async def send(self, email: OutgoingEmail) -> MailReceipt:  # noqa: ARG002
        """Refuse for now; the step is put off and a task tells a person why."""
        self._refuse()

    async def check(self) -> None:
        """Refuse for now, with what to do."""
        self._refuse()

    @staticmethod
    def _refuse() -> NoReturn:
        raise TemporaryRefusalError(_ADVICE)
