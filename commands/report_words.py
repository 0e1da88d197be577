"""What `report` says, in French and English."""

from __future__ import annotations

from dunning.party import Language
from dunning.wording import french_spaces

_WORDS: dict[str, tuple[str, str]] = {
    "column.cash": ("Encaissé", "Cash"),
    "column.count_back": ("DSO par épuisement (jours)", "Count-back DSO (days)"),
    "column.credit_notes": ("Avoirs (à part)", "Credit notes (apart)"),
    "column.days_late": ("Retard moyen pondéré (jours)", "Weighted days late"),
    "column.days_past_due": ("Écart moyen à l'échéance (jours)", "Weighted days past due"),
    "column.missing": ("CA manquant", "Turnover missing"),
    "column.money": ("Sommes", "Money"),
    "column.months": ("Mois", "Months"),
    "column.policy": ("Scénario", "Policy"),
    "column.reached": ("Montant relancé", "Amount reached"),
    "column.receivables": ("Créances TTC", "Receivables incl. VAT"),
    "column.running": ("En cours (à part)", "Still running (apart)"),
    "column.simple": ("DSO simple (jours)", "Simple DSO (days)"),
    "column.step": ("Étape", "Step"),
    "column.turnover": ("CA TTC", "Turnover incl. VAT"),
    "dso.missing": (
        (
            "{currency} : non calculable en entier, il manque le chiffre d'affaires TTC de {month}. Donnez "
            "tout le chiffre d'affaires, factures payées comprises : --turnover {month}=MONTANT ou "
            "--turnover FICHIER."
        ),
        (
            "{currency}: not computable in full, the turnover including VAT of {month} is missing. Give all "
            "turnover, that of paid invoices too: --turnover {month}=AMOUNT or --turnover FILE."
        ),
    ),
    "money.overdue": ("échu et impayé", "overdue"),
    "money.paid": ("payé", "paid"),
    "not_computable": ("non calculable", "not computable"),
    "recovery.steps": (
        "Un paiement compte à chaque étape qui l'a précédé de {days} jours au plus : ne pas additionner.",
        "A payment counts at each step within {days} days before it: do not add the lines up.",
    ),
    "title.days-late": (
        "Retard pondéré par les montants, du {since} au {day}",
        "Weighted days late, {since} to {day}",
    ),
    "title.dso": ("DSO au {day}", "DSO on {day}"),
    "title.recovery": (
        "Recouvrement dans les {days} jours, au {day}",
        "Recovery within {days} days, as of {day}",
    ),
    "turnover.amount": (
        "{where} : « {value} » n'est pas un chiffre d'affaires tel que 12000.00.",
        "{where}: {value} is no turnover such as 12000.00.",
    ),
    "turnover.currency": (
        "{where} : devise inconnue pour {value}, ajoutez-la (2026-01=12000.00 EUR, ou une colonne currency).",
        "{where}: {value} of which currency? Add it (2026-01=12000.00 EUR, or a column currency).",
    ),
    "turnover.month": (
        "{where} : « {value} » n'est pas un mois tel que 2026-01.",
        "{where}: {value} is not a month such as 2026-01.",
    ),
    "turnover.twice": (
        "{where} : le mois {value} est donné deux fois.",
        "{where}: the month {value} is given twice.",
    ),
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
