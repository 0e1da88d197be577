"""Statements in CFONB 120 (fixed-width records of French banks) into the payments that came in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from intake.bank import BankFile, BankOptions
from intake.movements import Movement, Movements, end_to_end, payable
from intake.phrases import Phrase
from intake.tables import Source
from intake.wording import CellError

WIDTH = 120
_OPENING, _MOVEMENT, _DETAIL, _CLOSING = "01", "04", "05", "07"
_POSITIVE, _NEGATIVE = "{ABCDEFGHI", "}JKLMNOPQR"
"""The last digit and the sign in one character, as mainframes punched them."""
_NATIONAL = str.maketrans("éè", "{}")
"""Where a conversion took braces for the French letters that share their code (NF Z 62-010)."""
_AMOUNT = re.compile(rf"[0-9 ]{{0,13}}[{_POSITIVE}{_NEGATIVE}]")
_CENTURY_TURNS = 80
_RECORD = re.compile(r"0[147][0-9A-Z]{5}.{4}[0-9A-Z ]{5}[A-Z ]{3}[0-9 ].")
_AMOUNT_AT = "91-104"
_DATE_AT = "35-40"


@dataclass(frozen=True, slots=True)
class _Record:
    """One record, by the columns of the CFONB's brochure *Relevé de compte sur support informatique*."""

    line: int
    """Of the file; the count of records where the file has no line ends."""
    text: str

    def columns(self, first: int, last: int) -> str:
        """The content of columns, counted from 1, as the brochure counts."""
        return self.text[first - 1 : last].strip()

    @property
    def kind(self) -> str:
        return self.text[:2]

    @property
    def account(self) -> str:
        """Bank, branch and account; a French IBAN holds the same."""
        return self.text[2:7] + self.text[11:16] + self.text[21:32]

    @property
    def number(self) -> str:
        """The account's number and its currency, which all records of a statement share."""
        return self.text[21:32] + self.text[16:19]

    def day(self) -> date:
        """The date of booking or of the balance, DDMMYY.

        Raises:
            CellError: not six digits, or no such day.
        """
        stated = self.text[34:40]
        if not (stated.isascii() and stated.isdecimal()):
            raise CellError(Phrase.DATE_MISSING if not stated.strip() else Phrase.DATE_UNREADABLE)
        century = 1900 if int(stated[4:]) >= _CENTURY_TURNS else 2000
        try:
            return datetime.strptime(f"{stated[:4]}{century + int(stated[4:])}+0000", "%d%m%Y%z").date()
        except ValueError as error:
            raise CellError(Phrase.DATE_IMPOSSIBLE) from error

    def amount(self) -> Decimal:
        """The signed amount in major units: more than zero is the account holder's credit.

        Raises:
            CellError: not thirteen digits and a signed one.
        """
        stated = self.text[90:104].translate(_NATIONAL).strip()
        places = self.text[19].strip() or "2"
        if not (_AMOUNT.fullmatch(stated) and places.isdecimal()):
            raise CellError(Phrase.AMOUNT_UNREADABLE)
        negative = stated[-1] in _NEGATIVE
        last = (_NEGATIVE if negative else _POSITIVE).index(stated[-1])
        units = Decimal(f"{stated[:-1].replace(' ', '0')}{last}").scaleb(-int(places))
        return -units if negative else units


@dataclass(slots=True)
class _Statement:
    """What stands between an opening and a closing balance."""

    opening: _Record
    movements: list[_Record] = field(default_factory=list)
    details: dict[int, dict[str, list[str]]] = field(default_factory=dict)
    """By movement and qualifier."""
    is_whole: bool = True
    """Whether each of its records could be read."""


def looks_like_cfonb(data: bytes) -> bool:
    """Whether a file begins with a record of CFONB 120."""
    return _RECORD.match(data[:200].lstrip(b"\xef\xbb\xbf \r\n\t").decode("latin-1")) is not None


def read_cfonb(source: Source, options: BankOptions) -> BankFile:
    """Read the credits of every statement of a CFONB 120 file.

    A statement whose movements do not lead from its opening to its closing balance, or that has no closing
    balance, is refused as a whole: something of it is missing. Credits with a rejection code are our own
    payments coming back and left aside.

    Args:
        source: the file, in UTF-8 or a western code page, with or without line ends.
        options: language of the findings; the account is what the records say.
    """
    movements = Movements(source.name, options.language)
    reader = _Reader(movements)
    for record in _records(source.data):
        reader.read(record)
    reader.finish()
    return movements.as_file()


def _records(data: bytes) -> Iterator[_Record]:
    lines = re.split(r"\r\n|\r|\n", _decode(data).rstrip("\x00\x1a\r\n "))
    filled = [(number, line) for number, line in enumerate(lines, start=1) if line.strip("\x00\x1a ")]
    count = 0
    for number, line in filled:
        for piece in _pieces(line):
            count += 1
            yield _Record(count if len(filled) == 1 else number, piece.ljust(WIDTH))


def _pieces(line: str) -> list[str]:
    """The records of a line: one, or several where the line ends were lost."""
    if len(line.rstrip()) <= WIDTH:
        return [line.rstrip()]
    pieces = [line[at : at + WIDTH] for at in range(0, len(line), WIDTH)]
    return pieces if all(piece[:1] == "0" for piece in pieces) else [line]


def _decode(data: bytes) -> str:
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1")


class _Reader:
    """Takes records one by one and hands over each statement that is closed."""

    def __init__(self, movements: Movements) -> None:
        self._movements = movements
        self._open: _Statement | None = None

    def read(self, record: _Record) -> None:
        if len(record.text) > WIDTH:
            self._reject(record, Phrase.RECORD_TOO_LONG, length=len(record.text))
        elif record.kind == _OPENING:
            self.finish()
            self._open = _Statement(record)
        elif record.kind not in {_MOVEMENT, _DETAIL, _CLOSING}:
            self._reject(record, Phrase.RECORD_UNKNOWN)
        elif self._open is None:
            self._reject(record, Phrase.RECORD_OUTSIDE)
        elif record.number != self._open.opening.number:
            self._reject(record, Phrase.RECORD_OF_OTHER_ACCOUNT)
        elif record.kind == _CLOSING:
            self._close(self._open, record)
        else:
            self._add(self._open, record)

    def finish(self) -> None:
        """Refuse a statement that the file leaves open."""
        if self._open is not None:
            self._drop(self._open, self._open.opening, "", Phrase.STATEMENT_UNFINISHED)

    def _add(self, statement: _Statement, record: _Record) -> None:
        if record.kind == _MOVEMENT:
            statement.movements.append(record)
        elif not statement.movements:
            self._reject(record, Phrase.RECORD_OUTSIDE)
        else:
            details = statement.details.setdefault(statement.movements[-1].line, {})
            details.setdefault(record.columns(46, 48), []).append(record.text[48:118])

    def _close(self, statement: _Statement, closing: _Record) -> None:
        taken = [self._movement(statement, record) for record in statement.movements]
        balance = self._amount(statement, statement.opening)
        for record in statement.movements:
            balance += self._amount(statement, record)
        closed = self._amount(statement, closing)
        if statement.is_whole and balance != closed:
            stated = f"{closed:f}"
            self._drop(statement, closing, stated, Phrase.STATEMENT_DOES_NOT_ADD_UP, found=f"{balance:f}")
            return
        self._open = None
        for movement in filter(None, taken):
            self._movements.take(movement)
        try:
            self._movements.close(statement.opening.account, closing.day())
        except CellError as fault:
            self._movements.reject(closing.line, _DATE_AT, closing.columns(35, 40), fault)

    def _amount(self, statement: _Statement, record: _Record) -> Decimal:
        """An amount for the sum; a movement's bad one is told where the movement is read."""
        try:
            return record.amount()
        except CellError as fault:
            statement.is_whole = False
            if record.kind != _MOVEMENT:
                self._movements.reject(record.line, _AMOUNT_AT, record.columns(91, 104), fault)
            return Decimal(0)

    def _movement(self, statement: _Statement, record: _Record) -> Movement | None:
        """A movement that came in; else nothing, and why."""
        place, first, last = _AMOUNT_AT, 91, 104
        try:
            amount = record.amount()
            aside = _aside(record, amount)
            if aside:
                self._movements.skip(record.line, aside)
                return None
            money = payable(amount, record.text[16:19])
            place, first, last = _DATE_AT, 35, 40
            day = record.day()
        except CellError as fault:
            self._movements.reject(record.line, place, record.columns(first, last), fault)
            return None
        details = statement.details.get(record.line, {})
        ultimate, payer = _joined(details, "NPO"), _joined(details, "NPY")
        label = " ".join(filter(None, (record.columns(49, 79), _joined(details, "LIB"))))
        return Movement(
            account=record.account,
            day=day,
            amount=money,
            label=" ".join(f"{label} {payer if ultimate else ''}".split()),
            message=_joined(details, "LCC", "LC2"),
            end_to_end=end_to_end(" ".join(part[:35].strip() for part in details.get("RCN", ()))),
            creditor_references=tuple(filter(None, [_joined(details, "LCS")])),
            payer=ultimate or payer,
        )

    def _drop(
        self, statement: _Statement, record: _Record, value: str, phrase: Phrase, **details: object
    ) -> None:
        """Refuse a statement, so that none of its lines is taken."""
        self._open = None
        place = f"{_AMOUNT_AT}" if record.kind == _CLOSING else "1-2"
        self._movements.reject(record.line, place, value or record.kind, CellError(phrase, **details))
        for movement in statement.movements:
            self._movements.skip(movement.line, Phrase.SKIPPED_WITH_STATEMENT)

    def _reject(self, record: _Record, phrase: Phrase, **details: object) -> None:
        if self._open is not None:
            self._open.is_whole = False
        self._movements.reject(record.line, "1-2", record.text[:2], CellError(phrase, **details))


def _aside(record: _Record, amount: Decimal) -> Phrase | None:
    """Why a movement is no payment that came in, if it is none."""
    if not amount:
        return Phrase.SKIPPED_ZERO
    if amount < 0:
        return Phrase.SKIPPED_OUTGOING
    return Phrase.SKIPPED_RETURNED if record.columns(41, 42) else None


def _joined(details: dict[str, list[str]], *qualifiers: str) -> str:
    """The contents of these qualifiers in order; a full one runs on in the next without a space."""
    return " ".join("".join(part for name in qualifiers for part in details.get(name, ())).split())
