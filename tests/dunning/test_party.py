from __future__ import annotations

from typing import Any

import pytest

from dunning.party import Creditor, Customer, CustomerKind, single_line


def customer(**facts: Any) -> Customer:
    """A customer of whom only the name is known."""
    return Customer(**{"customer_id": "cust-1", "name": "Atelier Dubois", **facts})


def creditor(**facts: Any) -> Creditor:
    """A creditor with everything that a message needs."""
    known: dict[str, Any] = {
        "creditor_id": "acme",
        "name": "Acme",
        "legal_form": "SAS",
        "siren": "732829320",
        "address": "1 rue de la Paix\n75002 Paris",
        "email": "facturation@acme.example",
        "contact_name": "Claire Martin",
        "phone": "+33 1 23 45 67 89",
        "signatory": "Paul Durand",
        "signatory_capacity": "président",
        "iban": "FR7630006000011234567890189",
        "bic": "AGRIFRPP",
    }
    return Creditor(**{**known, **facts})


@pytest.mark.parametrize(
    ("facts", "kind"),
    [
        ({}, CustomerKind.UNKNOWN),
        ({"name": "Dubois SARL"}, CustomerKind.UNKNOWN),
        ({"siren": "732829320"}, CustomerKind.BUSINESS),
        ({"siren": "732 829 320"}, CustomerKind.BUSINESS),
        ({"siren": "732 829 320 00074"}, CustomerKind.BUSINESS),
        ({"vat_number": "FR 44 732829320"}, CustomerKind.BUSINESS),
        ({"vat_number": "be0428759497"}, CustomerKind.BUSINESS),
        ({"siren": ""}, CustomerKind.UNKNOWN),
        ({"siren": "inconnu"}, CustomerKind.UNKNOWN),
        ({"siren": "0"}, CustomerKind.UNKNOWN),
        ({"siren": "000000000"}, CustomerKind.UNKNOWN),
        ({"siren": "12345"}, CustomerKind.UNKNOWN),
        ({"vat_number": "néant"}, CustomerKind.UNKNOWN),
        ({"vat_number": "AUCUN"}, CustomerKind.UNKNOWN),
        ({"kind": CustomerKind.CONSUMER, "siren": "732829320"}, CustomerKind.CONSUMER),
        ({"kind": CustomerKind.PUBLIC, "siren": "217500016"}, CustomerKind.PUBLIC),
        ({"kind": CustomerKind.BUSINESS}, CustomerKind.BUSINESS),
    ],
)
def test_only_evidence_makes_a_business(facts: dict[str, Any], kind: CustomerKind) -> None:
    """What the creditor states holds; else a SIREN, SIRET or VAT number is needed; a name is none."""
    assert customer(**facts).legal_kind is kind


@pytest.mark.parametrize(
    "address", ["a@b.fr", "jean.dupont+factures@sous.domaine.example", "o'neil@example.com", " a@b.fr "]
)
def test_an_email_address_is_kept(address: str) -> None:
    """Plain addresses pass, without the spaces around them."""
    assert customer(email=address).email == address.strip()


@pytest.mark.parametrize(
    "address",
    [
        "",
        "jean",
        "jean@",
        "@example.com",
        "jean@example",
        "a@b@c.fr",
        "a@b.fr, c@d.fr",
        "Jean <a@b.fr>",
        "a..b@example.com",
        "a@b.fr\nBcc: c@d.fr",
    ],
)
def test_what_is_no_email_address_is_refused(address: str) -> None:
    """Half addresses, two of them, display names and header lines: refused at the door."""
    with pytest.raises(ValueError, match="email"):
        customer(email=address)


@pytest.mark.parametrize("char", ["\n", "\r", "\t", "\x00", "\x7f", "\x85", "\u2028", "\u2029"])
def test_a_line_has_no_break(char: str) -> None:
    """Whatever a mail program or a text library takes for a line end is refused."""
    with pytest.raises(ValueError, match="one line"):
        single_line(f"Acme{char}Bcc: x@example.com")


def test_a_line_keeps_accents_and_no_break_spaces() -> None:
    """Ordinary French text passes, trimmed."""
    assert single_line("  Société « Été »  ") == "Société « Été »"


@pytest.mark.parametrize("bad", ["", "a b", "a/b", "a:b", "-a", "é", "a" * 65])
def test_an_id_may_stand_in_a_workflow_id(bad: str) -> None:
    """Spaces, slashes, colons, accents and more than 64 characters are refused."""
    with pytest.raises(ValueError, match="is no id"):
        customer(customer_id=bad)


def test_a_creditor_has_a_real_time_zone() -> None:
    """An unknown zone is refused at the door, not when a date is computed."""
    assert creditor().time_zone == "Europe/Paris"
    for name in ("Paris", "", "../etc/passwd"):
        with pytest.raises(ValueError, match="is not a time zone"):
            creditor(time_zone=name)
