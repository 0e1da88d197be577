"""The ready-made policies: each is what its name promises."""

from __future__ import annotations

from dunning.policy import AskAccessories, Channel, Policy, UnpaidAccessories
from runtime.policy_files import POLICY_FOLDER, load_policies

REGISTER = load_policies([POLICY_FOLDER], "standard-business")
STANDARD = REGISTER.get("standard-business")


def _first_call(policy: Policy) -> int:
    return next(step.offset for step in policy.steps if step.channel is Channel.CALL)


def _notice(policy: Policy) -> int:
    return next(step.offset for step in policy.steps if step.formal_notice)


def _reminders(policy: Policy) -> int:
    return sum(step.is_reminder for step in policy.steps)


def test_there_are_six() -> None:
    """One for each kind of customer that the table tells apart, and the default."""
    assert set(REGISTER.policies) == {
        "standard-business",
        "soft",
        "firm",
        "consumer",
        "public-buyer",
        "large-amount",
    }


def test_each_asks_a_person_before_it_threatens() -> None:
    """No policy of ours sends a formal notice or hands over by itself, and each posts its notice."""
    for policy in REGISTER.policies.values():
        serious = [step for step in policy.steps if step.is_serious]
        assert serious
        assert all(step.approval and step.needs_delivered_reminder for step in serious)
        assert [step.task for step in serious if step.formal_notice] == ["send-registered-letter"]


def test_soft_says_nothing_for_a_week() -> None:
    """Its first word comes at J+7, its notice later than usual; paying the invoice is enough."""
    soft = REGISTER.get("soft")
    assert soft.steps[0].offset == 7
    assert _notice(soft) > _notice(STANDARD)
    assert soft.unpaid_accessories is UnpaidAccessories.WAIVE


def test_firm_reminds_more_often_and_calls_earlier() -> None:
    """More reminders before an earlier formal notice, and a call in between."""
    firm = REGISTER.get("firm")
    assert _reminders(firm) > _reminders(STANDARD)
    assert _first_call(firm) < _first_call(STANDARD)
    assert _notice(firm) < _notice(STANDARD)


def test_consumers_are_asked_for_nothing_but_the_invoice() -> None:
    """No 40 euros and no penalties are claimed from a private person."""
    assert REGISTER.get("consumer").ask_accessories is AskAccessories.NEVER


def test_public_buyers_are_not_handed_to_an_agency() -> None:
    """The written demand is the last step; what follows is a person's choice."""
    last = REGISTER.get("public-buyer").steps[-1]
    assert last.formal_notice
    assert all(step.channel is not Channel.HAND_OVER for step in REGISTER.get("public-buyer").steps)


def test_large_amounts_are_called_first() -> None:
    """A voice in the first week, another before the formal notice."""
    large = REGISTER.get("large-amount")
    assert _first_call(large) <= 7
    assert [step.channel for step in large.steps].count(Channel.CALL) == 2
