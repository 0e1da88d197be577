from __future__ import annotations

import re
from decimal import Decimal

import pytest

from dunning.party import CustomerKind, Language
from rendering.emails import EventTemplate, render_email
from rendering.templates import TemplateBook
from tests.rendering.reading import Message, forms, read_html, rich_message, shown

PROTECTED = (CustomerKind.CONSUMER, CustomerKind.UNKNOWN)
REMINDERS = ("reminder-1", "reminder-2", "reminder-3")
IGNORE = {
    Language.FRENCH: "merci de ne pas tenir compte de ce message",
    Language.ENGLISH: "please ignore this message",
}
NEVER_FOR_CONSUMERS = re.compile(
    r"\b40(,00|\.00)? ?€|€40\b|pénalité|penalt|indemnité forfaitaire|fixed sum|frais supplémentaires|"
    r"additional (fee|cost|charge)|frais de recouvrement|recovery cost|majoré|percentage points|"
    r"code de commerce|commercial code",
    re.IGNORECASE,
)
NEVER_FOR_ANYONE = re.compile(
    r"huissier|commissaire de justice|saisie|bailiff|enforcement officer|république française|"
    r"frais supplémentaires",
    re.IGNORECASE,
)


def test_every_message_says_which_invoice_and_how_much(messages: list[Message], book: TemplateBook) -> None:
    """Number, dates, goods, order, amount, payments, credits and balance stand in both parts."""
    for template, context in messages:
        if template == EventTemplate.THANKS:
            continue
        french = context.language is Language.FRENCH
        wanted = ["F-2025-118", "29 octobre 2025" if french else "29 October 2025"]
        wanted += ["28 novembre 2025" if french else "28 November 2025"]
        wanted += ["1 604,50 €" if french else "€1,604.50"]
        if context.payments:
            wanted += ["Fenêtres en chêne", "BC-2025-118", "1 005,00 €" if french else "€1,005.00"]
            wanted += ["-500,00 €", "-99,50 €", "15 décembre 2025"] if french else ["-€500.00", "-€99.50"]
        for form, text in forms(render_email(book, template, context)).items():
            missing = [words for words in wanted if words not in text]
            assert not missing, (template, context.kind, context.language, form)


def test_every_message_offers_transfer_and_help(messages: list[Message], book: TemplateBook) -> None:
    """IBAN in groups of four, BIC, reference, cheque, and a named person with a phone number."""
    for template, context in messages:
        email = render_email(book, template, context)
        for form, text in forms(email).items():
            where = (template, context.kind, context.language, form)
            assert "Camille Exemple" in text, where
            assert "04 72 00 00 00" in text, where
            if template == EventTemplate.THANKS:
                continue
            assert "FR76 3000 4000 0312 3456 7890 143" in text, where
            assert "BNPAFRPPXXX" in text, where
            assert ("chèque à l'ordre de" if context.language == "fr" else "cheque made out to") in text, (
                where
            )
        assert "\n" not in email.subject


@pytest.mark.parametrize("template", [*REMINDERS, "courtesy", "formal-notice"])
@pytest.mark.parametrize("language", Language)
def test_the_card_link_comes_after_the_transfer_and_only_if_offered(
    messages: list[Message], book: TemplateBook, template: str, language: Language
) -> None:
    """Cards cost fees: the IBAN is read first, and without an offer there is no link at all."""
    context = rich_message(messages, template, CustomerKind.BUSINESS, language)
    email = render_email(book, template, context)
    assert context.pay_url is not None
    assert email.text.index("IBAN") < email.text.index(context.pay_url)
    assert context.pay_url in read_html(email.html).links
    without = render_email(book, template, context.model_copy(update={"card_offered": False}))
    assert context.pay_url not in without.text
    assert not read_html(without.html).links


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("kind", CustomerKind)
def test_the_subjects_are_those_of_the_field(
    messages: list[Message], book: TemplateBook, kind: CustomerKind, language: Language
) -> None:
    """A reader finds the invoice number and, before the due date, the date in the subject."""
    courtesy = render_email(book, "courtesy", rich_message(messages, "courtesy", kind, language)).subject
    reminder = render_email(book, "reminder-1", rich_message(messages, "reminder-1", kind, language)).subject
    if language is Language.FRENCH:
        assert courtesy == "Facture F-2025-118\u00a0: échéance le 28 novembre 2025"
        assert reminder == "Relance retard de paiement\u00a0: facture F-2025-118"
    else:
        assert courtesy == "Invoice F-2025-118: due on 28 November 2025"
        assert reminder == "Payment reminder: overdue invoice F-2025-118"


def test_already_paid_is_said_in_reminders_and_never_in_the_formal_notice(
    messages: list[Message], book: TemplateBook
) -> None:
    """Who has paid may ignore a reminder; a formal notice that may be ignored would be none."""
    for template, context in messages:
        for text in forms(render_email(book, template, context)).values():
            if template in {*REMINDERS, "courtesy", EventTemplate.INSTALMENT_REMINDER}:
                assert IGNORE[context.language] in text, template
            if template == "formal-notice":
                assert IGNORE[context.language] not in text
                assert "ignor" not in text


def test_reminders_say_how_late(messages: list[Message], book: TemplateBook) -> None:
    """Days past due stand in each reminder and the formal notice, and in no courtesy."""
    for template, context in messages:
        late = "45 jours" if context.language is Language.FRENCH else "45 days"
        for text in forms(render_email(book, template, context)).values():
            if template in {*REMINDERS, "formal-notice"}:
                assert late in text, template
            elif template == "courtesy":
                assert "Retard" not in text
                assert "Overdue" not in text


def test_consumers_and_unknown_customers_read_nothing_of_penalties(
    messages: list[Message], book: TemplateBook
) -> None:
    """No 40 €, no penalties, no additional charges, whatever the policy asks for (C. com. L441-10)."""
    for template, context in messages:
        if context.kind not in PROTECTED:
            continue
        for form, text in forms(render_email(book, template, context)).items():
            found = NEVER_FOR_CONSUMERS.search(text)
            assert not found, (template, context.kind, context.language, form, found)
            if template != "formal-notice":
                assert "intérêts" not in text, template
                assert "interest" not in text, template


def test_nobody_is_threatened_with_what_the_law_does_not_give(
    messages: list[Message], book: TemplateBook
) -> None:
    """No word of a bailiff or seizure, and no additional charges."""
    for template, context in messages:
        for text in forms(render_email(book, template, context)).values():
            assert not NEVER_FOR_ANYONE.search(text), template


@pytest.mark.parametrize(
    ("kind", "language", "wanted"),
    [
        (CustomerKind.BUSINESS, Language.FRENCH, ("majoré de 10 points", "de 40 €", "L. 441-10", "D. 441-5")),
        (CustomerKind.BUSINESS, Language.ENGLISH, ("plus 10 percentage points", "of €40", "L. 441-10")),
        (CustomerKind.PUBLIC, Language.FRENCH, ("majoré de 8 points", "de 40 €", "L. 2192-13", "moratoires")),
        (CustomerKind.PUBLIC, Language.ENGLISH, ("plus 8 percentage points", "of €40", "L. 2192-13")),
    ],
)
def test_the_firm_reminder_states_the_rule_to_professionals(
    messages: list[Message],
    book: TemplateBook,
    kind: CustomerKind,
    language: Language,
    wanted: tuple[str, ...],
) -> None:
    """Rate and fixed costs are mentioned before they are asked for, without figures of this invoice."""
    context = rich_message(messages, "reminder-3", kind, language)
    for text in forms(render_email(book, "reminder-3", context)).values():
        assert [words for words in wanted if words not in text] == []
        assert "8,41" not in text
    neutral = rich_message(messages, "reminder-1", kind, language)
    for text in forms(render_email(book, "reminder-1", neutral)).values():
        assert not NEVER_FOR_CONSUMERS.search(text)


def test_a_contract_rate_is_named_instead_of_the_default(messages: list[Message], book: TemplateBook) -> None:
    """Where the terms of sale set a rate, that rate is stated, with two decimals."""
    context = rich_message(messages, "reminder-3", CustomerKind.BUSINESS, Language.FRENCH)
    creditor = context.creditor.model_copy(update={"contract_rate": Decimal("11.5")})
    for text in forms(
        render_email(book, "reminder-3", context.model_copy(update={"creditor": creditor}))
    ).values():
        assert "taux de 11,50 % l'an prévu par nos conditions de vente" in text
        assert "majoré" not in text


@pytest.mark.parametrize("language", Language)
def test_public_buyers_find_their_engagement_number(
    messages: list[Message], book: TemplateBook, language: Language
) -> None:
    """An accounting officer looks for engagement number and service code, and never for an order to pay."""
    label = "N° d'engagement / code service" if language == "fr" else "Commitment number / service code"
    for template in ("reminder-1", "formal-notice"):
        context = rich_message(messages, template, CustomerKind.PUBLIC, language)
        for text in forms(render_email(book, template, context)).values():
            assert label in text
            assert "injonction" not in text


def test_a_message_names_the_sender_as_the_law_asks(messages: list[Message], book: TemplateBook) -> None:
    """Legal form, capital, registered office, SIREN and register close each message (C. com. R123-237)."""
    for template, context in messages:
        for text in forms(render_email(book, template, context)).values():
            for words in ("SARL", "20 000 €", "12 rue des Ateliers, 69007 Lyon", "732829320", "RCS Lyon"):
                assert words in text, (template, words)


def test_french_signs_stand_apart_by_a_no_break_space(messages: list[Message], book: TemplateBook) -> None:
    """No plain space before : ; ! ? » €, none after «, and no sign that touches its word."""
    for template, context in messages:
        if context.language is not Language.FRENCH:
            continue
        email = render_email(book, template, context)
        for text in (email.subject, email.text, shown(email.html)):
            words = re.sub(r"https?://\S+", "", text)
            assert not re.search(r"\S[ \t][:;!?»€%]|«[ \t]", words), template
            assert not re.search(r"\w[:;!?»€%](\s|$)", words), template
