"""The French phrases of how a customer pays."""

from __future__ import annotations

RISK_FRENCH: dict[str, str] = {
    "risk.average": "{average} de retard en moyenne",
    "risk.class.high": "élevé",
    "risk.class.low": "faible",
    "risk.class.medium": "moyen",
    "risk.class.new": "nouveau client",
    "risk.few": "trop peu pour une habitude : jugé comme les autres clients",
    "risk.improving": "en progrès : {recent} sur les {count} dernières factures, {earlier} avant",
    "risk.no_history": "rien de réglé jusqu'ici : jugé comme les autres clients",
    "risk.paid_late": "{late} sur {settled} facture(s) réglée(s) en retard",
    "risk.paid_on_time": "{settled} facture(s) réglée(s), toutes à temps",
    "risk.worsening": "de plus en plus tard : {recent} sur les {count} dernières factures, {earlier} avant",
}
