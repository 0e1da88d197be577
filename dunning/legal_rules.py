"""The figures of law that claims are computed from, each with the text it comes from."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from pydantic import BaseModel, ConfigDict, Field


class Figure(BaseModel):
    """A decimal figure and its source."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    value: Decimal = Field(ge=0)
    source: str = Field(min_length=1)


class Count(BaseModel):
    """A whole number (of days, months, years) and its source."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    value: int = Field(gt=0)
    source: str = Field(min_length=1)


class LegalRules(BaseModel):
    """The fixed figures of one country's law of late payment; percentages are percent a year."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    seen_on: date
    penalty_points: Figure
    public_penalty_points: Figure
    contract_floor_multiple: Figure
    days_a_year: Count
    fixed_recovery_costs: Figure
    """In euros."""
    limitation_years_consumer: Count
    limitation_years_business: Count
    limitation_years_public: Count
    limitation_warning_months: Count
    formal_notice_days: Count
    declaration_months: Count
    declaration_months_foreign: Count
