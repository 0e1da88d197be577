"""What operators read about a run before it did anything: invoice number, amount, dates; no person."""

from __future__ import annotations

from dunning.party import Language
from dunning.phrases import phrase
from dunning.wording import french_spaces, long_date, money
from ledger.cases import Case

_LONGEST_NUMBER = 60
"""Of the characters of an invoice number: a summary is one line of at most 400 bytes in Temporal."""

_DETAILS = {
    Language.FRENCH: (
        "Émise le {issued}, échéance le {due}.",
        "Scénario de relance : {policy}.",
        "Scénario de relance : celui du segment du client.",
    ),
    Language.ENGLISH: (
        "Issued on {issued}, due on {due}.",
        "Dunning policy: {policy}.",
        "Dunning policy: the one of the customer's segment.",
    ),
}


def summary_of(case: Case, language: Language) -> str:
    """One line such as ``Facture F-2026-0042 – 1 204,50 €``."""
    number = case.invoice.number[:_LONGEST_NUMBER]
    return f"{phrase('pay.label', language, number=number)} – {money(case.invoice.amount, language)}"


def details_of(case: Case, language: Language) -> str:
    """Markdown: the dates, and the policy where one is named."""
    dates, named, by_segment = _DETAILS[language]
    issued, due = (long_date(day, language) for day in (case.invoice.issue_date, case.invoice.due_date))
    policy = named.format(policy=case.policy) if case.policy else by_segment
    text = f"{dates.format(issued=issued, due=due)}\n\n{policy}"
    return french_spaces(text) if language is Language.FRENCH else text
