"""What the demonstration itself says, in French and English."""

from __future__ import annotations

from dunning.party import Language
from dunning.wording import said

_WORDS: dict[str, tuple[str, str]] = {
    "action": ("Prochaine action", "Next action"),
    "address_outbox": ("E-mails envoyés", "E-mails sent"),
    "address_temporal": ("Temporal Web UI", "Temporal Web UI"),
    "address_web": ("Application web", "Web app"),
    "after_90": ("plus de 90 jours", "over 90 days"),
    "ageing": ("Échu par ancienneté", "Overdue by age"),
    "approvals": ("À valider", "To approve"),
    "balance": ("Reste dû", "Balance"),
    "behind": ("En coulisses", "Behind the scenes"),
    "bucket": ("{days} jours", "{days} days"),
    "calls": ("Appels du jour", "Today's calls"),
    "contact": ("Contact", "Contact"),
    "customer": ("Client", "Customer"),
    "ended": (
        "Fin de la démonstration : ces adresses ne répondent plus. `starter.py demo --keep` garde tout.",
        "The demonstration is over: these addresses answer no more. `starter.py demo --keep` keeps all.",
    ),
    "importing": (
        "Le portefeuille {file} est importé : {count} factures, comme avec `starter.py import`.",
        "The portfolio {file} is imported: {count} invoices, as with `starter.py import`.",
    ),
    "invoice": ("Facture", "Invoice"),
    "keeping": (
        "Tout continue de tourner ; Ctrl-C arrête et efface tout.",
        "Everything goes on running; Ctrl-C stops and removes it all.",
    ),
    "kill": (
        "Le worker est tué (SIGKILL), au milieu de la journée.",
        "The worker is killed (SIGKILL), in the middle of the day.",
    ),
    "back": (
        "Le worker revient, {days} jour(s) plus tard : ce qui était dû reprend, sans doublon.",
        "The worker is back, {days} day(s) later: what was due goes on, nothing twice.",
    ),
    "last": ("Dernier événement", "Last event"),
    "level": ("Niv.", "Lvl"),
    "mishap": ("Ne s'est pas passé comme prévu", "Did not go as planned"),
    "morning": ("Ce matin, {day}", "This morning, {day}"),
    "phone": ("Téléphone", "Phone"),
    "since": ("Depuis le", "Since"),
    "starting_rest": (
        "Démarrage du worker, de l'application web, de la messagerie et du bac à sable Stripe…",
        "Starting the worker, the web app, the mail sink and the Stripe sandbox…",
    ),
    "starting_temporal": ("Démarrage du serveur Temporal…", "Starting the Temporal server…"),
    "status": ("Statut", "Status"),
    "step": ("Étape", "Step"),
    "story_of": ("Un client : {customer}", "One customer: {customer}"),
    "summary": ("Bilan", "Summary"),
    "summary_after": ("Contacts après paiement", "Contacts after payment"),
    "summary_calls": ("Appels confiés à une personne", "Calls given to a person"),
    "summary_emails": ("E-mails reçus, comptés dans la boîte", "E-mails received, counted in the sink"),
    "summary_handed": ("Transmises au recouvrement", "Handed over to collection"),
    "summary_invoices": ("Factures suivies", "Invoices followed"),
    "summary_kills": ("Morts du worker (SIGKILL)", "Deaths of the worker (SIGKILL)"),
    "summary_links": ("Liens de paiement envoyés", "Payment links sent"),
    "summary_open": ("Encore ouvertes", "Still open"),
    "summary_plans": ("Échéanciers", "Payment plans"),
    "summary_settled": ("Soldées", "Settled"),
    "summary_twice": ("Contacts en double", "Contacts made twice"),
    "summary_unknown": (
        "Envois au sort incertain, jamais répétés d'eux-mêmes",
        "Sends of uncertain outcome, never repeated by themselves",
    ),
    "summary_webhooks": ("Webhooks Stripe signés", "Signed Stripe webhooks"),
    "tasks_other": ("Autres tâches", "Other tasks"),
    "title": ("Relance – démonstration", "Relance – demonstration"),
    "told_soon": (
        "Une relance est prévue aujourd'hui à {slot}.",
        "A reminder is planned for {slot} today.",
    ),
    "told_transfer": (
        "Son virement arrive à {came}, {minutes} minutes avant la relance de {slot}.",
        "Its transfer arrives at {came}, {minutes} minutes before the reminder of {slot}.",
    ),
    "told_withheld": (
        "La relance de {slot} n'est pas partie.",
        "The reminder of {slot} did not go out.",
    ),
    "told_too_late": (
        "La relance de {slot} était déjà partie quand le virement est arrivé.",
        "The reminder of {slot} had left when the transfer arrived.",
    ),
    "total": ("Total", "Total"),
    "what": ("Tâche", "Task"),
}


def word(key: str, language: Language, **details: object) -> str:
    """One word or sentence.

    Args:
        key: of the list above.
        language: of the reader.
        details: written as they are to be read.
    """
    return said(_WORDS[key], language, details)
