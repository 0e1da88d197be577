"""Reading the creditors of a deployment, every fault with its line: a wrong IBAN would send money astray."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated

import holidays
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo, field_validator
from stdnum import bic, iban
from stdnum.exceptions import ValidationError as NumberError
from stdnum.fr import siren, tva

from dunning.party import Creditor, Line
from dunning.rates import ContractRateError, check_contract_rate
from dunning.registers import CreditorRegister, LawRegister
from runtime.clock import SystemClock
from runtime.configuration_error import ConfigurationError
from runtime.law_files import load_rates, load_rules
from runtime.yaml_files import CHECKOUT, YamlFile, read_yaml
from runtime.yaml_models import validated

EXAMPLE_FILE = CHECKOUT / "examples" / "creditor.yaml"


def _number(check: Callable[[str], str], what: str) -> AfterValidator:
    """Let a check of python-stdnum return the compact form, or refuse in our words."""

    def compact(text: str) -> str:
        try:
            return check(text)
        except NumberError as error:
            msg = f"{text!r} is not {what}"
            raise ValueError(msg) from error

    return AfterValidator(compact)


_NO_IBAN = "an IBAN: its check digits do not fit, look for a mistyped digit"
_NO_BIC = "a BIC such as AGRIFRPP: 8 or 11 letters and digits (ISO 9362)"


class _Entry(Creditor):
    """A creditor as it is configured: stricter than the value, which may come from older books."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    # ISO 13616: the two check digits make the rearranged number 1 modulo 97.
    iban: Annotated[Line, _number(iban.validate, _NO_IBAN)]
    bic: Annotated[Line, _number(bic.validate, _NO_BIC)]
    legal_form: Line = Field(min_length=1)
    address: str = Field(min_length=1)
    contact_name: Line = Field(min_length=1)
    phone: Line = Field(pattern=r"^\+?[0-9][0-9 .()-]{5,24}$")
    signatory: Line = Field(min_length=1)
    signatory_capacity: Line = Field(min_length=1)
    card_limit: Decimal | None = Field(default=None, gt=0)
    contract_rate: Decimal | None = Field(default=None, ge=0, le=100)

    @field_validator("country")
    @classmethod
    def _known_country(cls, code: str) -> str:
        if code not in holidays.list_supported_countries(include_aliases=False):
            msg = f"{code!r} is no country whose public holidays are known; write two letters such as FR"
            raise ValueError(msg)
        return code

    @field_validator("subdivision")
    @classmethod
    def _known_subdivision(cls, code: str | None, info: ValidationInfo) -> str | None:
        known = holidays.list_supported_countries().get(info.data.get("country", ""), [])
        if code is not None and code not in known:
            parts = ", ".join(known)
            msg = f"{code!r} is no part of the country with holidays of its own; there are: {parts}"
            raise ValueError(msg)
        return code


# In the order of the fields these stand before the country, so they are checked once that is known.
_FRENCH_NUMBERS = (
    ("siren", siren.validate, "a SIREN: nine digits, the last of which checks the others"),
    ("vat_number", tva.validate, "a French VAT number: FR, two check characters, the SIREN"),
)


class _CreditorFile(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    creditors: tuple[_Entry, ...] = Field(min_length=1)


def load_creditors(path: Path, law: LawRegister | None = None, today: date | None = None) -> CreditorRegister:
    """Read the creditors from a file.

    Args:
        path: YAML with a list ``creditors``.
        law: rates and rules by which a contract rate is judged; those of the checkout where not given.
        today: the day whose semester gives the floor of a contract rate; that of the system clock (UTC) where
            not given.

    Raises:
        ConfigurationError: with every fault of the file, each with line and field: IBAN (ISO 13616), BIC
            (ISO 9362), SIREN, time zone, a rate below the legal floor (C. com. L441-10 II), an id twice.
    """
    file = read_yaml(path)
    content = validated(_CreditorFile, file)
    law = law or LawRegister(load_rates(), load_rules())
    today = today or SystemClock().now().date()
    faults = [
        *_repeated(content, file),
        *_wrong_numbers(content, file),
        *_low_rates(content, file, law, today),
    ]
    if faults:
        raise ConfigurationError(faults)
    entries = (Creditor(**entry.model_dump()) for entry in content.creditors)
    return CreditorRegister({creditor.creditor_id: creditor for creditor in entries})


def _repeated(content: _CreditorFile, file: YamlFile) -> Iterator[str]:
    first: dict[str, int] = {}
    for index, entry in enumerate(content.creditors):
        if entry.creditor_id in first:
            words = f"{entry.creditor_id!r} is the id of creditors[{first[entry.creditor_id]}] too"
            yield file.fault(("creditors", index, "creditor_id"), words)
        first.setdefault(entry.creditor_id, index)


def _wrong_numbers(content: _CreditorFile, file: YamlFile) -> Iterator[str]:
    for index, entry in enumerate(content.creditors):
        for field, check, what in _FRENCH_NUMBERS:
            number = getattr(entry, field)
            if number is None or entry.country != "FR":
                continue
            try:
                check(number)
            except NumberError:
                yield file.fault(("creditors", index, field), f"{number!r} is not {what}")


def _low_rates(content: _CreditorFile, file: YamlFile, law: LawRegister, today: date) -> Iterator[str]:
    for index, entry in enumerate(content.creditors):
        if entry.contract_rate is None:
            continue
        try:
            check_contract_rate(entry.contract_rate, today, law.rates, law.rules)
        except ContractRateError as error:
            yield file.fault(("creditors", index, "contract_rate"), str(error))
