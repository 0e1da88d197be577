"""Looking at policies: what differs between two, and whether the segment table is in force."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from runtime.policy_files import POLICY_FOLDER
from runtime.segment_files import SEGMENT_FILE
from tests.commands.terminal_of_tests import Typist


def test_what_differs_is_told_by_the_names_of_the_file(lonely: Typist) -> None:
    """Options, fields of steps that both have, and steps that one of them lacks."""
    found = lonely.json("policies", "diff", "standard-business", "public-buyer")

    assert {"field": "formal_notice_deadline_days", "a": 8, "b": 15} in found
    assert {"field": "formal-notice.offset", "a": 45, "b": 60} in found
    assert {"field": "courtesy", "a": "Rappel d'échéance: email -3 days", "b": None} in found
    assert not any(each["field"].startswith(("name", "title", "steps")) for each in found)


def test_a_person_reads_a_table(lonely: Typist) -> None:
    """With both names above it; a step that is not there is a dash."""
    told = lonely("policies", "diff", "standard-business", "firm")

    assert told.code == 0
    for words in ("De standard-business à firm", "call.offset │ 30 │ 14", "reminder-4 │ – │ 4e relance"):
        assert words in told.words


def test_a_policy_does_not_differ_from_itself(lonely: Typist) -> None:
    """An empty list, and a sentence."""
    assert lonely.json("policies", "diff", "soft", "soft") == []
    assert "ne diffèrent que par" in lonely("policies", "diff", "soft", "soft").words


def test_an_unknown_policy_is_refused_by_name(lonely: Typist) -> None:
    """The message names those there are."""
    told = lonely("policies", "diff", "soft", "gentle")

    assert told.code == 1
    assert "gentle" in told.words
    assert "large-amount" in told.words


def test_check_tells_the_rows_of_an_own_table(
    lonely: Typist, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ours is an example and does not count; a copy in the own folder does."""
    assert lonely.json("policies", "check")["segments"] == []
    own = tmp_path / "policies"
    own.mkdir()
    shutil.copy(POLICY_FOLDER / SEGMENT_FILE, own)
    monkeypatch.setenv("DUNNING_POLICY_FOLDER", str(own))

    told = lonely("policies", "check")
    assert told.code == 0
    assert "La table des segments a 5 ligne(s) ; sinon standard-business." in told.words
