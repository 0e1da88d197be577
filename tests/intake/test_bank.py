from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from dunning.party import Language
from intake.bank import BankFile, BankOptions, read_bank_csv
from intake.mapping import ColumnMapping
from intake.phrases import Phrase
from intake.wording import IntakeError

DATA = Path(__file__).parent / "data"


def read_text(text: str, **options: object) -> BankFile:
    """Read a file given as text."""
    return read_bank_csv(text.encode(), BankOptions.model_validate(options), "releve.csv")


def test_a_file_with_preamble_and_long_labels() -> None:
    """Lines above the header, labels over several lines, cp1252: only what came in is kept."""
    bank = read_bank_csv(DATA / "banque_credit_agricole.csv")
    assert [str(line.amount) for line in bank.lines] == [
        "1100.00 EUR",
        "512.40 EUR",
        "860.00 EUR",
        "860.00 EUR",
    ]
    assert bank.lines[0].date == date(2026, 6, 19)
    assert bank.lines[0].text == "VIREMENT EN VOTRE FAVEUR ETS DUPONT ET FILS FACTURE FA 12"
    assert [row.reason for row in bank.skipped] == ["sortie d'argent"]
    assert not bank.rejected


def test_signed_debits_and_balances_below() -> None:
    """Signs inside debit and credit columns do not count twice; a balance line is left aside."""
    bank = read_bank_csv(DATA / "banque_populaire.csv")
    line = bank.lines[0]
    assert (str(line.amount), line.reference) == ("3604.00 EUR", "4F2G8")
    assert "611365 611366" in line.text
    assert len(bank.skipped) == 2


def test_one_signed_amount_column() -> None:
    """Money out is negative; an impossible date is refused with its line."""
    bank = read_bank_csv(DATA / "banque_signee.csv")
    assert [str(line.amount) for line in bank.lines] == ["1204.50 EUR"]
    assert [(row.line, row.reason) for row in bank.rejected] == [(4, "cette date n'existe pas")]


def test_a_side_column_decides_over_signs() -> None:
    """``C`` is money in and ``D`` money out, whether the amounts carry a sign or not."""
    text = "Date;Libellé;Montant;Sens\n01/06/2026;A;10;C\n01/06/2026;B;10;D\n01/06/2026;B;-7;D\n"
    assert [line.text for line in read_text(text).lines] == ["A"]


def test_keys_are_the_same_in_overlapping_files() -> None:
    """Each movement keeps its key when a later file holds it again, between others and in another case."""
    head = "Date;Libellé;Débit;Crédit\n"
    monday = "01/06/2026;VIR DUPONT;;10,00\n01/06/2026;VIR DUPONT;;10,00\n"
    first = read_text(head + monday)
    second = read_text(head + "02/06/2026;VIR PETIT;;5,00\n" + monday.replace("VIR DUPONT", "Vir  Dupont"))
    assert len({line.line_key for line in first.lines}) == 2
    assert {line.line_key for line in first.lines} < {line.line_key for line in second.lines}


def test_keys_tell_accounts_apart() -> None:
    """Two accounts may have the same movement on the same day."""
    text = "Date;Libellé;Montant\n01/06/2026;A;10\n"
    keys = {read_text(text, account=account).lines[0].line_key for account in ("one", "two")}
    assert len(keys) == 2


def test_a_mapping_names_other_headings() -> None:
    """A bank's own headings can be named."""
    mapping = ColumnMapping(columns={"date": "Quand", "text": "Quoi", "amount": "Combien"})
    bank = read_text("Quand;Quoi;Combien\n01/06/2026;VIR;10\n", mapping=mapping)
    assert str(bank.lines[0].amount) == "10.00 EUR"


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("Date;Libellé\n01/06/2026;VIR\n", Phrase.COLUMNS_MISSING),
        ("01/06/2026;VIR;10,00\n", Phrase.NO_HEADER),
        ("\n", Phrase.FILE_EMPTY),
    ],
)
def test_what_is_no_bank_file_is_refused(text: str, phrase: Phrase) -> None:
    """The person learns what is missing."""
    with pytest.raises(IntakeError) as caught:
        read_text(text)
    assert caught.value.phrase is phrase


def test_bad_amounts_are_refused_with_their_reason() -> None:
    """An unreadable or missing amount is told, in the language asked for."""
    text = "Date;Label;Amount\n2026-06-01;A;ten\n2026-06-01;B;\n"
    bank = read_text(text, language=Language.ENGLISH)
    assert not bank.lines
    assert next((row.line, row.reason) for row in bank.rejected) == (2, "this is not an amount")
    assert {row.line for row in bank.rejected} == {2, 3}
