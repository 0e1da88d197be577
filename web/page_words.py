"""The words of the pay page, in each language."""

from __future__ import annotations

from collections.abc import Mapping

from dunning.party import Language
from dunning.wording import french_spaces

_FRENCH = {
    "title": "Facture {number}",
    "issued_on": "Émise le {issued}",
    "instalment": "Échéance {instalment} sur {count} de votre échéancier",
    "due_on": "Échéance : {due}",
    "to_pay": "À payer",
    "of_which": "dont {accessories} de pénalités et frais",
    "of_total": "Montant initial : {total}",
    "pay_by_card": "Payer par carte",
    "card_note": "Vous continuez sur la page sécurisée de notre prestataire de paiement.",
    "by_transfer": "Payer par virement",
    "account_holder": "Titulaire",
    "iban": "IBAN",
    "bic": "BIC",
    "reference": "Référence à indiquer",
    "amount": "Montant",
    "cheque": "Ou par chèque à l'ordre de « {payee} », en indiquant la référence {reference}.",
    "questions": "Une question, un désaccord, une difficulté à payer ? {contact} vous répond au {phone} ou à",
    "already_paid": "Vous avez payé ces jours-ci ? Ne tenez pas compte de cette page.",
    "paid": "Il n'y a plus rien à payer, merci !",
    "paid_detail": "La facture {number} est réglée.",
    "instalment_paid": "Cette échéance est réglée, merci !",
    "instalment_paid_detail": "Échéance {instalment} sur {count} de la facture {number}.",
    "on_its_way": "Votre paiement est en route, merci !",
    "on_its_way_detail": (
        "La banque met quelques jours à le confirmer. Inutile de payer une seconde fois : "
        "nos relances attendent."
    ),
    "cancelled": "Il n'y a rien à payer.",
    "cancelled_detail": "La facture {number} a été annulée.",
    "closed": "Cette facture ne peut plus être payée sur cette page.",
    "closed_detail": "Contactez-nous au sujet de la facture {number} : nous vous dirons comment la régler.",
    "done": "Merci, votre paiement nous est annoncé !",
    "done_detail": "Nous attendons sa confirmation. Vous pouvez fermer cette page.",
    "back_cancelled": "Le paiement n'a pas été effectué. Vous pouvez recommencer, ou payer par virement.",
    "provider_away": (
        "Le paiement par carte est indisponible pour le moment. Réessayez plus tard, ou payez par virement."
    ),
    "unknown": "Cette page de paiement n'existe pas.",
    "unknown_detail": (
        "L'adresse est peut-être incomplète : ouvrez à nouveau le lien de notre message, en entier. "
        "Vous pouvez aussi payer selon les indications de la facture."
    ),
    "unavailable": "Cette page est indisponible pour le moment.",
    "unavailable_detail": "Réessayez dans quelques minutes, ou payez selon les indications de la facture.",
}

_ENGLISH = {
    "title": "Invoice {number}",
    "issued_on": "Issued on {issued}",
    "instalment": "Instalment {instalment} of {count} of your payment plan",
    "due_on": "Due on {due}",
    "to_pay": "To pay",
    "of_which": "including {accessories} of penalties and costs",
    "of_total": "Original amount: {total}",
    "pay_by_card": "Pay by card",
    "card_note": "You continue on the secure page of our payment provider.",
    "by_transfer": "Pay by bank transfer",
    "account_holder": "Account holder",
    "iban": "IBAN",
    "bic": "BIC",
    "reference": "Reference to state",
    "amount": "Amount",
    "cheque": "Or by cheque to {payee}, stating the reference {reference}.",
    "questions": ("A question, a disagreement, difficulties in paying? {contact} answers on {phone} or at"),
    "already_paid": "Paid in the last few days? Then please disregard this page.",
    "paid": "There is nothing more to pay, thank you!",
    "paid_detail": "Invoice {number} is settled.",
    "instalment_paid": "This instalment is paid, thank you!",
    "instalment_paid_detail": "Instalment {instalment} of {count} of invoice {number}.",
    "on_its_way": "Your payment is on its way, thank you!",
    "on_its_way_detail": (
        "The bank takes a few days to confirm it. There is no need to pay again: our reminders wait."
    ),
    "cancelled": "There is nothing to pay.",
    "cancelled_detail": "Invoice {number} was cancelled.",
    "closed": "This invoice can no longer be paid on this page.",
    "closed_detail": "Contact us about invoice {number}: we will tell you how to settle it.",
    "done": "Thank you, your payment was announced to us!",
    "done_detail": "We are waiting for its confirmation. You can close this page.",
    "back_cancelled": "The payment was not made. You can try again, or pay by bank transfer.",
    "provider_away": "Payment by card is unavailable right now. Try again later, or pay by bank transfer.",
    "unknown": "There is no such payment page.",
    "unknown_detail": (
        "Perhaps the address is incomplete: open the link of our message again, all of it. "
        "You can also pay as the invoice says."
    ),
    "unavailable": "This page is unavailable at the moment.",
    "unavailable_detail": "Try again in a few minutes, or pay as the invoice says.",
}

WORDS: Mapping[Language, Mapping[str, str]] = {Language.FRENCH: _FRENCH, Language.ENGLISH: _ENGLISH}


def word(key: str, language: Language, **details: object) -> str:
    """A phrase of the pay page, filled in.

    Raises:
        KeyError: no such phrase, or a detail is missing.
    """
    text = WORDS[language][key].format(**details)
    return french_spaces(text) if language is Language.FRENCH else text


def preferred_language(accept_language: str) -> Language:
    """The language for a reader of whom nothing is known but the header `Accept-Language` (RFC 9110, 12.5.4).

    Weights are not looked at: browsers name the preferred language first.
    """
    for part in accept_language.lower().split(","):
        code = part.split(";")[0].strip()[:2]
        if code in set(Language):
            return Language(code)
    return Language.FRENCH
