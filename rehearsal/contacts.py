"""What reached a customer, or a person who is to reach it, and what the plan said should."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field


class Contact(BaseModel):
    """One contact about one invoice."""

    model_config = ConfigDict(frozen=True)

    invoice: str
    """The invoice's id."""
    step: str
    level: int
    channel: str
    """``email``, ``call`` or ``hand_over``."""
    at: datetime
    """UTC."""
    customer: str
    """The customer's opaque id; what a rehearsal prints names nobody."""
    arrival: int | None = Field(default=None, exclude=True)
    """Place in the order in which the mail sink took its messages; none for what is no message."""

    @property
    def identity(self) -> tuple[str, str, str]:
        """What makes two contacts the same one, sent twice."""
        return self.invoice, self.step, self.channel
