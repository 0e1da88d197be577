from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dunning.money import Money
from dunning.party import CustomerKind, Language
from intake.mapping import parse_map_arguments
from intake.phrases import Phrase
from intake.portfolio import Portfolio, PortfolioOptions, read_portfolio
from intake.wording import IntakeError

DATA = Path(__file__).parent / "data"
ROOT = Path(__file__).parents[2]
HEADER = "Facture;Client;Date;Échéance;Montant;Devise;E-mail\n"


def read(name: str, **options: Any) -> Portfolio:
    """Read one of the example files."""
    return read_portfolio(DATA / name, PortfolioOptions(creditor_id="demo", **options))


def read_text(text: str, **options: Any) -> Portfolio:
    """Read a file given as text."""
    return read_portfolio(text.encode(), PortfolioOptions(creditor_id="demo", **options), "x.csv")


def ids(portfolio: Portfolio) -> dict[str, Decimal]:
    """Balance of each invoice."""
    return {entry.invoice.invoice_id: entry.balance.amount for entry in portfolio.entries}


def reasons(portfolio: Portfolio) -> dict[int, str]:
    """The last reason for each bad line."""
    return {row.line: row.reason for row in portfolio.rejected}


def test_a_sage_ledger_export() -> None:
    """Title lines, debit and credit, lettering, subtotals, unbalanced quotes: only open entries remain."""
    portfolio = read("sage_echeancier.csv")
    assert ids(portfolio) == {
        "FA00012": Decimal("1204.50"),
        "FA00013": Decimal("860.00"),
        "FA00010": Decimal("300.00"),
        "FA00014": Decimal("12480.00"),
    }
    assert [(row.line, row.reason) for row in portfolio.skipped] == [
        (9, "écriture lettrée (déjà réglée)"),
        (11, "total"),
        (13, "total"),
    ]
    assert [(credit.reference, str(credit.amount)) for credit in portfolio.credits] == [
        ("AV00003", "104.50 EUR")
    ]
    assert portfolio.entries[1].customer.name == 'Garage "Le Bon Coin" SARL'
    assert portfolio.entries[0].customer_code == "411DUPONT"
    assert "DUPONT" not in portfolio.entries[0].customer.customer_id
    assert not portfolio.rejected


def test_an_ebp_export() -> None:
    """Balances beside totals, two-digit years, euro signs, several addresses, a settled row, a credit."""
    portfolio = read("ebp_factures.csv")
    first, second, settled = portfolio.entries
    assert first.invoice.number == "FA-2026/0101"
    assert first.invoice.invoice_id.startswith("inv-")
    assert (first.invoice.issue_date, first.invoice.due_date) == (date(2026, 1, 5), date(2026, 2, 4))
    assert (str(second.invoice.amount), str(second.paid)) == ("1200.00 EUR", "600.00 EUR")
    assert second.customer.email == "cafe@arts.example"
    assert settled.balance == Money.zero("EUR")
    assert str(portfolio.credits[0].amount) == "50.00 EUR"


def test_a_cegid_export_in_utf16() -> None:
    """The column decides that ``1.204`` is thousands, a side column makes credits, 31 April is refused."""
    portfolio = read("cegid_balance_agee.csv")
    assert ids(portfolio) == {"611365": Decimal("2400.00"), "611366": Decimal("1204.00")}
    assert portfolio.entries[0].customer.customer_id == "0000123"
    assert reasons(portfolio) == {5: "cette date n'existe pas"}
    assert str(portfolio.credits[0].amount) == "400.00 EUR"


def test_a_pennylane_export() -> None:
    """Commas inside quotes and English amounts under French headings; a malformed address is refused."""
    portfolio = read("pennylane_factures.csv")
    assert ids(portfolio) == {"F-2026-031": Decimal("1250.00"), "F-2026-032": Decimal("500.00")}
    assert portfolio.entries[0].customer.siren == "732829320"
    assert portfolio.entries[0].customer.legal_kind is CustomerKind.BUSINESS
    bad = portfolio.rejected[0]
    assert (bad.line, bad.column, bad.value) == (4, "Email du client", "marc.petit(at)mail.fr")


def test_a_quickbooks_export() -> None:
    """Dates that prove themselves month first, dollars in the cells, parentheses for a credit."""
    portfolio = read("quickbooks_invoices.csv", language=Language.ENGLISH)
    assert [str(entry.balance) for entry in portfolio.entries] == ["1204.50 USD", "25.00 USD"]
    assert portfolio.entries[0].invoice.due_date == date(2026, 2, 12)
    assert str(portfolio.credits[0].amount) == "200.00 USD"
    assert [row.reason for row in portfolio.skipped] == ["total"]


def test_a_list_kept_by_hand() -> None:
    """Each bad row gets the reason a bookkeeper needs, and the good one is taken."""
    portfolio = read("excel_suivi.csv")
    assert ids(portfolio) == {"2026-14": Decimal("1204.50")}
    assert portfolio.entries[0].invoice.due_date == date(2026, 4, 2)
    assert portfolio.entries[0].customer.kind is CustomerKind.BUSINESS
    assert reasons(portfolio) == {
        5: "date absente",
        6: "montant nul : rien à réclamer",
        7: "devise inconnue : il faut un code ISO comme EUR",
        8: "échéance antérieure à la date de facture (2026-03-08)",
        9: "ce n'est pas un montant",
    }
    assert [row.line for row in portfolio.skipped] == [10, 12]


def test_several_due_dates_of_one_number() -> None:
    """Instalments are numbered by due date, and a total repeated beside balances is not claimed thrice."""
    portfolio = read("echeances_multiples.csv")
    found = {entry.invoice.invoice_id: entry for entry in portfolio.entries}
    assert set(found) == {"F500-1", "F500-2", "F500-3", "F501"}
    assert found["F500-1"].invoice.due_date == date(2026, 2, 28)
    assert {str(found[f"F500-{nth}"].invoice.amount) for nth in (1, 2, 3)} == {"500.00 EUR"}
    assert found["F500-2"].invoice.number == "F500"


def test_repeated_and_contradicting_rows() -> None:
    """A row given twice counts once; one number with two contents is refused with both lines."""
    portfolio = read("echeances_multiples.csv")
    repeated = [notice.text for notice in portfolio.notices if notice.line == 6]
    assert repeated == ["même facture qu'à la ligne 5, comptée une fois"]
    assert set(reasons(portfolio)) == {7, 8}
    assert "7, 8" in reasons(portfolio)[7]


def test_instalments_keep_the_ids_that_the_books_know() -> None:
    """Once the first instalment is paid and gone from the file, the second does not take its place."""
    rows = HEADER + "F500;Blanc;01/02/2026;30/04/2026;500;EUR;\n"
    assert set(ids(read_text(rows))) == {"F500"}
    known = {("F500", date(2026, 4, 30)): "F500-3"}
    assert set(ids(read_text(rows, known_ids=known))) == {"F500-3"}
    two = rows + "F500;Blanc;01/02/2026;31/05/2026;500;EUR;\n"
    assert set(ids(read_text(two, known_ids=known))) == {"F500-3", "F500-2"}
    first = {("F500", date(2026, 4, 30)): "F500"}
    assert set(ids(read_text(two, known_ids=first))) == {"F500", "F500-2"}


def test_an_instalment_never_takes_the_id_of_another_invoice() -> None:
    """If a real ``F1-1`` exists beside two due dates of ``F1``, both claims are refused, not mixed up."""
    rows = "".join(
        f"{number};Blanc;01/02/2026;{due};10;EUR;\n"
        for number, due in (("F1", "01/03/2026"), ("F1", "01/04/2026"), ("F1-1", "01/03/2026"))
    )
    portfolio = read_text(HEADER + rows)
    assert set(ids(portfolio)) == {"F1-2"}
    assert set(reasons(portfolio)) == {2, 4}


def test_one_number_of_two_customers_is_refused() -> None:
    """Nobody is chased for an invoice that may be another's."""
    rows = "F1;Blanc;01/02/2026;01/03/2026;10;EUR;\nF1;Noir;01/02/2026;01/03/2026;10;EUR;\n"
    portfolio = read_text(HEADER + rows)
    assert not portfolio.entries
    assert set(reasons(portfolio)) == {2, 3}


def test_a_workbook() -> None:
    """Codes keep the zeros of their format, computed cents are rounded, serial dates are days."""
    portfolio = read("excel_factures.xlsx")
    first, second = portfolio.entries
    assert first.customer.customer_id == "00042"
    assert str(first.invoice.amount) == "1204.50 EUR"
    assert (second.invoice.issue_date, str(second.invoice.amount)) == (date(2026, 3, 1), "100.00 EUR")
    assert "formule" in reasons(portfolio)[6]
    assert [row.line for row in portfolio.skipped] == [7]


def test_a_separate_customer_file() -> None:
    """Codes that lost their zeros are joined with a notice; unknown codes and bad addresses are explained."""
    portfolio = read("factures_sans_nom.csv", customers_file=DATA / "clients.csv")
    customer = portfolio.entries[0].customer
    assert (customer.customer_id, customer.name) == ("00123", "Transports Lenoir")
    assert (customer.kind, customer.phone) == (CustomerKind.BUSINESS, "0612345678")
    assert customer.address == "12 rue du Port\n01000 Bourg-en-Bresse"
    assert customer.vat_number == "FR44732829320"
    assert any("00123" in notice.text for notice in portfolio.notices)
    assert "clients.csv, ligne 3" in reasons(portfolio)[3]
    assert "nom du client absent" in reasons(portfolio)[4]


def test_codes_that_differ_by_zeros_alone_are_not_confused() -> None:
    """Where the customer file has both ``7`` and ``007``, only the exact code is joined."""
    customers = b"Code;Nom\n7;Sept\n007;Bond\n"
    rows = "Facture;Code client;Date;Échéance;Montant\n"
    rows += "F1;007;01/02/2026;01/03/2026;1\nF2;07;01/02/2026;01/03/2026;1\n"
    portfolio = read_text(rows, customers_file=customers)
    assert [entry.customer.name for entry in portfolio.entries] == ["Bond"]
    assert set(reasons(portfolio)) == {3}


def test_the_public_payment_histories() -> None:
    """The mapping in examples reads its file: month-first dates, settlement, one mailbox a customer."""
    header = "countryCode,customerID,PaperlessDate,invoiceNumber,InvoiceDate,DueDate,InvoiceAmount,Disputed"
    row = "391,0379-NEVHP,4/6/2013,611365,1/2/2013,2/1/2013,55.94,No,1/15/2013,Paper,13,0"
    mapping = parse_map_arguments([str(ROOT / "examples" / "late-payment-histories.mapping.yaml")])
    text = f"{header},SettledDate,PaperlessBill,DaysToSettle,DaysLate\n{row}\n"
    entry = read_text(text, mapping=mapping).entries[0]
    assert (entry.invoice.issue_date, entry.invoice.due_date) == (date(2013, 1, 2), date(2013, 2, 1))
    assert entry.settled_date == date(2013, 1, 15)
    assert entry.customer.email == "0379-NEVHP@customers.example"
    assert (entry.customer.kind, str(entry.invoice.amount)) == (CustomerKind.BUSINESS, "55.94 EUR")


def test_a_missing_email_is_accepted_with_a_notice() -> None:
    """The invoice is taken; the notice comes once for each customer."""
    rows = "".join(f"F{nth};Blanc;01/02/2026;01/03/2026;10;EUR;\n" for nth in (1, 2))
    portfolio = read_text(HEADER + rows)
    assert len(portfolio.entries) == 2
    assert [notice.text for notice in portfolio.notices] == [
        "pas d'adresse e-mail : une tâche demandera de la trouver"
    ]


def test_what_rows_say_of_one_customer_is_put_together() -> None:
    """A later row fills a gap; a second address is pointed out, never taken silently."""
    rows = "".join(
        f"F{nth};Blanc;01/02/2026;01/03/2026;10;EUR;{email}\n"
        for nth, email in enumerate(("", "a@blanc.example", "b@blanc.example"), start=1)
    )
    portfolio = read_text(HEADER + rows)
    assert {entry.customer.email for entry in portfolio.entries} == {"a@blanc.example"}
    assert [(notice.line, notice.value) for notice in portfolio.notices] == [(4, "b@blanc.example")]


def test_all_faults_of_a_row_are_told_at_once() -> None:
    """A person corrects a row in one go."""
    portfolio = read_text(HEADER + ";Blanc;32/01/2026;;x;ZZZ;nobody\n;;;;;;\n")
    columns = {row.column for row in portfolio.rejected}
    assert columns == {"Facture", "Date", "Échéance", "Montant", "Devise", "E-mail"}
    assert {row.line for row in portfolio.rejected} == {2}


def test_reasons_come_in_english_too() -> None:
    """The language of the reasons is an option."""
    portfolio = read_text(HEADER + "F1;Blanc;2026-02-01;;10;EUR;\n", language=Language.ENGLISH)
    assert reasons(portfolio) == {2: "no date"}


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        ("F1;Blanc;01/02/2026;01/03/2026;10,0051;EUR;", "Montant", "plus précis"),
        ("F1;Blanc;01/02/2026;01/03/2026;10 $;EUR;", "Montant", "le montant est en $, la ligne en EUR"),
        ("F1;Blanc;01/02/2026;01/03/2026;99999999999999;EUR;", "Montant", "pas un montant"),
        ("F1;Blanc;01/02/2026;01/03/2026;;EUR;", "Montant", "montant vide"),
        ("F1;Bl;anc;01/02/2026;01/03/2026;10;EUR;a@b.fr", "Facture", "plus de cellules"),
        ("F1;Bla\x01nc;01/02/2026;01/03/2026;10;EUR;", "Client", "caractères de contrôle"),
        (";Blanc;01/02/2026;01/03/2026;10;EUR;", "Facture", "numéro de facture absent"),
    ],
)
def test_bad_rows_are_refused_with_cell_and_reason(row: str, column: str, reason: str) -> None:
    """The cell to blame is named by the heading of the file."""
    portfolio = read_text(f"{HEADER}{row}\n")
    assert not portfolio.entries
    assert any(bad.column == column and reason in bad.reason for bad in portfolio.rejected)


def test_balances_must_fit_the_invoice() -> None:
    """More open than was asked for is a mistake; an overpaid invoice is a credit; paid lowers the balance."""
    header = "Facture;Client;Date;Échéance;Montant TTC;Solde dû;Payé\n"
    rows = (
        "F1;Blanc;01/02/2026;01/03/2026;100;120;\n"
        "F2;Blanc;01/02/2026;01/03/2026;100;-20;\n"
        "F3;Blanc;01/02/2026;01/03/2026;100;;30\n"
        "AV1;Blanc;01/02/2026;;-50;50;\n"
        "AV2;Blanc;01/02/2026;;-50;0;\n"
    )
    portfolio = read_text(header + rows)
    assert ids(portfolio) == {"F3": Decimal(70)}
    assert [str(credit.amount) for credit in portfolio.credits] == ["20.00 EUR", "50.00 EUR"]
    assert "dépasse" in reasons(portfolio)[2]
    assert [row.line for row in portfolio.skipped] == [6]


def test_the_currency_of_a_heading_counts() -> None:
    """``Montant (USD)`` is dollars in every row; without any currency euros are taken, and said."""
    rows = "F1;Blanc;01/02/2026;01/03/2026;10\n"
    dollars = read_text("Facture;Client;Date;Échéance;Montant (USD)\n" + rows)
    euros = read_text("Facture;Client;Date;Échéance;Montant\n" + rows)
    assert str(dollars.entries[0].invoice.amount) == "10.00 USD"
    assert str(euros.entries[0].invoice.amount) == "10.00 EUR"
    assert any("aucune devise" in notice.text for notice in euros.notices)
    assert not any("aucune devise" in notice.text for notice in dollars.notices)


def test_the_last_contact_is_read() -> None:
    """Level and date of the last reminder let a late invoice begin where it stood."""
    text = "Facture;Client;Date;Échéance;Montant;Niveau de relance;Date dernière relance\n"
    text += "F1;Blanc;01/02/2026;01/03/2026;10;2;15/03/2026\nF2;Blanc;01/02/2026;01/03/2026;10;deux;\n"
    portfolio = read_text(text)
    entry = portfolio.entries[0]
    assert (entry.last_contact_level, entry.last_contact_date) == (2, date(2026, 3, 15))
    assert set(reasons(portfolio)) == {3}


def test_missing_columns_are_named() -> None:
    """The person learns what is missing, what was seen, and how to say it."""
    with pytest.raises(IntakeError) as caught:
        read_text("Facture;Client;Bidule\nF1;Blanc;3\n")
    assert caught.value.phrase is Phrase.COLUMNS_MISSING
    words = caught.value.in_words(Language.FRENCH)
    assert "due_date" in words
    assert "« Bidule »" in words


def test_reading_twice_gives_the_same() -> None:
    """Ids, credits and all else are the same at every import."""
    for name in ("sage_echeancier.csv", "ebp_factures.csv", "excel_factures.xlsx"):
        assert read(name) == read(name)


def test_nothing_personal_in_ids() -> None:
    """No id of any example holds a word of the customer's name."""
    for path in (*DATA.glob("*factures*.csv"), DATA / "sage_echeancier.csv"):
        portfolio = read(path.name, customers_file=DATA / "clients.csv")
        for entry in portfolio.entries:
            words = [word for word in entry.customer.name.lower().split() if len(word) > 3]
            assert not any(word in entry.customer.customer_id.lower() for word in words)


CELL = st.one_of(
    st.text(max_size=12),
    st.sampled_from(["", "F1", "Blanc", "01/02/2026", "31/12/26", "10,5", "-3", "1.204", "EUR", "a@b.fr"]),
)


@settings(max_examples=200)
@given(st.lists(st.lists(CELL, min_size=1, max_size=8), max_size=6))
def test_no_file_breaks_the_reader(rows: list[list[str]]) -> None:
    """Whatever stands in the cells: read, refused row by row, or refused as a whole in words."""
    body = "".join(";".join(f'"{cell.replace(chr(34), "")}"' for cell in row) + "\n" for row in rows)
    try:
        portfolio = read_portfolio(
            (HEADER + body).encode("utf-8", "replace"), PortfolioOptions(creditor_id="demo"), "x.csv"
        )
    except IntakeError as error:
        words = error.in_words(Language.FRENCH)
        assert words
    else:
        assert all(entry.invoice.amount.is_positive for entry in portfolio.entries)
        assert all(credit.amount.is_positive for credit in portfolio.credits)
