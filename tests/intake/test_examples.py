from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from dunning.money import Money
from dunning.party import CustomerKind, Language
from intake.mapping import parse_map_arguments
from intake.portfolio import Portfolio, PortfolioOptions, read_portfolio

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
