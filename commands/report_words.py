"""What `report` says, in French and English."""

from __future__ import annotations

from dunning.party import Language
from dunning.wording import french_spaces

_WORDS: dict[str, tuple[str, str]] = {
    "age.1-30": ("1 à 30 jours", "1 to 30 days"),
    "age.31-60": ("31 à 60 jours", "31 to 60 days"),
    "age.61-90": ("61 à 90 jours", "61 to 90 days"),
    "age.90+": ("plus de 90 jours", "over 90 days"),
    "age.handed-over": ("transmis au recouvrement (à part)", "handed over (apart)"),
    "age.not-due": ("non échu", "not due"),
    "age.presumed-paid": ("présumé payé (à part)", "presumed paid (apart)"),
    "column.age": ("Ancienneté", "Days past due"),
    "column.amount": ("Montant TTC", "Amount incl. VAT"),
    "column.currency": ("Devise", "Currency"),
    "column.invoices": ("Factures", "Invoices"),
    "column.share": ("Part", "Share"),
    "nothing": ("Rien à montrer.", "Nothing to show."),
    "title.ageing": ("Balance âgée au {day}", "Aged balance on {day}"),
}


def word(key: str, language: Language, **details: object) -> str:
    """One word or sentence.

    Args:
        key: of the list above.
        language: of the reader.
        details: written as they are to be read.
    """
    french, english = _WORDS[key]
    if language is Language.FRENCH:
        return french_spaces(french.format_map(details))
    return english.format_map(details)
