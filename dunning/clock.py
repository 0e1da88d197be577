"""Business time that runs faster than real time, for demonstrations; production has none."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

# Between instants of one local zone Python counts what the dial shows, an hour off across a change of time.
_Instant = Annotated[AwareDatetime, AfterValidator(lambda moment: moment.astimezone(UTC))]


class DemoClock(BaseModel):
    """A pure mapping between real instants and business instants."""

    model_config = ConfigDict(frozen=True)

    business_start: _Instant
    real_start: _Instant
    speed: float = Field(default=1.0, gt=0)
    """Business seconds per real second; 1 only shifts."""

    def business(self, real: datetime) -> datetime:
        """The business instant at a real one."""
        return self.business_start + (real - self.real_start) * self.speed

    def real(self, business: datetime) -> datetime:
        """The real instant at which a business instant is reached."""
        return self.real_start + (business - self.business_start) / self.speed

    def real_delay(self, business_delay: timedelta) -> timedelta:
        """How long a business duration lasts for real."""
        return business_delay / self.speed
