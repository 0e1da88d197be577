from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from bench.matching_truth import Case, Payment
from bench.statement_files import as_camt, as_cfonb, signed
from dunning.party import Language
from intake.bank import BankFile, BankOptions
from intake.phrases import Phrase
from intake.statements import read_bank_file
from intake.wording import say

OPENING, CLOSING = "01", "07"
HEAD = "300040105" + "00812" + "EUR2 00010203040" + "05"


def balance(kind: str, amount: str, day: str = "020626", account: str = "00010203040") -> str:
    """A record of an opening or closing balance."""
    return f"{kind}30004    00812EUR2 {account}  {day}{'':50}{signed(Decimal(amount))}".ljust(120)


def movement(
    amount: str, label: str = "VIR SEPA RECU", *, day: str = "010626", rejected: str = "", head: str = HEAD
) -> str:
    """A record of a movement."""
    coded = signed(Decimal(amount)) if amount[-1:].isdigit() else amount
    return f"04{head}{day}{rejected:<2}{day}{label:<31}  0000001  {coded}".ljust(120)


def detail(qualifier: str, content: str) -> str:
    """A record that completes the movement before it."""
    return f"05{HEAD}010626     {qualifier}{content}".ljust(120)


def read(*records: str, ends: str = "\r\n", encoding: str = "cp1252") -> BankFile:
    """Read a file of these records."""
    data = "".join(f"{record}{ends}" for record in records).encode(encoding)
    return read_bank_file(data, BankOptions(language=Language.FRENCH), "releve.txt")


def statement(*records: str, closing: str) -> list[str]:
    """A statement that opens with 100.00."""
    return [balance(OPENING, "100.00"), *records, balance(CLOSING, closing)]


def reasons(bank: BankFile) -> list[tuple[int, str]]:
    """What is wrong on which line."""
    return [(row.line, row.reason) for row in bank.rejected]


def test_a_statement_as_a_bank_writes_it() -> None:
    """Credits only, with label, complements, payer, message, reference and date."""
    bank = read(
        *statement(
            movement("1204.57"),
            detail("LIB", "VOTRE BANQUE"),
            detail("NPY", "ETS DUPONT ET FILS"),
            detail("LCC", "FACTURE FA-2026-0012"),
            detail("LC2", "MERCI"),
            detail("LCS", "RF18539007547034"),
            detail("RCN", f"{'LOT-77':<35}SUPP"),
            movement("-80.40", "PRLV EDF"),
            closing="1224.17",
        )
    )
    (line,) = bank.lines
    assert (line.date, str(line.amount)) == (date(2026, 6, 1), "1204.57 EUR")
    assert line.text == "VIR SEPA RECU VOTRE BANQUE FACTURE FA-2026-0012MERCI".replace("0012M", "0012 M")
    assert (line.counterparty, line.reference) == ("ETS DUPONT ET FILS", "LOT-77")
    assert line.creditor_references == ("RF18539007547034",)
    assert [(row.line, row.reason) for row in bank.skipped] == [(9, "sortie d'argent")]
    assert bank.complete_to == date(2026, 6, 2)
    assert not bank.rejected


@pytest.mark.parametrize("last", range(10))
@pytest.mark.parametrize("sign", [1, -1])
def test_signed_amounts(last: int, sign: int) -> None:
    """The last character is a digit and the sign; what we owe is no payment."""
    amount = sign * Decimal(f"12.3{last}")
    bank = read(*statement(movement(str(amount)), closing=str(100 + amount)))
    assert [line.amount.amount for line in bank.lines] == ([amount] if sign > 0 else [])
    assert not bank.rejected


def test_french_letters_in_place_of_braces() -> None:
    """Some conversions write é for { and è for }, which share their code in the French ASCII."""
    records = [record.replace("{", "é") for record in statement(movement("10.00"), closing="110.00")]
    assert [str(line.amount) for line in read(*records).lines] == ["10.00 EUR"]


def test_decimals_are_what_the_record_says() -> None:
    """A currency without cents has none in the file either."""
    records = statement(movement("10.00"), closing="110.00")
    bank = read(*(record.replace("EUR2", "JPY0") for record in records))
    assert [str(line.amount) for line in bank.lines] == ["1000 JPY"]


@pytest.mark.parametrize("ends", ["\r\n", "\n", "\r", ""])
@pytest.mark.parametrize("encoding", ["cp1252", "utf-8", "utf-8-sig"])
def test_line_ends_and_encodings(ends: str, encoding: str) -> None:
    """Records are found with any line ends or none; accents are read."""
    records = statement(movement("10.00", "VIR SEPA REÇU"), detail("NPY", "Müller"), closing="110.00")
    (line,) = read(*records, ends=ends, encoding=encoding).lines
    assert (line.text, line.counterparty) == ("VIR SEPA REÇU", "Müller")


def test_stripped_blanks_and_blank_lines_do_no_harm() -> None:
    """Editors cut blanks at the end of lines and add lines; mainframes end files with control-Z."""
    records = [
        record.rstrip() for record in statement(movement("10.00"), detail("NPY", "A"), closing="110.00")
    ]
    assert len(read(*records[:2], "", *records[2:], "\x1a").lines) == 1


def test_a_message_runs_on_in_the_next_record() -> None:
    """Seventy characters are full: the word goes on in the next record."""
    full = "X" * 63 + " FA-202"
    (line,) = read(
        *statement(movement("10.00"), detail("LCC", full), detail("LC2", "6-0012"), closing="110")
    ).lines
    assert line.text.endswith(" FA-2026-0012")


def test_who_pays_for_another_stands_in_the_text() -> None:
    """The ultimate debtor is whose invoice it is."""
    records = statement(movement("10.00"), detail("NPY", "TRESO"), detail("NPO", "DUPONT"), closing="110.00")
    (line,) = read(*records).lines
    assert (line.counterparty, line.text) == ("DUPONT", "VIR SEPA RECU TRESO")


def test_our_own_payment_that_comes_back_is_left_aside() -> None:
    """A credit with a rejection code is no payment of a customer."""
    bank = read(*statement(movement("10.00", rejected="12"), closing="110.00"))
    assert not bank.lines
    assert [row.reason for row in bank.skipped] == ["paiement émis qui revient"]


def test_a_statement_that_does_not_add_up_is_refused() -> None:
    """A line is missing: none is taken, and the other statements of the file are."""
    bad = statement(movement("10.00"), closing="130.00")
    good = statement(movement("5.00"), closing="105.00")
    bank = read(*bad, *good)
    assert [str(line.amount) for line in bank.lines] == ["5.00 EUR"]
    expected = say(Phrase.STATEMENT_DOES_NOT_ADD_UP, Language.FRENCH, found="110.00")
    assert [(row.line, row.column, row.value, row.reason) for row in bank.rejected] == [
        (3, "91-104", "130.00", expected)
    ]
    assert [row.line for row in bank.skipped] == [2]


@pytest.mark.parametrize("rest", [[], statement(closing="100.00")])
def test_a_statement_without_its_end_is_refused(rest: list[str]) -> None:
    """A file that was cut off, or a statement that the next one interrupts, may lack lines."""
    bank = read(balance(OPENING, "100.00"), movement("10.00"), *rest)
    assert not bank.lines
    assert reasons(bank) == [(1, say(Phrase.STATEMENT_UNFINISHED, Language.FRENCH))]


@pytest.mark.parametrize(
    ("record", "phrase"),
    [
        (movement("00000000001 0X"), Phrase.AMOUNT_UNREADABLE),
        (movement("1.00", day="310226"), Phrase.DATE_IMPOSSIBLE),
        (movement("1.00", day="3A0226"), Phrase.DATE_UNREADABLE),
        (movement("1.00", day="      "), Phrase.DATE_MISSING),
        (movement("1.00").replace("04", "09", 1), Phrase.RECORD_UNKNOWN),
        (f"{movement('1.00')}AND MORE", Phrase.RECORD_TOO_LONG),
        (movement("1.00", head=HEAD.replace("3040", "9999")), Phrase.RECORD_OF_OTHER_ACCOUNT),
        (detail("LIB", "X"), Phrase.RECORD_OUTSIDE),
    ],
)
def test_a_bad_record_is_told_and_the_others_are_taken(record: str, phrase: Phrase) -> None:
    """The person learns line and reason; a sum that cannot be checked any more is not complained of."""
    bank = read(balance(OPENING, "100.00"), record, movement("7.00"), balance(CLOSING, "108.00"))
    assert [str(line.amount) for line in bank.lines] == ["7.00 EUR"]
    reason = say(phrase, Language.FRENCH, length=len(record))
    assert reasons(bank)[0] == (2, reason)


def test_a_movement_before_any_statement() -> None:
    """A fragment of a file has no balance to check it by."""
    assert reasons(read(movement("7.00")))[0] == (1, say(Phrase.RECORD_OUTSIDE, Language.FRENCH))


def test_an_unreadable_balance_is_told() -> None:
    """The line of the balance is named."""
    bank = read(balance(OPENING, "1.00").replace("{", "*"), movement("7.00"), balance(CLOSING, "8.00"))
    assert reasons(bank) == [(1, say(Phrase.AMOUNT_UNREADABLE, Language.FRENCH))]


def test_keys_are_the_same_in_overlapping_files_and_in_camt() -> None:
    """A movement keeps its key in another file, and in camt.053 where end-to-end id or message tell it."""
    transfers = [
        Payment(Case.NUMBER, Decimal("10.00"), "Müller", "Facture F-1, merci", {}),
        Payment(Case.NUMBER, Decimal("10.00"), "Müller", f"{'long ' * 15}Facture F-2", {}),
        Payment(Case.NUMBER, Decimal("10.00"), "Petit", "loyer", {}, end_to_end="E2E-1"),
        Payment(Case.NUMBER, Decimal("10.00"), "Petit", "loyer", {}, end_to_end="E2E-1"),
    ]
    keys = [line.line_key for line in read_bank_file(as_cfonb(transfers)).lines]
    assert len(set(keys)) == 4
    assert [line.line_key for line in read_bank_file(as_cfonb(transfers[1:])).lines] == keys[1:]
    assert [line.line_key for line in read_bank_file(as_camt(transfers)).lines] == keys


def test_a_table_is_still_read_as_one() -> None:
    """A bank's CSV that begins with a digit is no CFONB, whatever its name."""
    text = "Date;Libellé;Crédit\n01/06/2026;VIR;10,00\n"
    assert [str(line.amount) for line in read_bank_file(text.encode(), name="releve.cfonb").lines] == [
        "10.00 EUR"
    ]
