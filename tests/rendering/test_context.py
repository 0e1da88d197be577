from __future__ import annotations

import pytest
from pydantic import ValidationError

from dunning.legal_rules import LegalRules
from dunning.money import Money
from dunning.party import CustomerKind, Language
from dunning.policy import AskAccessories, Policy
from rendering.context import Accessories, AccessoriesLeft, MessageContext, accessories_for
from rendering.emails import EventTemplate
from rendering.samples import customer, event_samples

NEVER, MENTION, ASK = AskAccessories.NEVER, AskAccessories.MENTION, AskAccessories.FROM_FORMAL_NOTICE
BUSINESS, CONSUMER, UNKNOWN = CustomerKind.BUSINESS, CustomerKind.CONSUMER, CustomerKind.UNKNOWN


@pytest.mark.parametrize(
    ("ask", "step", "kind", "expected"),
    [
        (NEVER, "formal-notice", BUSINESS, Accessories.NONE),
        (NEVER, "reminder-3", BUSINESS, Accessories.NONE),
        (MENTION, "courtesy", BUSINESS, Accessories.NONE),
        (MENTION, "reminder-1", BUSINESS, Accessories.MENTION),
        (MENTION, "reminder-1", CONSUMER, Accessories.NONE),
        (MENTION, "formal-notice", BUSINESS, Accessories.MENTION),
        (MENTION, "formal-notice", UNKNOWN, Accessories.NONE),
        (ASK, "courtesy", BUSINESS, Accessories.NONE),
        (ASK, "reminder-1", BUSINESS, Accessories.NONE),
        (ASK, "reminder-3", BUSINESS, Accessories.MENTION),
        (ASK, "reminder-3", CustomerKind.PUBLIC, Accessories.MENTION),
        (ASK, "reminder-3", UNKNOWN, Accessories.NONE),
        (ASK, "formal-notice", BUSINESS, Accessories.ASKED),
        (ASK, "formal-notice", CONSUMER, Accessories.ASKED),
    ],
)
def test_when_penalties_are_spoken_of(
    policy: Policy, ask: AskAccessories, step: str, kind: CustomerKind, expected: Accessories
) -> None:
    """Never before the due date, never to consumers before the formal notice, else as the policy says."""
    chosen = policy.step(step)
    assert chosen is not None
    assert accessories_for(ask, chosen, customer(kind, Language.FRENCH)) is expected


def test_an_unknown_kind_with_a_siren_is_a_business(policy: Policy) -> None:
    """Evidence of a professional lifts the protection of the unknown."""
    step = policy.step("reminder-3")
    assert step is not None
    known = customer(UNKNOWN, Language.FRENCH).model_copy(update={"siren": "552100554"})
    assert accessories_for(ASK, step, known) is Accessories.MENTION


def _fields(rules: LegalRules) -> dict[str, object]:
    return dict(next(event_samples(EventTemplate.THANKS, Language.FRENCH, rules)))


@pytest.mark.parametrize(
    "change", [{"accessories": Accessories.ASKED}, {"accessories_left": AccessoriesLeft.DUE}]
)
def test_penalties_are_not_asked_for_without_a_claim(rules: LegalRules, change: dict[str, object]) -> None:
    """A demand without its computation is refused before anything is written."""
    with pytest.raises(ValidationError, match="F-2025-118: penalties are asked for, but no claim"):
        MessageContext.model_validate(_fields(rules) | {"claim": None} | change)


def test_a_card_is_not_offered_without_a_link(rules: LegalRules) -> None:
    """An offer without a link is refused."""
    with pytest.raises(ValidationError, match="there is no payment link"):
        MessageContext.model_validate(_fields(rules) | {"pay_url": None, "card_offered": True})


def test_the_amount_due_is_the_narrowest_that_is_asked_for(rules: LegalRules) -> None:
    """Instalment, promised sum, claim once asked, balance: in this order."""
    asked = {"accessories": Accessories.ASKED}
    instalment = next(event_samples(EventTemplate.INSTALMENT_REMINDER, Language.FRENCH, rules))
    promise = next(event_samples(EventTemplate.PROMISE_CONFIRMATION, Language.FRENCH, rules))
    plain = next(event_samples(EventTemplate.THANKS, Language.FRENCH, rules))
    assert instalment.model_copy(update=asked).amount_due == Money.of(400, "EUR")
    assert promise.amount_due == Money.of(1005, "EUR")
    assert plain.claim is not None
    assert plain.model_copy(update=asked).amount_due == plain.claim.total
    assert plain.amount_due == plain.balance
