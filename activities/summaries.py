"""The words on a timer: what will happen, by which channel, when on the creditor's clock."""

from __future__ import annotations

from dunning.party import Language
from dunning.phrases import phrase
from dunning.plan import Act, PlannedStep
from dunning.policy import Policy
from dunning.wording import short_instant


def label_of(step: str, policy: Policy, language: Language, instalment: int | None = None) -> str:
    """What people call a step: ``2e relance``, ``Rappel de l'échéance 2``."""
    known = policy.step(step)
    if known:
        return known.label[language]
    key = "review" if step.endswith("check") or "-check-" in step else "instalment"
    if instalment is None:
        return phrase(f"step.{key}", language)
    return phrase(f"step.{key}_of", language, number=instalment)


def summary_of(step: PlannedStep, policy: Policy, time_zone: str, language: Language) -> str:
    """Such as ``2e relance – e-mail – 14 déc. 09:00``; nothing about the customer."""
    at = short_instant(step.at, time_zone, language)
    label = label_of(step.step, policy, language, step.instalment)
    if step.act is Act.REVIEW:
        return f"{label} – {at}"
    channel = "email" if step.act is Act.INSTALMENT_REMINDER else step.act.value
    return f"{label} – {phrase(f'channel.{channel}', language)} – {at}"
