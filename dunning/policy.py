"""The dunning policy: which levels there are, when each is due, by which channel, and who must approve."""

from __future__ import annotations

from datetime import time
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from dunning.party import CustomerKind, Language


class Channel(StrEnum):
    """How a step reaches the customer, or whom it asks to act."""

    EMAIL = "email"
    CALL = "call"
    HAND_OVER = "hand_over"


class Counting(StrEnum):
    """What an offset counts."""

    DAYS = "days"
    BUSINESS_DAYS = "business_days"


class Tone(StrEnum):
    """How a message speaks; grows with the level."""

    COURTEOUS = "courteous"
    NEUTRAL = "neutral"
    FRIENDLY = "friendly"
    FIRM = "firm"
    FORMAL = "formal"


class AskAccessories(StrEnum):
    """When penalties and fixed recovery costs are asked for, not only accrued."""

    NEVER = "never"
    MENTION = "mention"
    FROM_FORMAL_NOTICE = "from_formal_notice"


class Allocation(StrEnum):
    """What a part payment pays first (C. civ. art. 1343-1)."""

    PRINCIPAL_FIRST = "principal_first"
    """The creditor waives article 1343-1 and takes the principal first."""
    INTEREST_AND_COSTS_FIRST = "interest_and_costs_first"
    """Interest, then costs, then principal."""


class UnpaidAccessories(StrEnum):
    """What happens to asked penalties and costs when only the principal was paid."""

    WAIVE = "waive"
    TASK = "task"


def _span(value: object) -> object:
    """Read ``09:00-18:00``; anything else is left for pydantic to refuse."""
    if isinstance(value, str) and value.count("-") == 1:
        opens, closes = value.split("-")
        return {"opens": opens.strip(), "closes": closes.strip()}
    return value


class Hours(BaseModel):
    """A span of local time in which contacts may be made."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    opens: time
    closes: time

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if any(edge.tzinfo or edge.second or edge.microsecond for edge in (self.opens, self.closes)):
            msg = "hours are local and whole minutes, such as 09:00-18:00"
            raise ValueError(msg)
        if self.opens >= self.closes:
            msg = f"the window opens at {self.opens:%H:%M} and closes at {self.closes:%H:%M}: no time between"
            raise ValueError(msg)
        return self


def _apart(window: tuple[Hours, ...]) -> tuple[Hours, ...]:
    for earlier, later in pairwise(window):
        if later.opens < earlier.closes:
            msg = f"the hours from {later.opens:%H:%M} begin before those above them end"
            raise ValueError(msg)
    return window


_SPAN_TEXT = Annotated[str, Field(pattern=r"^[0-2][0-9]:[0-5][0-9] ?- ?[0-2][0-9]:[0-5][0-9]$")]
_Span = Annotated[Hours, BeforeValidator(_span, json_schema_input_type=_SPAN_TEXT | Hours)]

Window = Annotated[tuple[_Span, ...], Field(min_length=1), AfterValidator(_apart)]
"""Spans of one day in order, at least one; written ``[09:00-12:00, 14:00-18:00]``."""

_BUSINESS_HOURS: Window = (Hours(opens=time(9), closes=time(18)),)
_CONSUMER_HOURS: Window = (
    Hours(opens=time(10), closes=time(13)),
    Hours(opens=time(14), closes=time(20)),
)


def _in_each_language(texts: dict[Language, str]) -> dict[Language, str]:
    """Let a policy of one language serve customers of the others with the words that it has."""
    spare = next(iter(texts.values()))
    return {language: texts.get(language, spare) for language in Language}


Texts = Annotated[
    dict[Language, Annotated[str, Field(min_length=1)]],
    Field(min_length=1),
    AfterValidator(_in_each_language),
]
"""What people read, by language; one that is left out gets the words of the first one given."""


class StepError(ValueError):
    """A step does not fit into its policy."""

    def __init__(self, step: str, field: str, words: str) -> None:
        """Name the step and the field at fault."""
        self.step, self.field = step, field
        super().__init__(words)


class PolicyStep(BaseModel):
    """One level of a policy: an act, its date relative to the due date, its channel."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    step: str = Field(pattern=r"^[a-z][a-z0-9-]{1,30}$")
    """Name, unique in the policy: letters, digits and dashes."""
    level: int = Field(ge=0, le=99)
    """Rank of firmness; grows from step to step."""
    label: Texts
    """What people read: ``2e relance``."""
    offset: int
    """When, counted from the due date; negative before it."""
    counting: Counting = Counting.DAYS
    channel: Channel
    template: str | None = None
    """Name of the template; the step's own name unless stated."""
    tone: Tone = Tone.NEUTRAL
    approval: bool = False
    """Whether a person must approve before it goes out."""
    needs_delivered_reminder: bool = False
    """Whether an earlier reminder of this cycle must have been delivered (formal notice, hand-over)."""
    formal_notice: bool = False
    """Whether this is the mise en demeure (C. civ. art. 1344): asks for accessories and sets a deadline."""
    task: str | None = None
    """A task opened for a person once the step is done, such as ``send-registered-letter``."""

    @property
    def template_name(self) -> str:
        """The template that renders this step."""
        return self.template or self.step

    @property
    def before_due(self) -> bool:
        """Whether this is a courtesy before the due date."""
        return self.offset < 0

    @property
    def is_serious(self) -> bool:
        """Whether it threatens: a formal notice, or the hand-over."""
        return self.formal_notice or self.channel is Channel.HAND_OVER

    @property
    def is_reminder(self) -> bool:
        """Whether its delivery counts as an earlier reminder for a formal notice."""
        return not self.before_due and self.channel is Channel.EMAIL and not self.formal_notice


class Policy(BaseModel):
    """A complete dunning policy, as written in a file under ``policies/``."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    name: str = Field(pattern=r"^[a-z][a-z0-9-]{1,40}$")
    title: Texts
    description: Texts
    steps: tuple[PolicyStep, ...] = Field(min_length=1, max_length=20)
    ask_accessories: AskAccessories = AskAccessories.FROM_FORMAL_NOTICE
    allocation: Allocation = Allocation.PRINCIPAL_FIRST
    unpaid_accessories: UnpaidAccessories = UnpaidAccessories.TASK
    formal_notice_deadline_days: int = Field(default=8, ge=1, le=60)
    """Days to pay, counted from the first presentation of the formal notice."""
    promise_grace_business_days: int = Field(default=2, ge=0, le=10)
    """How long after a promised date the money may still be on its way."""
    instalment_grace_days: int = Field(default=3, ge=0, le=30)
    instalment_reminder_days: int = Field(default=3, ge=1, le=30)
    thank_on_payment: bool = False
    suggest_instalments_from: Decimal = Field(default=Decimal(1000), gt=0)
    """Balance from which a caller proposes instalments rather than payment at once, in major units."""
    resend_uncertain_email: bool = False
    """Whether an e-mail of unknown outcome may be sent again by itself; a letter never is."""
    business_hours: Window = _BUSINESS_HOURS
    consumer_hours: Window = _CONSUMER_HOURS

    @model_validator(mode="after")
    def _steps_escalate(self) -> Self:
        names: set[str] = set()
        for step in self.steps:
            if step.step in names:
                raise StepError(step.step, "step", "another step above has this name")
            names.add(step.step)
        for earlier, later in pairwise(self.steps):
            if later.level <= earlier.level:
                words = f"level {later.level} does not come after level {earlier.level} of the step above"
                raise StepError(later.step, "level", words)
            if later.offset <= earlier.offset and later.counting is earlier.counting:
                words = f"{later.offset} does not come after {earlier.offset} of the step above"
                raise StepError(later.step, "offset", words)
            if later.before_due and not earlier.before_due:
                words = f"{later.offset} lies before the due date, the step above after it"
                raise StepError(later.step, "offset", words)
        return self

    @model_validator(mode="after")
    def _serious_steps_follow_a_reminder(self) -> Self:
        reminded = False
        for step in self.steps:
            if step.is_serious and not step.needs_delivered_reminder:
                words = "must be true for a formal notice or a hand-over"
                raise StepError(step.step, "needs_delivered_reminder", words)
            if step.needs_delivered_reminder and not reminded:
                words = "no step above is a reminder after the due date, so this step could never go out"
                raise StepError(step.step, "needs_delivered_reminder", words)
            reminded = reminded or step.is_reminder
        return self

    def step(self, name: str) -> PolicyStep | None:
        """The step of this name, if the policy has it."""
        return next((step for step in self.steps if step.step == name), None)

    def window(self, kind: CustomerKind) -> Window:
        """Hours in which this kind of customer may be contacted."""
        consumer = kind in {CustomerKind.CONSUMER, CustomerKind.UNKNOWN}
        return self.consumer_hours if consumer else self.business_hours

    def without_approvals(self) -> Policy:
        """The same policy with every approval given, for rehearsals."""
        return self.model_copy(
            update={"steps": tuple(step.model_copy(update={"approval": False}) for step in self.steps)}
        )


__all__ = [
    "Allocation",
    "AskAccessories",
    "Channel",
    "Counting",
    "Hours",
    "Policy",
    "PolicyStep",
    "StepError",
    "Texts",
    "Tone",
    "UnpaidAccessories",
    "Window",
]
