"""Statements in ISO 20022 XML (camt.053, all versions) into the payments that came in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from xml.etree.ElementTree import Element

from dunning.money import Money
from intake.bank import BankFile, BankOptions
from intake.dates import parse_date
from intake.movements import Movement, Movements, account_of_iban, end_to_end, payable
from intake.phrases import Phrase
from intake.statement_xml import first_words, line_of, read_tree, words
from intake.tables import Source
from intake.wording import CellError, IntakeError

_OTHER_REPORTS = {"BkToCstmrAcctRpt": "camt.052", "BkToCstmrDbtCdtNtfctn": "camt.054"}
_AMOUNT = re.compile(r"\d{1,18}(?:\.\d{1,5})?")
"""`ActiveOrHistoricCurrencyAndAmount` of ISO 20022: never signed."""
_ZERO = re.compile(r"0+(?:\.0+)?")
_CHEQUES = "RCHQ"
"""Family *received cheques* of the ISO 20022 bank transaction codes."""
_TRUE = {"true", "1"}
_DETAILS = "NtryDtls/TxDtls"


class _FaultError(Exception):
    """A `CellError` and the element to blame."""

    def __init__(self, element: str, value: str, fault: CellError) -> None:
        self.element, self.value, self.fault = element, value, fault
        super().__init__(str(fault))


def read_camt(source: Source, options: BankOptions) -> BankFile:
    """Read the booked credits of every statement of a camt.053 file.

    Elements are found by their local names, which versions 02 to 13 share but for the two places where a
    later one wraps a value (`Sts/Cd`, `Dbtr/Pty`). A batch becomes one line per transaction where their
    amounts add up to the entry, else one line as a whole. Reversals and returns are left aside: the money
    is ours, coming back. Bad entries are told with the line on which they begin.

    Args:
        source: the file.
        options: language, and the account's name for files that name none.

    Raises:
        IntakeError: not well-formed, unsafe, too large, or XML of another kind.
    """
    statements = _statements(source)
    movements = Movements(source.name, options.language)
    seen = set()
    for statement in statements:
        account = _account(statement) or options.account
        content = (account, words(statement, "Id"), *_content(statement))
        if content in seen:
            movements.skip(line_of(statement), Phrase.SKIPPED_REPEATED)
            continue
        seen.add(content)
        for entry in statement.findall("Ntry"):
            _read_entry(entry, account, movements)
        closed = _closing_day(statement)
        if closed:
            movements.close(account, closed)
    return movements.as_file()


def _statements(source: Source) -> list[Element]:
    root = read_tree(source)
    message = root.find("BkToCstmrStmt")
    if message is not None:
        return message.findall("Stmt")
    for name, report in _OTHER_REPORTS.items():
        if root.find(name) is not None:
            raise IntakeError(Phrase.OTHER_REPORT, name=source.name, seen=report)
    raise IntakeError(Phrase.NOT_A_STATEMENT, name=source.name, seen=root.tag)


def _content(statement: Element) -> tuple[str, ...]:
    """What is booked, to know a copy (`CpyDplctInd`) from a second page of one statement."""
    return tuple(" ".join(part.strip() for part in entry.itertext()) for entry in statement.findall("Ntry"))


def _account(statement: Element) -> str:
    return account_of_iban(first_words(statement, "Acct/Id/IBAN", "Acct/Id/Othr/Id"))


def _closing_day(statement: Element) -> date | None:
    """The day of the closing balance, or the end of the period that the statement covers."""
    days = [
        first_words(balance, "Dt/Dt", "Dt/DtTm")
        for balance in statement.findall("Bal")
        if words(balance, "Tp/CdOrPrtry/Cd") == "CLBD"
    ]
    stated = next(filter(None, days), None) or words(statement, "FrToDt/ToDtTm")
    try:
        return parse_date(stated[:10] or None)
    except CellError:
        return None


def _read_entry(entry: Element, account: str, movements: Movements) -> None:
    line = line_of(entry)
    try:
        aside = _aside(entry)
        if aside:
            movements.skip(line, aside)
            return
        for movement in _movements(entry, account):
            movements.take(movement)
    except _FaultError as error:
        movements.reject(line, error.element, error.value, error.fault)


def _aside(entry: Element) -> Phrase | None:
    """Why an entry is no payment that came in, if it is none."""
    if first_words(entry, "Sts/Cd", "Sts") != "BOOK":
        return Phrase.SKIPPED_PENDING
    direction = words(entry, "CdtDbtInd")
    if direction == "DBIT":
        return Phrase.SKIPPED_OUTGOING
    if direction != "CRDT":
        raise _FaultError("CdtDbtInd", direction, CellError(Phrase.DIRECTION_UNKNOWN))
    details = entry.findall(_DETAILS)
    returned = details and all(detail.find("RtrInf") is not None for detail in details)
    if returned or words(entry, "RvslInd") in _TRUE:
        return Phrase.SKIPPED_RETURNED
    return Phrase.SKIPPED_ZERO if _ZERO.fullmatch(words(entry, "Amt")) else None


def _movements(entry: Element, account: str) -> Iterator[Movement]:
    total = _amount(entry, "Amt")
    if total is None:
        raise _FaultError("Amt", "", CellError(Phrase.AMOUNT_UNREADABLE))
    day = _day(entry)
    details = entry.findall(_DETAILS)
    for amount, parts in _shares(details, total):
        yield Movement(
            account=account,
            day=day,
            amount=amount,
            label=_label(entry, parts),
            message=" ".join(filter(None, map(_message, parts))),
            end_to_end=" ".join(
                dict.fromkeys(filter(None, (end_to_end(words(part, "Refs/EndToEndId")) for part in parts)))
            ),
            creditor_references=tuple(
                dict.fromkeys(reference for part in parts for reference in _creditor_references(part))
            ),
            payer=_payer(parts[0])[0] if len(parts) == 1 else "",
        )


def _shares(details: list[Element], total: Money) -> list[tuple[Money, list[Element]]]:
    """The transactions of an entry and what each brought; all as one where their amounts do not add up.

    Charges, other currencies and missing amounts are why they may not.
    """
    if len(details) <= 1:
        return [(total, details)]
    amounts = [_amount_of_detail(detail) for detail in details]
    credits_only = all(
        words(detail, "CdtDbtInd") in {"", "CRDT"} and detail.find("RtrInf") is None for detail in details
    )
    known = [amount for amount in amounts if amount is not None and amount.currency == total.currency]
    if credits_only and len(known) == len(details) and all(amount.is_positive for amount in known):
        received = sum((amount.amount for amount in known), Decimal(0))
        if received == total.amount:
            return [(amount, [detail]) for amount, detail in zip(known, details, strict=True)]
    return [(total, details)]


def _amount_of_detail(detail: Element) -> Money | None:
    paths = ("Amt", "AmtDtls/TxAmt/Amt", "AmtDtls/InstdAmt/Amt")
    found = (_amount(detail, path) for path in paths if detail.find(path) is not None)
    return next(found, None)


def _amount(element: Element, path: str) -> Money | None:
    amount = element.find(path)
    if amount is None:
        return None
    stated = words(amount, ".")
    if not _AMOUNT.fullmatch(stated):
        raise _FaultError("Amt", stated, CellError(Phrase.AMOUNT_UNREADABLE))
    currency = amount.get("Ccy", "")
    try:
        return payable(Decimal(stated), currency)
    except CellError as fault:
        raise _FaultError("Amt", f"{stated} {currency}".strip(), fault) from fault


def _day(entry: Element) -> date:
    stated = first_words(entry, "BookgDt/Dt", "BookgDt/DtTm", "ValDt/Dt", "ValDt/DtTm")
    try:
        # A day of XML Schema may carry a time zone; the bank's own day is what counts.
        day = parse_date(stated[:10] or None)
    except CellError as fault:
        raise _FaultError("BookgDt", stated, fault) from fault
    if day is None:
        raise _FaultError("BookgDt", "", CellError(Phrase.DATE_MISSING))
    return day


def _label(entry: Element, parts: list[Element]) -> str:
    """The bank's wording, with who pays for another; a cheque is called one."""
    stated = words(entry, "AddtlNtryInf")
    label = [words(parts[0], "AddtlTxInf") or stated if len(parts) == 1 else stated]
    families = (
        words(place, f"BkTxCd/Domn/Fmly/{code}") for place in (entry, *parts) for code in ("Cd", "SubFmlyCd")
    )
    if _CHEQUES in families and "CH" not in label[0].upper():
        label.insert(0, "CHEQUE")
    label.extend(_payer(part)[1] for part in parts)
    return " ".join(filter(None, label))


def _payer(detail: Element) -> tuple[str, str]:
    """For whom is paid, and who pays for them if that is somebody else."""
    debtor = first_words(detail, "RltdPties/Dbtr/Pty/Nm", "RltdPties/Dbtr/Nm")
    ultimate = first_words(detail, "RltdPties/UltmtDbtr/Pty/Nm", "RltdPties/UltmtDbtr/Nm")
    return (ultimate, debtor if ultimate != debtor else "") if ultimate else (debtor, "")


def _message(detail: Element) -> str:
    return " ".join(" ".join((part.text or "").split()) for part in detail.findall("RmtInf/Ustrd"))


def _creditor_references(detail: Element) -> Iterator[str]:
    """References that the payer gave apart from the text: the creditor's own, or the document's number."""
    for structured in detail.findall("RmtInf/Strd"):
        yield from filter(None, [words(structured, "CdtrRefInf/Ref")])
        yield from filter(None, (words(document, "Nb") for document in structured.findall("RfrdDocInf")))
