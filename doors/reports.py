"""What the books alone say about a case, for the time in which no worker answers."""

from __future__ import annotations

from dunning.case import SendState
from dunning.party import Language
from dunning.wording import money, short_instant
from ledger.cases import Case
from ledger.sends import SendRow
from workflows.contract import DoneStep, StatusReport, TimelineReport

_RESULTS = {
    SendState.ACCEPTED: "done",
    SendState.REFUSED: "failed",
    SendState.UNKNOWN: "unknown",
    SendState.SKIPPED: "superseded",
}


def status_report(case: Case, time_zone: str, language: Language) -> StatusReport:
    """Where the case stands, after the last plan that was saved.

    Args:
        case: as it stands in the books.
        time_zone: IANA name of the creditor's zone.
        language: of the reader.
    """
    return StatusReport(
        status=case.status,
        level=case.level,
        balance=money(case.balance, language),
        next_action=_next_action(case, time_zone, language),
        next_action_at=case.next_action_at,
    )


def timeline_report(case: Case, sends: list[SendRow], time_zone: str, language: Language) -> TimelineReport:
    """What was sent, oldest first, and the next step."""
    done = tuple(
        DoneStep(step=row.key.step, level=row.level, at=row.acted_at, result=_RESULTS[row.state])
        for row in sends
        if row.state in _RESULTS and row.acted_at is not None
    )
    planned = _next_action(case, time_zone, language)
    return TimelineReport(done=done, planned=(planned,) if planned else ())


def _next_action(case: Case, time_zone: str, language: Language) -> str | None:
    if case.next_step is None or case.next_action_at is None:
        return None
    return f"{case.next_step} – {short_instant(case.next_action_at, time_zone, language)}"
