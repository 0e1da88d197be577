"""Entries of bank statements, whatever the format, gathered into the payments that came in."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from pydantic import ValidationError

from dunning.money import Money, round_half_up
from dunning.party import Language
from intake import values
from intake.bank import BankFile, BankLine, line_key
from intake.findings import BadRow, Skipped
from intake.phrases import Phrase
from intake.wording import CellError, say

_NOT_PROVIDED = "notprovided"
"""What a bank writes where the payer gave no end-to-end id (EPC SEPA credit transfer rulebook, AT-41)."""
_FRENCH_IBAN = re.compile(r"(?:FR|MC)\d{2}(\d{10}[0-9A-Z]{11})\d{2}")


@dataclass(frozen=True, slots=True)
class Movement:
    """One payment that came in, as a statement tells it."""

    account: str
    """As the file names it; part of the key, kept nowhere."""
    day: date
    """Of booking."""
    amount: Money
    label: str = ""
    """The bank's wording."""
    message: str = ""
    """The payer's wording (remittance information)."""
    end_to_end: str = ""
    creditor_references: tuple[str, ...] = ()
    payer: str = ""

    @property
    def text(self) -> str:
        """Both wordings in one line; the payer's once where the bank repeats it."""
        repeated = _squeezed(self.message) in _squeezed(self.label)
        return self.label if repeated else " ".join(filter(None, (self.label, self.message)))

    @property
    def identity(self) -> str:
        """What stays the same in every file that holds the movement, of whatever format.

        The end-to-end id travels unchanged from payer to statement, and so does the payer's message; spaces
        do not count, because a fixed-width format breaks lines in the middle of a word.
        """
        return _squeezed(self.end_to_end or self.message or f"{self.label}{self.payer}")


@dataclass(slots=True)
class Movements:
    """Collects what a statement holds while it is read."""

    file: str
    language: Language
    rejected: list[BadRow] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    _lines: list[BankLine] = field(default_factory=list)
    _alike: Counter[tuple[object, ...]] = field(default_factory=Counter)
    _closings: dict[str, date] = field(default_factory=dict)

    def take(self, movement: Movement) -> None:
        """Keep a payment."""
        words = movement.identity
        alike = (movement.account, movement.day, movement.amount, words)
        self._alike[alike] += 1
        nth = self._alike[alike]
        self._lines.append(
            BankLine(
                date=movement.day,
                amount=movement.amount,
                text=movement.text or movement.end_to_end or movement.payer,
                reference=movement.end_to_end or None,
                creditor_references=movement.creditor_references,
                counterparty=movement.payer or None,
                line_key=line_key(movement.day, movement.amount, words, nth, movement.account),
            )
        )

    def reject(self, line: int, place: str, value: str, fault: CellError) -> None:
        """Note what is wrong at a place (an element or columns) of a line of the file."""
        reason = say(fault.phrase, self.language, **fault.details)
        self.rejected.append(BadRow(line=line, column=place, value=value, reason=reason))

    def skip(self, line: int, phrase: Phrase) -> None:
        """Note that an entry is left aside."""
        self.skipped.append(Skipped(line=line, reason=say(phrase, self.language)))

    def close(self, account: str, day: date) -> None:
        """Note that the file holds everything of an account up to the end of a day."""
        self._closings[account] = max(day, self._closings.get(account, day))

    def as_file(self) -> BankFile:
        """All of it; complete up to the day to which every account is."""
        return BankFile(
            file=self.file,
            lines=tuple(self._lines),
            rejected=tuple(sorted(self.rejected, key=lambda row: row.line)),
            skipped=tuple(self.skipped),
            complete_to=min(self._closings.values(), default=None),
        )


def account_of_iban(iban: str) -> str:
    """The account behind an IBAN, so that a French one is the same in a CFONB file, which has no IBAN.

    A French IBAN is country, check digits, bank (5), branch (5), account (11) and key (2) (ISO 13616,
    register of SWIFT); a CFONB record holds bank, branch and account.
    """
    compact = "".join(iban.split()).upper()
    french = _FRENCH_IBAN.fullmatch(compact)
    return french[1] if french else compact


def end_to_end(words: str) -> str:
    """An end-to-end id; nothing where the bank says that the payer gave none."""
    return "" if _squeezed(words) == _NOT_PROVIDED else words


def payable(amount: Decimal, currency: str) -> Money:
    """Money of a statement; trailing zeros below the currency's smallest unit do not count.

    Raises:
        CellError: unknown currency, or finer than its smallest unit.
    """
    try:
        Money.zero(currency)
    except ValidationError as error:
        raise CellError(Phrase.CURRENCY_UNKNOWN) from error
    try:
        return Money(amount=amount, currency=currency)
    except ValidationError as error:
        fine = round_half_up(amount, currency) != amount
        raise CellError(
            Phrase.AMOUNT_TOO_FINE if fine else Phrase.AMOUNT_UNREADABLE, currency=currency
        ) from error


def _squeezed(words: str) -> str:
    return values.plain(words).replace(" ", "")
