import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import starter

_CHECKOUT = Path(__file__).resolve().parents[2]
_FILE = """Facture;Client;Date;Échéance;Montant;Devise;E-mail;Soldée
F-1;Garage Blanc;02/06/2025;02/07/2025;1204,50;EUR;compta@blanc.example;10/07/2025
F-2;Boulangerie;02/06/2025;;50,00;EUR;b@b.example;
F-3;Mme Noir;02/06/2025;02/07/2025;50,00;EUR;;04/07/2025
"""
_PAID = """Facture;Client;Date;Échéance;Montant;Payé;Devise;E-mail
F-1;Garage Blanc;02/06/2025;02/07/2025;50,00;50,00;EUR;compta@blanc.example
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Two invoices, and one that cannot be read."""
    path = tmp_path / "factures.csv"
    path.write_text(_FILE, encoding="utf-8")
    return path


def run(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own."""
    return subprocess.run(
        [sys.executable, "starter.py", "rehearse", *map(str, arguments), "--map", "settled_date=Soldée"],
        check=False,
        cwd=_CHECKOUT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=300,
    )


def test_for_programs_it_prints_one_line_a_contact_and_the_summary_last(file: Path, tmp_path: Path) -> None:
    """Standard output is JSON alone; a rejected line makes the exit code 1; --out keeps what was sent."""
    out = tmp_path / "out"
    ended = run(file, "--json", "--out", out)
    assert ended.returncode == 1, ended.stderr
    *contacts, summary = map(json.loads, ended.stdout.splitlines())
    assert (summary["invoices"], summary["settled"], summary["rejected"]) == (2, 2, 1)
    assert summary["stand_in_addresses"] == 1
    assert [set(one) for one in contacts] == [{"invoice", "step", "level", "channel", "at", "customer"}] * 4
    assert {one["at"][-6:] for one in contacts} == {"+02:00"}
    assert "blanc" not in ended.stdout.lower()
    assert (out / "contacts.jsonl").read_text(encoding="utf-8") == ended.stdout
    assert len(list((out / "messages").glob("*.eml"))) == summary["contacts"] + summary["thanks"]
    assert ended.stderr == ""


def test_for_people_it_tells_what_was_done_and_that_all_was_as_planned(file: Path) -> None:
    """In the creditor's language: bad lines with their reasons, contacts by step, the verdict, stand-ins."""
    ended = run(file)
    assert ended.returncode == 1, ended.stderr
    for words in ("date absente", "Rappel d'échéance", "2 réglée(s)", "aucun écart", "@rehearsal.invalid"):
        assert words in ended.stdout.replace("\u202f", " ").replace("’", "'"), ended.stdout
    assert "Traceback" not in ended.stderr


def test_a_server_that_cannot_be_had_is_told_in_words(file: Path, tmp_path: Path) -> None:
    """The time-skipping server is missing: what, why, and no traceback."""
    ended = run(file, DUNNING_TEST_SERVER_BINARY=str(tmp_path / "missing"))
    assert ended.returncode == 1
    assert "DUNNING_TEST_SERVER_BINARY" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_file_with_nothing_open_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing to rehearse is said, with the file's name, rather than an empty success."""
    path = tmp_path / "payees.csv"
    path.write_text(_PAID, encoding="utf-8")
    assert starter.main(["rehearse", str(path)]) == 1
    assert "payees.csv" in capsys.readouterr().err


def test_a_folder_with_other_things_in_it_is_left_alone(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Messages of two rehearsals are never mixed."""
    assert starter.main(["rehearse", str(file), "--out", str(tmp_path)]) == 1
    assert "--out" in capsys.readouterr().err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["factures.csv"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--policy", "strict"], "standard-business"),
        (["--creditor", "nobody"], "atelier-lumen"),
        (["--map", "due_date=Nulle part"], "Nulle part"),
    ],
)
def test_a_name_that_does_not_exist_is_told_with_those_that_do(
    file: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], words: str
) -> None:
    """Before anything is started, with exit code 1."""
    assert starter.main(["rehearse", str(file), *arguments]) == 1
    assert words in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["--limit", "0"], ["--as-of", "tomorrow"], ["--unknown"]])
def test_a_wrong_call_ends_with_two(file: Path, arguments: list[str]) -> None:
    """As everywhere: 2 for what cannot be understood."""
    assert starter.main(["rehearse", str(file), *arguments]) == 2
