from collections.abc import Mapping
from datetime import time
from typing import Any

import pytest
from pydantic import ValidationError

from dunning.party import CustomerKind, Language
from dunning.policy import Channel, Hours, Policy, PolicyStep

REMINDER: Mapping[str, Any] = {
    "step": "reminder-1",
    "level": 1,
    "label": {"en": "Reminder"},
    "offset": 7,
    "channel": "email",
}
NOTICE: Mapping[str, Any] = {
    "step": "formal-notice",
    "level": 5,
    "label": {"en": "Formal notice"},
    "offset": 45,
    "channel": "email",
    "formal_notice": True,
    "needs_delivered_reminder": True,
    "approval": True,
}


def _policy(*steps: Mapping[str, Any], **rest: Any) -> Policy:
    texts = {"title": {"en": "Test"}, "description": {"en": "A test."}}
    return Policy.model_validate({"name": "test", "steps": steps or (REMINDER,), **texts, **rest})


def _step(**changes: Any) -> dict[str, Any]:
    return {**REMINDER, **changes}


@pytest.mark.parametrize(
    ("steps", "words"),
    [
        ((), "at least 1 item"),
        ((REMINDER, REMINDER), "another step above has this name"),
        ((REMINDER, _step(step="next", offset=14)), "level 1 does not come after level 1"),
        ((REMINDER, _step(step="next", level=2)), "7 does not come after 7"),
        ((REMINDER, _step(step="next", level=2, offset=3)), "3 does not come after 7"),
        (
            (_step(counting="business_days"), _step(step="next", level=2, offset=-3)),
            "-3 lies before the due date, the step above after it",
        ),
        ((REMINDER, {**NOTICE, "needs_delivered_reminder": False}), "must be true for a formal notice"),
        (
            (REMINDER, _step(step="next", level=9, offset=90, channel="hand_over")),
            "must be true for a formal notice",
        ),
        ((NOTICE,), "no step above is a reminder"),
        ((_step(offset=-3), NOTICE), "no step above is a reminder"),
        ((_step(channel="call"), NOTICE), "no step above is a reminder"),
        ((_step(channel="pigeon"),), "Input should be 'email', 'call' or 'hand_over'"),
        ((_step(step="Reminder 1"),), "String should match pattern"),
        ((_step(level=-1),), "greater than or equal to 0"),
        ((_step(label={}),), "at least 1 item"),
        ((_step(label={"en": ""}),), "at least 1 character"),
    ],
)
def test_steps_that_do_not_escalate_are_refused(steps: tuple[Mapping[str, Any], ...], words: str) -> None:
    """Names differ, levels and dates grow, and what threatens follows a reminder."""
    with pytest.raises(ValidationError) as refusal:
        _policy(*steps) if steps else Policy.model_validate({**_policy().model_dump(), "steps": []})
    assert words in str(refusal.value)


@pytest.mark.parametrize(
    ("window", "words"),
    [
        ([], "at least 1 item"),
        (["18:00-09:00"], "opens at 18:00 and closes at 09:00"),
        (["09:00-09:00"], "opens at 09:00 and closes at 09:00"),
        (["14:00-18:00", "09:00-12:00"], "the hours from 09:00 begin before those above them end"),
        (["09:00-12:00", "11:00-18:00"], "the hours from 11:00 begin before those above them end"),
        (["09:00-18:00:30"], "whole minutes"),
        (["09:00Z-18:00Z"], "hours are local"),
        (["nine to five"], "Hours"),
        ([{"opens": "09:00", "closes": "18:00", "days": "Mon"}], "Extra inputs"),
    ],
)
@pytest.mark.parametrize("field", ["business_hours", "consumer_hours"])
def test_hours_without_a_moment_in_them_are_refused(field: str, window: list[Any], words: str) -> None:
    """A window must leave time to send in, so that a slot can always be found."""
    with pytest.raises(ValidationError) as refusal:
        _policy(**{field: window})
    assert words in str(refusal.value)


def test_hours_are_read_as_people_write_them() -> None:
    """Spans such as 09:00-12:00 in order, with or without spaces."""
    policy = _policy(business_hours=["08:30 - 12:00", "13:30-17:45"])
    assert policy.business_hours == (
        Hours(opens=time(8, 30), closes=time(12)),
        Hours(opens=time(13, 30), closes=time(17, 45)),
    )


@pytest.mark.parametrize(
    ("kind", "opens"),
    [
        (CustomerKind.BUSINESS, [9]),
        (CustomerKind.PUBLIC, [9]),
        (CustomerKind.CONSUMER, [10, 14]),
        (CustomerKind.UNKNOWN, [10, 14]),
    ],
)
def test_consumers_have_their_own_hours(kind: CustomerKind, opens: list[int]) -> None:
    """10-13 and 14-20 for a consumer and for whoever may be one, 9-18 for business and public buyers."""
    assert [span.opens.hour for span in _policy().window(kind)] == opens


def test_a_policy_of_one_language_serves_all_customers() -> None:
    """A label that is left out in one language is shown in the other instead of failing at its first use."""
    policy = _policy(_step(label={"fr": "Relance"}))
    assert policy.steps[0].label == {Language.FRENCH: "Relance", Language.ENGLISH: "Relance"}
    assert policy.title[Language.FRENCH] == "Test"


def test_the_words_given_are_kept() -> None:
    """Each language keeps its own label, in whatever order they stand."""
    label = PolicyStep.model_validate(_step(label={"en": "Reminder", "fr": "Relance"})).label
    assert (label[Language.FRENCH], label[Language.ENGLISH]) == ("Relance", "Reminder")


def test_the_template_is_that_of_the_step_unless_stated() -> None:
    """Two steps may share a template."""
    assert PolicyStep.model_validate(_step()).template_name == "reminder-1"
    assert PolicyStep.model_validate(_step(template="firm")).template_name == "firm"


@pytest.mark.parametrize(
    ("changes", "reminder"),
    [
        ({}, True),
        ({"offset": 0}, True),
        ({"offset": -3}, False),
        ({"channel": "call"}, False),
        ({"formal_notice": True, "needs_delivered_reminder": True}, False),
    ],
)
def test_a_reminder_is_a_message_after_the_due_date(changes: dict[str, Any], *, reminder: bool) -> None:
    """Neither the courtesy before the due date nor a call opens the way to a formal notice."""
    assert PolicyStep.model_validate(_step(**changes)).is_reminder is reminder


def test_a_rehearsal_approves_by_itself() -> None:
    """Every approval is given and nothing else changes."""
    policy = _policy(REMINDER, NOTICE)
    rehearsed = policy.without_approvals()
    assert [step.approval for step in rehearsed.steps] == [False, False]
    assert [step.approval for step in policy.steps] == [False, True]
    assert rehearsed.steps[1].model_copy(update={"approval": True}) == policy.steps[1]


def test_a_step_is_found_by_name() -> None:
    """The step of a name, or none."""
    policy = _policy(REMINDER, NOTICE)
    found = policy.step("formal-notice")
    assert found is not None
    assert found.channel is Channel.EMAIL
    assert policy.step("letter") is None
