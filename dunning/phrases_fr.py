"""The French phrase book."""

from __future__ import annotations

FRENCH: dict[str, str] = {
    "channel.call": "appel",
    "channel.email": "e-mail",
    "channel.hand_over": "transmission",
    "pay.label": "Facture {number}",
    "problem.unknown_invoice": (
        "Cette facture n'est pas dans les livres, et le message de départ ne la décrit pas : "
        "importez-la, ou démarrez avec la facture et le client."
    ),
    "refusal.case_closed": "Le dossier est clos ; rien n'a été changé.",
    "refusal.hold_far": "Une pause dure un an au plus ; le {until} est trop loin.",
    "refusal.hold_past": "La pause doit finir après aujourd'hui ; le {until} est passé.",
    "refusal.other_currency": "{amount} : la facture est en {expected}.",
    "refusal.plan_amount": "L'échéance {number} doit être supérieure à zéro, pas {amount}.",
    "refusal.plan_currency": "L'échéance {number} n'est pas dans la devise de la facture ({expected}).",
    "refusal.plan_empty": "Un échéancier a au moins une échéance.",
    "refusal.plan_order": "L'échéance {number} précède celle d'avant : rangez-les par date.",
    "refusal.plan_past": "L'échéance {number} du {due_on} n'est pas dans l'avenir.",
    "refusal.plan_sum": "Les échéances font {total}, le solde est de {balance} : les deux doivent être égaux.",
    "refusal.plan_too_long": "{count} échéances : {most} au plus.",
    "refusal.promise_amount": "La promesse de {amount} doit être entre zéro et le solde de {balance}.",
    "refusal.promise_far": "Une promesse porte sur {days} jours au plus ; le {until} est trop loin.",
    "refusal.promise_past": "La date promise, le {until}, est passée.",
    "step.instalment": "Rappel d'échéance",
    "step.instalment_of": "Rappel de l'échéance {number}",
    "step.review": "Vérification de la promesse",
    "step.review_of": "Vérification de l'échéance {number}",
}
