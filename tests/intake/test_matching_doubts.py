from __future__ import annotations

from datetime import date

import pytest
from stdnum.iso7064 import mod_97_10

from dunning.money import Money
from intake.bank import BankLine
from intake.matching import OpenItem, Proposal, match
from intake.payers import bears_name
from intake.phrases import Phrase
from intake.references import body_of, references_in


def item(number: str, balance: str, customer: str = "Dupont SARL", due: int = 1) -> OpenItem:
    """An open invoice due on a day of May."""
    return OpenItem(
        invoice_id=number,
        number=number,
        customer_id=f"C-{customer.split(maxsplit=1)[0].lower()}",
        customer_name=customer,
        balance=Money.of(balance, "EUR"),
        due_date=date(2026, 5, due),
    )


def propose(
    amount: str, text: str, *items: OpenItem, payer: str | None = None, reference: str = ""
) -> Proposal:
    """The proposal for one line."""
    line = BankLine(
        date=date(2026, 6, 1),
        amount=Money.of(amount, "EUR"),
        text=text,
        counterparty=payer,
        creditor_references=(reference,) if reference else (),
        line_key="1",
    )
    return match([line], items)[0]


def paid(proposal: Proposal) -> dict[str, str]:
    """What each invoice would get."""
    return {part.invoice_id: str(part.amount.amount) for part in proposal.allocations}


def reference_of(number: str) -> str:
    """The structured reference of an invoice."""
    body = body_of(number)
    return f"RF{mod_97_10.calc_check_digits(f'{body}RF')}{body}"


@pytest.mark.parametrize(
    "words",
    [
        "RF18539007547034",
        "ref. RF18 5390 0754 7034 merci",
        "rf18 5390 0754 7034",
        "RF18000000000539007547034",
        "virement (RF18-5390-0754-7034)",
    ],
)
def test_a_reference_is_read_however_it_is_written(words: str) -> None:
    """Groups, case, text around it and the zeros that fill it up do not matter (ISO 11649)."""
    assert "539007547034" in {found.body for found in references_in(words) if found.is_valid}


@pytest.mark.parametrize(
    "words", ["RF19539007547034", "RF18", "PERF18539007547034", "RF18 é", "sans référence"]
)
def test_what_is_no_reference(words: str) -> None:
    """Wrong check digits, nothing behind them, or a longer word."""
    assert not [found for found in references_in(words) if found.is_valid]


@pytest.mark.parametrize("structured", [True, False])
def test_a_reference_names_its_invoice(structured: bool) -> None:
    """With its balance it is sure, whoever pays, whether it stands in its field or in the text."""
    reference = reference_of("FA-2026-0012")
    field, text = (reference, "") if structured else ("", f"REGLEMENT {reference[:4]} {reference[4:]} MERCI")
    other = item("FA-2026-0013", "120", "Petit SAS")
    proposal = propose("120", text, item("FA-2026-0012", "120"), other, payer="PETIT SAS", reference=field)
    assert (proposal.sure, paid(proposal)) == (True, {"FA-2026-0012": "120.00"})


def test_a_part_by_reference_is_sure_unless_another_customer_pays() -> None:
    """Check digits vouch for the number as the customer's name would."""
    items = item("F-12", "120"), item("F-13", "80", "Petit SAS")
    unknown = propose("50", "", *items, payer="TRESO", reference=reference_of("F-12"))
    other = propose("50", "", *items, payer="PETIT SAS", reference=reference_of("F-12"))
    assert (unknown.sure, unknown.phrase) == (True, Phrase.MATCH_REFERENCE)
    assert (other.sure, other.phrase) == (False, Phrase.MATCH_PART)


def test_a_miscopied_reference_goes_to_a_person() -> None:
    """The invoice that it resembles is proposed, even where name and amount fit."""
    wrong = f"RF00{body_of('F-12')}"
    unknown = propose("120", "", item("F-12", "120"), payer="TRESO", reference=wrong)
    known = propose("120", "", item("F-12", "120"), payer="DUPONT", reference=wrong)
    assert (unknown.sure, unknown.phrase, paid(unknown)) == (
        False,
        Phrase.MATCH_WRONG_REFERENCE,
        {"F-12": "120.00"},
    )
    assert (known.sure, known.phrase, paid(known)) == (False, Phrase.MATCH_UNKNOWN_NUMBER, {"F-12": "120.00"})


@pytest.mark.parametrize(
    ("text", "reference"),
    [
        ("DUPONT F-99", ""),
        ("DUPONT FACT N° 2025/33", ""),
        ("DUPONT G25/33", ""),
        ("DUPONT", reference_of("F-99")),
        ("DUPONT", "123456789012345678901234567"),
    ],
)
def test_a_number_that_is_not_open_is_a_doubt(text: str, reference: str) -> None:
    """An invoice that was paid long ago may have the amount of one that is open."""
    proposal = propose("120", text, item("F-12", "120"), reference=reference)
    assert (proposal.sure, proposal.phrase, paid(proposal)) == (
        False,
        Phrase.MATCH_UNKNOWN_NUMBER,
        {"F-12": "120.00"},
    )
    assert "F-12" in proposal.reason


@pytest.mark.parametrize(
    ("text", "payer", "sure"), [("LOYER 06/2026", "DUPONT", True), ("4711", "DUPONT", False)]
)
def test_a_date_is_no_number_of_a_document(text: str, payer: str, sure: bool) -> None:
    """A month beside name and amount contradicts nothing; a bare number that nobody knows may."""
    assert propose("120", text, item("F-12", "120"), payer=payer).sure is sure


def test_fields_of_a_line_are_not_read_as_one() -> None:
    """A word that ends the message does not announce the payer's own reference as an invoice."""
    line = BankLine(
        date=date(2026, 6, 1),
        amount=Money.of("120", "EUR"),
        text="REGLEMENT FACTURE",
        reference="20260601001",
        counterparty="DUPONT SARL",
        line_key="1",
    )
    assert match([line], [item("F-12", "120")])[0].sure


def test_a_number_of_another_customer_than_the_payer_is_a_doubt() -> None:
    """A wrong digit may name a stranger's invoice of the same amount."""
    items = item("F-12", "120"), item("F-50", "120", "Petit SAS")
    proposal = propose("120", "F-12", *items, payer="PETIT SAS")
    assert (proposal.sure, proposal.phrase) == (False, Phrase.MATCH_UNLIKE_PAYER)


@pytest.mark.parametrize(("other", "sure"), [("F-13", False), ("F-21", False), ("F-57", True)])
def test_a_neighbouring_number_of_the_same_balance_is_a_doubt(other: str, sure: bool) -> None:
    """Where nobody knows the payer, one wrong digit or two swapped may have been meant otherwise."""
    proposal = propose("120", "F-12", item("F-12", "120"), item(other, "120", "Petit SAS"), payer="TRESO")
    assert (proposal.sure, proposal.phrase is Phrase.MATCH_NEAR_NUMBER) == (sure, not sure)


def test_an_amount_of_another_invoice_is_no_part() -> None:
    """A customer who names one invoice and pays the balance of another has mistyped; both are shown."""
    proposal = propose("80", "DUPONT F-12", item("F-12", "120"), item("F-13", "80"))
    assert (proposal.sure, proposal.phrase) == (False, Phrase.MATCH_PART_OR_OTHER)
    assert set(proposal.candidates) == {"F-12", "F-13"}


def test_one_number_and_the_whole_account() -> None:
    """A customer who names one invoice and pays all that is owed pays all."""
    items = item("F-12", "120"), item("F-13", "80")
    assert propose("200", "DUPONT F-12", *items).sure
    assert not propose("200", "TRESO F-12", *items).sure


@pytest.mark.parametrize("text", ["DUPONT LOYER JUIN", "DUPONT 06/2026"])
def test_a_month_is_not_simply_the_oldest(text: str) -> None:
    """The debtor says which debt is paid (C. civ. art. 1342-10); words that do not tell leave the oldest."""
    items = item("F-1", "50", due=1), item("F-2", "50", due=2)
    assert not propose("50", text, *items).sure
    assert paid(propose("50", "DUPONT", *items)) == {"F-1": "50.00"}


@pytest.mark.parametrize(
    ("customer", "payer", "text", "bears"),
    [
        ("Martin", "M MARTIN", "LOYER", True),
        ("Martin", "MARTIN DUBOIS", "", False),
        ("Boulangerie Martin", "BOULANGERIE MARTIN SARL", "pour juin", True),
        ("Boulangerie Martin", "BOULANGERIE MARTIN VOYAGES", "", False),
        ("Boulangerie Martin", "FACTO", "VIR SEPA BOULANGERIE MARTIN", True),
        ("Boulangerie Martin", None, "VIR SEPA BOULANGERIE MARTIN FACTURE MAI 12", True),
        ("Boulangerie Martin", None, "VIR SEPA BOULANGERIE MARTIN VOYAGES", False),
        ("Électricité Générale du Rhône Sud", "ELECTRICITE GENERALE DU RHONE SUD E", "", False),
    ],
)
def test_names_that_agree(customer: str, payer: str | None, text: str, bears: bool) -> None:
    """Another name around a customer's, or one that a field of 35 characters may have cut, is a doubt."""
    assert bears_name(customer, payer, text) is bears


def test_a_likeness_of_names_goes_to_a_person() -> None:
    """The amount fits, the payer only resembles the customer: proposed, not booked."""
    proposal = propose("120", "LOYER", item("F-12", "120"), payer="DUPONT VOYAGES")
    assert (proposal.sure, proposal.phrase, paid(proposal)) == (
        False,
        Phrase.MATCH_LOOSE_NAME,
        {"F-12": "120.00"},
    )
