"""Made transfers written as banks write statements: camt.053, CFONB 120 and CSV."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterator, Sequence
from decimal import Decimal
from xml.sax.saxutils import escape

from bench.matching_truth import Payment

_BANK, _BRANCH, _ACCOUNT = "30004", "00812", "00010203040"
_IBAN = f"FR76{_BANK}{_BRANCH}{_ACCOUNT}37"
_WIDTH = 120


def as_csv(payments: Sequence[Payment]) -> bytes:
    """A table with payer and message in one label, as most French banks export."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";")
    writer.writerow(("Date", "Libellé", "Débit", "Crédit"))
    for one in payments:
        label = " ".join(f"VIR SEPA {one.payer} {one.message} {one.creditor_reference}".split())
        writer.writerow((f"{one.day:%d/%m/%Y}", label, "", f"{one.amount:.2f}".replace(".", ",")))
    return text.getvalue().encode("cp1252")


def as_camt(payments: Sequence[Payment]) -> bytes:
    """A camt.053.001.08 statement."""
    entries = "\n".join(map(_entry, payments))
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>'
        "<GrpHdr><MsgId>M1</MsgId><CreDtTm>2026-06-02T05:00:00</CreDtTm></GrpHdr>"
        f"<Stmt><Id>S1</Id><Acct><Id><IBAN>{_IBAN}</IBAN></Id></Acct>\n{entries}\n</Stmt>"
        "</BkToCstmrStmt></Document>\n"
    ).encode()


def _entry(one: Payment) -> str:
    structured = one.creditor_reference and (
        "<Strd><CdtrRefInf><Tp><CdOrPrtry><Cd>SCOR</Cd></CdOrPrtry></Tp>"
        f"<Ref>{one.creditor_reference}</Ref></CdtrRefInf></Strd>"
    )
    message = one.message and f"<Ustrd>{escape(one.message)}</Ustrd>"
    return (
        f'<Ntry><Amt Ccy="EUR">{one.amount:.2f}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>'
        f"<BookgDt><Dt>{one.day}</Dt></BookgDt><NtryDtls><TxDtls>"
        f"<Refs><EndToEndId>{one.end_to_end or 'NOTPROVIDED'}</EndToEndId></Refs>"
        f"<RltdPties><Dbtr><Pty><Nm>{escape(one.payer)}</Nm></Pty></Dbtr></RltdPties>"
        f"<RmtInf>{message}{structured}</RmtInf></TxDtls></NtryDtls>"
        "<AddtlNtryInf>VIR SEPA RECU</AddtlNtryInf></Ntry>"
    )


def as_cfonb(payments: Sequence[Payment], *, line_ends: str = "\r\n") -> bytes:
    """A CFONB 120 statement, which knows capitals without accents and cuts names at 35 characters."""
    records = "".join(f"{record:<{_WIDTH}}{line_ends}" for record in _records(payments))
    return records.encode("cp1252")


def signed(amount: Decimal) -> str:
    """Fourteen characters: cents, with the sign in the last digit."""
    units = f"{abs(int(amount.scaleb(2))):014d}"
    last = ("{ABCDEFGHI" if amount >= 0 else "}JKLMNOPQR")[int(units[-1])]
    return f"{units[:-1]}{last}"


def _records(payments: Sequence[Payment]) -> Iterator[str]:
    opening = Decimal("-250.10")
    day = f"{payments[-1].day:%d%m%y}"
    yield _balance("01", day, opening)
    for place, one in enumerate(payments, start=1):
        head = f"{_BANK}0105{_BRANCH}EUR2 {_ACCOUNT}05{one.day:%d%m%y}"
        yield f"04{head}  {one.day:%d%m%y}{'VIR SEPA RECU':<31}  {place % 10**7:07d}  {signed(one.amount)}"
        contents = {
            "NPY": _plain(one.payer)[:35],
            "LCC": _plain(one.message)[:70],
            "LC2": _plain(one.message)[70:140],
            "LCS": one.creditor_reference,
            "RCN": one.end_to_end,
        }
        for qualifier, content in contents.items():
            if content:
                yield f"05{head}     {qualifier}{content}"
    yield _balance("07", day, opening + sum((one.amount for one in payments), Decimal(0)))


def _balance(kind: str, day: str, amount: Decimal) -> str:
    return f"{kind}{_BANK}    {_BRANCH}EUR2 {_ACCOUNT}  {day}{'':50}{signed(amount)}"


def _plain(words: str) -> str:
    decomposed = unicodedata.normalize("NFKD", words.upper())
    return "".join(character for character in decomposed if not unicodedata.combining(character))
