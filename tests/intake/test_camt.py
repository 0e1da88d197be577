from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from dunning.party import Language
from intake.bank import BankFile, BankOptions
from intake.phrases import Phrase
from intake.statements import read_bank_file
from intake.wording import IntakeError

DATA = Path(__file__).parent / "data"
VERSIONS = [f"{number:02d}" for number in range(2, 14)]


def entry(
    amount: str = "10.00",
    *,
    details: str = "",
    status: str = "<Sts><Cd>BOOK</Cd></Sts>",
    booked: str = "<BookgDt><Dt>2026-06-01</Dt></BookgDt>",
    currency: str = "EUR",
    more: str = "",
) -> str:
    """A credit of an account."""
    return (
        f'<Ntry><Amt Ccy="{currency}">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd>{status}{booked}'
        f"{more}<NtryDtls>{details}</NtryDtls></Ntry>"
    )


def statement(*entries: str, account: str = "FR7630004008120001020304037", number: str = "S1") -> str:
    """A statement of an account."""
    return f"<Stmt><Id>{number}</Id><Acct><Id><IBAN>{account}</IBAN></Id></Acct>{''.join(entries)}</Stmt>"


def message(*statements: str, version: str = "08") -> bytes:
    """A whole file."""
    namespace = f"urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}"
    inner = f"<BkToCstmrStmt>{''.join(statements)}</BkToCstmrStmt>"
    return f'<?xml version="1.0"?>\n<Document xmlns="{namespace}">\n{inner}</Document>'.encode()


def read(*entries: str, language: Language = Language.FRENCH) -> BankFile:
    """Read a file of one statement."""
    return read_bank_file(message(statement(*entries)), BankOptions(language=language), "releve.xml")


def detail(amount: str, more: str = "") -> str:
    """A transaction of a batch."""
    return f'<TxDtls><Amt Ccy="EUR">{amount}</Amt>{more}</TxDtls>'


def test_a_statement_as_a_bank_writes_it() -> None:
    """Booked credits only, a batch as its transactions, wordings and references in their places."""
    bank = read_bank_file(DATA / "camt053_v02.xml")

    assert [(line.date.day, str(line.amount), line.counterparty) for line in bank.lines] == [
        (1, "1204.50 EUR", "Société Générale d'Électricité"),
        (2, "1000.00 EUR", "DUPONT SARL"),
        (2, "800.00 EUR", "Petit SAS"),
        (2, "800.00 EUR", "Noir SA"),
    ]
    assert bank.lines[0].text == "VIR SEPA RECU Facture FA-2026-0012 merci"
    assert [line.reference for line in bank.lines] == ["LOT-77", None, None, None]
    assert bank.lines[1].creditor_references == ("RF18539007547034", "FA-2026-0013")
    assert bank.lines[2].text == "VIR SEPA RECUS Tréso Groupe"
    assert [row.reason for row in bank.skipped] == [
        "sortie d'argent",
        "paiement émis qui revient",
        "écriture non comptabilisée",
    ]
    assert bank.complete_to == date(2026, 6, 2)
    assert not bank.rejected


def test_bank_accounts_of_payers_are_not_kept() -> None:
    """What matching does not need does not leave the file."""
    assert "FR14" not in read_bank_file(DATA / "camt053_v02.xml").model_dump_json()


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(
    ("status", "debtor"),
    [
        ("<Sts>BOOK</Sts>", "<Nm>Dupont</Nm>"),
        ("<Sts><Cd>BOOK</Cd></Sts>", "<Pty><Nm>Dupont</Nm></Pty>"),
    ],
)
def test_every_version_is_read(version: str, status: str, debtor: str) -> None:
    """Versions wrap status and debtor differently and mean the same."""
    parties = f"<TxDtls><RltdPties><Dbtr>{debtor}</Dbtr></RltdPties></TxDtls>"
    bank = read_bank_file(message(statement(entry(details=parties, status=status)), version=version))
    assert [line.counterparty for line in bank.lines] == ["Dupont"]


def test_a_batch_that_does_not_add_up_is_one_line() -> None:
    """Charges taken from the whole leave parts that nobody may book; a person sees all the wordings."""
    parts = [
        detail("6.00", "<RmtInf><Ustrd>F-1</Ustrd></RmtInf>"),
        detail("5.00", "<RmtInf><Ustrd>F-2</Ustrd></RmtInf>"),
    ]
    (line,) = read(entry("10.00", details="".join(parts))).lines
    assert (str(line.amount), line.text, line.counterparty) == ("10.00 EUR", "F-1 F-2", None)


def test_a_single_transaction_brings_what_was_booked() -> None:
    """The amount that was ordered, before charges, is not what came in."""
    ordered = '<TxDtls><AmtDtls><InstdAmt><Amt Ccy="USD">12.00</Amt></InstdAmt></AmtDtls></TxDtls>'
    assert str(read(entry("10.00", details=ordered)).lines[0].amount) == "10.00 EUR"


def test_a_returned_transfer_is_no_payment() -> None:
    """Our own transfer that comes back is left aside, though it is a credit."""
    bank = read(entry(details="<TxDtls><RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf></TxDtls>"))
    assert not bank.lines
    assert [row.reason for row in bank.skipped] == ["paiement émis qui revient"]


def test_an_entry_of_nothing_is_left_aside() -> None:
    """Banks write some notices as credits of zero."""
    assert [row.reason for row in read(entry("0.00")).skipped] == ["montant nul"]


def test_a_cheque_is_called_one() -> None:
    """The bank's transaction code tells a cheque where its wording does not."""
    code = "<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCHQ</Cd></Fmly></Domn></BkTxCd>"
    assert read(entry(more=code)).lines[0].text == "CHEQUE"


def test_keys_are_the_same_in_overlapping_files() -> None:
    """A movement keeps its key in the statement of a day and in that of a month."""
    twice = entry(details="<TxDtls><RmtInf><Ustrd>LOYER</Ustrd></RmtInf></TxDtls>")
    daily = read(twice, twice)
    monthly = read(entry("11.00"), twice, entry("12.00"), twice)
    assert len({line.line_key for line in daily.lines}) == 2
    assert {line.line_key for line in daily.lines} < {line.line_key for line in monthly.lines}


def test_keys_tell_accounts_apart() -> None:
    """Two accounts in one file may have the same movement on the same day."""
    other = statement(entry(), account="DE89370400440532013000")
    bank = read_bank_file(message(statement(entry()), other))
    assert len({line.line_key.rpartition("-")[0] for line in bank.lines}) == 2


def test_a_copy_of_a_statement_counts_once() -> None:
    """Some banks send a duplicate in the same file; a second page of the same number is none."""
    first, page = statement(entry("10.00")), statement(entry("20.00"))
    bank = read_bank_file(message(first, first, page))
    assert [str(line.amount) for line in bank.lines] == ["10.00 EUR", "20.00 EUR"]
    assert [row.reason for row in bank.skipped] == ["relevé en double"]


def test_a_file_is_complete_as_far_as_each_account_is() -> None:
    """The account with the earlier closing balance decides."""
    closing = (
        "<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Dt><DtTm>2026-06-{}T18:00:00</DtTm></Dt></Bal>"
    )
    late, early = statement(closing.format("05")), statement(closing.format("03"), account="DE1")
    assert read_bank_file(message(late, early)).complete_to == date(2026, 6, 3)


@pytest.mark.parametrize(
    ("bad", "column", "value", "reason"),
    [
        (entry("1,00"), "Amt", "1,00", "ce n'est pas un montant"),
        (
            entry().replace("<Amt ", "<Amount ").replace("</Amt", "</Amount"),
            "Amt",
            "",
            "ce n'est pas un montant",
        ),
        (
            entry("1.00", currency="EURO"),
            "Amt",
            "1.00 EURO",
            "devise inconnue : il faut un code ISO comme EUR",
        ),
        (entry("1.001"), "Amt", "1.001 EUR", "plus précis que la plus petite unité de EUR"),
        (
            entry(booked="<BookgDt><Dt>2026-02-30</Dt></BookgDt>"),
            "BookgDt",
            "2026-02-30",
            "cette date n'existe pas",
        ),
        (entry(booked=""), "BookgDt", "", "date absente"),
        (entry().replace("CRDT", "XX"), "CdtDbtInd", "XX", "ni crédit (CRDT) ni débit (DBIT)"),
    ],
)
def test_a_bad_entry_is_told_and_the_others_are_taken(bad: str, column: str, value: str, reason: str) -> None:
    """The person learns line, element and value."""
    bank = read("\n", bad, entry("7.00"))
    assert [str(line.amount) for line in bank.lines] == ["7.00 EUR"]
    assert [(row.line, row.column, row.value, row.reason) for row in bank.rejected] == [
        (4, column, value, reason)
    ]


LAUGHS = '<!DOCTYPE d [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>'
OUTSIDE = '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/hostname">]>'


@pytest.mark.parametrize(
    ("data", "phrase"),
    [
        (message(statement(entry()))[:-40], Phrase.XML_BROKEN),
        (b'<?xml version="1.0"?><Workbook/>', Phrase.NOT_A_STATEMENT),
        (b"<Document><BkToCstmrAcctRpt/></Document>", Phrase.OTHER_REPORT),
        (b"<Document><BkToCstmrDbtCdtNtfctn/></Document>", Phrase.OTHER_REPORT),
        (f'<?xml version="1.0"?>{LAUGHS}<Document>&b;</Document>'.encode(), Phrase.XML_FORBIDDEN),
        (f'<?xml version="1.0"?>{OUTSIDE}<Document>&x;</Document>'.encode(), Phrase.XML_FORBIDDEN),
        (b'<?xml version="1.0" encoding="klingon"?><Document/>', Phrase.DAMAGED),
        (b"<Document>" + b" " * (21 << 20) + b"</Document>", Phrase.FILE_TOO_LARGE),
    ],
)
def test_what_is_no_statement_or_unsafe_is_refused(data: bytes, phrase: Phrase) -> None:
    """As a whole, with the reason; nothing is expanded and no other file is opened."""
    with pytest.raises(IntakeError) as caught:
        read_bank_file(data, name="releve.xml")
    assert caught.value.phrase is phrase
    assert "releve.xml" in caught.value.in_words(Language.ENGLISH)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_encodings(encoding: str) -> None:
    """The XML declaration or a byte-order mark tells the encoding."""
    text = message(statement(entry(details="<TxDtls><RmtInf><Ustrd>Été</Ustrd></RmtInf></TxDtls>"))).decode()
    declared = text.replace('version="1.0"', f'version="1.0" encoding="{encoding.removesuffix("-sig")}"')
    assert read_bank_file(declared.encode(encoding)).lines[0].text == "Été"
