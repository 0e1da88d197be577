"""Tells a case's journal in sentences that a person understands."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dunning.journal import EntryKind, JournalEntry
from dunning.party import Language
from dunning.phrases import has_phrase, phrase
from dunning.wording import listing, short_instant

StepLabel = Callable[[str], str]
"""What people call a step of the case's policy, by its name: ``2e relance``."""

_REASON_WITHIN = frozenset({EntryKind.DEFERRED, EntryKind.WITHHELD, EntryKind.POLICY_CHOSEN})
"""Kinds whose sentence has a place for the reason; others get a sentence more."""
_SEGMENT = re.compile(r"segment:([a-z][a-z0-9-]*)")
"""A policy chosen by a row of the segment table, and the row's name."""
_NO_REASON = frozenset({EntryKind.SKIPPED, EntryKind.CALL_DONE})


@dataclass(frozen=True)
class Storyteller:
    """Words the journal for one reader."""

    language: Language
    time_zone: str
    """The creditor's, for instants."""
    label: StepLabel = str

    def sentence(self, entry: JournalEntry) -> str:
        """One line of the story.

        Args:
            entry: any line; details that an old one does not have read as a dash.
        """
        details = self._readable(entry.details)
        words = self._say(_sentence_key(entry), **details)
        if entry.kind not in _REASON_WITHIN | _NO_REASON and entry.details.get("reason"):
            words = self._say("story.with_reason", sentence=words, reason=details["reason"])
        if entry.details.get("note"):
            words = self._say("story.with_note", sentence=words, note=details["note"])
        if entry.details.get("reference"):
            words = self._say("story.with_reference", sentence=words, reference=details["reference"])
        if entry.details.get("after") and isinstance(entry.details["after"], str):
            words = self._say("story.with_after", sentence=words, after=details["after"])
        return words

    def _say(self, key: str, **details: Any) -> str:
        return phrase(key, self.language, **details)

    def _readable(self, told: Mapping[str, Any]) -> dict[str, Any]:
        """The details as the sentences name them: keys of the phrase book become words."""
        readable = dict(told)
        if told.get("step"):
            readable["step"] = self.label(str(told["step"]))
        elif told.get("reason"):
            readable["step"] = self._word("reason", told["reason"])
        for name, group in (("reason", "reason"), ("outcome", "outcome"), ("task", "task"), ("told", "fact")):
            if told.get(name):
                readable[name] = self._word(group, told[name])
        if told.get("after"):
            readable["after"] = self._word("status", told["after"])
        if "until" in told:
            readable["until"] = self._until(told["until"])
        if "instalments" in told:
            readable["schedule"] = self._schedule(told["instalments"])
        if "fields" in told:
            readable["fields"] = self._list([self._word("field", name) for name in told["fields"]])
        if "refusal" in told:
            readable["refusal"] = self._refusal(told)
        readable["changes"] = self._changes(told)
        return readable

    def _word(self, group: str, name: Any) -> str:
        """The phrase of a key, or the words themselves where a person wrote them."""
        if group == "reason" and (row := _SEGMENT.fullmatch(str(name))):
            return self._say("reason.segment", row=row[1])
        key = f"{group}.{name}"
        return self._say(key) if has_phrase(key) else str(name)

    def _until(self, until: Any) -> Any:
        """An instant on the creditor's clock; a date stays one, and is worded with the sentence."""
        if isinstance(until, str) and "T" in until:
            return short_instant(datetime.fromisoformat(until), self.time_zone, self.language)
        return until

    def _schedule(self, instalments: list[dict[str, Any]]) -> str:
        return self._list([self._say("story.plan_agreed.instalment", **part) for part in instalments])

    def _changes(self, told: Mapping[str, Any]) -> str:
        pairs = {name: change for name, change in told.items() if _is_change(change)}
        return self._list(
            [
                self._say("story.corrected.change", field=self._word("field", name), **change)
                for name, change in pairs.items()
            ]
        )

    def _refusal(self, told: Mapping[str, Any]) -> str:
        key = f"refusal.{told['refusal']}"
        if not has_phrase(key):
            return str(told["refusal"])
        details = told.get("details")
        return self._say(key, **(details if isinstance(details, dict) else _but(told, "refusal")))

    def _list(self, items: list[str]) -> str:
        return listing(items, self.language) if items else "–"


_Fits = Callable[[Mapping[str, Any]], bool]
_VARIANTS: dict[EntryKind, tuple[str, _Fits]] = {
    EntryKind.HELD: ("open", lambda told: told.get("until") is None),
    EntryKind.RESUMED: ("replaced", lambda told: told.get("reason") in {"payment_plan", "promise"}),
    EntryKind.OPENED: ("contacted", lambda told: bool(told.get("last_contact_date"))),
    EntryKind.APPROVED: ("by", lambda told: bool(told.get("approved_by"))),
    EntryKind.CALL_OPENED: ("again", lambda told: (told.get("round") or 1) > 1),
    EntryKind.PAYMENT: ("all", lambda told: _nothing_owed(told.get("balance"))),
    EntryKind.CREDIT_NOTE: ("all", lambda told: _nothing_owed(told.get("balance"))),
    EntryKind.CUSTOMER_CHANGED: ("nothing", lambda told: not told.get("fields")),
}
"""Kinds that are told in another sentence where the details ask for it."""


def _nothing_owed(balance: Any) -> bool:
    """Whether a balance such as ``-600.00 EUR`` is not more than nothing."""
    figure = str(balance or "").partition(" ")[0]
    return figure.startswith("-") or (figure != "" and not figure.strip("0."))


def _sentence_key(entry: JournalEntry) -> str:
    variant, fits = _VARIANTS.get(entry.kind, ("", None))
    key = f"story.{entry.kind}"
    return f"{key}.{variant}" if fits and fits(entry.details) else key


def _is_change(value: Any) -> bool:
    return isinstance(value, dict) and set(value) == {"before", "after"}


def _but(details: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in details.items() if name not in names}
