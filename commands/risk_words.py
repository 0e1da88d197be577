"""What `risk` says, in French and English."""

from __future__ import annotations

from dunning.party import Language
from dunning.wording import NO_BREAK, said

_WORDS: dict[str, tuple[str, str]] = {
    "balance": ("Reste dû", "Balance"),
    "between": ("{expected} (du {earliest} au {latest})", "{expected} ({earliest} to {latest})"),
    "class": ("Risque client", "Customer's risk"),
    "customer": ("Client", "Customer"),
    "due": ("Échéance", "Due"),
    "expected": ("Paiement attendu (4 sur 5)", "Payment expected (4 in 5)"),
    "few": (
        "{count} facture(s) réglée(s) seulement : ces prévisions sont fragiles.",
        "Only {count} settled invoice(s): take these forecasts with care.",
    ),
    "late": ("Retard attendu", "Expected delay"),
    "no_exclusion": (
        "Pour ordonner les appels et choisir un scénario ; n'exclut personne sans décision humaine.",
        "To sort calls and choose a policy; it excludes nobody without a person's decision.",
    ),
    "no_history": (
        (
            "{file} : aucune facture réglée au {day}, il n'y a rien à apprendre. Ajoutez les factures "
            "passées avec leur date de règlement (colonne settled_date, ou --map settled_date=En-tête)."
        ),
        (
            "{file}: no invoice was settled by {day}, there is nothing to learn from. Add past invoices "
            "with the day they were settled (column settled_date, or --map settled_date=Heading)."
        ),
    ),
    "none": ("Aucune facture ouverte.", "No open invoice."),
    "number": ("Facture", "Invoice"),
    "percent": (f"{{figure}}{NO_BREAK}%", "{figure}%"),
    "probability": ("Risque de retard", "Chance of delay"),
    "reasons": ("Raisons", "Reasons"),
    "title": ("Prévisions de paiement au {day}", "Payments expected, as of {day}"),
    "undated": (
        "{count} facture(s) soldée(s) sans date de règlement : laissée(s) de côté.",
        "{count} settled invoice(s) without the day of settlement: left aside.",
    ),
}


def word(key: str, language: Language, **details: object) -> str:
    """One word or sentence.

    Args:
        key: of the list above.
        language: of the reader.
        details: written as they are to be read.
    """
    return said(_WORDS[key], language, details)
