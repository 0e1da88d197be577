"""The segment table: which policy an invoice gets by its amount and its customer."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from dunning.invoice import Invoice
from dunning.money import Currency
from dunning.party import Customer, CustomerKind, Language, OpaqueId


def _one_or_more(value: object) -> object:
    """Let ``kind: consumer`` stand for ``kind: [consumer]``."""
    return (value,) if isinstance(value, str) else value


_Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]


class Segment(BaseModel):
    """One row: the policy of the invoices that meet every condition stated in it."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    segment: str = Field(pattern=r"^[a-z][a-z0-9-]{1,40}$")
    """Name of the row, unique in the table; the timeline names it as the reason of the choice."""
    policy: str
    """Name of the policy."""
    kind: Annotated[tuple[CustomerKind, ...], BeforeValidator(_one_or_more)] = ()
    """Kinds by the law that applies: a SIREN makes a business of an unknown customer."""
    amount_from: Decimal | None = Field(default=None, gt=0)
    """What the invoice asked for, in major units, is at least this."""
    amount_below: Decimal | None = Field(default=None, gt=0)
    """What the invoice asked for, in major units, is less than this."""
    currency: Annotated[tuple[Currency, ...], BeforeValidator(_one_or_more)] = ()
    """Currencies of the invoice; needed beside an amount, because amounts are not converted."""
    country: Annotated[tuple[_Country, ...], BeforeValidator(_one_or_more)] = ()
    """Countries of the customer, ISO 3166 codes such as FR."""
    language: Annotated[tuple[Language, ...], BeforeValidator(_one_or_more)] = ()
    customers: Annotated[tuple[OpaqueId, ...], BeforeValidator(_one_or_more)] = ()
    """Ids of customers picked by hand."""

    @model_validator(mode="after")
    def _decides_something(self) -> Self:
        if not self.model_fields_set - {"segment", "policy"}:
            msg = "has no condition and would match every invoice: set the default policy instead"
            raise ValueError(msg)
        low, high = self.amount_from, self.amount_below
        if (low is not None or high is not None) and len(self.currency) != 1:
            msg = "an amount needs one currency beside it, such as currency: EUR"
            raise ValueError(msg)
        if low is not None and high is not None and low >= high:
            msg = f"amount_from {low} is not below amount_below {high}: no invoice would match"
            raise ValueError(msg)
        return self

    def covers(self, invoice: Invoice, customer: Customer) -> bool:
        """Whether an invoice meets every condition of the row; a condition left out is met by all."""
        asked = invoice.amount.amount
        return (
            (not self.kind or customer.legal_kind in self.kind)
            and (not self.currency or invoice.amount.currency in self.currency)
            and (self.amount_from is None or asked >= self.amount_from)
            and (self.amount_below is None or asked < self.amount_below)
            and (not self.country or customer.country in self.country)
            and (not self.language or customer.language in self.language)
            and (not self.customers or customer.customer_id in self.customers)
        )


class SegmentTable(BaseModel):
    """The rows in order: the first that covers an invoice decides."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    segments: tuple[Segment, ...] = Field(min_length=1, max_length=200)

    def row_for(self, invoice: Invoice, customer: Customer) -> Segment | None:
        """The first row that covers an invoice; none where the default policy applies.

        Looks at what the invoice asked for, not at what remains, so that a part payment moves nobody.
        """
        return next((row for row in self.segments if row.covers(invoice, customer)), None)
