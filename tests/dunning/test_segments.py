"""The segment table: which row decides, and which rows cannot be meant."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from dunning.money import Money
from dunning.party import Customer
from dunning.registers import PolicyRegister, UnknownPolicyError
from dunning.segments import Segment, SegmentTable
from runtime.policy_files import POLICY_FOLDER, load_policies
from tests.dunning.plan_cases import invoice

REGISTER = load_policies([POLICY_FOLDER], "standard-business")


def customer(**facts: Any) -> Customer:
    """A customer of whom only the name is known."""
    return Customer(**{"customer_id": "C-1", "name": "Atelier Dubois", **facts})


def row(**conditions: Any) -> Segment:
    """A row that leads to the soft policy."""
    return Segment.model_validate({"segment": "row", "policy": "soft", **conditions})


def register(*rows: Segment) -> PolicyRegister:
    """Our policies, chosen by these rows."""
    return PolicyRegister(REGISTER.policies, REGISTER.default, SegmentTable(segments=rows))


@pytest.mark.parametrize(
    ("conditions", "facts", "amount", "covered"),
    [
        ({"kind": "consumer"}, {"kind": "consumer"}, "10.00", True),
        ({"kind": "consumer"}, {"kind": "business"}, "10.00", False),
        ({"kind": ["consumer", "unknown"]}, {}, "10.00", True),
        ({"kind": "business"}, {"siren": "732829320"}, "10.00", True),
        ({"kind": "unknown"}, {"siren": "732829320"}, "10.00", False),
        ({"amount_from": "100", "currency": "EUR"}, {}, "100.00", True),
        ({"amount_from": "100", "currency": "EUR"}, {}, "99.99", False),
        ({"amount_from": "100", "currency": "USD"}, {}, "100.00", False),
        ({"amount_below": "100", "currency": "EUR"}, {}, "99.99", True),
        ({"amount_below": "100", "currency": "EUR"}, {}, "100.00", False),
        ({"currency": ["USD", "EUR"]}, {}, "10.00", True),
        ({"country": "BE"}, {"country": "BE"}, "10.00", True),
        ({"country": ["BE", "CH"]}, {}, "10.00", False),
        ({"language": "en"}, {"language": "en"}, "10.00", True),
        ({"language": "en"}, {}, "10.00", False),
        ({"customers": ["C-1", "C-2"]}, {}, "10.00", True),
        ({"customers": "C-2"}, {}, "10.00", False),
        ({"customers": "C-1", "kind": "public"}, {}, "10.00", False),
    ],
)
def test_a_row_covers_what_meets_each_of_its_conditions(
    conditions: dict[str, Any], facts: dict[str, Any], amount: str, *, covered: bool
) -> None:
    """A condition left out is met by all; one value stands for a list of one."""
    asked = invoice(amount=Money.of(amount, "EUR"))
    assert row(**conditions).covers(asked, customer(**facts)) is covered


def test_the_first_row_decides_and_the_reason_names_it() -> None:
    """Where none covers the invoice, the default does; a policy named for the invoice comes before all."""
    chosen = register(
        row(segment="picked", customers="C-9", policy="firm"),
        row(segment="people", kind="unknown", policy="consumer"),
        row(segment="french", country="FR", policy="soft"),
    )

    def choice(asked: str | None = None, **facts: Any) -> tuple[str, str]:
        made = chosen.choose(invoice(), customer(**facts), asked)
        return made.policy.name, made.reason

    assert choice() == ("consumer", "segment:people")
    assert choice(customer_id="C-9") == ("firm", "segment:picked")
    assert choice(kind="business") == ("soft", "segment:french")
    assert choice(kind="business", country="BE") == ("standard-business", "default")
    assert choice("large-amount") == ("large-amount", "asked")
    with pytest.raises(UnknownPolicyError, match="gentle"):
        choice("gentle")


def test_a_rehearsal_chooses_by_the_same_table() -> None:
    """Approvals are given there, everything else is as in earnest."""
    chosen = register(row(kind="unknown", policy="consumer")).without_approvals()
    made = chosen.choose(invoice(), customer(), None)
    assert (made.policy.name, made.reason) == ("consumer", "segment:row")
    assert not any(step.approval for step in made.policy.steps)


@pytest.mark.parametrize(
    ("conditions", "words"),
    [
        ({}, "would match every invoice"),
        ({"amount_from": "100"}, "needs one currency"),
        ({"amount_below": "100", "currency": ["EUR", "USD"]}, "needs one currency"),
        ({"amount_from": "200", "amount_below": "100", "currency": "EUR"}, "no invoice would match"),
        ({"amount_from": "0", "currency": "EUR"}, "greater than 0"),
        ({"currency": "FRF"}, "'FRF' is not the ISO 4217 code"),
        ({"country": "France"}, "pattern"),
        ({"kind": "company"}, "'business', 'consumer', 'public' or 'unknown'"),
        ({"customers": "Garage Dupont"}, "is no id"),
        ({"risk": "high"}, "Extra inputs"),
    ],
)
def test_a_row_that_cannot_be_meant_is_refused(conditions: dict[str, Any], words: str) -> None:
    """Each with what is wrong with it."""
    with pytest.raises(ValidationError, match=words):
        row(**conditions)
