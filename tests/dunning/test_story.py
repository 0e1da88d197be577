from datetime import UTC, datetime
from typing import Any

import pytest

from dunning.journal import EntryKind, JournalEntry
from dunning.party import Language
from dunning.story import Storyteller
from dunning.wording import NO_BREAK

FRENCH = Storyteller(Language.FRENCH, "Europe/Paris", {"reminder-2": "2e relance"}.__getitem__)
ENGLISH = Storyteller(Language.ENGLISH, "Europe/Paris")


def entry(kind: EntryKind, **details: Any) -> JournalEntry:
    """A line of the journal."""
    return JournalEntry(kind=kind, at=datetime(2026, 3, 2, 9, tzinfo=UTC), actor="system", details=details)


CASES = [
    (
        entry(EntryKind.OPENED, number="F-7", amount="1204.50 EUR", due_date="2026-03-01"),
        "Facture F-7 de 1 204,50 €, échéance le 1er mars 2026, prise en charge.",
    ),
    (
        entry(
            EntryKind.OPENED,
            number="F-7",
            amount="10.00 EUR",
            due_date="2026-03-01",
            last_contact_level=2,
            last_contact_date="2026-03-10",
        ),
        (
            "Facture F-7 de 10,00 €, échéance le 1er mars 2026, prise en charge ; "
            "dernière relance le 10 mars 2026 (niveau 2)."
        ),
    ),
    (
        entry(EntryKind.SENT, step="reminder-2", channel="email", message_id="<x@y>"),
        "2e relance : envoyée par e-mail.",
    ),
    (
        entry(
            EntryKind.DEFERRED,
            step="reminder-2",
            until="2026-03-03T08:00:00+00:00",
            reason="closed_window",
        ),
        "2e relance : remise au 3 mars 09:00, car hors des heures de contact.",
    ),
    (
        entry(EntryKind.WITHHELD, step="reminder-2", reason="settled"),
        "2e relance : retenue, car la facture est payée ou close.",
    ),
    (
        entry(
            EntryKind.PAYMENT,
            amount="400.00 EUR",
            balance="600.00 EUR",
            received_on="2026-03-02",
            method="transfer",
            reference="VIR 7",
        ),
        "Paiement de 400,00 € reçu le 2 mars 2026 ; reste 600,00 €. Réf. VIR 7.",
    ),
    (
        entry(
            EntryKind.PAYMENT,
            amount="400.00 EUR",
            balance="0.00 EUR",
            received_on="2026-03-02",
            after="handed_over",
        ),
        (
            "Paiement de 400,00 € reçu le 2 mars 2026 : plus rien n'est dû. "
            "(le dossier était déjà clos : transmise au recouvrement)"
        ),
    ),
    (
        entry(EntryKind.CREDIT_NOTE, amount="90.00 EUR", balance="-10.00 EUR", issued_on="2026-03-02"),
        "Avoir de 90,00 € du 2 mars 2026 : plus rien n'est dû.",
    ),
    (
        entry(EntryKind.HELD, until=None, reason="dispute"),
        "Les relances sont en pause jusqu'à nouvel ordre. Motif : le client conteste la facture.",
    ),
    (
        entry(EntryKind.HELD, until="2026-04-01", reason="congés du comptable"),
        "Les relances sont en pause jusqu'au 1er avril 2026. Motif : congés du comptable.",
    ),
    (
        entry(
            EntryKind.PLAN_AGREED,
            instalments=[
                {"number": 1, "due_on": "2026-04-01", "amount": "500.00 EUR"},
                {"number": 2, "due_on": "2026-05-01", "amount": "500.00 EUR"},
            ],
            note="",
        ),
        "Échéancier convenu : 500,00 € le 1er avril 2026 et 500,00 € le 1er mai 2026.",
    ),
    (
        entry(EntryKind.CORRECTED, amount={"before": "10.00 EUR", "after": "12.00 EUR"}),
        "La facture est corrigée : montant 10,00 € → 12,00 €.",
    ),
    (
        entry(EntryKind.CUSTOMER_CHANGED, fields=["email", "phone"]),
        "Le client a de nouvelles coordonnées : adresse e-mail et téléphone.",
    ),
    (
        entry(EntryKind.CALL_DONE, outcome="no-answer", note="répondeur", round=1),
        "Appel passé : pas de réponse. « répondeur »",
    ),
    (
        entry(EntryKind.CALL_OPENED, due_on="2026-03-03", round=2, task="call"),
        "Nouvel appel à passer le 3 mars 2026 (essai 2).",
    ),
    (
        entry(
            EntryKind.REFUSAL,
            told="payment_plan_agreed",
            refusal="plan_sum",
            details={"total": "900.00 EUR", "balance": "1000.00 EUR"},
        ),
        (
            "Reçu et non appliqué : un échéancier. "
            "Les échéances font 900,00 €, le solde est de 1 000,00 € : les deux doivent être égaux."
        ),
    ),
    (
        entry(EntryKind.TASK_OPENED, task="find-address", task_id=4),
        "Tâche ouverte : trouver une adresse e-mail.",
    ),
    (
        entry(EntryKind.POLICY_CHOSEN, policy="soft", reason="asked"),
        "Scénario de relance : soft (demandée pour cette facture).",
    ),
    (
        entry(EntryKind.POLICY_CHOSEN, policy="large-amount", reason="segment:large"),
        "Scénario de relance : large-amount (table des segments, ligne large).",
    ),
]


@pytest.mark.parametrize(("line", "words"), CASES, ids=lambda case: getattr(case, "kind", None))
def test_an_entry_becomes_a_sentence(line: JournalEntry, words: str) -> None:
    """The details that the books write down are told in the reader's language, codes as words."""
    assert FRENCH.sentence(line).replace(NO_BREAK, " ") == words


@pytest.mark.parametrize("kind", list(EntryKind))
@pytest.mark.parametrize("teller", [FRENCH, ENGLISH])
def test_every_kind_tells_something_without_details(kind: EntryKind, teller: Storyteller) -> None:
    """An entry of an older program, whose details are not known today, still reads as a sentence."""
    assert teller.sentence(entry(kind)).strip()
