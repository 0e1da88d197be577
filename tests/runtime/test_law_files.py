from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from runtime.law_files import LAW_FOLDER, LawFileError, load_rates, load_rules, parse_rates, parse_rules

LINE = "- {semester: 2025-S1, ecb: 2.10, source: a text, seen_on: 2025-01-02}"


def test_figures_keep_their_decimals() -> None:
    """2.10 in the file is the decimal 2.10, and a figure left out is unknown."""
    (entry,) = parse_rates(LINE, "rates.yaml").semesters
    assert (str(entry.ecb), entry.legal) == ("2.10", None)


def test_the_files_of_the_checkout_are_valid() -> None:
    """The French files load, and every figure names its source."""
    assert load_rates().semesters
    assert load_rules().fixed_recovery_costs.value == Decimal(40)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "must be a list of semesters"),
        ("a: [", "is not YAML"),
        (LINE.replace("2025-S1", "2025-S3"), "2025-S3 semester: '2025-S3' is no semester"),
        (LINE.replace("2.10", "two"), "2025-S1 ecb: Input should be a valid decimal"),
        (LINE.replace("source: a text, ", ""), "2025-S1 source: Field required"),
        (LINE.replace("ecb", "bce"), "2025-S1 bce: Extra inputs are not permitted"),
        (f"{LINE}\n{LINE}", "semester 2025-S1 stands twice"),
    ],
)
def test_a_faulty_file_of_rates_is_refused(text: str, fault: str) -> None:
    """The error names the file, the semester, the field and the fault."""
    with pytest.raises(LawFileError, match=r"^rates\.yaml: ") as caught:
        parse_rates(text, "rates.yaml")
    assert fault in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        (
            "penalty_points: {value: 10, source",
            "penalty_points: {value: ten, source",
            "penalty_points value:",
        ),
        ('source: "house rule"', 'source: ""', "limitation_warning_months source:"),
        ("formal_notice_days:", "notice_days:", "formal_notice_days: Field required"),
    ],
)
def test_faulty_rules_are_refused(old: str, new: str, fault: str) -> None:
    """A figure that is no number, lacks its source or its name is named in the error."""
    text = (LAW_FOLDER / "fr-rules.yaml").read_text(encoding="utf-8")
    assert old in text
    with pytest.raises(LawFileError, match=fault):
        parse_rules(text.replace(old, new), "rules.yaml")


def test_rules_that_are_no_mapping_are_refused() -> None:
    """A list in place of the mapping is refused in words."""
    with pytest.raises(LawFileError, match="must map each figure"):
        parse_rules(LINE, "rules.yaml")


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    """A missing file and one that is not UTF-8 are faults of the file, without a traceback's words."""
    with pytest.raises(LawFileError, match=r"rates\.yaml: cannot be read"):
        load_rates(tmp_path / "rates.yaml")
    (tmp_path / "latin.yaml").write_bytes(b"\xe9")
    with pytest.raises(LawFileError, match=r"latin\.yaml: cannot be read"):
        load_rules(tmp_path / "latin.yaml")
