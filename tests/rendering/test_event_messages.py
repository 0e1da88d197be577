from __future__ import annotations

import pytest

from dunning.legal_rules import LegalRules
from dunning.party import CustomerKind, Language
from rendering.context import Accessories, AccessoriesLeft, MessageContext
from rendering.emails import EventTemplate, render_email
from rendering.samples import event_samples
from rendering.templates import TemplateBook
from tests.rendering.reading import forms


def _sample(
    template: EventTemplate, rules: LegalRules, kind: CustomerKind, language: Language = Language.FRENCH
) -> MessageContext:
    return next(context for context in event_samples(template, language, rules) if context.kind is kind)


PLAN = {
    Language.FRENCH: (
        "Client Exemple reconnaît devoir à Menuiserie Exemple la somme de 1 005,00 €",
        "2 février 2026",
        "400,00 €",
        "2 mars 2026",
        "605,00 €",
        "n'est pas réglée 3 jours après sa date",
        "la totalité du solde restant dû devient aussitôt exigible",
        "en répondant à ce message",
    ),
    Language.ENGLISH: (
        "Client Exemple acknowledges owing Menuiserie Exemple the sum of €1,005.00",
        "2 February 2026",
        "€400.00",
        "2 March 2026",
        "€605.00",
        "not paid 3 days after its date",
        "the whole balance that remains becomes due at once",
        "by replying to this message",
    ),
}


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("kind", CustomerKind)
def test_a_plan_is_confirmed_as_an_agreement(
    book: TemplateBook, rules: LegalRules, kind: CustomerKind, language: Language
) -> None:
    """Debt acknowledged, dates and amounts, the whole due after a missed instalment, an answer asked for."""
    context = _sample(EventTemplate.PLAN_CONFIRMATION, rules, kind, language)
    for text in forms(render_email(book, EventTemplate.PLAN_CONFIRMATION, context)).values():
        assert [words for words in PLAN[language] if words not in text] == []


@pytest.mark.parametrize(
    ("kind", "accessories", "wanted"),
    [
        (CustomerKind.BUSINESS, Accessories.NONE, "mais nous ne vous en réclamons pas à ce jour"),
        (CustomerKind.PUBLIC, Accessories.NONE, "Les intérêts moratoires courent de plein droit"),
        (CustomerKind.BUSINESS, Accessories.ASKED, "restent dues en plus de ces échéances"),
        (CustomerKind.CONSUMER, Accessories.NONE, "Aucune somme ne s'ajoute à ces échéances"),
        (CustomerKind.UNKNOWN, Accessories.NONE, "Aucune somme ne s'ajoute à ces échéances"),
    ],
)
def test_a_plan_says_whether_penalties_run(
    book: TemplateBook, rules: LegalRules, kind: CustomerKind, accessories: Accessories, wanted: str
) -> None:
    """For professionals they run by law and are asked only per policy; for consumers nothing is added."""
    context = _sample(EventTemplate.PLAN_CONFIRMATION, rules, kind).model_copy(
        update={"accessories": accessories}
    )
    for text in forms(render_email(book, EventTemplate.PLAN_CONFIRMATION, context)).values():
        assert wanted in text


@pytest.mark.parametrize("language", Language)
def test_an_instalment_reminder_asks_for_the_instalment(
    book: TemplateBook, rules: LegalRules, language: Language
) -> None:
    """Number, date and amount of this instalment; transfer and card ask for it, not for the balance."""
    context = _sample(EventTemplate.INSTALMENT_REMINDER, rules, CustomerKind.BUSINESS, language)
    email = render_email(book, EventTemplate.INSTALMENT_REMINDER, context)
    french = language is Language.FRENCH
    assert (
        "échéance 1 sur 2 le 2 février 2026" if french else "instalment 1 of 2 due on 2 February"
    ) in email.subject
    for text in forms(email).values():
        assert ("Payer 400,00 € par carte" if french else "Pay €400.00 by card") in text
        assert ("45 jours" if french else "45 days") not in text


@pytest.mark.parametrize("language", Language)
def test_a_promise_is_confirmed_with_its_date_and_amount(
    book: TemplateBook, rules: LegalRules, language: Language
) -> None:
    """The customer reads what it promised, that reminders pause, and what happens if it is not kept."""
    context = _sample(EventTemplate.PROMISE_CONFIRMATION, rules, CustomerKind.CONSUMER, language)
    email = render_email(book, EventTemplate.PROMISE_CONFIRMATION, context)
    french = language is Language.FRENCH
    assert ("1er février 2026" if french else "1 February 2026") in email.subject
    for text in forms(email).values():
        assert ("1 005,00 €" if french else "€1,005.00") in text
        assert ("suspendons nos relances" if french else "suspending our reminders") in text
        assert ("nos relances reprendraient" if french else "our reminders would resume") in text


@pytest.mark.parametrize(
    ("left", "wanted", "unwanted"),
    [
        (AccessoriesLeft.NOTHING, "Plus rien ne vous est demandé", "renonçons"),
        (AccessoriesLeft.WAIVED, "nous renonçons aux sommes dues en raison du retard, soit 53,70 €", "IBAN"),
        (AccessoriesLeft.DUE, "13,70 € d'intérêts et 40,00 € d'indemnité forfaitaire", "Plus rien"),
    ],
)
def test_thanks_say_what_becomes_of_penalties(
    book: TemplateBook, rules: LegalRules, left: AccessoriesLeft, wanted: str, unwanted: str
) -> None:
    """Paid in full: thanked, and told in so many words whether anything is still asked for."""
    context = _sample(EventTemplate.THANKS, rules, CustomerKind.BUSINESS).model_copy(
        update={"accessories_left": left}
    )
    for text in forms(render_email(book, EventTemplate.THANKS, context)).values():
        assert "500,00 € le 15 décembre 2025" in text
        assert wanted in text
        assert unwanted not in text
