"""Messages as billing systems and operators send them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from workflows.contract import PaymentReceived


def payment(event_id: str, amount: str) -> PaymentReceived:
    """A transfer in euros."""
    return PaymentReceived(
        event_id=event_id, amount=Decimal(amount), received_on=date(2026, 10, 2), method="transfer"
    )
