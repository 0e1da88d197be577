"""What the command line itself says, in French and English."""

from __future__ import annotations

from dunning.party import Language
from dunning.wording import said

WORDS: dict[str, tuple[str, str]] = {
    "account": ("Solde", "Balance"),
    "action": ("Prochaine action", "Next action"),
    "already_known": (
        "Ce paiement est déjà enregistré, rien n'a été changé. Si c'en est un autre, donnez une --reference.",
        "This payment is booked already, nothing was changed. If it is another one, give a --reference.",
    ),
    "amount": ("Montant", "Amount"),
    "answer": ("Réponse du serveur", "The server's answer"),
    "approval": ("Validation", "Approval"),
    "approval_needed": ("à valider", "needs one"),
    "balance": ("Reste dû", "Balance"),
    "bank_booked": (
        ("{booked} paiement(s) enregistré(s), {unsure} à attribuer par une personne, {known} déjà connu(s)."),
        "{booked} payment(s) booked, {unsure} for a person to match, {known} known already.",
    ),
    "bank_known_to": ("Paiements connus jusqu'au {day}.", "Payments are known to {day}."),
    "booking_kept": (
        "Gardé mais non appliqué : {reason} Une tâche a été ouverte.",
        "Kept, but not applied: {reason} A task was opened.",
    ),
    "call_closed": ("L'appel {task} est noté.", "Call {task} is noted."),
    "call_known": (
        "L'appel {task} était déjà noté, rien n'a été changé.",
        "Call {task} was noted already, nothing was changed.",
    ),
    "call_unknown": (
        "Il n'y a pas d'appel {task} à passer : `calls --all` les montre tous.",
        "There is no call {task} to make: `calls --all` shows them all.",
    ),
    "calls": ("Appels du jour", "Today's calls"),
    "calls_none": ("Aucun appel à passer.", "No call to make."),
    "channel": ("Canal", "Channel"),
    "column": ("Colonne", "Column"),
    "creditor_which": (
        "Plusieurs créanciers sont configurés ({known}) : choisissez avec --creditor.",
        "Several creditors are configured ({known}): choose with --creditor.",
    ),
    "customer": ("Client", "Customer"),
    "day": ("Date", "Date"),
    "details": ("Détails", "Details"),
    "doctor": ("Examen de l'installation", "Examination of this deployment"),
    "due": ("Échéance", "Due"),
    "folder_full": (
        "Le dossier {folder} n'est pas vide : nommez-en un nouveau.",
        "The folder {folder} is not empty: name a new one.",
    ),
    "import_done": (
        "{new} nouvelle(s), {changed} modifiée(s), {unchanged} inchangée(s), {settled} déjà réglée(s).",
        "{new} new, {changed} changed, {unchanged} unchanged, {settled} settled already.",
    ),
    "import_not_started": (
        (
            "{count} facture(s) sont dans les livres mais pas encore suivies : {reason}\n"
            "Un nouvel import, ou `start`, les mettra en route."
        ),
        (
            "{count} invoice(s) are in the books, but their runs were not reached: {reason}\n"
            "Importing again, or `start`, sets them going."
        ),
    ),
    "import_presumed": (
        ("{count} facture(s) absentes ou réduites : présumées payées, en pause, confiées à une personne."),
        "{count} invoice(s) missing or smaller: presumed paid, on hold, given to a person.",
    ),
    "import_rejected": ("{count} ligne(s) refusée(s)", "{count} line(s) rejected"),
    "import_skipped": ("{count} ligne(s) laissée(s) de côté", "{count} line(s) left aside"),
    "import_starting": ("Mise en route", "Starting"),
    "import_writing": ("Enregistrement", "Booking"),
    "invoice_several": (
        "Plusieurs factures portent le numéro {invoice} : donnez l'id ({ids}).",
        "Several invoices have the number {invoice}: give the id ({ids}).",
    ),
    "invoice_unknown": (
        ("La facture {invoice} n'est pas dans les livres : importez-la d'abord, ou cherchez-la avec `list`."),
        "Invoice {invoice} is not in the books: import it first, or look for it with `list`.",
    ),
    "invoices": ("Factures", "Invoices"),
    "invoices_none": ("Aucune facture.", "No invoice."),
    "kind": ("Tâche", "Task"),
    "label": ("Étape", "Step"),
    "last": ("Dernier événement", "Last event"),
    "left_over": (
        "Avoir de {amount} du client {customer} : aucune facture ne l'absorbe.",
        "Credit of {amount} of customer {customer}: no invoice takes it up.",
    ),
    "level": ("Niveau", "Level"),
    "line": ("Ligne", "Line"),
    "migrated": ("Les livres {place} sont à jour.", "The books {place} are up to date."),
    "no_address": (
        "Sans adresse e-mail, ce message attendra qu'une personne en trouve une.",
        "Without an e-mail address this message will wait until a person finds one.",
    ),
    "no_worker": (
        (
            "La commande n'a pas eu de réponse : Temporal ou le worker ne tourne pas. Elle peut encore être "
            "exécutée : regardez le statut de la facture avant de la répéter. ({reason})"
        ),
        (
            "The command was not answered: Temporal or the worker does not run. It may still be carried out: "
            "look at the status of the invoice before you repeat it. ({reason})"
        ),
    ),
    "notices": ("À regarder", "To look at"),
    "number": ("Facture", "Invoice"),
    "offset_business_days": ("J{offset} (jours ouvrés)", "D{offset} (business days)"),
    "offset_days": ("J{offset}", "D{offset}"),
    "phone": ("Téléphone", "Phone"),
    "planned": ("Ensuite", "Planned"),
    "planned_none": ("Rien n'est prévu : {status}.", "Nothing is planned: {status}."),
    "policies": ("Scénarios de relance", "Dunning policies"),
    "policies_sound": (
        "{count} scénario(s) et leurs modèles sont valables.",
        "{count} policies and their templates are sound.",
    ),
    "policy": ("Scénario", "Policy"),
    "policy_unknown": (
        "Il n'y a pas de scénario {name} ; il y a : {known}.",
        "There is no dunning policy {name}; there are: {known}.",
    ),
    "preview": ("Aperçu", "Preview"),
    "preview_none": ("Aucune étape à venir.", "No step to come."),
    "preview_written": (
        "{count} document(s) dans {folder} : ouvrez index.html.",
        "{count} document(s) in {folder}: open index.html.",
    ),
    "reason": ("Motif", "Reason"),
    "remedy": ("Que faire", "What to do"),
    "search_attributes_known": (
        "Les attributs de recherche étaient déjà connus.",
        "The search attributes were known already.",
    ),
    "search_attributes_registered": ("Attributs ajoutés : {names}.", "Registered: {names}."),
    "started": ("La facture {invoice} est suivie.", "Invoice {invoice} is being followed."),
    "status": ("Statut", "Status"),
    "step": ("Étape", "Step"),
    "story": ("Histoire", "Story"),
    "task_closed": ("La tâche {task} est terminée.", "Task {task} is done."),
    "tasks": ("Tâches ouvertes", "Open tasks"),
    "tasks_none": ("Aucune tâche.", "No task."),
    "temporal_away": (
        "C'est dans les livres ; Temporal n'a pas pu être prévenu et le sera plus tard : {reason}",
        "It is in the books; Temporal could not be told and will be later: {reason}",
    ),
    "unsure": ("À attribuer", "To match"),
    "value": ("Valeur", "Value"),
    "verdict": ("Résultat", "Result"),
    "verdict_failed": ("échec", "failed"),
    "verdict_ok": ("bon", "ok"),
    "verdict_warning": ("à revoir", "warning"),
    "web_ready": ("Application web prête : {address}", "Web app ready: {address}"),
    "what": ("Objet", "What"),
    "when": ("Quand", "When"),
    "words": ("Constat", "Finding"),
    "year": ("Année", "Year"),
}
"""French and English by key; what is shown as a figure, a date or a name comes in as it is to be read."""


def word(key: str, language: Language, **details: object) -> str:
    """One word or sentence.

    Args:
        key: of the list above.
        language: of the reader.
        details: written as they are to be read.
    """
    return said(WORDS[key], language, details)
