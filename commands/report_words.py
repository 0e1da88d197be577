"""What `report` says, in French and English."""

from __future__ import annotations

from dunning.party import Language
from dunning.wording import said

_WORDS: dict[str, tuple[str, str]] = {
    "age.1-30": ("1 à 30 jours", "1 to 30 days"),
    "age.31-60": ("31 à 60 jours", "31 to 60 days"),
    "age.61-90": ("61 à 90 jours", "61 to 90 days"),
    "age.90+": ("plus de 90 jours", "over 90 days"),
    "age.handed-over": ("transmis au recouvrement (à part)", "handed over (apart)"),
    "age.not-due": ("non échu", "not due"),
    "age.presumed-paid": ("présumé payé (à part)", "presumed paid (apart)"),
    "channel.call": ("appel", "call"),
    "channel.email": ("e-mail", "e-mail"),
    "channel.hand_over": ("transmission au recouvrement", "hand-over"),
    "channel.letter": ("courrier", "letter"),
    "channel.sms": ("SMS", "SMS"),
    "column.age": ("Ancienneté", "Days past due"),
    "column.amount": ("Montant TTC", "Amount incl. VAT"),
    "column.begins": ("Du", "From"),
    "column.broken": ("Rompues", "Broken"),
    "column.cash": ("Encaissé", "Cash"),
    "column.cash_on_time": ("Dont à la date promise", "Of it by the promised day"),
    "column.channel": ("Canal", "Channel"),
    "column.contacts": ("Contacts", "Contacts"),
    "column.count_back": ("DSO par épuisement (jours)", "Count-back DSO (days)"),
    "column.credit_notes": ("Avoirs (à part)", "Credit notes (apart)"),
    "column.currency": ("Devise", "Currency"),
    "column.customers": ("Clients", "Customers"),
    "column.days_late": ("Retard moyen pondéré (jours)", "Weighted days late"),
    "column.days_past_due": ("Écart moyen à l'échéance (jours)", "Weighted days past due"),
    "column.ended": ("Remplacées ou closes", "Replaced or closed"),
    "column.ends": ("Au", "To"),
    "column.expected": ("Encaissement attendu", "Expected cash"),
    "column.invoices": ("Factures", "Invoices"),
    "column.kept": ("Tenues", "Kept"),
    "column.missing": ("CA manquant", "Turnover missing"),
    "column.money": ("Sommes", "Money"),
    "column.months": ("Mois", "Months"),
    "column.opened": ("Page ouverte", "Opened"),
    "column.outcome": ("Résultat", "Outcome"),
    "column.paid": ("Payées par la page", "Paid through it"),
    "column.policy": ("Scénario", "Policy"),
    "column.promised": ("Promis (tenues et rompues)", "Promised (kept and broken)"),
    "column.promises": ("Promesses", "Promises"),
    "column.reached": ("Montant relancé", "Amount reached"),
    "column.receivables": ("Créances TTC", "Receivables incl. VAT"),
    "column.running": ("En cours (à part)", "Still running (apart)"),
    "column.share": ("Part", "Share"),
    "column.simple": ("DSO simple (jours)", "Simple DSO (days)"),
    "column.step": ("Étape", "Step"),
    "column.turnover": ("CA TTC", "Turnover incl. VAT"),
    "column.week": ("Semaine", "Week"),
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
    "expected-cash.no_history": (
        (
            "Non calculable : au {day}, les livres n'ont aucune facture réglée par un paiement daté. "
            "Importez aussi les factures passées avec leur date de règlement (settled_date)."
        ),
        (
            "Not computable: by {day} the books have no invoice settled by a payment of a known day. "
            "Import past invoices too, with the day they were settled (settled_date)."
        ),
    ),
    "expected-cash.note": (
        "Moyenne d'après les habitudes de paiement, sans égard aux promesses, échéanciers et suspensions.",
        "An average after payment habits; promises, instalments and holds change nothing in it.",
    ),
    "later": ("plus tard", "later"),
    "money.overdue": ("échu et impayé", "overdue"),
    "money.paid": ("payé", "paid"),
    "not_computable": ("non calculable", "not computable"),
    "nothing": ("Rien à montrer.", "Nothing to show."),
    "outcome.accepted": ("accepté", "accepted"),
    "outcome.dispute": ("contestation", "dispute"),
    "outcome.no-answer": ("pas de réponse", "no answer"),
    "outcome.paid": ("dit avoir payé", "says it paid"),
    "outcome.promise": ("promesse", "promise"),
    "outcome.refused": ("refusé", "refused"),
    "outcome.unknown": ("issue inconnue", "outcome unknown"),
    "outcome.wrong-number": ("faux numéro", "wrong number"),
    "recovery.steps": (
        "Un paiement compte à chaque étape qui l'a précédé de {days} jours au plus : ne pas additionner.",
        "A payment counts at each step within {days} days before it: do not add the lines up.",
    ),
    "title.ageing": ("Balance âgée au {day}", "Aged balance on {day}"),
    "title.contacts": ("Contacts par canal, du {since} au {day}", "Contacts by channel, {since} to {day}"),
    "title.days-late": (
        "Retard pondéré par les montants, du {since} au {day}",
        "Weighted days late, {since} to {day}",
    ),
    "title.dso": ("DSO au {day}", "DSO on {day}"),
    "title.expected-cash": ("Encaissements attendus après le {day}", "Cash expected after {day}"),
    "title.links": ("Liens de paiement, du {since} au {day}", "Payment links, {since} to {day}"),
    "title.promises": (
        "Promesses de paiement, du {since} au {day}",
        "Promises to pay, {since} to {day}",
    ),
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
}


def known(key: str) -> bool:
    """Whether there is a word of this key."""
    return key in _WORDS


def word(key: str, language: Language, **details: object) -> str:
    """One word or sentence.

    Args:
        key: of the list above.
        language: of the reader.
        details: written as they are to be read.
    """
    return said(_WORDS[key], language, details)
