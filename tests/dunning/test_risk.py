import re

import pytest

from dunning.customer_record import record_of
from dunning.party import Language
from dunning.phrases_en import ENGLISH
from dunning.phrases_fr import FRENCH
from dunning.risk import RiskClass, assess
from tests.dunning.risk_cases import TODAY, paid


def words(language: Language, *delays: int) -> str:
    """The reasons of a customer with this past, with plain spaces."""
    record = record_of("C-1", paid("C-1", *delays), TODAY)
    return assess(record, 0.5).in_words(language).replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("chance", "expected"),
    [
        (0.0, RiskClass.LOW),
        (0.249, RiskClass.LOW),
        (0.25, RiskClass.MEDIUM),
        (0.599, RiskClass.MEDIUM),
        (0.6, RiskClass.HIGH),
        (1.0, RiskClass.HIGH),
    ],
)
def test_the_class_follows_the_chance_of_the_next_delay(chance: float, expected: RiskClass) -> None:
    """Less than one in four is low, three in five and more are high."""
    assert assess(record_of("C-1", paid("C-1", 0, 1, 2), TODAY), chance).risk_class is expected


@pytest.mark.parametrize("delays", [[], [40], [40, 40]])
def test_too_few_payments_are_no_ground_for_a_class(delays: list[int]) -> None:
    """Up to two settled invoices a customer is new, however late they were."""
    assert assess(record_of("C-1", paid("C-1", *delays), TODAY), 0.99).risk_class is RiskClass.NEW


def test_no_class_excludes() -> None:
    """There is no class by which a program could refuse somebody: a person decides."""
    assert set(RiskClass) == {"new", "low", "medium", "high"}


def test_the_reasons_are_the_figures_of_the_record() -> None:
    """How many were late, by how much, and where it is going, in the reader's language."""
    delays = [0, 1, 0, 2, 0, 10, 12, 9, 11, 14]

    assert words(Language.FRENCH, *delays) == (
        "7 sur 10 facture(s) réglée(s) en retard ; 6 jours de retard en moyenne ; "
        "de plus en plus tard : 11 jours sur les 5 dernières factures, 1 jour avant"
    )
    assert words(Language.ENGLISH, *delays) == (
        "7 of 10 invoice(s) paid late; 6 days late on average; "
        "ever later: 11 days over the last 5 invoices, 1 day before"
    )


@pytest.mark.parametrize(
    ("delays", "french", "english"),
    [
        ([], "rien de réglé", "nothing settled"),
        ([3], "trop peu", "too few"),
        ([0, 0, 0], "toutes à temps", "all on time"),
        ([9, 9, 9, 9, 9, 0, 0, 0, 0, 0], "en progrès", "improving"),
    ],
)
def test_every_case_has_its_reason(delays: list[int], french: str, english: str) -> None:
    """No class stands without a reason, new and good customers included."""
    assert french in words(Language.FRENCH, *delays)
    assert english in words(Language.ENGLISH, *delays)


def test_every_class_has_its_name() -> None:
    """Nobody reads a code."""
    for book in (FRENCH, ENGLISH):
        assert {f"risk.class.{each}" for each in RiskClass} <= book.keys()
        assert not [
            key for key, text in book.items() if re.search(r"refus(e|é)|exclu", text) and "risk." in key
        ]
