from __future__ import annotations

from pathlib import Path

import pytest

from dunning.party import Language
from intake.columns import Vocabulary, fold, header_currency, locate
from intake.dates import DateOrder
from intake.mapping import ColumnMapping, fill, parse_map_arguments, read_mapping
from intake.phrases import Phrase
from intake.synonyms import SYNONYMS, Column
from intake.wording import IntakeError

VOCABULARY = Vocabulary.of(SYNONYMS)


@pytest.mark.parametrize(
    ("heading", "folded"),
    [
        ("N° de facture", "n facture"),
        ("Nº FACTURE", "n facture"),
        ("NumFacture", "n facture"),
        ("numero_facture", "n facture"),
        ("Invoice #", "invoice n"),
        ("Date d'échéance", "date echeance"),
        ("Date d’échéance", "date echeance"),
        ("Montant TTC (€)", "montant ttc"),
        ("Montant TTC EUR", "montant ttc"),
        ("Solde dû", "solde due"),
        ("E-mail", "email"),
        ("Email du client", "email client"),
    ],
)
def test_headings_are_compared_by_what_counts(heading: str, folded: str) -> None:
    """Case, accents, punctuation, small words and the currency do not count; ``dû`` does."""
    assert fold(heading) == folded


@pytest.mark.parametrize(
    ("headings", "expected"),
    [
        (
            "Compte tiers;Intitulé tiers;Date pièce;N° pièce;Libellé écriture;Échéance;Débit;Crédit;Lettrage",
            "customer_id customer_name issue_date number description due_date debit credit lettering",
        ),
        (
            "Code client;Nom du client;Numéro de document;Date de document;Échéance;Total TTC;Reste dû",
            "customer_id customer_name number issue_date due_date amount balance",
        ),
        (
            "Auxiliaire;Libellé compte;Référence;Date comptable;Échéance;Montant;Sens;Devise",
            "customer_id customer_name number issue_date due_date amount side currency",
        ),
        (
            "ContactName;EmailAddress;POAddressLine1;InvoiceNumber;InvoiceDate;DueDate;Total;InvoiceAmountDue",
            "contact_name email address number issue_date due_date amount balance",
        ),
        (
            "Transaction date;Num;Customer full name;Due date;Amount;Open balance;Currency",
            "issue_date number customer_name due_date amount balance currency",
        ),
        (
            "CompAuxNum;CompAuxLib;PieceRef;PieceDate;EcritureLib;Debit;Credit;EcritureLet",
            "customer_id customer_name number issue_date description debit credit lettering",
        ),
    ],
)
def test_programs_are_recognised_by_their_headings(headings: str, expected: str) -> None:
    """Sage, EBP, Cegid, Xero, QuickBooks and the statutory ledger file (FEC) need no mapping."""
    header = tuple(headings.split(";"))
    layout = locate(header, VOCABULARY, {}, "x.csv")
    found = {position: column for column, position in layout.positions.items()}
    assert " ".join(found[at] for at in range(len(header))) == expected


def test_the_best_fitting_heading_wins() -> None:
    """Where several columns could be the amount, the one that includes VAT is; net amounts never are."""
    layout = locate(("Montant HT", "Montant", "Montant TTC"), VOCABULARY, {}, "x.csv")
    assert layout.heading(Column.AMOUNT) == "Montant TTC"
    assert Column.AMOUNT not in locate(("Montant HT", "TVA"), VOCABULARY, {}, "x.csv")


def test_one_heading_cannot_stand_for_two_columns() -> None:
    """A synonym given twice is a mistake of ours and is found at once."""
    with pytest.raises(ValueError, match="both"):
        Vocabulary.of({"a": ["N° facture"], "b": ["Numéro de facture"]})


def test_every_canonical_name_is_understood() -> None:
    """A file that uses our own names needs no mapping."""
    for column in Column:
        if column is not Column.ADDRESS_MORE:
            assert VOCABULARY.folded.get(fold(column.replace("_", " "))) in {column, None}
    canonical = "invoice_id number customer_id customer_name customer_kind siren email phone language address"
    header = (
        *canonical.split(),
        *["amount", "currency", "issue_date", "due_date", "description", "document"],
    )
    layout = locate(header, VOCABULARY, {}, "x.csv")
    assert set(layout.positions) == set(header)


def test_a_mapping_beats_recognition() -> None:
    """A mapped heading is taken though another fits better, and may serve two columns."""
    mapped = {"number": "pièce", "customer_name": "Code", "customer_id": "Code"}
    layout = locate(("N° facture", "Pièce", "Code"), VOCABULARY, mapped, "x.csv")
    assert layout.positions["number"] == 1
    assert layout.positions["customer_name"] == layout.positions["customer_id"] == 2


def test_an_ignored_heading_is_left_alone() -> None:
    """A heading that recognition gets wrong can be switched off."""
    assert "country" in locate(("countryCode",), VOCABULARY, {}, "x.csv")
    assert "country" not in locate(("countryCode",), VOCABULARY, {}, "x.csv", ["countryCode"])


def test_a_mapped_heading_must_exist() -> None:
    """A heading that is not in the file is refused with those that are."""
    with pytest.raises(IntakeError) as caught:
        locate(("Facture",), VOCABULARY, {"number": "Piece"}, "x.csv")
    assert caught.value.phrase is Phrase.HEADER_UNKNOWN
    assert "« Facture »" in caught.value.in_words(Language.FRENCH)


def test_a_heading_may_name_the_currency() -> None:
    """``Montant (USD)`` is not taken for euros."""
    assert header_currency("Montant (USD)") == "USD"
    assert header_currency("Montant TTC €") == "€"
    assert header_currency("Montant TTC") is None


def test_map_arguments_are_merged() -> None:
    """Later arguments win; settings, constants and ignored headings have their own forms."""
    arguments = ["number=Pièce", "number=N°", "constant.currency=USD", "date_order=mdy", "ignore=Pays"]
    mapping = parse_map_arguments([*arguments, "decimal_mark=,", "sheet=Mai"])
    assert mapping.columns == {"number": "N°"}
    assert mapping.constants == {"currency": "USD"}
    assert (mapping.date_order, mapping.decimal_mark, mapping.sheet) == (DateOrder.MONTH_FIRST, ",", "Mai")
    assert mapping.ignore == ("Pays",)


@pytest.mark.parametrize("argument", ["number", "number=", "date_order=ymd", "mapping.json"])
def test_an_argument_that_says_nothing_is_refused(argument: str) -> None:
    """The argument is shown with the form it should have."""
    with pytest.raises(IntakeError) as caught:
        parse_map_arguments([argument])
    assert argument in str(caught.value)


def test_a_mistyped_column_gets_a_suggestion() -> None:
    """``duedate`` is answered with ``due_date``."""
    with pytest.raises(IntakeError, match="due_date"):
        parse_map_arguments(["duedate=Echéance"])


@pytest.mark.parametrize(
    ("content", "line", "field"),
    [
        ("columns:\n  number: Pièce\n  amuont: Total\n", 3, "columns.amuont"),
        ("columns: Pièce\n", 1, "columns"),
        ("columns:\n  number: [a]\n", 2, "columns.number"),
        ("\ndate_order: ymd\n", 2, "date_order"),
        ("colonnes:\n  number: Pièce\n", 1, "colonnes"),
        ("columns:\n  number: 'Pièce\n", 3, "YAML"),
        ("ignore: Pays\n", 1, "ignore"),
        ("- a\n", 1, "YAML"),
    ],
)
def test_errors_of_a_mapping_file_name_line_and_field(
    tmp_path: Path, content: str, line: int, field: str
) -> None:
    """A person finds the mistake without searching."""
    path = tmp_path / "carte.yaml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(IntakeError) as caught:
        read_mapping(path)
    assert caught.value.phrase is Phrase.MAP_FILE
    assert (caught.value.details["line"], caught.value.details["field"]) == (line, field)


def test_a_mapping_file_is_merged_with_arguments(tmp_path: Path) -> None:
    """An argument after the file corrects it."""
    path = tmp_path / "carte.yaml"
    path.write_text("columns:\n  number: Pièce\n  amount: Total\ndecimal_mark: ','\n", encoding="utf-8")
    mapping = parse_map_arguments([str(path), "amount=Net"])
    assert mapping == ColumnMapping(
        columns={"number": "Pièce", "amount": "Net"}, decimal_mark=mapping.decimal_mark
    )
    assert mapping.decimal_mark == ","


def test_a_missing_mapping_file_is_refused(tmp_path: Path) -> None:
    """Its name is given, its folder is not."""
    with pytest.raises(IntakeError) as caught:
        read_mapping(tmp_path / "absent.yaml")
    assert caught.value.phrase is Phrase.FILE_MISSING


def test_constants_take_cells_of_the_row() -> None:
    """A placeholder stands for the row's cell; without it there is no constant, not half of one."""
    assert fill("{Code}@customers.example", {"Code": "C1"}) == "C1@customers.example"
    assert fill("{Code}@customers.example", {"Code": ""}) == ""
    assert fill("{Code}@customers.example", {}) == ""
