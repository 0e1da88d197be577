from __future__ import annotations

import pytest

from dunning.money import Money
from dunning.party import Language
from rendering.call_sheet import render_call_sheet
from rendering.context import Contact, OpenItem, SheetContext
from rendering.samples import sheet_samples
from rendering.templates import TemplateBook
from tests.rendering.reading import plain


@pytest.fixture
def rich() -> SheetContext:
    """A sheet with everything known, in French."""
    return next(sheet_samples(Language.FRENCH))


def test_the_sheet_holds_what_a_caller_needs(book: TemplateBook, rich: SheetContext) -> None:
    """Invoice, dates, contact and phone, who pays, history, promises, objections, account and credits."""
    text = plain(render_call_sheet(book, rich))
    for words in (
        "F-2025-118",
        "1 604,50 €",
        "1 005,00 €",
        "29 octobre 2025",
        "28 novembre 2025, 45 jours de retard",
        "Dominique Client",
        "04 76 00 00 00",
        "Sacha Payeur",
        "2 décembre 2025 : 1re relance",
        "10 décembre 2025 : 1 005,00 € pour le 12 janvier 2026",
        "Une fenêtre était rayée",
        "Solde total, avoirs déduits : 1 205,00 €",
        "Facture F-2025-119 : 250,00 €, échéance 31 janvier 2026",
        "Avoir ou acompte AV-9 : -50,00 €",
        "Promesse non tenue",
        "call-done 7",
    ):
        assert words in text, words


@pytest.mark.parametrize(
    ("language", "order"),
    [
        (Language.FRENCH, ("La bonne personne", "Qui vous êtes", "La livraison", "La facture ensuite")),
        (Language.ENGLISH, ("The right person", "Who you are", "The delivery", "Then the invoice")),
    ],
)
def test_the_call_goes_from_the_person_to_the_invoice(
    book: TemplateBook, language: Language, order: tuple[str, ...]
) -> None:
    """Right person, own name, was it delivered, and only then the invoice."""
    for context in sheet_samples(language):
        text = render_call_sheet(book, context)
        places = [text.index(words) for words in order]
        assert places == sorted(places)


@pytest.mark.parametrize(
    ("threshold", "instalments"),
    [
        (Money.of("1005.01", "EUR"), False),
        (Money.of("1005.00", "EUR"), True),
        (Money.of("100.00", "EUR"), True),
        (Money.of("999999", "USD"), True),
    ],
)
def test_the_approach_follows_the_amount(
    book: TemplateBook, rich: SheetContext, threshold: Money, *, instalments: bool
) -> None:
    """Small: payment at once. Large, or not comparable: instalments may be offered."""
    text = plain(render_call_sheet(book, rich.model_copy(update={"instalments_from": threshold})))
    assert ("proposer un échéancier" in text) is instalments
    assert ("demander un règlement aujourd'hui" in text) is not instalments


def test_what_is_unknown_is_said_to_be_asked(book: TemplateBook) -> None:
    """A customer without phone, payer or history gives a usable sheet, without holes."""
    bare = list(sheet_samples(Language.FRENCH))[-1]
    text = plain(render_call_sheet(book, bare))
    assert "Téléphone : non renseigné (à demander au standard, puis à noter)" in text
    assert "Qui paie chez ce client : inconnu (à demander)" in text
    assert "Aucun échange enregistré" in text
    assert "Aucune autre facture ouverte" in text
    assert "None" not in text


def test_the_account_counts_one_currency(rich: SheetContext) -> None:
    """Items in another currency are listed and not added up."""
    other = OpenItem(number="US-1", amount=Money.of(70, "USD"))
    context = rich.model_copy(update={"other_items": (*rich.other_items, other)})
    assert context.account_balance == Money.of(1205, "EUR")


def test_a_note_of_several_lines_stays_one_entry(book: TemplateBook, rich: SheetContext) -> None:
    """A note cannot forge a heading or a step of the sheet."""
    note = Contact(on=rich.today, label="Rappeler\n## Approche conseillée\n1. Rien")
    text = render_call_sheet(book, rich.model_copy(update={"objections": (note,)}))
    assert "Rappeler ## Approche conseillée 1. Rien" in text
    assert text.count("\n## Approche conseillée") == 1
