import shutil
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import runtime.checks_files
import runtime.doctor
from dunning.rates import RateTable, Semester, SemesterRates
from runtime.checks_files import check_rates
from runtime.creditor_files import EXAMPLE_FILE
from runtime.finding import Verdict
from runtime.law_files import LawFileError, load_rates
from runtime.policy_files import POLICY_FOLDER
from runtime.yaml_files import CHECKOUT
from tests.runtime.deployment import TODAY, found, settings_in, told

pytestmark = pytest.mark.usefixtures("_nothing_of_this_machine")


async def test_a_faulty_policy_is_told_with_its_line(tmp_path: Path) -> None:
    """The words are those of the loader: file, line, field."""
    own = tmp_path / "policies"
    own.mkdir()
    text = (POLICY_FOLDER / "standard-business.yaml").read_text(encoding="utf-8")
    (own / "standard-business.yaml").write_text(text.replace("offset: 14", "offset: x"), encoding="utf-8")
    finding = await found(settings_in(tmp_path, policy_folder=own), "Policies")
    assert finding.verdict is Verdict.FAILED
    assert "steps[3].offset: must be a whole number" in finding.words


async def test_an_unknown_default_policy_is_told(tmp_path: Path) -> None:
    """The variable that picks it is named."""
    finding = await found(settings_in(tmp_path, default_policy="gentle"), "Policies")
    assert finding.verdict is Verdict.FAILED
    assert "DUNNING_DEFAULT_POLICY" in told(finding)


async def test_a_faulty_template_is_told_with_file_and_line(tmp_path: Path) -> None:
    """A misspelt variable is found now, not when the first customer's message is due."""
    own = tmp_path / "templates"
    (own / "fr" / "email").mkdir(parents=True)
    name = "fr/email/reminder-1.j2"
    shutil.copy(CHECKOUT / "templates" / name, own / name)
    text = (own / name).read_text(encoding="utf-8")
    assert "(balance|" in text
    (own / name).write_text(text.replace("(balance|", "(ballance|", 1), encoding="utf-8")
    finding = await found(settings_in(tmp_path, template_folder=own), "Templates")
    assert finding.verdict is Verdict.FAILED
    assert "reminder-1.j2" in finding.words
    assert "ballance" in finding.words


async def test_a_missing_template_folder_is_told(tmp_path: Path) -> None:
    """The folder and its variable are named."""
    finding = await found(settings_in(tmp_path, template_folder=tmp_path / "nowhere"), "Templates")
    assert finding.verdict is Verdict.FAILED
    assert "DUNNING_TEMPLATE_FOLDER" in told(finding)


async def test_a_faulty_creditor_file_is_told_with_its_line(tmp_path: Path) -> None:
    """A mistyped IBAN is found before a customer pays to it."""
    settings = settings_in(tmp_path)
    text = settings.creditor_file.read_text(encoding="utf-8")
    settings.creditor_file.write_text(text.replace("7890 189", "7890 198"), encoding="utf-8")
    finding = await found(settings, "Creditors")
    assert finding.verdict is Verdict.FAILED
    assert "creditors[0].iban" in finding.words


async def test_a_missing_creditor_file_is_told(tmp_path: Path) -> None:
    """The remedy is to copy the example."""
    finding = await found(settings_in(tmp_path, creditor_file=tmp_path / "none.yaml"), "Creditors")
    assert finding.verdict is Verdict.FAILED
    assert "examples/creditor.yaml" in told(finding)


@pytest.mark.parametrize(
    ("host", "verdict"),
    [(None, Verdict.WARNING), ("127.0.0.1", Verdict.WARNING), ("smtp.invalid", Verdict.FAILED)],
)
async def test_the_invented_company_must_not_write_to_customers(
    tmp_path: Path, host: str | None, verdict: Verdict
) -> None:
    """The example serves to try things out; with a real mail server it would ask for money in vain."""
    settings = settings_in(tmp_path, creditor_file=EXAMPLE_FILE, smtp_host=host)
    finding = await found(settings, "Creditors")
    assert finding.verdict is verdict
    assert "invented company" in finding.words


@pytest.mark.parametrize(("answer", "words"), [("", "it is not known"), ("false", "state no penalties")])
async def test_the_terms_of_sale_are_asked_about(tmp_path: Path, answer: str, words: str) -> None:
    """Until someone answers that terms and invoices state the penalties, the doctor asks."""
    settings = settings_in(tmp_path)
    text = settings.creditor_file.read_text(encoding="utf-8")
    text = text.replace("terms_state_penalties: true", f"terms_state_penalties: {answer}")
    settings.creditor_file.write_text(text, encoding="utf-8")
    finding = await found(settings, "Terms of sale")
    assert finding.verdict is Verdict.WARNING
    assert words in finding.words


def test_a_semester_without_rates_is_named() -> None:
    """In January the rates of the autumn no longer do, and the doctor says which half-year is missing."""
    finding = check_rates(load_rates(), date(2030, 2, 1))
    assert finding.verdict is Verdict.WARNING
    assert "2030-S1" in finding.words
    assert "law/fr-rates.yaml" in told(finding)


def test_the_last_day_with_a_rate_is_named() -> None:
    """One missing figure is enough for interest to stop the day before its half-year."""
    known: dict[str, Any] = {"source": "a text", "seen_on": TODAY}
    rates = RateTable(
        semesters=(
            SemesterRates(semester=Semester(year=2025, half=2), ecb=Decimal(2), legal=Decimal(3), **known),
            SemesterRates(semester=Semester(year=2026, half=1), ecb=Decimal(2), **known),
        )
    )
    finding = check_rates(rates, TODAY)
    assert "2026-S1 is missing" in finding.words
    assert "up to 2025-12-31 only" in finding.words


async def test_unreadable_rates_are_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A damaged file of the law is a finding."""

    def damaged() -> None:
        raise LawFileError("fr-rates.yaml", ["is not YAML"])

    monkeypatch.setattr(runtime.checks_files, "load_rates", damaged)
    finding = await found(settings_in(tmp_path), "Legal rates")
    assert finding.verdict is Verdict.FAILED
    assert "fr-rates.yaml" in finding.words
