import json
import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from demo import script
from embedded.server_process import listens
from intake.portfolio import PortfolioOptions, read_portfolio
from runtime.yaml_files import CHECKOUT
from tests.embedded.processes import is_gone

_DAY_A_SECOND = "86400"
_LONGEST = 235
_REAL_LIFE = {
    "DUNNING_SMTP_HOST": "mail.example.invalid",
    "DUNNING_SMTP_USERNAME": "relance",
    "DUNNING_LEDGER_URL": "postgresql://nobody@db.example.invalid/books",
    "TEMPORAL_ADDRESS": "temporal.example.invalid:7233",
    "TEMPORAL_API_KEY": "real-life",
}
"""Settings of a deployment that the demonstration must not touch."""


@dataclass(frozen=True)
class Given:
    """One demonstration that was given."""

    code: int
    seconds: float
    told: str
    figures: dict[str, Any]
    scratch: Path
    """Where it, and every process that it started, kept temporary files."""


def command(*options: str) -> list[str]:
    """The command as a person types it."""
    return [sys.executable, str(CHECKOUT / "starter.py"), "demo", *options]


def environment(scratch: Path) -> dict[str, str]:
    """That of a person with a deployment, in which every process of the demonstration can be found."""
    own_file = scratch / "own.env"
    own_file.write_text("DUNNING_STRIPE_API_KEY=sk_live_realrealreal\nTEMPORAL_NAMESPACE=real\n")
    return {**os.environ, **_REAL_LIFE, "DUNNING_ENV_FILE": str(own_file), "TMPDIR": str(scratch)}


def processes_of(scratch: Path) -> list[int]:
    """Processes that were started under this folder for temporary files."""
    mark = f"TMPDIR={scratch}".encode()
    found = []
    for variables in Path("/proc").glob("[0-9]*/environ"):
        try:
            if mark in variables.read_bytes().split(b"\0"):
                found.append(int(variables.parent.name))
        except OSError:  # it ended meanwhile, or is another user's
            continue
    return found


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> Given:
    """The whole demonstration, once, a little faster than newcomers see it."""
    scratch = tmp_path_factory.mktemp("demo")
    began = time.monotonic()
    ended = subprocess.run(
        command("--json", "--speed", _DAY_A_SECOND),
        check=False,
        cwd=scratch,
        env=environment(scratch),
        capture_output=True,
        text=True,
        timeout=_LONGEST,
    )
    seconds = time.monotonic() - began
    last = ended.stdout.strip().splitlines()[-1] if ended.stdout.strip() else "{}"
    return Given(ended.returncode, seconds, ended.stderr, json.loads(last), scratch)


@pytest.mark.slow
def test_it_ends_by_itself_as_planned(given: Given) -> None:
    """Exit code 0, in under four minutes, whatever is configured on the machine."""
    assert given.code == 0, given.told[-6_000:]
    assert given.seconds < _LONGEST


@pytest.mark.slow
def test_nobody_is_contacted_after_payment_or_twice(given: Given) -> None:
    """The promise that matters most, counted in the mail sink, over the death of a worker."""
    assert given.figures["contacts_after_payment"] == 0
    assert given.figures["duplicate_contacts"] == 0
    assert given.figures["worker_kills"] == 1


@pytest.mark.slow
def test_every_figure_is_there_and_makes_sense(given: Given) -> None:
    """One JSON object, as the last line, tells what happened."""
    entries = read_portfolio(script.PORTFOLIO, PortfolioOptions(creditor_id="atelier-lumen")).entries
    figures = given.figures

    assert figures["invoices"] == len(entries) >= 12
    assert figures["settled"] >= 12  # all 13 unless a busy machine costs a customer its reminder
    assert figures["handed_over"] == 1
    assert figures["plans"] == 1
    assert figures["emails_received"] >= figures["invoices"] * 2
    assert figures["payment_links"] >= 12
    assert figures["webhooks"] >= 9
    assert figures["call_tasks"] >= 5
    assert figures["unknown_sends"] <= 2  # what the killed worker had in its hands


@pytest.mark.slow
def test_the_stories_are_told(given: Given) -> None:
    """Part payment, plan, promise kept and broken, hold, credit note, correction, bounce, hand-over."""
    for words in (
        "reste 704,50",
        "Échéancier convenu",
        "L'échéancier est tenu",
        "La promesse est tenue",
        "Promesse non tenue",
        "Les relances sont en pause jusqu'au 2 avril 2026",
        "Avoir de 180,00",
        "La facture est corrigée",
        "refusée par la messagerie du client",
        "Le client a de nouvelles coordonnées",
        "Son virement arrive",
        "Le worker est tué",
        "Le dossier est transmis au recouvrement",
        "À valider (",
        "Échu par ancienneté",
    ):
        assert words in given.told.replace("\u00a0", " ").replace("\u202f", " ")


@pytest.mark.slow
def test_nothing_is_left_behind(given: Given) -> None:
    """No process, no open port, no file but those of the test."""
    addresses = set(re.findall(r"http://127\.0\.0\.1:\d+", given.told))

    assert len(addresses) == 3
    assert not any(listens(urlsplit(address).port or 0) for address in addresses)
    assert all(is_gone(pid) for pid in processes_of(given.scratch))
    assert [path.name for path in given.scratch.iterdir()] == ["own.env"]


@pytest.mark.slow
def test_it_leaves_nothing_behind_when_it_is_killed(tmp_path: Path) -> None:
    """Servers, worker and files are gone soon after a SIGKILL of the starter."""
    with subprocess.Popen(
        command("--json"),
        env=environment(tmp_path),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as starter:
        assert starter.stderr is not None
        for line in starter.stderr:
            if "http://" in line:
                break
        started = processes_of(tmp_path)
        starter.send_signal(signal.SIGKILL)
    assert len(started) >= 3
    assert all(is_gone(pid, within=20) for pid in started)
    assert [path.name for path in tmp_path.iterdir()] == ["own.env"]


def test_a_speed_beyond_reason_is_refused() -> None:
    """Too fast a clock would leave no time for anything; the person is told the range."""
    ended = subprocess.run(
        command("--speed", "5000000"), check=False, capture_output=True, text=True, timeout=60
    )

    assert ended.returncode == 2
    assert "--speed" in ended.stderr
