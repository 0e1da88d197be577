"""What `claim` says, in French and English."""

from __future__ import annotations

from dunning.party import Language
from dunning.wording import said

_WORDS: dict[str, tuple[str, str]] = {
    "basis.contract": ("taux contractuel", "contract rate"),
    "basis.default_penalty": ("taux BCE + 10 points", "ECB rate + 10 points"),
    "basis.legal": ("taux légal", "legal rate"),
    "basis.public_penalty": ("taux BCE + 8 points, figé", "ECB rate + 8 points, frozen"),
    "computed_to": (
        "{invoice} : intérêts arrêtés au {day} ; taux inconnu(s) : {semesters}.",
        "{invoice}: interest computed to {day}; rate(s) not known: {semesters}.",
    ),
    "contract_rate_unused": (
        "{invoice} : contract_rate n'est pas appliqué, il ne vaut que pour une entreprise.",
        "{invoice}: contract_rate is not applied, it is for businesses only.",
    ),
    "fixed_costs": ("Indemnité forfaitaire", "Fixed costs"),
    "interest": ("Intérêts", "Interest"),
    "invoice": ("Facture", "Invoice"),
    "issue_unknown": (
        (
            "{invoice} : ni issue_date ni performance_date ; la prescription, comptée depuis l'échéance, "
            "tombe peut-être plus tôt."
        ),
        (
            "{invoice}: neither issue_date nor performance_date; the limitation date, counted from the due "
            "date, may fall earlier."
        ),
    ),
    "limitation": ("Prescription", "Limitation"),
    "limitation_near": (
        "{invoice} : prescription le {day}, il faut agir avant.",
        "{invoice}: the claim is lost after {day}; act before.",
    ),
    "line": (
        "{invoice} : du {start} au {end}, {days} à {rate} ({basis}) sur {base} : {amount}.",
        "{invoice}: {start} to {end}, {days} at {rate} ({basis}) on {base}: {amount}.",
    ),
    "no_line": ("{invoice} : aucun intérêt.", "{invoice}: no interest."),
    "none": ("Aucune facture dans ce fichier.", "No invoice in this file."),
    "nothing_known": (
        "{invoice} : aucun intérêt calculé ; taux inconnu(s) : {semesters}.",
        "{invoice}: no interest computed; rate(s) not known: {semesters}.",
    ),
    "overpaid": ("{invoice} : trop-perçu de {amount}.", "{invoice}: {amount} too much was paid."),
    "principal": ("Principal restant dû", "Principal due"),
    "remark.fixed_costs_in_euros_only": (
        "{invoice} : l'indemnité forfaitaire, fixée en euros, n'est pas convertie.",
        "{invoice}: the fixed costs are set in euros and not converted.",
    ),
    "remark.formal_notice_needed": (
        "{invoice} : les intérêts ne courent qu'après la mise en demeure.",
        "{invoice}: interest runs only after a formal notice.",
    ),
    "remark.kind_unknown": (
        "{invoice} : rien ne prouve que le client est un professionnel, règles du consommateur appliquées.",
        "{invoice}: nothing proves that the customer is a professional, a consumer's rules are applied.",
    ),
    "remark.stopped_by_insolvency": (
        "{invoice} : le jugement d'ouverture a arrêté le cours des intérêts.",
        "{invoice}: the insolvency judgment stopped the interest.",
    ),
    "title": ("Créances au {day}", "Claims as of {day}"),
    "to_accessories": (
        "{invoice} : {amount} déjà réglés sur les intérêts et l'indemnité.",
        "{invoice}: {amount} already paid on interest and costs.",
    ),
    "total": ("Total dû", "Total due"),
    "undated": (
        "{invoice} : {amount} payés à une date inconnue, comptés comme reçus à l'échéance.",
        "{invoice}: {amount} paid on an unknown day, counted as received on the due date.",
    ),
}


def word(key: str, language: Language, **details: object) -> str:
    """One word or sentence.

    Args:
        key: of the list above.
        language: of the reader.
        details: written as they are to be read.
    """
    return said(_WORDS[key], language, details)
