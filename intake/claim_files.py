"""A claim written as JSON: one invoice, or a list of them, with payments, notice and rate."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, NoReturn, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import ErrorDetails

from dunning.claim import ClaimInput
from dunning.invoice import CreditNote, Invoice, Payment
from dunning.money import Currency, Money
from dunning.party import CustomerKind, Line
from dunning.policy import Allocation

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_FIGURE = re.compile(r"[+-]?\d+(\.\d+)?")
_FIRST_YEAR, _LAST_YEAR = 1950, 2199
"""What lies outside is a slip of the pen."""
_WORDS = {
    "missing": "is missing",
    "extra_forbidden": "is not a known field; known are: {known}",
    "enum": "must be {expected}, not {input!r}",
    "greater_than": "must be more than {gt}, not {input}",
    "less_than_equal": "must be at most {le}, not {input}",
    "tuple_type": "must be a list, not {input!r}",
    "string_type": "must be text, not {input!r}",
    "string_too_short": "must not be empty",
    "model_type": "must be an object such as {{…}}, not {input!r}",
}


class ClaimFileError(ValueError):
    """A JSON file of claims cannot be used; nothing of it is computed."""

    def __init__(self, file: str, faults: list[str]) -> None:
        """Name the file and each of its faults, in words."""
        self.file, self.faults = file, tuple(faults)
        super().__init__("\n".join(f"{file}: {fault}" for fault in faults))


def _iso_day(value: object) -> object:
    # Pydantic would read 20250531 as seconds since 1970.
    if isinstance(value, str) and _DAY.fullmatch(value):
        try:
            day = date.fromisoformat(value)
        except ValueError:
            day = date.min
        if _FIRST_YEAR <= day.year <= _LAST_YEAR:
            return day
    msg = f"{value!s:.40} is not a date such as 2025-05-31"
    raise ValueError(msg)


def _figure(value: object) -> object:
    if isinstance(value, Decimal) or (isinstance(value, str) and _FIGURE.fullmatch(value)):
        return Decimal(value)
    msg = f"{value!s:.40} is not a figure such as 1204.50"
    raise ValueError(msg)


_Day = Annotated[date, BeforeValidator(_iso_day)]
_Amount = Annotated[Decimal, BeforeValidator(_figure), Field(gt=0)]
_Percent = Annotated[Decimal, BeforeValidator(_figure), Field(gt=0, le=100)]


class _Form(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class DatedAmount(_Form):
    """A payment or a credit note."""

    date: _Day
    amount: _Amount
    currency: Currency | None = None
    """That of the invoice unless stated; another one is refused."""


class ClaimForm(_Form):
    """One claim as the file states it; amounts in major units, dates ISO 8601, rates in percent a year."""

    kind: CustomerKind
    amount: _Amount
    due_date: _Day
    invoice: Annotated[Line, Field(min_length=1, max_length=255)] | None = None
    """Number of the invoice; its place in the file, from 1, where it is not stated."""
    currency: Currency = "EUR"
    issue_date: _Day | None = None
    """The due date where it is not stated: the limitation date is then the latest possible one."""
    performance_date: _Day | None = None
    payments: tuple[DatedAmount, ...] = ()
    credit_notes: tuple[DatedAmount, ...] = ()
    formal_notice_date: _Day | None = None
    """Day on which the formal notice was first presented."""
    insolvency_judgment_date: _Day | None = None
    contract_rate: _Percent | None = None
    allocation: Allocation = Allocation.PRINCIPAL_FIRST

    @model_validator(mode="before")
    @classmethod
    def _null_is_left_out(cls, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        return {name: part for name, part in value.items() if part is not None}

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.issue_date is not None and self.due_date < self.issue_date:
            msg = f"due_date: {self.due_date} lies before issue_date {self.issue_date}"
            raise ValueError(msg)
        notice = self.formal_notice_date
        if notice is not None and notice < self.due_date:
            msg = f"formal_notice_date: {notice} lies before due_date {self.due_date}: nothing was due yet"
            raise ValueError(msg)
        return self

    @model_validator(mode="after")
    def _one_currency(self) -> Self:
        for name in ("payments", "credit_notes"):
            for index, part in enumerate(getattr(self, name)):
                if part.currency not in {None, self.currency}:
                    msg = (
                        f"{name}[{index}].currency: the invoice is in {self.currency}, not in {part.currency}"
                    )
                    raise ValueError(msg)
        return self


class StatedClaim(BaseModel):
    """One claim of a file, ready to be computed."""

    model_config = ConfigDict(frozen=True)

    invoice: str
    """What the file calls it, else its place in the file."""
    request: ClaimInput
    issue_date_known: bool
    """False: the limitation date counts from the due date, because the file states nothing earlier."""


def read_claims(path: Path) -> list[StatedClaim]:
    """Read the claims of a JSON file: one object, or a list of them.

    Args:
        path: UTF-8 text.

    Returns:
        In the order of the file.

    Raises:
        ClaimFileError: no JSON, or any field missing, unknown or impossible; with every fault of the file.
        OSError: the file cannot be read.
    """
    content = _json(path)
    several = isinstance(content, list)
    objects: list[Any] = content if several else [content]
    claims: list[StatedClaim] = []
    faults: list[str] = []
    for place, item in enumerate(objects, start=1):
        before = f"claim {place}: " if several else ""
        try:
            claims.append(_stated(item, place))
        except ValidationError as error:
            faults += [before + words for words in _faults(error)]
    if faults:
        raise ClaimFileError(path.name, faults)
    return claims


def _json(path: Path) -> Any:
    try:
        text = path.read_text(encoding="utf-8-sig")
        return json.loads(
            text,
            parse_float=Decimal,
            parse_int=Decimal,
            parse_constant=_no_number,
            object_pairs_hook=_each_once,
        )
    except UnicodeDecodeError as error:
        raise ClaimFileError(path.name, [f"is not UTF-8 text (byte {error.start + 1})"]) from error
    except json.JSONDecodeError as error:
        words = f"line {error.lineno}, column {error.colno}: is not JSON: {error.msg}"
        raise ClaimFileError(path.name, [words]) from error
    except (ValueError, RecursionError) as error:
        raise ClaimFileError(path.name, [f"is not JSON that can be meant: {error}"]) from error


def _no_number(name: str) -> NoReturn:
    msg = f"{name} is no figure"
    raise ValueError(msg)


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            msg = f"the field {key!r} stands twice in one object"
            raise ValueError(msg)
        found[key] = value
    return found


def _stated(item: Any, place: int) -> StatedClaim:
    form = ClaimForm.model_validate(item)
    called = form.invoice or str(place)
    issued = form.issue_date or form.due_date
    invoice = Invoice(
        creditor_id="creditor",
        invoice_id=f"claim-{place}",
        number=called,
        customer_id="customer",
        amount=Money(amount=form.amount, currency=form.currency),
        issue_date=issued,
        due_date=form.due_date,
    )
    request = ClaimInput(
        invoice=invoice,
        kind=form.kind,
        payments=tuple(
            Payment(event_id=name, amount=_money(part, form), received_on=part.date)
            for name, part in _named(form.payments, "payments")
        ),
        credit_notes=tuple(
            CreditNote(event_id=name, amount=_money(part, form), issued_on=part.date)
            for name, part in _named(form.credit_notes, "credit_notes")
        ),
        allocation=form.allocation,
        contract_rate=form.contract_rate,
        performed_on=form.performance_date,
        formal_notice_presented_on=form.formal_notice_date,
        insolvency_judgment_on=form.insolvency_judgment_date,
    )
    known = form.issue_date is not None or form.performance_date is not None
    return StatedClaim(invoice=called, request=request, issue_date_known=known)


def _money(part: DatedAmount, form: ClaimForm) -> Money:
    return Money(amount=part.amount, currency=form.currency)


def _named(parts: tuple[DatedAmount, ...], name: str) -> Iterator[tuple[str, DatedAmount]]:
    return ((f"{name}[{index}]", part) for index, part in enumerate(parts))


def _faults(error: ValidationError) -> list[str]:
    return [_fault(detail) for detail in error.errors(include_url=False)]


def _fault(detail: ErrorDetails) -> str:
    place = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in detail["loc"])
    words = _WORDS.get(detail["type"])
    if words is None:
        told = detail["msg"].removeprefix("Value error, ")
    else:
        within = DatedAmount if len(detail["loc"]) > 1 else ClaimForm
        known = ", ".join(within.model_fields)
        told = words.format(**{**detail.get("ctx", {}), "input": detail["input"], "known": known})
    return f"{place.removeprefix('.')}: {told}" if place else told
