"""Reading the segment table: ours is valid, every fault has its line, and only an own one decides."""

from __future__ import annotations

from pathlib import Path

import pytest

from runtime.configuration_error import ConfigurationError
from runtime.policy_files import POLICY_FOLDER, load_policies
from runtime.segment_files import SEGMENT_FILE, load_segments

DEFAULT = "standard-business"
ROW = "segments:\n  - segment: people\n    policy: consumer\n    kind: [consumer, unknown]\n"


def table(folder: Path, text: str) -> Path:
    """A segment table with this text."""
    path = folder / SEGMENT_FILE
    path.write_text(text, encoding="utf-8")
    return path


def test_our_table_is_valid_and_chooses_nothing() -> None:
    """It is an example: a deployment that configures nothing keeps its default for every invoice."""
    register = load_policies([POLICY_FOLDER], DEFAULT)
    assert register.segments is None
    rows = load_segments(POLICY_FOLDER / SEGMENT_FILE, register.policies).segments
    assert {row.policy for row in rows} == set(register.policies) - {DEFAULT}


def test_a_table_in_the_own_folder_decides(tmp_path: Path) -> None:
    """Its rows may name policies of both folders."""
    table(tmp_path, ROW)
    register = load_policies([tmp_path, POLICY_FOLDER], DEFAULT)
    assert register.segments is not None
    assert [row.segment for row in register.segments.segments] == ["people"]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (
            ROW.replace("policy: consumer", "policy: consumers"),
            "line 3, segments[0].policy: 'consumers' is not",
        ),
        (ROW.replace("policy: consumer", "policy: consumers"), "did you mean 'consumer'?"),
        (ROW.replace("unknown", "anybody"), "line 4, segments[0].kind[1]: must be 'business', 'consumer'"),
        (ROW.replace("kind", "kin"), "line 4, segments[0].kin: is not a known key; did you mean 'kind'?"),
        (ROW.replace("    kind: [consumer, unknown]\n", ""), "line 2, segments[0]: has no condition"),
        (ROW.replace("    policy: consumer\n", ""), "line 2, segments[0].policy: is missing"),
        (ROW + ROW.partition("\n")[2], "line 5, segments[1].segment: 'people' is the name of a row above"),
        (ROW + "    amount_from: 5\n", "segments[0]: an amount needs one currency beside it"),
        (
            ROW + "    amount_from: five\n    currency: EUR\n",
            "line 5, segments[0].amount_from: must be a number such as 12.15, not 'five'",
        ),
        ("segments: []\n", "line 1, segments: must have at least 1"),
        ("rows: []\n", "line 1, rows: is not a known key; known are: segments"),
        ("", "is empty"),
    ],
)
def test_a_fault_is_told_with_line_and_field(tmp_path: Path, text: str, fault: str) -> None:
    """A deployment with a faulty table does not start."""
    table(tmp_path, text)
    with pytest.raises(ConfigurationError) as refusal:
        load_policies([tmp_path, POLICY_FOLDER], DEFAULT)
    assert any(fault in told for told in refusal.value.faults), refusal.value.faults
