import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.rehearsal.oracle import Slip, slips

_CHECKOUT = Path(__file__).resolve().parents[2]
_MAPPING = _CHECKOUT / "examples" / "late-payment-histories.mapping.yaml"
_NAME = "late_payment_histories_2012_2013h1.csv"
_INVOICES = 1930
_PATIENCE = 20 * 60
"""A machine that runs all tests at once is slower; the figure of a quiet one is in docs/measurements.md."""


@pytest.fixture(scope="module")
def histories() -> Path:
    """The public data set, which stands beside the checkout and not in it."""
    named = os.environ.get("LATE_PAYMENT_HISTORIES")
    path = Path(named) if named else _CHECKOUT.parent / "shared" / "data" / _NAME
    if not path.is_file():
        pytest.fail(
            f"The real invoices are not at {path}: put {_NAME} there, or name it in LATE_PAYMENT_HISTORIES."
        )
    return path


def rehearsed(file: Path, *options: str) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Contacts and summary of a rehearsal, run as a person would."""
    command = [
        sys.executable,
        "starter.py",
        "rehearse",
        str(file),
        "--map",
        str(_MAPPING),
        "--json",
        *options,
    ]
    ended = subprocess.run(
        command, check=False, cwd=_CHECKOUT, capture_output=True, text=True, timeout=_PATIENCE
    )
    assert ended.returncode == 0, ended.stdout[-3000:] + ended.stderr[-3000:]
    *contacts, summary = map(json.loads, ended.stdout.splitlines())
    return contacts, summary


def require_flawless(contacts: list[dict[str, Any]], summary: dict[str, Any]) -> None:
    """The promises of a rehearsal, and that its lines and its summary tell the same."""
    assert summary["settled"] == summary["invoices"]
    assert (summary["open"], summary["handed_over"], summary["left_out"], summary["rejected"]) == (0, 0, 0, 0)
    assert summary["differences_from_plan"] == []
    assert (summary["after_payment"], summary["duplicates"]) == (0, 0)
    assert summary["contacts"] == len(contacts) == len({(one["invoice"], one["step"]) for one in contacts})


@pytest.mark.slow
def test_a_sample_of_real_invoices_goes_as_planned(histories: Path) -> None:
    """120 of them: all settled, and the contacts are those that calendar and policy mean."""
    contacts, summary = rehearsed(histories, "--limit", "120")
    require_flawless(contacts, summary)
    assert summary["invoices"] == 120
    assert {Slip(one["invoice"], one["step"], one["at"][:10]) for one in contacts} == slips(histories, 120)


@pytest.mark.slow
def test_all_real_invoices_go_as_planned(histories: Path) -> None:
    """All 1,930: settled, no contact after a recorded payment, none twice, none but the planned ones."""
    began = time.monotonic()
    contacts, summary = rehearsed(histories)
    took = time.monotonic() - began
    sys.stderr.write(f"\n{_INVOICES} invoices, {summary['contacts']} contacts rehearsed in {took:.0f} s\n")
    require_flawless(contacts, summary)
    assert summary["invoices"] == _INVOICES
    assert {Slip(one["invoice"], one["step"], one["at"][:10]) for one in contacts} == slips(histories)
