import re
from pathlib import Path
from string import Formatter

import pytest

from dunning.case import DunningStatus
from dunning.facts import CallOutcome
from dunning.journal import EntryKind, TaskKind
from dunning.party import Language
from dunning.phrases import phrase
from dunning.phrases_en import ENGLISH
from dunning.phrases_fr import FRENCH
from dunning.wording import NO_BREAK

CHECKOUT = Path(__file__).parent.parent.parent
ROOMS = ("activities", "commands", "doors", "dunning", "ledger", "web")
_RAISED = re.compile(r"(?:Refusal|\.keep|\.kept)\(\s*\"([a-z_]+)\"|_[A-Z_]*INVOICE = \"([a-z_]+)\"")
_REASON = re.compile(r"(?:reason=|\"reason\": |deferred\(.*|_withhold\(.*)\"([a-z_]+)\"\)?")


def fields(text: str) -> set[str]:
    """The places that a phrase leaves open."""
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def sources(*rooms: str) -> str:
    """The source of these rooms."""
    files = (file for room in rooms for file in sorted((CHECKOUT / room).glob("*.py")))
    return "\n".join(file.read_text(encoding="utf-8") for file in files)


def test_both_books_say_the_same() -> None:
    """A reader of one language learns as much as one of the other: same keys, same details."""
    assert FRENCH.keys() == ENGLISH.keys()
    assert {key: fields(text) for key, text in FRENCH.items()} == {
        key: fields(text) for key, text in ENGLISH.items()
    }


@pytest.mark.parametrize(
    "key",
    [
        *(f"story.{kind}" for kind in EntryKind),
        *(f"task.{kind}" for kind in TaskKind),
        *(f"status.{status}" for status in DunningStatus),
        *(f"outcome.{outcome}" for outcome in CallOutcome),
    ],
)
def test_every_kind_has_its_words(key: str) -> None:
    """Nothing that the books can hold is shown to a person as a code."""
    assert key in FRENCH


def test_every_refusal_has_its_words() -> None:
    """Each rule that refuses something says why, whoever raises it."""
    raised = {first or second for first, second in _RAISED.findall(sources(*ROOMS))}

    assert len(raised) > 20
    assert {key for key in raised if f"refusal.{key}" not in FRENCH} == set()


def test_every_reason_has_its_words() -> None:
    """A reason that the program writes into the journal is told in words."""
    reasons = set(_REASON.findall(sources("activities", "ledger")))

    assert {"closed_window", "stale_books", "provider_down", "promise_broken"} <= reasons
    assert {key for key in reasons if f"reason.{key}" not in FRENCH} == set()


def test_french_phrases_keep_french_typography() -> None:
    """Signs stand after a no-break space, and amounts and dates read as a French reader expects."""
    words = phrase("refusal.plan_sum", Language.FRENCH, total="1204.50 EUR", balance="1200.00 EUR")

    assert words == (
        f"Les échéances font 1{NO_BREAK}204,50{NO_BREAK}€, le solde est de 1{NO_BREAK}200,00{NO_BREAK}€"
        f"{NO_BREAK}: les deux doivent être égaux."
    )


def test_a_missing_detail_reads_as_a_dash() -> None:
    """An old journal entry without a detail still makes a sentence."""
    assert phrase("refusal.hold_past", Language.ENGLISH) == "A hold must end after today; – has passed."
