"""CSV files of banks into the payments that came in."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cache
from itertools import chain
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from dunning.money import Currency, Money
from dunning.party import Language
from intake import values
from intake.amounts import DecimalMark, decide_mark, parse_amount
from intake.asides import is_total
from intake.cells import Cells, loose
from intake.columns import Layout, Vocabulary, locate, require
from intake.dates import decide_order, parse_date
from intake.figures import Figures
from intake.findings import BadRow, Findings, Skipped
from intake.formats import Formats
from intake.mapping import ColumnMapping
from intake.phrases import Phrase
from intake.rows import Row
from intake.synonyms import Column
from intake.tables import Source, Table, read_table
from intake.wording import CellError


class BankColumn(StrEnum):
    """The canonical columns of a bank's file, besides debit, credit, amount, side and currency."""

    DATE = "date"
    VALUE_DATE = "value_date"
    TEXT = "text"
    MORE_TEXT = "more_text"
    REFERENCE = "reference"
    COUNTERPARTY = "counterparty"


_SYNONYMS = {
    BankColumn.DATE: (
        "date | date opération | date de comptabilisation | date comptable | date d'opération | date op"
        " | date de l'opération | booking date | settlement date | date de l'écriture | date écriture"
        " | date de la valeur en utc"
    ),
    BankColumn.VALUE_DATE: "date valeur | date de valeur | value date | date val | valeur",
    BankColumn.TEXT: (
        "libellé | libellé opération | libellé de l'opération | libellé simplifié | description | opération"
        " | nature | nature de l'opération | détail | label | transaction | intitulé | motif"
    ),
    BankColumn.MORE_TEXT: (
        "informations complémentaires | détail de l'écriture | libellé complémentaire | complément"
        " | détails | détail de l'opération | commentaire | communication | information complémentaire"
        " | note | motif du virement"
    ),
    BankColumn.REFERENCE: (
        "référence | réf. | référence opération | référence de l'opération | référence bout en bout"
        " | end to end id | reference | id transaction | numéro de chèque"
    ),
    BankColumn.COUNTERPARTY: (
        "contrepartie | nom de la contrepartie | émetteur | donneur d'ordre | nom du donneur d'ordre"
        " | tiers | nom du tiers | counterparty | counterparty name | payer | débiteur | nom contrepartie"
    ),
    Column.AMOUNT: (
        "montant | montant de l'opération | montant opération | amount | montant total ttc | montant en eur"
        " | montant signé | montant net"
    ),
    Column.DEBIT: "débit | débits | montant débit | débit euros | débit (eur) | sorties",
    Column.CREDIT: "crédit | crédits | montant crédit | crédit euros | crédit (eur) | entrées",
    Column.CURRENCY: "devise | currency | devise du compte | monnaie",
    Column.SIDE: "sens | sens opération | d/c | type débit crédit",
}
BANK_COLUMNS = frozenset(str(column) for column in _SYNONYMS)
"""What ``--map`` may name in a bank's file."""
_NEEDED = ((BankColumn.DATE,), (BankColumn.TEXT, BankColumn.REFERENCE), (Column.AMOUNT, Column.CREDIT))


class BankLine(BaseModel):
    """Money that came in on one day; whatever format it was read from."""

    model_config = ConfigDict(frozen=True)

    date: date
    amount: Money
    """More than zero."""
    text: str
    reference: str | None = None
    """What the payer or the bank calls the transfer; an end-to-end id in statements."""
    creditor_references: tuple[str, ...] = ()
    """Structured references that the payer copied (ISO 11649, or the number of a document)."""
    counterparty: str | None = None
    line_key: str
    """The same movement has the same key in every file that holds it."""


class BankFile(BaseModel):
    """What a bank's file holds; every row is in exactly one of the lists."""

    model_config = ConfigDict(frozen=True)

    file: str
    lines: tuple[BankLine, ...]
    rejected: tuple[BadRow, ...]
    skipped: tuple[Skipped, ...]
    complete_to: date | None = None
    """The day up to which the file says that it holds everything; CSV files do not say."""


class BankOptions(BaseModel):
    """How a bank's file is to be read."""

    model_config = ConfigDict(frozen=True)

    language: Language = Language.FRENCH
    mapping: ColumnMapping = Field(default_factory=ColumnMapping)
    default_currency: Currency = "EUR"
    account: str = ""
    """An opaque name of the account, where files of several are read: part of the line keys."""


def line_key(day: date, amount: Money, text: str, nth: int, account: str = "") -> str:
    """The key of a movement: the same in overlapping files of one account.

    Args:
        day: of booking.
        amount: in major units.
        text: the bank's wording; case, accents, spaces and punctuation do not count.
        nth: 1 for the first movement of that day, amount and text in a file. Banks export whole days, so
            the count is the same in each file.
        account: the account's opaque name, if files of several are read.
    """
    parts = (account, day.isoformat(), str(amount), values.plain(text))
    return f"{hashlib.sha256('|'.join(parts).encode()).hexdigest()[:20]}-{nth}"


@cache
def _vocabulary() -> Vocabulary:
    return Vocabulary.of({column: names.split("|") for column, names in _SYNONYMS.items()})


def read_bank_csv(
    source: Path | bytes, options: BankOptions | None = None, name: str | None = None
) -> BankFile:
    """Read the money that came in out of a bank's CSV (or XLSX) file.

    Debit and credit columns or one signed amount; lines above the header and balances below it are left
    aside, and so is money that went out.

    Args:
        source: the file's path, or its content.
        options: how to read it.
        name: what errors call the file; the path's last part by default.

    Raises:
        IntakeError: the file as a whole cannot be read; `in_words` says why and what to do.
    """
    chosen = options or BankOptions()
    mapping = chosen.mapping
    vocabulary = _vocabulary().with_headings(mapping.columns)
    table = read_table(Source.of(source, name), vocabulary, mapping.sheet)
    layout = locate(table.header, vocabulary, mapping.columns, table.name, mapping.ignore)
    require(layout, _NEEDED, table.name, mapping.constants)
    findings = Findings(chosen.language, layout)
    reader = _BankReader(table, layout, chosen, findings)
    lines = [line for line in map(reader.read, table.rows) if line is not None]
    return BankFile(
        file=table.name,
        lines=tuple(lines),
        rejected=tuple(findings.rejected),
        skipped=tuple(findings.skipped),
    )


class _BankReader:
    def __init__(self, table: Table, layout: Layout, options: BankOptions, findings: Findings) -> None:
        self._cells = Cells(layout, options.mapping.constants, findings)
        formats = _formats(table, layout, options)
        self._order = formats.orders[BankColumn.DATE]
        self._marks = formats.marks
        self._figures = Figures(self._cells, formats, options.default_currency)
        self._account = options.account
        self._alike: Counter[tuple[object, ...]] = Counter()
        self._findings = findings

    def read(self, row: Row) -> BankLine | None:
        """One movement that came in; else nothing, and why."""
        self._cells.turn_to(row)
        cells = self._cells
        if cells.is_blank(BankColumn.DATE):
            self._findings.skip(row.line, Phrase.SKIPPED_NO_DATE)
            return None
        text = " ".join(filter(None, (self._text(BankColumn.TEXT), self._text(BankColumn.MORE_TEXT))))
        reference = self._text(BankColumn.REFERENCE)
        try:
            day = parse_date(cells.get(BankColumn.DATE), self._order)
        except CellError as fault:
            if self._amount() is None or is_total(loose(cells.get(BankColumn.DATE))):
                self._findings.skip(row.line, Phrase.SKIPPED_NO_DATE)
            else:
                cells.fault(BankColumn.DATE, fault)
            return None
        money = self._money()
        if cells.faults or day is None or money is None:
            return None
        words = text or reference or ""
        alike = (day, money, values.plain(words))
        self._alike[alike] += 1
        return BankLine(
            date=day,
            amount=money,
            text=words,
            reference=reference,
            counterparty=self._text(BankColumn.COUNTERPARTY),
            line_key=line_key(day, money, words, self._alike[alike], self._account),
        )

    def _text(self, column: str) -> str | None:
        return self._cells.attempt(column, values.text)

    def _amount(self) -> Decimal | None:
        """Any amount of the row, to tell a bad date from a line of text."""
        for column in self._cells.among((Column.AMOUNT, Column.CREDIT, Column.DEBIT)):
            try:
                amount = parse_amount(self._cells.get(column), self._marks.get(column))
            except CellError:
                continue
            if amount is not None:
                return amount.value
        return None

    def _money(self) -> Money | None:
        """What came in, counted from the account holder's side: a bank's credit is money received."""
        currency, asked, _ = self._figures.read()
        if self._cells.faults:
            return None
        received = asked
        if Column.CREDIT in self._cells.present and Column.AMOUNT not in self._cells.present:
            received = self._received()
        elif Column.SIDE in self._cells.present:
            # Signed or not: the side decides.
            side = self._text(Column.SIDE) or ""
            received = abs(asked) if side[:1] in {"C", "c", "+"} else -abs(asked)
        if received <= 0:
            self._findings.skip(self._cells.row.line, Phrase.SKIPPED_OUTGOING)
            return None
        return Money(amount=received, currency=currency)

    def _received(self) -> Decimal:
        """Credit less debit; some banks print debits with a minus, which must not count twice."""
        figures = []
        for column in (Column.CREDIT, Column.DEBIT):
            amount = parse_amount(self._cells.get(column), self._marks.get(column))
            figures.append(abs(amount.value) if amount else Decimal(0))
        return figures[0] - figures[1]


def _formats(table: Table, layout: Layout, options: BankOptions) -> Formats:
    def cells(columns: Sequence[str]) -> chain[object]:
        return chain.from_iterable(
            table.column(layout.positions[column]) for column in columns if column in layout
        )

    order = options.mapping.date_order or decide_order(
        cells([BankColumn.DATE]), cells([BankColumn.VALUE_DATE]), options.language
    )
    columns = (Column.AMOUNT, Column.CREDIT, Column.DEBIT)
    together = decide_mark(cells(columns))
    marks: dict[str, DecimalMark | None] = {
        column: options.mapping.decimal_mark or together or decide_mark(cells([column])) for column in columns
    }
    return Formats(marks, {BankColumn.DATE: order})
