"""The words on a timer: what will happen, by which channel, when on the creditor's clock."""

from __future__ import annotations

from dunning.party import Language
from dunning.phrases import phrase
from dunning.plan import Act, PlannedStep
from dunning.policy import Policy
from dunning.wording import short_instant
from rendering.emails import EventTemplate


def label_of(step: str, policy: Policy, language: Language, instalment: int | None = None) -> str:
    """What people call a step: ``2e relance``, ``Rappel de l'échéance 2``.

    Args:
        step: its name, of the policy or one that an arrangement or the close brings.
        policy: the case's.
        language: of the reader.
        instalment: its number; where it is not given, the one that the name ends with counts.
    """
    known = policy.step(step)
    if known:
        return known.label[language]
    if step == EventTemplate.THANKS:
        return phrase("step.thanks", language)
    key = "review" if step.endswith("check") or "-check-" in step else "instalment"
    number = instalment or step.rpartition("-")[2]
    if not str(number).isdecimal():
        return phrase(f"step.{key}", language)
    return phrase(f"step.{key}_of", language, number=number)


def summary_of(step: PlannedStep, policy: Policy, time_zone: str, language: Language) -> str:
    """Such as ``2e relance – e-mail – 14 déc. 09:00``; nothing about the customer."""
    at = short_instant(step.at, time_zone, language)
    label = label_of(step.step, policy, language, step.instalment)
    if step.act is Act.REVIEW:
        return f"{label} – {at}"
    channel = "email" if step.act is Act.INSTALMENT_REMINDER else step.act.value
    return f"{label} – {phrase(f'channel.{channel}', language)} – {at}"
