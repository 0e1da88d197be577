"""What `rehearse` says, in French and English."""

from __future__ import annotations

from dunning.party import Language
from dunning.wording import french_spaces

_WORDS: dict[str, tuple[str, str]] = {
    "after_payment": ("Contacts après paiement : {count}", "Contacts after payment: {count}"),
    "contacts": ("Contacts pris", "Contacts made"),
    "channel": ("Canal", "Channel"),
    "count": ("Nombre", "Count"),
    "differences": ("Écarts avec le plan", "Differences from the plan"),
    "duplicates": ("Contacts en double : {count}", "Contacts made twice: {count}"),
    "flawless": (
        "Aucun contact après paiement, aucun en double, aucun écart avec le plan.",
        "No contact after payment, none twice, none other than planned.",
    ),
    "folder_not_empty": (
        "Le dossier {folder} n'est pas vide : donnez à --out un dossier neuf.",
        "The folder {folder} is not empty: give --out a new one.",
    ),
    "invoices": (
        "{invoices} facture(s) : {settled} réglée(s), {handed_over} transmise(s), {open} ouverte(s).",
        "{invoices} invoice(s): {settled} settled, {handed_over} handed over, {open} open.",
    ),
    "kind": ("Écart", "Difference"),
    "kind_missing": ("pas fait", "not made"),
    "kind_moved": ("à un autre moment", "at another time"),
    "kind_stray": ("message inexpliqué", "unexplained message"),
    "kind_unsettled": ("payée, mais restée ouverte", "paid, but still open"),
    "kind_unplanned": ("pas prévu", "not planned"),
    "left_out": (
        "{count} facture(s) du fichier sans rien d'ouvert : laissée(s) de côté.",
        "{count} invoice(s) of the file with nothing open: left out.",
    ),
    "level": ("Niveau", "Level"),
    "made_at": ("Fait", "Made"),
    "nothing": (
        "Rien à répéter : aucune facture ouverte n'a pu être lue dans {file}.",
        "Nothing to rehearse: no open invoice could be read from {file}.",
    ),
    "number": ("Facture", "Invoice"),
    "planned_at": ("Prévu", "Planned"),
    "rehearsing": ("Répétition", "Rehearsing"),
    "stand_in": (
        "{count} client(s) sans e-mail dans le fichier : répété avec une adresse en @rehearsal.invalid.",
        "{count} customer(s) without e-mail in the file: rehearsed with a stand-in at @rehearsal.invalid.",
    ),
    "step": ("Étape", "Step"),
    "tasks": ("Tâches pour des personnes : {tasks}.", "Tasks for people: {tasks}."),
    "thanks": (
        "{count} message(s) de remerciement après paiement.",
        "{count} message(s) of thanks after payment.",
    ),
    "took": ("Durée : {seconds} s.", "Took {seconds} s."),
    "written_to": ("Messages et contacts : {folder}", "Messages and contacts: {folder}"),
}


def word(key: str, language: Language, **details: object) -> str:
    """A sentence or a word.

    Raises:
        KeyError: there is none of this key.
    """
    french, english = _WORDS[key]
    if language is Language.FRENCH:
        return french_spaces(french.format(**details))
    return english.format(**details)
