"""What a person is told about bank lines and the invoices that they may pay: French first, then English."""

from __future__ import annotations

from intake.phrases import Phrase

_P = Phrase

MATCH_SENTENCES: dict[Phrase, tuple[str, str]] = {
    _P.MATCH_EXACT: (
        "la facture {numbers} est nommée et le montant est son solde",
        "invoice {numbers} is named and the amount is its balance",
    ),
    _P.MATCH_SUM: (
        "les factures {numbers} sont nommées et le montant est la somme de leurs soldes",
        "invoices {numbers} are named and the amount is the sum of their balances",
    ),
    _P.MATCH_PART: (
        "{numbers} : facture nommée, montant inférieur au solde ({balance}) : paiement partiel",
        "{numbers} named, amount below the balance ({balance}): part payment",
    ),
    _P.MATCH_OVER: (
        "{numbers} : facture nommée, montant supérieur au solde ({balance}), trop-perçu ou double paiement",
        "{numbers} named, amount above the balance ({balance}): overpaid or paid twice",
    ),
    _P.MATCH_AMOUNT_AND_NAME: (
        "aucun numéro ; le nom du client et le solde de {numbers} correspondent",
        "no number; the customer's name and the balance of {numbers} fit",
    ),
    _P.MATCH_OLDEST: (
        "aucun numéro ; le client a plusieurs factures de ce montant, la plus ancienne : {numbers}",
        "no number; the customer has several invoices of this amount, the oldest: {numbers}",
    ),
    _P.MATCH_ACCOUNT: (
        "aucun numéro ; le montant est tout ce que doit le client : {numbers}",
        "no number; the amount is all that the customer owes: {numbers}",
    ),
    _P.MATCH_SUBSET: (
        "aucun numéro ; le montant est la somme de {numbers} seulement",
        "no number; the amount is the sum of {numbers} alone",
    ),
    _P.MATCH_NAME_ONLY: (
        "aucun numéro ; le nom du client correspond, mais aucun solde : {numbers}",
        "no number; the customer's name fits, but no balance does: {numbers}",
    ),
    _P.MATCH_AMOUNT_ONLY: (
        "ni numéro ni nom ; seul le montant correspond : {numbers}",
        "neither number nor name; only the amount fits: {numbers}",
    ),
    _P.MATCH_SEVERAL: (
        "plusieurs possibilités : {numbers}",
        "several possibilities: {numbers}",
    ),
    _P.MATCH_OTHER_CURRENCY: (
        "la facture {numbers} est nommée, mais dans une autre devise",
        "invoice {numbers} is named, but in another currency",
    ),
    _P.MATCH_OTHER_PAYER: (
        "les factures {numbers} sont nommées, mais de clients différents",
        "invoices {numbers} are named, but of different customers",
    ),
    _P.MATCH_TWICE: (
        "{numbers} : une autre ligne de ce relevé règle déjà cette facture",
        "{numbers}: another line of this statement already pays this invoice",
    ),
    _P.MATCH_REFERENCE: (
        "la référence structurée (clé juste) désigne {numbers}",
        "the structured reference (valid check digits) names {numbers}",
    ),
    _P.MATCH_WRONG_REFERENCE: (
        "référence structurée mal recopiée (clé fausse), peut-être {numbers}",
        "structured reference copied wrongly (check digits), perhaps {numbers}",
    ),
    _P.MATCH_UNKNOWN_NUMBER: (
        "le texte cite un numéro qui n'est pas ouvert ({unknown}) ; nom et montant feraient {numbers}",
        "the text names a number that is not open ({unknown}); name and amount would give {numbers}",
    ),
    _P.MATCH_UNLIKE_PAYER: (
        "{numbers} : facture nommée et montant juste, mais le payeur est un autre client",
        "{numbers} named and the amount fits, but the payer is another customer",
    ),
    _P.MATCH_LOOSE_NAME: (
        "le payeur ressemble au client de {numbers}, sans porter exactement son nom",
        "the payer resembles the customer of {numbers}, without bearing exactly that name",
    ),
    _P.MATCH_NEAR_NUMBER: (
        "{numbers} : montant juste, mais un numéro voisin a le même solde et le payeur n'est pas reconnu",
        "{numbers}: the amount fits, but a similar number has the same balance and the payer is unknown",
    ),
    _P.MATCH_PART_OR_OTHER: (
        "{numbers} : facture nommée, mais ce montant est le solde d'une autre facture du client",
        "{numbers} named, but this amount is the balance of another invoice of the customer",
    ),
    _P.MATCH_NONE: ("aucune facture ouverte ne correspond", "no open invoice fits"),
}
