from __future__ import annotations

from datetime import date

import pytest

from dunning.claim import ClaimInput, claim
from dunning.legal_rules import LegalRules
from dunning.money import Money
from dunning.party import CustomerKind, Language
from dunning.policy import Allocation, AskAccessories, Policy
from rendering.context import MessageContext
from rendering.emails import render_email
from rendering.samples import step_samples
from rendering.templates import TemplateBook
from runtime.law_files import load_rates
from tests.rendering.reading import forms


def _notice(
    policy: Policy,
    rules: LegalRules,
    kind: CustomerKind,
    language: Language = Language.FRENCH,
    ask: AskAccessories = AskAccessories.FROM_FORMAL_NOTICE,
) -> MessageContext:
    step = policy.step("formal-notice")
    assert step is not None
    return next(context for context in step_samples(step, ask, language, rules) if context.kind is kind)


FRENCH = (
    "Mise en demeure de payer",
    "Le 12 janvier 2026",
    "lettre recommandée avec avis de réception",
    "Créancier : Menuiserie Exemple",
    "SARL, SIREN 732829320",
    "12 rue des Ateliers",
    "Débiteur : Client Exemple",
    "SIREN 552100554",
    "3 avenue de la Gare",
    "facture F-2025-118 du 29 octobre 2025, échue le 28 novembre 2025",
    "BC-2025-118",
    "Décompte arrêté au 12 janvier 2026",
    "Intérêts du 29 novembre 2025 au 15 décembre 2025, 17 jours à 12,00 % sur 1 505,00 €",
    "8,41 €",
    "Intérêts du 16 décembre 2025 au 31 décembre 2025, 16 jours à 12,00 % sur 1 005,00 €",
    "5,29 €",
    "13,70 €",
    "40,00 €",
    "1 058,70 €",
    "majoré de 10 points (article L. 441-10, II du code de commerce)",
    "article D. 441-5 du code de commerce",
    "Intérêts arrêtés au 31 décembre 2025",
    "nous vous mettons en demeure, au sens de l'article 1344 du code civil",
    "au plus tard le 20 janvier 2026",
    "cabinet de recouvrement",
    "avocat",
    "injonction de payer",
    "Camille Exemple, gérante, pour Menuiserie Exemple",
)
ENGLISH = (
    "Formal notice to pay",
    "12 January 2026",
    "registered letter with acknowledgement of receipt",
    "Creditor: Menuiserie Exemple",
    "SARL, SIREN 732829320",
    "Debtor: Client Exemple",
    "SIREN 552100554",
    "3 avenue de la Gare",
    "BC-2025-118",
    "Statement of 12 January 2026",
    "Interest from 29 November 2025 to 15 December 2025, 17 days at 12.00% on €1,505.00",
    "€8.41",
    "€5.29",
    "€13.70",
    "€40.00",
    "€1,058.70",
    "plus 10 percentage points (article L. 441-10, II of the French commercial code)",
    "Interest computed to 31 December 2025",
    "mise en demeure, article 1344 of the French civil code",
    "by 20 January 2026 at the latest",
    "collection agency",
    "lawyer",
    "injonction de payer",
    "Camille Exemple, gérante, for Menuiserie Exemple",
)


@pytest.mark.parametrize(("language", "wanted"), [(Language.FRENCH, FRENCH), (Language.ENGLISH, ENGLISH)])
def test_a_formal_notice_holds_everything_that_makes_it_one(
    policy: Policy, rules: LegalRules, book: TemplateBook, language: Language, wanted: tuple[str, ...]
) -> None:
    """Title, date, parties, order, computation by lines, deadline, basis, what follows, signatory."""
    context = _notice(policy, rules, CustomerKind.BUSINESS, language)
    for form, text in forms(render_email(book, "formal-notice", context)).items():
        shown = text.replace("FORMAL NOTICE TO PAY", "Formal notice to pay")
        shown = shown.replace("MISE EN DEMEURE DE PAYER", "Mise en demeure de payer")
        shown = shown.replace("DÉCOMPTE ARRÊTÉ AU 12 JANVIER", "Décompte arrêté au 12 janvier")
        shown = shown.replace("STATEMENT OF 12 JANUARY", "Statement of 12 January")
        assert [words for words in wanted if words not in shown] == [], form


def test_the_amount_to_pay_is_the_whole_claim(policy: Policy, rules: LegalRules, book: TemplateBook) -> None:
    """Once accessories are asked for, transfer and card ask for principal, interest and costs together."""
    context = _notice(policy, rules, CustomerKind.BUSINESS)
    assert context.amount_due == Money.of("1058.70", "EUR")
    for text in forms(render_email(book, "formal-notice", context)).values():
        assert "Payer 1 058,70 € par carte" in text


@pytest.mark.parametrize("kind", [CustomerKind.CONSUMER, CustomerKind.UNKNOWN])
def test_a_consumer_is_told_of_legal_interest_from_the_presentation(
    policy: Policy, rules: LegalRules, book: TemplateBook, kind: CustomerKind
) -> None:
    """Nothing accrued yet: the principal alone is asked for, legal interest begins now (C. civ. 1344-1)."""
    context = _notice(policy, rules, kind)
    assert context.amount_due == Money.of(1005, "EUR")
    for text in forms(render_email(book, "formal-notice", context)).values():
        assert "intérêts au taux légal courent à compter du lendemain de la première présentation" in text
        assert "1344-1 du code civil" in text


def test_a_policy_that_never_asks_prints_the_balance_alone(
    policy: Policy, rules: LegalRules, book: TemplateBook
) -> None:
    """Without accessories there is no computation and no rate; the balance is demanded."""
    context = _notice(policy, rules, CustomerKind.BUSINESS, ask=AskAccessories.NEVER)
    for text in forms(render_email(book, "formal-notice", context)).values():
        assert "Reste à payer" in text
        assert "la somme de 1 005,00 €" in text
        assert "points" not in text
        assert "40,00 €" not in text


def test_without_a_date_the_deadline_counts_from_the_presentation(
    policy: Policy, rules: LegalRules, book: TemplateBook
) -> None:
    """Where the day of presentation is unknown, the notice says eight days from it."""
    context = _notice(policy, rules, CustomerKind.BUSINESS).model_copy(update={"deadline": None})
    for text in forms(render_email(book, "formal-notice", context)).values():
        assert "dans un délai de 8 jours à compter de la première présentation" in text


def test_no_letter_is_announced_that_is_not_sent(
    policy: Policy, rules: LegalRules, book: TemplateBook
) -> None:
    """The registered letter is mentioned only where one follows."""
    context = _notice(policy, rules, CustomerKind.BUSINESS).model_copy(update={"registered_letter": False})
    for text in forms(render_email(book, "formal-notice", context)).values():
        assert "lettre recommandée" not in text


def test_a_public_body_is_told_of_the_prefect(policy: Policy, rules: LegalRules, book: TemplateBook) -> None:
    """Against a local body the State orders the payment; the rate is ECB plus eight, frozen."""
    context = _notice(policy, rules, CustomerKind.PUBLIC)
    for text in forms(render_email(book, "formal-notice", context)).values():
        assert "mandatement d'office" in text
        assert "fixé au semestre du premier jour de retard" in text
        assert "cabinet de recouvrement" not in text
        assert "majoré de 10 points" not in text


def test_payments_set_against_interest_are_shown_as_such(
    policy: Policy, rules: LegalRules, book: TemplateBook
) -> None:
    """Where payments go to interest and costs first, what they covered is taken off: the sum adds up."""
    context = _notice(policy, rules, CustomerKind.BUSINESS)
    request = ClaimInput(
        invoice=context.invoice,
        kind=context.kind,
        payments=context.payments,
        credit_notes=context.credit_notes,
        allocation=Allocation.INTEREST_AND_COSTS_FIRST,
    )
    computed = claim(request, load_rates(), date(2026, 1, 12), rules=rules)
    owed = computed.principal + computed.interest_due + computed.fixed_costs_due
    assert owed == computed.total
    for text in forms(
        render_email(book, "formal-notice", context.model_copy(update={"claim": computed}))
    ).values():
        assert "Intérêts déjà réglés" in text
        assert "Indemnité déjà réglée" in text
        assert "-40,00 €" in text
