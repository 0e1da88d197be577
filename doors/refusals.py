"""How the doors say no: unknown, refused by the rules, or Temporal is away."""

from __future__ import annotations

from dunning.facts import Booking
from ledger.cases import Registration
from ledger.keys import CaseKey


class UnknownInvoiceError(LookupError):
    """Neither the books nor a run know the invoice."""

    def __init__(self, key: CaseKey) -> None:
        """Name the invoice by its opaque ids."""
        self.key = key
        super().__init__(
            f"invoice {key.invoice_id} of creditor {key.creditor_id} is unknown: register or import it first"
        )


class CommandRefusedError(Exception):
    """The rules do not allow the command; nothing was changed. The message is for the person who asked."""


class TemporalAwayError(ConnectionError):
    """Temporal did not answer; what was written to the books stays there."""


class NoWorkerError(TemporalAwayError):
    """Temporal answers, and yet no worker carried the command out in time."""


class RunNotToldError(TemporalAwayError):
    """The fact is in the books, but its run could not be told; telling again later is harmless."""

    def __init__(self, booking: Booking, reason: str) -> None:
        """Carry the books' answer."""
        self.booking = booking
        super().__init__(f"It is in the books, but the run could not be told: {reason}")


class RunNotStartedError(TemporalAwayError):
    """The invoice is in the books, but its run could not be started; registering again is harmless."""

    def __init__(self, registration: Registration, reason: str) -> None:
        """Carry the books' answer."""
        self.registration = registration
        super().__init__(f"The invoice is in the books, but its run could not be started: {reason}")
