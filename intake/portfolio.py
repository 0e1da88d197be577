"""A file of unpaid invoices into invoices, customers and credits, with a reason for each row not taken."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from dunning.invoice import Invoice
from dunning.money import Currency, Money
from dunning.party import Customer, Language, OpaqueId
from intake.asides import Asides
from intake.columns import Layout, Vocabulary, locate, require
from intake.credit_rows import read_credits
from intake.credits import Credit, OpenInvoice
from intake.customers import CustomerBook, CustomerFile, Listed
from intake.drafts import Draft, RowReader
from intake.findings import BadRow, Findings, Notice, Skipped
from intake.formats import Formats, decide_formats
from intake.identity import Claim, identify
from intake.mapping import ColumnMapping
from intake.phrases import Phrase
from intake.synonyms import SYNONYMS, Column
from intake.tables import Source, Table, read_table
from intake.wording import CellError

_NEEDED = (
    (Column.NUMBER, Column.INVOICE_ID),
    (Column.CUSTOMER_ID, Column.CUSTOMER_NAME),
    (Column.AMOUNT, Column.BALANCE, Column.DEBIT),
    (Column.ISSUE_DATE,),
    (Column.DUE_DATE,),
)


class PortfolioOptions(BaseModel):
    """How a portfolio is to be read."""

    model_config = ConfigDict(frozen=True)

    creditor_id: OpaqueId
    language: Language = Language.FRENCH
    """Of the reasons, of customers without one, and of the file: French dates are day first."""
    mapping: ColumnMapping = Field(default_factory=ColumnMapping)
    customers_file: Path | bytes | None = None
    """A separate file of customers, joined by customer code."""
    customers_mapping: ColumnMapping = Field(default_factory=ColumnMapping)
    default_currency: Currency = "EUR"
    """Where neither row, heading nor mapping names one."""
    known_ids: Mapping[tuple[str, date], str] = Field(default_factory=dict)
    """Invoice id by number and due date, as the ledger knows them: instalments keep their ids."""


class PortfolioEntry(BaseModel):
    """One invoice of a file, with its customer and what the file says about its past."""

    model_config = ConfigDict(frozen=True)

    line: int
    invoice: Invoice
    customer: Customer
    customer_code: str | None = None
    """The customer's code in the accounting program; may tell a name, so never part of an id."""
    paid: Money
    """What the file says was paid already."""
    settled_date: date | None = None
    last_contact_level: int | None = None
    last_contact_date: date | None = None

    @property
    def balance(self) -> Money:
        """What remains according to the file; nothing for an invoice that is settled."""
        return self.invoice.amount - self.paid

    @property
    def open_invoice(self) -> OpenInvoice:
        """The entry as netting sees it."""
        return OpenInvoice(invoice=self.invoice, balance=self.balance)


class Portfolio(BaseModel):
    """Everything that a file holds; each row of it is in exactly one of the lists, repeats apart."""

    model_config = ConfigDict(frozen=True)

    file: str
    columns: Mapping[str, str]
    """Canonical column → heading it was found under."""
    entries: tuple[PortfolioEntry, ...]
    credits: tuple[Credit, ...]
    rejected: tuple[BadRow, ...]
    """One for each fault: a row may have several."""
    notices: tuple[Notice, ...]
    skipped: tuple[Skipped, ...]


@cache
def _vocabulary() -> Vocabulary:
    return Vocabulary.of(SYNONYMS)


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Keep the cycle collector from walking a growing heap again and again: it takes 40 % of a large file."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def read_portfolio(source: Path | bytes, options: PortfolioOptions, name: str | None = None) -> Portfolio:
    """Read a portfolio, CSV or XLSX.

    Args:
        source: the file's path, or its content.
        options: whose invoices these are, and how to read them.
        name: what errors call the file; the path's last part by default.

    Returns:
        Entries and credits that can be used, and for every other row the reason why not. Credits are not
        netted yet: see `net_credits`.

    Raises:
        IntakeError: the file as a whole cannot be read; `in_words` says why and what to do.
    """
    with _collector_paused():
        return _read(Source.of(source, name), options)


def _read(source: Source, options: PortfolioOptions) -> Portfolio:
    mapping = options.mapping
    table, layout = _open(source, mapping)
    if options.customers_file is None:
        layout = _with_names(layout)
    require(layout, _NEEDED, table.name, mapping.constants)
    findings = Findings(options.language, layout)
    file = _customer_file(options) if options.customers_file is not None else None
    if file is None:
        require(layout, ((Column.CUSTOMER_NAME,),), table.name, mapping.constants)
    formats = decide_formats(table, layout, mapping, options.language)
    reader = RowReader(layout, formats, mapping, options.default_currency, findings)
    drafts = _read_rows(table, layout, reader, findings)
    if drafts and not reader.currency_seen:
        currency = options.default_currency
        findings.notice(table.header_line, Column.CURRENCY, None, Phrase.CURRENCY_ASSUMED, currency=currency)
    book = CustomerBook(file, options.language, findings)
    owned = [(book.add(draft), draft) for draft in drafts]
    claims = identify(
        [(owner, draft) for owner, draft in owned if not _is_credit(draft)], options.known_ids, findings
    )
    entries = [_entry(claim, book, options.creditor_id, findings) for claim in claims]
    credits_ = read_credits([(owner, draft) for owner, draft in owned if _is_credit(draft)], findings)
    findings.in_order()
    return Portfolio(
        file=table.name,
        columns={column: layout.header[at] for column, at in layout.positions.items()},
        entries=tuple(entry for entry in entries if entry is not None),
        credits=credits_,
        rejected=tuple(findings.rejected),
        notices=tuple(findings.notices),
        skipped=tuple(findings.skipped),
    )


def _open(source: Source, mapping: ColumnMapping) -> tuple[Table, Layout]:
    vocabulary = _vocabulary().with_headings(mapping.columns)
    table = read_table(source, vocabulary, mapping.sheet)
    layout = locate(table.header, vocabulary, mapping.columns, table.name, mapping.ignore)
    if Column.DEBIT in layout and Column.BALANCE not in mapping.columns:
        # Beside debit and credit a balance is the running one of the account, not that of an invoice.
        positions = {name: at for name, at in layout.positions.items() if name != Column.BALANCE}
        layout = Layout(layout.header, positions)
    return table, layout


def _with_names(layout: Layout) -> Layout:
    """Where no column names the customer, the contact is meant: Xero calls its customers contacts."""
    if Column.CUSTOMER_NAME in layout or Column.CONTACT_NAME not in layout:
        return layout
    contact = layout.positions[Column.CONTACT_NAME]
    return Layout(layout.header, {**layout.positions, Column.CUSTOMER_NAME: contact})


def _customer_file(options: PortfolioOptions) -> CustomerFile:
    source = options.customers_file
    assert source is not None  # noqa: S101 the caller asked because there is one
    table, layout = _open(Source.of(source), options.customers_mapping)
    require(layout, ((Column.CUSTOMER_ID,),), table.name, options.customers_mapping.constants)
    own = Findings(options.language, layout)
    reader = RowReader(layout, Formats({}, {}), options.customers_mapping, options.default_currency, own)
    rows = ((row, reader.read_customer(row)) for row in table.rows)
    return CustomerFile(
        Listed(table.name, row.line, texts[Column.CUSTOMER_ID], texts)
        for row, texts in rows
        if Column.CUSTOMER_ID in texts
    )


def _read_rows(table: Table, layout: Layout, reader: RowReader, findings: Findings) -> list[Draft]:
    drafts = []
    asides = Asides(layout)
    for row in table.rows:
        aside = asides.why(row)
        if aside is not None:
            findings.skip(row.line, aside)
        elif len(row.cells) > len(layout.header) and any(row.cells[len(layout.header) :]):
            findings.reject(row.line, Column.NUMBER, row.cells[0], CellError(Phrase.TOO_MANY_CELLS))
        else:
            draft = reader.read(row)
            if draft is None:
                continue
            if draft.open == 0 and draft.amount < 0:
                findings.skip(row.line, Phrase.SKIPPED_USED_CREDIT)
            else:
                drafts.append(draft)
    return drafts


def _is_credit(draft: Draft) -> bool:
    return draft.open < 0


def _entry(claim: Claim, book: CustomerBook, creditor_id: str, findings: Findings) -> PortfolioEntry | None:
    draft = claim.draft
    customer = book.customer(claim.customer_id)
    if isinstance(customer, CellError):
        column = Column.CUSTOMER_NAME if customer.phrase is Phrase.NAME_MISSING else Column.EMAIL
        findings.reject(draft.line, column, str(customer.details.get("value", "")), customer)
        return None
    amount = Money(amount=draft.amount, currency=draft.currency)
    assert draft.issued is not None  # noqa: S101 the row was checked
    assert draft.due is not None  # noqa: S101 the row was checked
    invoice = Invoice(
        creditor_id=creditor_id,
        invoice_id=claim.invoice_id,
        number=draft.number,
        customer_id=claim.customer_id,
        amount=amount,
        issue_date=draft.issued,
        due_date=draft.due,
        description=draft.texts.get(Column.DESCRIPTION),
        order_number=draft.texts.get(Column.ORDER_NUMBER),
        document=draft.texts.get(Column.DOCUMENT),
    )
    return PortfolioEntry(
        line=draft.line,
        invoice=invoice,
        customer=customer,
        customer_code=book.code(claim.customer_id),
        paid=_paid(draft),
        settled_date=draft.settled,
        last_contact_level=draft.level,
        last_contact_date=draft.contacted,
    )


def _paid(draft: Draft) -> Money:
    if draft.open == draft.amount:
        return _nothing(draft.currency)
    return Money(amount=draft.amount - draft.open, currency=draft.currency)


@cache
def _nothing(currency: str) -> Money:
    return Money.zero(currency)
