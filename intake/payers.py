"""Names of payers compared with names of customers."""

from __future__ import annotations

from intake.values import plain

_COMMON = (
    "sa sas sasu sarl eurl snc sci scp scop selarl gie gaec ste societe ets etablissements cie compagnie"
    " groupe association asso m mr mme mlle monsieur madame et de du des la le les l d en au aux ltd gmbh"
    " inc llc plc sprl srl france vir virement sepa recu inst instantane cheque chq remise payment"
)
_FORMS = frozenset(_COMMON.split())
"""Words that tell no customer from another."""
_YEAR = (
    "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre"
    " january february march april may june july august september october november december"
)
_MONTHS = frozenset(_YEAR.split())
_USUAL = (
    "facture factures fact fac fa invoice invoices ref reference num numero no solde acompte reglement"
    " paiement pmt votre vos notre nos faveur recue recus emis par pour client commande cde mois transfer"
    " credit motif merci eur euros euro ttc bonjour europeen permanent"
)
_MOTIFS = _MONTHS | frozenset(_USUAL.split())
"""Words of a transfer's text that are no part of a payer's name."""

_CUT_AT = range(33, 36)
"""Lengths at which a name may have been cut off by a field of 35 characters, as older formats have."""


def telling_words(name: str) -> frozenset[str]:
    """The words of a name that tell it from others: no legal forms, titles or small words."""
    return frozenset(word for word in plain(name).split() if word not in _FORMS and len(word) > 1)


def bears_name(customer_name: str, payer: str | None, text: str) -> bool:
    """Whether who pays bears a customer's name and no other name around it.

    *Martin* is not *Martin Dubois*, and *Boulangerie Martin* not *Boulangerie Martin Voyages*. A payer's
    field of its own has to agree word for word; in a text, where payer and message run together, only words
    that any transfer may have (*virement, facture, solde, mai*) may stand beside the name.

    Args:
        customer_name: whose words are all in the payer's field or the text.
        payer: the field, where the file has one.
        text: everything else.
    """
    name = telling_words(customer_name)
    if payer and name & telling_words(payer):
        return name == telling_words(payer) and len(payer) not in _CUT_AT
    others = telling_words(text) - name - _MOTIFS
    return not any(word.isalpha() for word in others)


def names_month(text: str) -> bool:
    """Whether a text names a month, French or English."""
    return not _MONTHS.isdisjoint(plain(text).split())
