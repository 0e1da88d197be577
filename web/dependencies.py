"""What the web app works with; put together once per process and injected."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from pydantic import SecretStr

from doors.doors import Doors
from dunning.registers import CreditorRegister, PolicyRegister
from ledger.books import Books
from providers.protocols import PaymentEventProvider, PaymentPageProvider


@dataclass(frozen=True)
class WebDependencies:
    """Books, doors, registers and providers of one deployment."""

    books: Books
    doors: Doors
    creditors: CreditorRegister
    policies: PolicyRegister
    clock: Callable[[], datetime]
    """Gives the business time."""
    real_clock: Callable[[], datetime]
    """Gives the time of the machine: webhooks are signed with it, tries and leases are counted in it."""
    events: PaymentEventProvider | None = None
    """None where no payment provider is configured: webhooks are refused."""
    pages: PaymentPageProvider | None = None
    """None where no payment provider is configured: the pay page then offers transfer and cheque."""
    public_url: str | None = None
    """Address at which customers reach the app; without it the address of each request is used."""
    api_keys: tuple[SecretStr, ...] = ()
    """Keys of the billing API; without one it refuses everybody."""
