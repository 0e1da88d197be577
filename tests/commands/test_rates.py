"""The rates of late payment on the command line: what is known, and how a semester is added."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from commands import rates
from runtime.law_files import LAW_FOLDER, load_rates
from tests.commands.terminal_of_tests import Typist

SOURCE = ("--source", 'Arrêté du 20 juin 2026, "JO" no 145: taux')


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the file of rates, so that the checkout's stays as it is."""
    path = tmp_path / "fr-rates.yaml"
    shutil.copy(LAW_FOLDER / path.name, path)
    monkeypatch.setattr(rates, "RATES_FILE", path)
    return path


def test_what_is_known_is_shown_with_its_source(lonely: Typist, file: Path) -> None:
    """Each semester with both rates, the penalties that follow from them, and what lacks a figure."""
    assert file.exists()
    found = lonely.json("rates", "show")
    first = found["semesters"][0]
    assert (first["semester"], first["ecb"], first["legal"]) == ("2023-S2", "4.00", "4.22")
    assert first["source"]
    assert "2026-S2" in found["missing"]

    told = lonely("rates", "show")
    assert "2025-S1 │ 3,15 % │ 13,15 % │ 11,15 % │ 3,71 %" in told.words
    assert "Taux inconnu(s) : 2026-S2" in told.words


def test_a_semester_is_added_with_its_source(lonely: Typist, file: Path) -> None:
    """One line more, nothing else changes, and the table knows it from then on."""
    before = file.read_text(encoding="utf-8")
    told = lonely("rates", "add", "2026-S2", "--ecb", "2,15", "--legal", "2.60 %", *SOURCE)

    assert told.code == 0, told.words
    assert file.read_text(encoding="utf-8").startswith(before.rstrip())
    entry = load_rates(file).semesters[-1]
    assert (str(entry.semester), str(entry.ecb), str(entry.legal)) == ("2026-S2", "2.15", "2.60")
    assert entry.source == SOURCE[1]
    assert list(file.parent.glob(".fr-rates*")) == []


def test_one_figure_is_enough(lonely: Typist, file: Path) -> None:
    """The other one stays missing, and is said to be."""
    assert lonely.json("rates", "add", "2026-S2", "--ecb", "2.15", *SOURCE)["legal"] is None
    assert load_rates(file).semesters[-1].legal is None
    assert "2026-S2" in lonely.json("rates", "show")["missing"]


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("2026-S1", "--ecb", "2.15"), 1, "2026-S1: stands in the file already"),
        (("2026-S2",), 1, "2026-S2: give the ECB rate, the legal rate, or both"),
        (("2199-S1", "--ecb", "2.15"), 1, "2199-S1: begins on 2199-01-01"),
        (("2026-S3", "--ecb", "2.15"), 2, "'2026-S3' is no semester"),
        (("2026-S2", "--ecb", "two"), 2, "--ecb: 'two' is not a percentage"),
        (("2026-S2", "--ecb", "215"), 2, "ecb: Input should be less than or equal to 100"),
        (("2026-S2", "--legal", "-1"), 2, "legal: Input should be greater than or equal to 0"),
    ],
)
def test_what_cannot_be_added_is_refused(
    lonely: Typist, file: Path, arguments: tuple[str, ...], code: int, words: str
) -> None:
    """The file stays as it was."""
    before = file.read_bytes()
    told = lonely("rates", "add", *arguments, *SOURCE)

    assert told.code == code
    assert words in " ".join(told.words.replace("│", " ").split())
    assert file.read_bytes() == before


def test_a_rate_without_a_source_is_a_wrong_call(lonely: Typist, file: Path) -> None:
    """A figure that nobody can check is none."""
    before = file.read_bytes()
    assert lonely("rates", "add", "2026-S2", "--ecb", "2.15").code == 2
    assert lonely("rates", "add", "2026-S2", "--ecb", "2.15", "--source", " ").code == 2
    assert file.read_bytes() == before
