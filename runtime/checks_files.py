"""Looking at what people wrote: creditors, policies, templates, and the rates of the law."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from ipaddress import ip_address

from dunning.party import Creditor
from dunning.rates import RateTable, Semester
from dunning.registers import LawRegister, PolicyRegister
from rendering.template_check import check_templates
from rendering.templates import TemplateBook
from runtime.configuration_error import ConfigurationError
from runtime.creditor_files import EXAMPLE_FILE, load_creditors
from runtime.finding import Finding, broken, doubtful, fine
from runtime.law_files import LawFileError, load_rates, load_rules
from runtime.policy_files import load_policies
from runtime.settings import Settings

_CREDITORS, _TERMS, _POLICIES, _TEMPLATES = "Creditors", "Terms of sale", "Policies", "Templates"
_RATES = "Legal rates"


def check_files(settings: Settings, today: date) -> list[Finding]:
    """Read all files as the worker would, and render each message once.

    Args:
        settings: name the files and folders.
        today: the day up to which rates must be known.
    """
    try:
        law = LawRegister(load_rates(), load_rules())
    except LawFileError as error:
        return [broken(_RATES, str(error), "Mend the file in law/; claims and messages need it.")]
    found = [check_rates(law.rates, today), *check_creditors(settings, law, today)]
    try:
        policies = load_policies(settings.policy_folders, settings.default_policy)
    except ConfigurationError as error:
        return [
            *found,
            broken(_POLICIES, str(error), "Mend the lines named; DUNNING_DEFAULT_POLICY picks one."),
        ]
    names = ", ".join(sorted(policies.policies))
    return [
        *found,
        fine(_POLICIES, f"{names}; default {policies.default}"),
        _templates(settings, policies, law),
    ]


def check_rates(rates: RateTable, today: date) -> Finding:
    """Tell which half-years lack a figure; without it interest stops at the last known day."""
    missing = rates.missing(today)
    if not missing:
        return fine(_RATES, f"known up to {Semester.of(today)}")
    last_known = missing[0].first_day - timedelta(days=1)
    return doubtful(
        _RATES,
        f"the ECB or legal rate of {', '.join(map(str, missing))} is missing: interest is computed up to "
        f"{last_known} only, and messages say so",
        "Add a line with both rates and their source to law/fr-rates.yaml.",
    )


def check_creditors(settings: Settings, law: LawRegister, today: date) -> Iterator[Finding]:
    """Read the creditors; ask what only they can answer."""
    try:
        register = load_creditors(settings.creditor_file, law, today)
    except ConfigurationError as error:
        remedy = "Copy examples/creditor.yaml, make it yours, and name it in DUNNING_CREDITOR_FILE."
        yield broken(_CREDITORS, str(error), remedy)
        return
    creditors = list(register.creditors.values())
    yield _creditors(settings, creditors)
    for creditor in creditors:
        if not creditor.terms_state_penalties:
            yield _terms(creditor)


def _creditors(settings: Settings, creditors: list[Creditor]) -> Finding:
    names = ", ".join(creditor.name for creditor in creditors)
    if settings.creditor_file.resolve() != EXAMPLE_FILE:
        return fine(_CREDITORS, names)
    words = (
        f"messages go out in the name of {names}, the invented company of the example, to its bank account"
    )
    remedy = "Copy examples/creditor.yaml, make it yours, and name it in DUNNING_CREDITOR_FILE."
    host = settings.smtp_host
    # With a real mail server customers would be asked to pay to an account that nobody has.
    return (broken if host and not _on_this_machine(host) else doubtful)(_CREDITORS, words, remedy)


def _terms(creditor: Creditor) -> Finding:
    if creditor.terms_state_penalties is None:
        words = f"it is not known whether those of {creditor.name} state the penalty rate and the 40 €"
        remedy = "Look at terms of sale and invoices, then answer terms_state_penalties in the creditor file."
    else:
        words = f"those of {creditor.name} state no penalties, though they are due without it"
        remedy = (
            "Write the rate and the 40 € into terms of sale and invoices (C. com. L441-9, L441-10); "
            "leaving them out can be fined."
        )
    return doubtful(_TERMS, words, remedy)


def _templates(settings: Settings, policies: PolicyRegister, law: LawRegister) -> Finding:
    try:
        book = TemplateBook(settings.template_folders)
    except FileNotFoundError as error:
        return broken(_TEMPLATES, str(error), "Correct DUNNING_TEMPLATE_FOLDER.")
    faults = check_templates(book, policies.policies.values(), law.rules)
    if faults:
        return broken(_TEMPLATES, "\n".join(map(str, faults)), "Mend the templates named.")
    return fine(_TEMPLATES, "each message of every policy can be written, in each language")


def _on_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
