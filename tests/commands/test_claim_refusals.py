"""What the legal claim refuses on the command line, and in which words."""

from pathlib import Path
from typing import Any

import pytest

from tests.commands.claim_cases import AUGUST, BASE, claim_file
from tests.commands.terminal_of_tests import Typist


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"kind": "company"}, "kind: must be 'business', 'consumer', 'public' or 'unknown', not 'company'"),
        ({"contract_rate": "10.00"}, "the contract rate of 10.00 % is below the legal minimum of 11.13 %"),
        ({"contract_rate": "ten"}, "contract_rate: ten is not a figure"),
        (
            {"payments": [{"date": "2025-06-30", "amount": 5, "currency": "USD"}]},
            "payments[0].currency: the invoice is in EUR, not in USD",
        ),
        ({"payments": [{"date": "2025-06-30", "amount": -5}]}, "payments[0].amount: must be more than 0"),
        ({"payments": [{"date": "30/06/2025", "amount": 5}]}, "payments[0].date: 30/06/2025 is not a date"),
        ({"payments": [{"amount": 5}]}, "payments[0].date: is missing"),
        ({"payments": [{"day": "2025-06-30"}]}, "payments[0].day: is not a known field; known are: date"),
        ({"payments": {}}, "payments: must be a list"),
        ({"amount": "-1200.00"}, "amount: must be more than 0, not -1200.00"),
        ({"amount": "1200.005"}, "1200.005 EUR is finer than the currency's smallest unit"),
        ({"amount": True}, "amount: True is not a figure"),
        ({"amount": 1e30}, "too large"),
        ({"due_date": 20250531}, "due_date: 20250531 is not a date such as 2025-05-31"),
        ({"due_date": "2025-02-30"}, "due_date: 2025-02-30 is not a date"),
        ({"due_date": "9999-12-31"}, "due_date: 9999-12-31 is not a date"),
        ({"issue_date": "2025-06-01"}, "due_date: 2025-05-31 lies before issue_date 2025-06-01"),
        ({"formal_notice_date": "2025-05-30"}, "formal_notice_date: 2025-05-30 lies before due_date"),
        ({"currency": "FRF"}, "currency: 'FRF' is not the ISO 4217 code"),
        ({"allocation": "costs"}, "allocation: must be 'principal_first' or 'interest_and_costs_first'"),
        ({"amount": None}, "amount: is missing"),
        ({"amuont": 1}, "amuont: is not a known field"),
    ],
)
def test_a_claim_that_cannot_be_meant_is_refused(
    lonely: Typist, tmp_path: Path, change: dict[str, Any], words: str
) -> None:
    """The message names the field and what it must be; nothing is printed for programs."""
    told = lonely("claim", claim_file(tmp_path, BASE | change), *AUGUST, "--json")

    assert told.code == 1
    assert told.out == ""
    assert words in told.words
    assert "Traceback" not in told.words


@pytest.mark.parametrize("field", ["kind", "amount", "due_date"])
def test_a_missing_field_is_named_with_its_claim(lonely: Typist, tmp_path: Path, field: str) -> None:
    """In a list the claim is told by its place, and every fault is listed at once."""
    bare = {name: value for name, value in BASE.items() if name != field}
    told = lonely("claim", claim_file(tmp_path, [BASE, bare, 7]), *AUGUST, "--json")

    assert told.code == 1
    assert f"claim.json: claim 2: {field}: is missing" in told.words
    assert "claim.json: claim 3: must be an object" in told.words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "line 1, column 1: is not JSON"),
        ('{"kind": ', "line 1, column 10: is not JSON"),
        ('{"amount": NaN}', "NaN is no figure"),
        ('{"amount": 1, "amount": 2}', "the field 'amount' stands twice"),
    ],
)
def test_what_is_no_json_is_refused(lonely: Typist, tmp_path: Path, text: str, words: str) -> None:
    """With the place where reading stopped."""
    told = lonely("claim", claim_file(tmp_path, text), *AUGUST)

    assert told.code == 1
    assert words in told.words


def test_one_refused_rate_leaves_the_other_claims(lonely: Typist, tmp_path: Path) -> None:
    """The claim whose contract rate is too low is told, the others are computed, the exit code says so."""
    low = BASE | {"invoice": "F-9", "contract_rate": "1.00"}
    told = lonely("claim", claim_file(tmp_path, [BASE, low]), *AUGUST, "--json")

    assert told.code == 1
    assert [each["invoice"] for each in told.value] == ["F-1"]
    assert "F-9: the contract rate of 1.00 % is below" in told.err


def test_a_rate_that_does_not_apply_is_told(lonely: Typist, tmp_path: Path) -> None:
    """A consumer's or a public buyer's rate is set by the law, whatever the contract says."""
    file = claim_file(tmp_path, BASE | {"kind": "public", "contract_rate": "15.00"})
    told = lonely("claim", file, *AUGUST, "--json")

    assert told.value[0]["lines"][0]["rate"] == "11.15"
    assert "contract_rate n'est pas appliqué" in told.words


@pytest.mark.parametrize("day", ["tomorrow", "2025-02-30", "9999-12-31"])
def test_an_impossible_day_is_a_wrong_call(lonely: Typist, tmp_path: Path, day: str) -> None:
    """Exit code 2."""
    assert lonely("claim", claim_file(tmp_path, BASE), "--as-of", day).code == 2


@pytest.mark.parametrize("name", ["nowhere.json", "nowhere.csv"])
def test_a_missing_file_is_named(lonely: Typist, tmp_path: Path, name: str) -> None:
    """No traceback, and neither books nor Temporal are touched."""
    told = lonely("claim", tmp_path / name, *AUGUST)

    assert told.code == 1
    assert name in told.words
    assert "Traceback" not in told.words
    assert not (tmp_path / "books").exists()
