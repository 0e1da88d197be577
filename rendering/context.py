"""What a message to a customer may print: facts of one moment, already decided, nothing to look up."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from dunning.arrangement import Instalment, Promise
from dunning.claim import Claim
from dunning.invoice import CreditNote, Invoice, Payment
from dunning.legal_rules import LegalRules
from dunning.money import Money
from dunning.party import Creditor, Customer, CustomerKind, Language
from dunning.policy import AskAccessories, PolicyStep, Tone

_PROTECTED = frozenset({CustomerKind.CONSUMER, CustomerKind.UNKNOWN})


class Accessories(StrEnum):
    """How a message speaks of penalties and fixed recovery costs."""

    NONE = "none"
    MENTION = "mention"
    """The rule is stated, without figures of this invoice."""
    ASKED = "asked"
    """They are computed, printed line by line, and part of what is to be paid."""


class AccessoriesLeft(StrEnum):
    """What becomes of penalties and costs once the principal is paid."""

    NOTHING = "nothing"
    """They were never asked for, or were paid too."""
    WAIVED = "waived"
    DUE = "due"
    """They were asked for and stay owed; the claim of the context says how much."""


class Contact(BaseModel):
    """An earlier message or call about the invoice."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    on: date
    """Local date."""
    label: str
    """What people read: ``2e relance``."""


class DueInstalment(BaseModel):
    """The instalment that a message asks for."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    number: int = Field(ge=1)
    of: int = Field(ge=1)
    due_on: date
    amount: Money
    """What is still missing on it."""


def accessories_for(ask: AskAccessories, step: PolicyStep, customer: Customer) -> Accessories:
    """How the message of a step speaks of penalties and costs.

    Consumers, and customers of unknown kind, read nothing of them before the formal notice, whatever the
    policy says. Where they are asked for from the formal notice on, the firm reminder before it states the
    rule, so that the figures come as no surprise.

    Args:
        ask: the policy's choice.
        step: the step whose message is written.
        customer: whose kind decides.
    """
    if ask is AskAccessories.NEVER or step.before_due:
        return Accessories.NONE
    if step.formal_notice and ask is AskAccessories.FROM_FORMAL_NOTICE:
        return Accessories.ASKED
    if customer.legal_kind in _PROTECTED:
        return Accessories.NONE
    if ask is AskAccessories.MENTION or step.tone in {Tone.FIRM, Tone.FORMAL}:
        return Accessories.MENTION
    return Accessories.NONE


class MessageContext(BaseModel):
    """Everything that the template of one message to a customer may print."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    creditor: Creditor
    customer: Customer
    invoice: Invoice
    rules: LegalRules
    """Figures of law that a mention prints."""
    language: Language
    today: date
    """Local date of the message."""

    step: str
    label: str
    level: int
    tone: Tone

    balance: Money
    """What remains of the principal."""
    payments: tuple[Payment, ...] = ()
    credit_notes: tuple[CreditNote, ...] = ()
    accessories: Accessories = Accessories.NONE
    accessories_left: AccessoriesLeft = AccessoriesLeft.NOTHING
    """For the thanks after payment."""
    accessories_due: Money | None = None
    """What of the penalties and costs that were asked for is not paid; none: all that the claim computes."""
    claim: Claim | None = None
    deadline: date | None = None
    """Last day to pay, set by a formal notice."""
    registered_letter: bool = False
    """Whether the same notice is also sent by registered letter."""
    copy_attached: bool = False
    """Whether the invoice copy travels with the message."""

    pay_url: str | None = None
    """Our own pay page, or the provider's payment link."""
    card_offered: bool = False
    """Whether the card link is printed; above the creditor's card limit it is not."""

    instalment: DueInstalment | None = None
    plan: tuple[Instalment, ...] = ()
    """The whole schedule that was agreed on; for messages about the plan."""
    instalment_grace_days: int = 3
    promise: Promise | None = None
    """For the confirmation of a promise."""
    earlier_contacts: tuple[Contact, ...] = ()
    """Oldest first."""

    @field_validator("pay_url")
    @classmethod
    def _web_address(cls, url: str | None) -> str | None:
        if url is not None and not url.startswith(("https://", "http://")):
            msg = f"the payment link {url!r} is no web address"
            raise ValueError(msg)
        return url

    @model_validator(mode="after")
    def _complete(self) -> Self:
        needs_claim = self.accessories is Accessories.ASKED or self.accessories_left is AccessoriesLeft.DUE
        if needs_claim and self.claim is None:
            msg = f"invoice {self.invoice.number}: penalties are asked for, but no claim was computed"
            raise ValueError(msg)
        if self.card_offered and self.pay_url is None:
            msg = f"invoice {self.invoice.number}: payment by card is offered, but there is no payment link"
            raise ValueError(msg)
        return self

    @property
    def days_past_due(self) -> int:
        """Days since the due date; negative before it."""
        return self.invoice.days_past_due(self.today)

    @property
    def kind(self) -> CustomerKind:
        """The kind whose rules apply."""
        return self.customer.legal_kind

    @property
    def protected(self) -> bool:
        """Whether the wording for consumers applies: a consumer, or no evidence of the contrary."""
        return self.kind in _PROTECTED

    @property
    def fixed_costs(self) -> Money:
        """The fixed recovery costs of one late invoice (C. com. D441-5), set in euros."""
        return Money.of(self.rules.fixed_recovery_costs.value, "EUR")

    @property
    def amount_due(self) -> Money:
        """What the message asks to pay: an instalment, a promised sum, the claim once asked, the balance."""
        if self.instalment is not None:
            return self.instalment.amount
        if self.promise is not None:
            return self.promise.amount
        if self.accessories is Accessories.ASKED and self.claim is not None:
            return self.claim.total
        return self.balance


class OpenItem(BaseModel):
    """Another open invoice or credit of the same customer."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    number: str
    due_on: date | None = None
    """None for a credit."""
    amount: Money
    """What remains due; negative for a credit or deposit."""


class SheetContext(BaseModel):
    """Everything that the sheet of one call may print, for the person who calls."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    creditor: Creditor
    customer: Customer
    invoice: Invoice
    language: Language
    """Of the person who calls."""
    today: date
    task_id: int | None = None
    """What `call-done` takes."""
    reason: str = ""
    """Why this call is to be made: ``Appel téléphonique``, a broken promise, an address that bounced."""
    balance: Money
    payments: tuple[Payment, ...] = ()
    credit_notes: tuple[CreditNote, ...] = ()
    history: tuple[Contact, ...] = ()
    """Contacts in both directions, oldest first."""
    promises: tuple[Promise, ...] = ()
    objections: tuple[Contact, ...] = ()
    """What the customer objected last, in the words of the note; oldest first."""
    other_items: tuple[OpenItem, ...] = ()
    """The customer's other open invoices and credits, in any currency."""
    instalments_from: Money
    """From this balance on, instalments are suggested; below it, payment at once."""

    @field_validator("promises")
    @classmethod
    def _oldest_first(cls, promises: tuple[Promise, ...]) -> tuple[Promise, ...]:
        return tuple(sorted(promises, key=lambda promise: promise.agreed_on))

    @property
    def days_past_due(self) -> int:
        """Days since the due date; negative before it."""
        return self.invoice.days_past_due(self.today)

    @property
    def account_balance(self) -> Money:
        """What the customer owes in all in the invoice's currency, credits taken off."""
        total = self.balance
        for item in self.other_items:
            if item.amount.currency == total.currency:
                total += item.amount
        return total

    @property
    def suggest_instalments(self) -> bool:
        """Whether the balance is large for this creditor; another currency counts as large."""
        if self.instalments_from.currency != self.balance.currency:
            return True
        return self.balance >= self.instalments_from
