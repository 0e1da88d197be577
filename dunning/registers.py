"""The registers that a deployment configures: its creditors, its policies, the law it applies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from dunning.invoice import Invoice
from dunning.legal_rules import LegalRules
from dunning.party import Creditor, Customer
from dunning.policy import Policy
from dunning.rates import RateTable
from dunning.segments import SegmentTable


class UnknownPolicyError(LookupError):
    """No policy of this name is configured."""

    def __init__(self, name: str, known: list[str]) -> None:
        """Name what was asked for and what there is."""
        self.name = name
        super().__init__(f"policy {name!r} is not configured; there are: {', '.join(known)}")


class UnknownCreditorError(LookupError):
    """No creditor of this id is configured."""

    def __init__(self, creditor_id: str, known: list[str]) -> None:
        """Name what was asked for and what there is."""
        self.creditor_id = creditor_id
        super().__init__(f"creditor {creditor_id!r} is not configured; there are: {', '.join(known)}")


@dataclass(frozen=True)
class PolicyChoice:
    """A policy, and why it was chosen."""

    policy: Policy
    reason: str
    """``asked`` (named for this invoice), ``segment:`` and the name of the row, or ``default``."""


@dataclass(frozen=True)
class PolicyRegister:
    """Policies by name, and the one that applies where nothing else says so."""

    policies: Mapping[str, Policy]
    default: str
    segments: SegmentTable | None = None
    """Chooses before the default does; its rows name policies of this register."""

    def get(self, name: str) -> Policy:
        """The policy of this name.

        Raises:
            UnknownPolicyError: there is none.
        """
        try:
            return self.policies[name]
        except KeyError:
            raise UnknownPolicyError(name, sorted(self.policies)) from None

    def choose(self, invoice: Invoice, customer: Customer, asked: str | None) -> PolicyChoice:
        """The policy for an invoice: the one named for it, else that of its segment, else the default.

        Raises:
            UnknownPolicyError: the named one does not exist.
        """
        if asked:
            return PolicyChoice(self.get(asked), "asked")
        row = self.segments.row_for(invoice, customer) if self.segments else None
        if row is not None:
            return PolicyChoice(self.get(row.policy), f"segment:{row.segment}")
        return PolicyChoice(self.get(self.default), "default")

    def without_approvals(self) -> PolicyRegister:
        """The same policies with every approval given, for rehearsals."""
        approved = {name: policy.without_approvals() for name, policy in self.policies.items()}
        return replace(self, policies=approved)


@dataclass(frozen=True)
class CreditorRegister:
    """Creditors by id."""

    creditors: Mapping[str, Creditor]

    def get(self, creditor_id: str) -> Creditor:
        """The creditor of this id.

        Raises:
            UnknownCreditorError: there is none.
        """
        try:
            return self.creditors[creditor_id]
        except KeyError:
            raise UnknownCreditorError(creditor_id, sorted(self.creditors)) from None


@dataclass(frozen=True)
class LawRegister:
    """Rates by semester and the other figures of the law."""

    rates: RateTable
    rules: LegalRules
