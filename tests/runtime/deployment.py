"""A deployment to be examined: its settings, and the finding of one check."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from dunning.registers import LawRegister
from runtime.checks_files import check_creditors, check_files
from runtime.checks_ledger import check_ledger
from runtime.checks_services import check_mail, check_stripe
from runtime.checks_temporal import check_temporal
from runtime.creditor_files import EXAMPLE_FILE
from runtime.finding import Finding
from runtime.law_files import load_rates, load_rules
from runtime.settings import Settings

TODAY = date(2026, 3, 2)


def settings_in(folder: Path, **changes: Any) -> Settings:
    """Settings whose books and creditor file lie in a folder, with these changes."""
    ours = EXAMPLE_FILE.read_text(encoding="utf-8")
    (folder / "creditor.yaml").write_text(ours, encoding="utf-8")
    known: dict[str, Any] = {
        "ledger_url": f"sqlite:///{folder / 'ledger.sqlite'}",
        "creditor_file": folder / "creditor.yaml",
    }
    known |= changes
    return Settings(**known)


async def found(settings: Settings, name: str) -> Finding:
    """The finding of one check; the others are not run, since rendering every template takes a second."""
    law = LawRegister(load_rates(), load_rules())
    if name in {"Temporal", "Namespace"}:
        findings = await check_temporal()
    elif name == "Ledger":
        findings = [check_ledger(settings.ledger_url)]
    elif name == "Mail server":
        findings = [await check_mail(settings.smtp)]
    elif name == "Stripe":
        findings = [await check_stripe(settings.stripe)]
    elif name in {"Creditors", "Terms of sale"}:
        findings = list(check_creditors(settings, law, TODAY))
    else:
        findings = check_files(settings, TODAY)
    (finding,) = [finding for finding in findings if finding.name == name]
    return finding


def told(finding: Finding) -> str:
    """All that a person reads of a finding."""
    return f"{finding.words} {finding.remedy or ''}"
