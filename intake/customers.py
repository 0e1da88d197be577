"""The customers of a portfolio: rows and a separate customer file put together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from dunning.party import Customer, CustomerKind, Language
from intake import values
from intake.drafts import Draft, email
from intake.findings import Findings
from intake.phrases import Phrase
from intake.synonyms import CUSTOMER_COLUMNS, Column
from intake.wording import CellError

_COMPARED = (Column.CUSTOMER_NAME, Column.EMAIL)
"""What must not differ silently: whom a message names and where it goes."""
_POSTAL_CODE = 5


@dataclass(frozen=True, slots=True)
class Listed:
    """A customer as the separate customer file lists it."""

    file: str
    line: int
    code: str
    texts: Mapping[str, str]


class CustomerFile:
    """Looks customers up by code, also where a program dropped leading zeros."""

    def __init__(self, listed: Iterable[Listed]) -> None:
        """Index by code; codes that differ by zeros alone are never taken for each other."""
        self._by_code: dict[str, Listed] = {}
        self._by_stripped: dict[str, Listed | None] = {}
        for customer in listed:
            if customer.code in self._by_code:
                continue
            self._by_code[customer.code] = customer
            stripped = _stripped(customer.code)
            self._by_stripped[stripped] = None if stripped in self._by_stripped else customer

    def find(self, code: str) -> Listed | None:
        """The customer of this code, exactly or but for leading zeros."""
        return self._by_code.get(code) or self._by_stripped.get(_stripped(code))


def _stripped(code: str) -> str:
    return values.plain(code).lstrip("0")


@dataclass(slots=True)
class _Gathered:
    code: str | None
    line: int
    texts: dict[str, str]
    listed: Listed | None


class CustomerBook:
    """Gathers what all rows say of each customer, then builds each customer once."""

    def __init__(self, file: CustomerFile | None, language: Language, findings: Findings) -> None:
        """Begin with a separate customer file, if there is one; language is that of most customers."""
        self._file = file
        self._language = language
        self._findings = findings
        self._gathered: dict[str, _Gathered] = {}
        self._built: dict[str, Customer | CellError] = {}

    def add(self, draft: Draft) -> str:
        """Take in what a row says of its customer; the customer's opaque id."""
        code, listed = draft.texts.get(Column.CUSTOMER_ID), None
        if code is not None and self._file is not None:
            listed = self._file.find(code)
        if listed is not None and listed.code != code:
            restored, code = code, listed.code
        else:
            restored = None
        name = draft.texts.get(Column.CUSTOMER_NAME, "")
        customer_id = values.customer_id(code) if code else values.customer_id_of_name(name)
        known = self._gathered.get(customer_id)
        if known is None:
            self._gathered[customer_id] = _Gathered(code, draft.line, _of_customer(draft.texts), listed)
            self._note_first(draft, restored, code, listed)
        else:
            self._merge(known, draft)
        return customer_id

    def code(self, customer_id: str) -> str | None:
        """The code that the accounting program knows the customer by."""
        return self._gathered[customer_id].code

    def customer(self, customer_id: str) -> Customer | CellError:
        """The customer, or why there is none."""
        if customer_id not in self._built:
            self._built[customer_id] = self._build(customer_id)
        return self._built[customer_id]

    def _note_first(
        self, draft: Draft, restored: str | None, code: str | None, listed: Listed | None
    ) -> None:
        if restored is not None:
            self._findings.notice(
                draft.line, Column.CUSTOMER_ID, restored, Phrase.ZERO_RESTORED, restored=code
            )
        elif code is not None and self._file is not None and listed is None:
            self._findings.notice(draft.line, Column.CUSTOMER_ID, code, Phrase.CUSTOMER_NOT_IN_FILE)

    def _merge(self, known: _Gathered, draft: Draft) -> None:
        for column in _COMPARED:
            ours, theirs = known.texts.get(column), draft.texts.get(column)
            if ours and theirs and ours is not theirs and values.plain(ours) != values.plain(theirs):
                self._findings.notice(draft.line, column, theirs, Phrase.CUSTOMER_DISAGREES, first=known.line)
        for name, words in draft.texts.items():
            if name in CUSTOMER_COLUMNS:
                known.texts.setdefault(name, words)

    def _build(self, customer_id: str) -> Customer | CellError:
        gathered = self._gathered[customer_id]
        listed = gathered.listed
        texts = {**(listed.texts if listed else {}), **gathered.texts}
        name = texts.get(Column.CUSTOMER_NAME)
        if not name:
            return CellError(Phrase.NAME_MISSING)
        address = texts.get(Column.EMAIL)
        if address is None:
            self._findings.notice(gathered.line, Column.EMAIL, None, Phrase.EMAIL_MISSING)
        elif listed and Column.EMAIL not in gathered.texts:
            address, several, valid = email(address)
            if not valid:
                return CellError(
                    Phrase.EMAIL_MALFORMED_THERE, file=listed.file, line=listed.line, value=address
                )
            if several:
                self._findings.notice(gathered.line, Column.EMAIL, address, Phrase.EMAIL_SEVERAL)
        reader = _Reader(gathered.line, texts, self._findings)
        country = reader.country()
        return Customer(
            customer_id=customer_id,
            name=name,
            kind=reader.kind(),
            siren=reader.siren(),
            vat_number=reader.vat_number(),
            email=address,
            phone=reader.phone(country),
            language=reader.language(self._language),
            address=reader.address(country),
            country=country,
            contact_name=texts.get(Column.CONTACT_NAME),
        )


def _of_customer(texts: Mapping[str, str]) -> dict[str, str]:
    return {column: words for column, words in texts.items() if column in CUSTOMER_COLUMNS}


class _Reader:
    """Reads the texts of one customer; what is not understood becomes a notice, never a guess."""

    def __init__(self, line: int, texts: Mapping[str, str], findings: Findings) -> None:
        self._line = line
        self._texts = texts
        self._findings = findings

    def _doubt(self, column: Column, phrase: Phrase, **details: object) -> None:
        self._findings.notice(self._line, column, self._texts.get(column), phrase, **details)

    def kind(self) -> CustomerKind:
        words = self._texts.get(Column.CUSTOMER_KIND)
        if words is None:
            return CustomerKind.UNKNOWN
        found = values.kind(words)
        if found is None:
            self._doubt(Column.CUSTOMER_KIND, Phrase.KIND_UNKNOWN)
        return found or CustomerKind.UNKNOWN

    def siren(self) -> str | None:
        words = self._texts.get(Column.SIREN)
        found = values.siren(words) if words else None
        if words and found is None:
            self._doubt(Column.SIREN, Phrase.SIREN_WRONG)
        return found

    def vat_number(self) -> str | None:
        words = self._texts.get(Column.VAT_NUMBER)
        return "".join(words.split()).upper() if words else None

    def language(self, usual: Language) -> Language:
        words = self._texts.get(Column.LANGUAGE)
        if words is None:
            return usual
        found = values.language(words)
        if found is None:
            self._doubt(Column.LANGUAGE, Phrase.LANGUAGE_UNKNOWN, language=usual.value)
        return found or usual

    def country(self) -> str:
        words = self._texts.get(Column.COUNTRY)
        found = values.country(words) if words else None
        if words and found is None:
            self._doubt(Column.COUNTRY, Phrase.COUNTRY_UNKNOWN, country="FR")
        return found or "FR"

    def phone(self, country: str) -> str | None:
        words = self._texts.get(Column.PHONE)
        if words is None or country != "FR":
            return words
        number, restored = values.phone(words)
        if restored:
            self._doubt(Column.PHONE, Phrase.ZERO_RESTORED, restored=number)
        return number

    def address(self, country: str) -> str | None:
        code = self._texts.get(Column.POSTAL_CODE, "")
        if country == "FR" and code.isdecimal() and len(code) == _POSTAL_CODE - 1:
            code = code.zfill(_POSTAL_CODE)
            self._doubt(Column.POSTAL_CODE, Phrase.ZERO_RESTORED, restored=code)
        town = f"{code} {self._texts.get(Column.CITY, '')}".strip()
        lines = (self._texts.get(Column.ADDRESS), self._texts.get(Column.ADDRESS_MORE), town)
        return "\n".join(line for line in lines if line) or None
