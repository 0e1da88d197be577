"""The words that operators read about a run in the Web UI, in the creditor's language."""

from __future__ import annotations

from dunning.case import DunningStatus
from workflows.state import RunState

_STATUS = {
    "fr": {
        DunningStatus.PENDING: "en préparation",
        DunningStatus.DUNNING: "relances en cours",
        DunningStatus.PROMISED: "promesse de paiement en cours",
        DunningStatus.PAYMENT_PLAN: "échéancier en cours",
        DunningStatus.HELD: "en pause",
        DunningStatus.AWAITING_APPROVAL: "attend une validation",
        DunningStatus.PRESUMED_PAID: "présumée payée, en pause",
        DunningStatus.EXHAUSTED: "toutes les étapes sont faites",
        DunningStatus.BLOCKED: "bloquée",
        DunningStatus.SETTLED: "soldée",
        DunningStatus.CANCELLED: "annulée",
        DunningStatus.WRITTEN_OFF: "passée en perte",
        DunningStatus.HANDED_OVER: "transmise au recouvrement",
    },
    "en": {
        DunningStatus.PENDING: "being prepared",
        DunningStatus.DUNNING: "reminders running",
        DunningStatus.PROMISED: "promise to pay running",
        DunningStatus.PAYMENT_PLAN: "payment plan running",
        DunningStatus.HELD: "on hold",
        DunningStatus.AWAITING_APPROVAL: "waits for an approval",
        DunningStatus.PRESUMED_PAID: "presumed paid, paused",
        DunningStatus.EXHAUSTED: "every step is done",
        DunningStatus.BLOCKED: "blocked",
        DunningStatus.SETTLED: "settled",
        DunningStatus.CANCELLED: "cancelled",
        DunningStatus.WRITTEN_OFF: "written off",
        DunningStatus.HANDED_OVER: "handed over",
    },
}

_WORDS = {
    "fr": {
        "next": "Prochaine action",
        "nothing": "aucune, en attente d'un événement",
        "status": "Statut",
        "balance": "Solde",
        "problem": "Problème",
        "then": "Ensuite",
        "done": "Fait",
        "plan": "Enregistrer et planifier",
        "close": "Clôturer",
        "report": "Signaler un problème",
        "again": "Nouvel essai",
    },
    "en": {
        "next": "Next action",
        "nothing": "none, waiting for an event",
        "status": "Status",
        "balance": "Balance",
        "problem": "Problem",
        "then": "Then",
        "done": "Done",
        "plan": "Book and plan",
        "close": "Close",
        "report": "Report a problem",
        "again": "Try again",
    },
}


def word(key: str, language: str) -> str:
    """One word or short phrase; an unknown language reads French."""
    return _WORDS.get(language, _WORDS["fr"])[key]


def status_words(status: DunningStatus, language: str) -> str:
    """The status as people say it."""
    return _STATUS.get(language, _STATUS["fr"])[status]


def current_details(state: RunState) -> str:
    """Markdown for the Web UI: the pane shows about eight lines, so the next action comes first."""
    language = state.language
    step = state.next_step
    rows = [
        f"**{word('next', language)}** : {step.summary if step else word('nothing', language)}",
        f"**{word('status', language)}** : {status_words(state.status, language)}",
        f"**{word('balance', language)}** : {state.balance}",
    ]
    if state.problem:
        rows.append(f"**{word('problem', language)}** : {state.problem}")
    if state.done:
        rows.append(f"**{word('done', language)}** : " + ", ".join(done.step for done in state.done[-5:]))
    later = [later.summary for later in state.steps if later is not step]
    if later:
        rows.append(f"**{word('then', language)}** : " + " · ".join(later[:5]))
    return "  \n".join(rows)
