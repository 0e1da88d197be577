"""The two parties of an invoice: the creditor who is owed and the customer who owes."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from enum import StrEnum
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator

_EMAIL = re.compile(r"[^@\s,;<>\"()]+@[^@\s,;<>\"()]+\.[^@\s,;<>\".()]+")
_BREAKING = {"Cc", "Zl", "Zp"}
"""Unicode categories of control characters and of line and paragraph separators."""
_SIREN_OR_SIRET = re.compile(r"[0-9]{9}(?:[0-9]{5})?")
_VAT_NUMBER = re.compile(r"[A-Z]{2}[A-Z0-9+*]{2,13}")
_OPAQUE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


class CustomerKind(StrEnum):
    """Who owes, as the law tells them apart (C. com. L441-10, C. consom.)."""

    BUSINESS = "business"
    CONSUMER = "consumer"
    PUBLIC = "public"
    UNKNOWN = "unknown"


class Language(StrEnum):
    """Languages that messages are written in."""

    FRENCH = "fr"
    ENGLISH = "en"


def single_line(text: str) -> str:
    """Refuse line breaks and control characters, which would forge headers of a message."""
    if any(unicodedata.category(char) in _BREAKING for char in text):
        msg = "must be one line without control characters"
        raise ValueError(msg)
    return text.strip()


def _email(text: str) -> str:
    address = single_line(text)
    if not _EMAIL.fullmatch(address) or ".." in address:
        msg = f"{address!r} is not an e-mail address such as name@example.com"
        raise ValueError(msg)
    return address


def _opaque(text: str) -> str:
    if not _OPAQUE_ID.fullmatch(text):
        msg = f"{text!r} is no id: up to 64 letters, digits, dots, dashes or underscores"
        raise ValueError(msg)
    return text


Line = Annotated[str, AfterValidator(single_line)]
"""Free text on one line."""
EmailAddress = Annotated[str, AfterValidator(_email)]
"""One address, without display name."""
OpaqueId = Annotated[str, AfterValidator(_opaque)]
"""An id that may stand in workflow ids: no space, slash or colon, nothing personal."""


def _compact(number: str | None) -> str:
    return re.sub(r"[\s.-]", "", number or "").upper()


class Customer(BaseModel):
    """Who owes the invoice, and how to reach the person who pays there."""

    model_config = ConfigDict(frozen=True)

    customer_id: OpaqueId
    name: Line = Field(min_length=1)
    kind: CustomerKind = CustomerKind.UNKNOWN
    siren: Line | None = None
    vat_number: Line | None = None
    email: EmailAddress | None = None
    phone: Line | None = None
    language: Language = Language.FRENCH
    address: str | None = None
    country: Line = "FR"
    subdivision: Line | None = None
    contact_name: Line | None = None
    payer_name: Line | None = None

    @property
    def legal_kind(self) -> CustomerKind:
        """The kind whose rules apply: unknown is a business only with evidence (a SIREN, a VAT number).

        Accounting files say « inconnu » or 0 where they know no number; that is no evidence.
        """
        if self.kind is CustomerKind.UNKNOWN and self._has_business_number:
            return CustomerKind.BUSINESS
        return self.kind

    @property
    def _has_business_number(self) -> bool:
        siren, vat_number = _compact(self.siren), _compact(self.vat_number)
        real_siren = _SIREN_OR_SIRET.fullmatch(siren) is not None and int(siren) > 0
        looks_like_vat = _VAT_NUMBER.fullmatch(vat_number) is not None
        return real_siren or (looks_like_vat and any(char.isdigit() for char in vat_number))


class Creditor(BaseModel):
    """Who is owed: what messages print about the sender, and where and when it works."""

    model_config = ConfigDict(frozen=True)

    creditor_id: OpaqueId
    name: Line = Field(min_length=1)
    legal_form: Line
    siren: Line
    address: str
    """Registered office, several lines."""
    court: Line | None = None
    """Commercial register, such as ``RCS Lyon``."""
    share_capital: Line | None = None
    vat_number: Line | None = None
    email: EmailAddress
    """Address that messages come from."""
    reply_to: EmailAddress | None = None
    contact_name: Line
    """The named person who offers help in each message."""
    phone: Line
    signatory: Line
    signatory_capacity: Line
    iban: Line
    bic: Line
    cheque_payable_to: Line | None = None
    language: Language = Language.FRENCH
    country: Line = "FR"
    subdivision: Line | None = None
    time_zone: Line = "Europe/Paris"
    card_limit: Decimal | None = None
    """Largest balance for which the card link is offered, in major units (cards cost fees)."""
    contract_rate: Decimal | None = None
    """Penalty rate of the terms of sale, percent a year; none means the default of C. com. L441-10 II."""
    terms_state_penalties: bool | None = None
    """Whether terms of sale and invoices state the rate and the 40 €; none: not answered yet."""

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (KeyError, ValueError, OSError) as error:
            msg = f"{name!r} is not a time zone such as Europe/Paris"
            raise ValueError(msg) from error
        return name
