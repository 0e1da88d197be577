from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from dunning.party import CustomerKind, Language, OpaqueId
from intake import values
from intake.phrases import Phrase
from intake.sentences import SENTENCES
from intake.wording import CellError

OPAQUE: TypeAdapter[str] = TypeAdapter(OpaqueId)


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("Particulier", CustomerKind.CONSUMER),
        ("PARTICULIERS", CustomerKind.CONSUMER),
        ("Entreprise", CustomerKind.BUSINESS),
        ("professionnel", CustomerKind.BUSINESS),
        ("Société", CustomerKind.BUSINESS),
        ("B2B", CustomerKind.BUSINESS),
        ("personne physique", CustomerKind.CONSUMER),
        ("personne morale", CustomerKind.BUSINESS),
        ("Collectivité territoriale", CustomerKind.PUBLIC),
        ("public", CustomerKind.PUBLIC),
        ("inconnu", CustomerKind.UNKNOWN),
        ("grossiste", None),
    ],
)
def test_kinds_are_understood_in_french_and_english(words: str, kind: CustomerKind | None) -> None:
    """Usual words give the legal kind; other words give nothing rather than a guess."""
    assert values.kind(words) is kind


@pytest.mark.parametrize(
    ("words", "language"),
    [
        ("FR", Language.FRENCH),
        ("fr-FR", Language.FRENCH),
        ("Français", Language.FRENCH),
        ("en_GB", Language.ENGLISH),
        ("anglais", Language.ENGLISH),
        ("de", None),
    ],
)
def test_languages_are_understood(words: str, language: Language | None) -> None:
    """Codes, locales and names are understood; other languages give nothing."""
    assert values.language(words) is language


@pytest.mark.parametrize(
    ("words", "code"), [("France", "FR"), ("be", "BE"), ("Allemagne", "DE"), ("Germany", "DE"), ("391", None)]
)
def test_countries_are_understood(words: str, code: str | None) -> None:
    """Codes and names in both languages are understood."""
    assert values.country(words) == code


@pytest.mark.parametrize(
    ("words", "siren"),
    [
        ("732829320", "732829320"),
        ("732 829 320", "732829320"),
        ("73282932000074", "732829320"),
        ("5580121", "005580121"),
        ("732829321", None),
        ("000000000", None),
        ("FR732829320", None),
        ("7328293200007412", None),
    ],
)
def test_a_siren_must_pass_its_check_digit(words: str, siren: str | None) -> None:
    """Only a valid SIREN is evidence of a business; lost leading zeros are put back where the digit fits."""
    assert values.siren(words) == siren


def test_a_lost_zero_of_a_phone_number_is_put_back() -> None:
    """Nine digits are a French number whose zero a spreadsheet dropped; other numbers stay."""
    assert values.phone("612345678") == ("0612345678", True)
    assert values.phone("04 77 00 00 01") == ("04 77 00 00 01", False)
    assert values.phone("+33 4 77 00 00 01") == ("+33 4 77 00 00 01", False)


def test_texts_lose_spaces_and_never_keep_control_characters() -> None:
    """Line breaks become spaces in lines and stay in blocks; what could forge a header is refused."""
    assert values.text("  a\u00a0 b\nc ") == "a b c"
    assert values.block("1 rue\r\n75002  Paris\n") == "1 rue\n75002 Paris"
    assert values.text("   ") is None
    for control in "\x00\x1b\x7f\x80\x9f":
        with pytest.raises(CellError) as caught:
            values.text(f"a{control}b")
        assert caught.value.phrase is Phrase.CONTROL_CHARACTERS


@pytest.mark.parametrize("code", ["C0001", "CL-12", "CLIENT0042", "00123", "DUP01"])
def test_neutral_customer_codes_stay(code: str) -> None:
    """A code that tells nothing about the person may be an id as it stands."""
    assert values.customer_id(code) == code


@pytest.mark.parametrize("code", ["411DUPONT", "DURAND", "C 0001", "Éric", "a/b"])
def test_customer_codes_that_may_tell_a_name_are_hashed(code: str) -> None:
    """No name gets into an id, and neither does what an id may not hold."""
    hashed = values.customer_id(code)
    assert hashed.startswith("cus-")
    assert code.lower() not in hashed


def test_a_customer_known_by_name_alone_keeps_one_id() -> None:
    """Case, accents and spaces do not make a second customer."""
    assert values.customer_id_of_name("Café  des Arts") == values.customer_id_of_name("CAFE DES ARTS")
    assert values.customer_id_of_name("Café des Arts") != values.customer_id_of_name("Café du Port")


def test_an_invoice_number_is_its_id_where_it_may_be() -> None:
    """A number that fits is kept, so that people find it; any other is hashed, always to the same id."""
    assert values.invoice_id("FA-2026.01") == "FA-2026.01"
    assert (
        values.invoice_id("FA 2026/01") == values.invoice_id("FA 2026/01") != values.invoice_id("FA 2026/02")
    )


@given(st.text(alphabet=string.printable + "éàœ€", min_size=1, max_size=80).filter(str.strip))
def test_every_derived_id_is_opaque(words: str) -> None:
    """Whatever a file holds, ids made from it can stand in a workflow id, with a suffix too."""
    for made in (values.invoice_id(words), values.customer_id(words), values.customer_id_of_name(words)):
        OPAQUE.validate_python(f"{made}-12")


def test_every_phrase_has_both_languages() -> None:
    """Each phrase is said in French and English, with the same values in both."""
    assert set(SENTENCES) == set(Phrase)
    for french, english in SENTENCES.values():
        fields = [
            {part[1].partition("!")[0] for part in string.Formatter().parse(sentence) if part[1]}
            for sentence in (french, english)
        ]
        assert fields[0] == fields[1]
