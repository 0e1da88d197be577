"""Steps as a planner dates them, with the words and sizes of real ones."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from dunning.plan import Act
from workflows.assignments import StepMessage

_LEVELS: Sequence[tuple[str, Act, str]] = (
    ("courtesy", Act.EMAIL, "Rappel avant échéance – e-mail – 29 déc. 09:17"),
    ("first-reminder", Act.EMAIL, "1re relance – e-mail – 2 janv. 09:17"),
    ("second-reminder", Act.EMAIL, "2e relance – e-mail – 8 janv. 09:17"),
    ("third-reminder", Act.EMAIL, "3e relance – e-mail – 15 janv. 09:17"),
    ("call", Act.CALL, "Relance téléphonique – appel – 2 févr. 09:17"),
    ("formal-notice", Act.EMAIL, "Mise en demeure – e-mail – 16 févr. 09:17"),
    ("last-notice", Act.EMAIL, "Dernier avis avant transmission – e-mail – 2 mars 09:17"),
    ("hand-over", Act.HAND_OVER, "Transmission au recouvrement – transmission – 1 avr. 09:17"),
)


def escalation(start: datetime, *, spacing: timedelta, levels: int = len(_LEVELS)) -> list[StepMessage]:
    """The first levels of an escalation, or all eight.

    Args:
        start: Instant of the first step.
        spacing: Between two steps.
        levels: How many; the last of all eight is the hand-over.
    """
    return [
        StepMessage(step=name, level=level, act=act, at=start + level * spacing, summary=summary)
        for level, (name, act, summary) in enumerate(_LEVELS[:levels])
    ]


def review(name: str, at: datetime) -> StepMessage:
    """A look at the books, as a promise or an instalment asks for."""
    return StepMessage(
        step=name, level=0, act=Act.REVIEW, at=at, summary="Vérification de la promesse – 12 janv. 09:00"
    )


def instalment_reminder(number: int, at: datetime) -> StepMessage:
    """The reminder of an instalment."""
    return StepMessage(
        step=f"instalment-{number}",
        level=1,
        act=Act.INSTALMENT_REMINDER,
        at=at,
        summary=f"Rappel de l'échéance {number} – e-mail – 12 janv. 09:00",
        instalment=number,
    )
