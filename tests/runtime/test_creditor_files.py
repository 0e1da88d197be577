from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from dunning.party import Creditor
from dunning.registers import UnknownCreditorError
from runtime.configuration_error import ConfigurationError
from runtime.creditor_files import EXAMPLE_FILE, load_creditors

EXAMPLE = EXAMPLE_FILE.read_text(encoding="utf-8")
_TODAY = date(2026, 3, 2)
_REQUIRED = [
    "creditor_id",
    "name",
    "legal_form",
    "siren",
    "address",
    "email",
    "contact_name",
    "phone",
    "signatory",
    "signatory_capacity",
    "iban",
    "bic",
]


def _refused(folder: Path, text: str) -> list[str]:
    path = folder / "creditor.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError) as refusal:
        load_creditors(path, today=_TODAY)
    return [fault.removeprefix(str(path)) for fault in refusal.value.faults]


def test_the_example_loads() -> None:
    """The file that people copy is valid, and its account number is kept without spaces."""
    creditor = load_creditors(EXAMPLE_FILE).get("atelier-lumen")
    assert type(creditor) is Creditor
    assert creditor.iban == "FR7630006000011234567890189"
    assert creditor.address.splitlines() == ["12 rue des Verriers", "69007 Lyon", "France"]
    assert creditor.card_limit == Decimal("3000.00")
    assert creditor.terms_state_penalties is True


def test_the_example_reaches_nobody() -> None:
    """Phone and e-mail lie in the ranges kept for fiction, so that no real person is called."""
    creditor = load_creditors(EXAMPLE_FILE).get("atelier-lumen")
    assert creditor.phone.startswith(("01 99 00", "04 65 71"))
    assert creditor.email.endswith(".example")
    assert creditor.reply_to is not None
    assert creditor.reply_to.endswith(".example")


def test_the_example_shows_every_field() -> None:
    """Whoever fills the file in sees all that there is, the optional fields as comments."""
    assert [field for field in Creditor.model_fields if f"{field}:" not in EXAMPLE] == []


def test_several_creditors_are_told_apart(tmp_path: Path) -> None:
    """A group of companies keeps them in one file, by id."""
    entry = EXAMPLE[EXAMPLE.index("  - creditor_id") :]
    path = tmp_path / "creditor.yaml"
    path.write_text(EXAMPLE + entry.replace("atelier-lumen\n", "lumen-sud\n", 1), encoding="utf-8")
    register = load_creditors(path)
    assert set(register.creditors) == {"atelier-lumen", "lumen-sud"}
    with pytest.raises(UnknownCreditorError, match=r"there are: atelier-lumen, lumen-sud"):
        register.get("nobody")


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("7890 189", "7890 198", "creditors[0].iban: 'FR76 3000 6000 0112 3456 7890 198' is not an IBAN"),
        ("iban: FR76 ", "iban: ZZ76 ", "creditors[0].iban: "),
        ("bic: AGRIFRPP", "bic: AGRIF", "creditors[0].bic: 'AGRIF' is not a BIC"),
        ('siren: "123 456 782"', 'siren: "123 456 789"', "creditors[0].siren: '123 456 789' is not a SIREN"),
        (
            "FR11123456782",
            "FR12123456782",
            "creditors[0].vat_number: 'FR12123456782' is not a French VAT number",
        ),
        ("email: comptabilite@", "email: comptabilite at ", "creditors[0].email: "),
        ("phone: 04 65 71 20 18", "phone: call us", "creditors[0].phone: "),
        ("time_zone: Europe/Paris", "time_zone: Paris", "creditors[0].time_zone: 'Paris' is not a time zone"),
        ("country: FR", "country: France", "creditors[0].country: 'France' is no country"),
        ('# subdivision: "57"', "subdivision: Alsace", "creditors[0].subdivision: 'Alsace' is no part"),
        ("language: fr", "language: de", "creditors[0].language: must be 'fr' or 'en', not 'de'"),
        (
            "card_limit: 3000.00",
            "card_limit: much",
            "creditors[0].card_limit: must be a number such as 12.15",
        ),
        ("card_limit: 3000.00", "card_limit: 0", "creditors[0].card_limit: must be more than 0, not 0"),
        ("# contract_rate: 12.00", "contract_rate: 140", "creditors[0].contract_rate: must be at most 100"),
        (
            "terms_state_penalties: true",
            "terms_state_penalties: soon",
            "creditors[0].terms_state_penalties: must be",
        ),
        (
            "creditor_id: atelier-lumen",
            "creditor_id: atelier/lumen",
            "creditors[0].creditor_id: 'atelier/lumen' is no",
        ),
        ("    bic:", "    bci:", "creditors[0].bci: is not a known key; did you mean 'bic'?"),
        ("name: Atelier Lumen", 'name: "Atelier\\nLumen"', "creditors[0].name: must be one line"),
        ("signatory: Hélène Garnier", "signatory:", "creditors[0].signatory: must be text"),
    ],
)
def test_a_fault_is_told_with_line_and_field(tmp_path: Path, old: str, new: str, fault: str) -> None:
    """A mistyped digit is found before a letter sends the customer's money astray."""
    assert EXAMPLE.count(old) >= 1
    line = EXAMPLE[: EXAMPLE.index(old)].count("\n") + 1
    told = _refused(tmp_path, EXAMPLE.replace(old, new, 1))
    assert any(each.startswith(f", line {line}, {fault}") for each in told), told


@pytest.mark.parametrize("field", _REQUIRED)
def test_a_missing_field_is_named(tmp_path: Path, field: str) -> None:
    """What a letter must print cannot be left out."""
    told = _refused(tmp_path, EXAMPLE.replace(f"{field}:", f"x_{field}:", 1))
    assert any(f"creditors[0].{field}: is missing" in each for each in told), told


def test_a_contract_rate_below_the_legal_floor_is_refused(tmp_path: Path) -> None:
    """In the first half of 2026 the floor is three times 2.62 %: 7.86 % (C. com. L441-10 II)."""
    below = EXAMPLE.replace("# contract_rate: 12.00", "contract_rate: 7.85")
    (told,) = _refused(tmp_path, below)
    assert (
        "creditors[0].contract_rate: the contract rate of 7.85 % is below the legal minimum of 7.86 %" in told
    )
    path = tmp_path / "creditor.yaml"
    path.write_text(EXAMPLE.replace("# contract_rate: 12.00", "contract_rate: 7.86"), encoding="utf-8")
    assert load_creditors(path, today=_TODAY).get("atelier-lumen").contract_rate == Decimal("7.86")


def test_an_id_twice_is_refused(tmp_path: Path) -> None:
    """Two companies under one id would mix their books."""
    told = _refused(tmp_path, EXAMPLE + EXAMPLE[EXAMPLE.index("  - creditor_id") :])
    line = EXAMPLE.count("\n") + 1
    assert told == [f", line {line}, creditors[1].creditor_id: 'atelier-lumen' is the id of creditors[0] too"]


def test_numbers_of_other_countries_are_left_to_their_owners(tmp_path: Path) -> None:
    """A SIREN is asked of French companies only; others write the number of their register."""
    path = tmp_path / "creditor.yaml"
    text = EXAMPLE.replace("country: FR", "country: BE").replace("123 456 782", "0123.456.749")
    path.write_text(text.replace("FR11123456782", "BE0123456749"), encoding="utf-8")
    assert load_creditors(path).get("atelier-lumen").siren == "0123.456.749"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", ": is empty"),
        ("creditors:\n", ", line 1, creditors: must be a list"),
        ("creditors: []\n", ", line 1, creditors: must have at least 1, not 0"),
        ("creditor: []\n", ", line 1, creditors: is missing"),
        ("- creditor_id: x\n", ", line 1: must be a mapping of keys to values"),
        ("creditors:\n  - just a name\n", ", line 2, creditors[0]: must be a mapping of keys to values"),
    ],
)
def test_what_is_no_creditor_file_is_refused(tmp_path: Path, text: str, fault: str) -> None:
    """An empty or differently shaped file is named as such."""
    assert _refused(tmp_path, text)[0].startswith(fault)


def test_a_missing_file_is_named() -> None:
    """The error shows which file was looked for."""
    with pytest.raises(ConfigurationError, match=r"nowhere\.yaml: cannot be read: No such file"):
        load_creditors(Path("nowhere.yaml"))
