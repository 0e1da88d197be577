"""The French phrase book."""

from __future__ import annotations

from dunning.risk_fr import RISK_FRENCH
from dunning.story_fr import STORY_FRENCH

FRENCH: dict[str, str] = (
    STORY_FRENCH
    | RISK_FRENCH
    | {
        "channel.call": "appel",
        "channel.email": "e-mail",
        "channel.hand_over": "transmission",
        "pay.label": "Facture {number}",
        "problem.unknown_invoice": (
            "Cette facture n'est pas dans les livres, et le message de départ ne la décrit pas : "
            "importez-la, ou démarrez avec la facture et le client."
        ),
        "refusal.amount_not_positive": "Le montant doit être supérieur à zéro, pas {amount}.",
        "refusal.call_done": "L'appel {task_id} a déjà été noté ({outcome}).",
        "refusal.call_promise_date": (
            "Une promesse a besoin d'une date : indiquez pour quand le client promet de payer."
        ),
        "refusal.case_closed": "Le dossier est clos ; rien n'a été changé.",
        "refusal.correction_invalid": "La correction ne donne pas une facture valable : {problem}.",
        "refusal.customer_differs": (
            "La facture est connue au nom du client {known}, pas {told} : vérifiez son numéro."
        ),
        "refusal.hold_far": "Une pause dure un an au plus ; le {until} est trop loin.",
        "refusal.hold_past": "La pause doit finir après aujourd'hui ; le {until} est passé.",
        "refusal.malformed": "Le message « {name} » est illisible : {problem}.",
        "refusal.nothing_held": "Rien n'est en pause : il n'y a rien à reprendre.",
        "refusal.nothing_owed": "Rien n'est plus dû : le solde est de {balance}.",
        "refusal.nothing_to_approve": (
            "Aucune étape n'attend de validation ; nommez-en une pour la valider d'avance."
        ),
        "refusal.other_currency": "{amount} : la facture est en {expected}.",
        "refusal.plan_amount": "L'échéance {number} doit être supérieure à zéro, pas {amount}.",
        "refusal.plan_currency": "L'échéance {number} n'est pas dans la devise de la facture ({expected}).",
        "refusal.plan_empty": "Un échéancier a au moins une échéance.",
        "refusal.plan_order": "L'échéance {number} précède celle d'avant : rangez-les par date.",
        "refusal.plan_past": "L'échéance {number} du {due_on} n'est pas dans l'avenir.",
        "refusal.plan_runs": "Un échéancier est en cours : une promesse ne peut pas s'y ajouter.",
        "refusal.plan_sum": (
            "Les échéances font {total}, le solde est de {balance} : les deux doivent être égaux."
        ),
        "refusal.plan_too_long": "{count} échéances : {most} au plus.",
        "refusal.promise_amount": "La promesse de {amount} doit être entre zéro et le solde de {balance}.",
        "refusal.promise_far": "Une promesse porte sur {days} jours au plus ; le {until} est trop loin.",
        "refusal.promise_past": "La date promise, le {until}, est passée.",
        "refusal.task_done": "La tâche {task_id} est déjà terminée ({outcome}).",
        "refusal.unknown_call": "Il n'y a pas d'appel {task_id} pour cette facture.",
        "refusal.unknown_invoice": "La facture {invoice_id} n'est pas dans les livres : importez-la d'abord.",
        "refusal.unknown_policy": "Il n'y a pas de scénario de relance « {policy} ».",
        "refusal.unknown_step": "Il n'y a pas d'étape « {step} ».",
        "refusal.unknown_task": "Il n'y a pas de tâche {task_id}.",
        "status.awaiting_approval": "attend une validation",
        "status.blocked": "bloquée",
        "status.cancelled": "annulée",
        "status.dunning": "relances en cours",
        "status.exhausted": "toutes les étapes sont faites",
        "status.handed_over": "transmise au recouvrement",
        "status.held": "en pause",
        "status.payment_plan": "échéancier",
        "status.pending": "en préparation",
        "status.presumed_paid": "présumée payée",
        "status.promised": "promesse de paiement",
        "status.settled": "soldée",
        "status.written_off": "passée en perte",
        "step.instalment": "Rappel d'échéance",
        "step.instalment_of": "Rappel de l'échéance {number}",
        "step.review": "Vérification de la promesse",
        "step.review_of": "Vérification de l'échéance {number}",
        "step.thanks": "Lettre de remerciement",
        "task.approval": "valider l'étape suivante",
        "task.blocked": "débloquer le dossier",
        "task.call": "appeler le client",
        "task.dispute": "traiter le litige",
        "task.find-address": "trouver une adresse e-mail",
        "task.find-kind": "dire si le client est une entreprise ou un particulier",
        "task.find-phone": "trouver le bon numéro de téléphone",
        "task.hand-over": "transmettre le dossier au recouvrement",
        "task.other-currency": "attribuer un paiement dans une autre devise",
        "task.overpayment": "décider d'un trop-perçu",
        "task.plan-changed": "refaire l'échéancier, le montant a changé",
        "task.presumed-paid": "vérifier si la facture est payée",
        "task.provider-down": "rétablir le service d'envoi",
        "task.refund": "décider de la suite d'un remboursement",
        "task.refused-fact": "regarder ce qui n'a pas pu être appliqué",
        "task.send-registered-letter": "envoyer la lettre recommandée",
        "task.step-failed": "remettre en état une étape qui a échoué",
        "task.unknown-send": "vérifier si le message est arrivé",
        "task.unmatched-payment": "attribuer un paiement",
        "task.unpaid-accessories": "décider des pénalités et frais impayés",
        "task.unreadable-message": "lire un message que le programme n'a pas compris",
    }
)
