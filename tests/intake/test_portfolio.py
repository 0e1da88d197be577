from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dunning.party import Language
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


def test_codes_that_differ_by_zeros_alone_are_not_confused() -> None:
    """Where the customer file has both ``7`` and ``007``, only the exact code is joined."""
    customers = b"Code;Nom\n7;Sept\n007;Bond\n"
    rows = "Facture;Code client;Date;Échéance;Montant\n"
    rows += "F1;007;01/02/2026;01/03/2026;1\nF2;07;01/02/2026;01/03/2026;1\n"
    portfolio = read_text(rows, customers_file=customers)
    assert [entry.customer.name for entry in portfolio.entries] == ["Bond"]
    assert set(reasons(portfolio)) == {3}


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
