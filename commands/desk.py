"""What a command works with: settings, registers, and the creditor in whose name it acts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from activities.summaries import label_of
from commands.faults import CommandFaultError
from commands.words import word
from dunning.party import Creditor, Language
from dunning.policy import Policy
from dunning.registers import CreditorRegister, UnknownPolicyError
from dunning.story import Storyteller
from ledger import cases
from ledger.cases import Case
from ledger.keys import CaseKey
from runtime.clock import SystemClock
from runtime.composition import Registers, load_registers
from runtime.environment import load_settings
from runtime.settings import Settings


@dataclass(frozen=True)
class Desk:
    """One creditor's desk in one deployment."""

    settings: Settings
    registers: Registers
    creditor: Creditor

    @property
    def language(self) -> Language:
        """In which the person at the terminal reads."""
        return self.creditor.language

    @property
    def zone(self) -> ZoneInfo:
        """The creditor's."""
        return ZoneInfo(self.creditor.time_zone)

    def now(self) -> datetime:
        """The instant, in UTC."""
        return SystemClock().now()

    def today(self) -> date:
        """The creditor's local date."""
        return self.now().astimezone(self.zone).date()

    def word(self, key: str, **details: object) -> str:
        """What the command line says, in the person's language."""
        return word(key, self.language, **details)

    def policy_named(self, name: str) -> Policy:
        """A policy that a person asks for.

        Raises:
            CommandFaultError: there is none of this name.
        """
        try:
            return self.registers.policies.get(name)
        except UnknownPolicyError:
            known = ", ".join(sorted(self.registers.policies.policies))
            raise CommandFaultError(self.word("policy_unknown", name=name, known=known)) from None

    def policy_of(self, case: Case) -> Policy:
        """The policy that applies to a case."""
        return self.registers.policies.choose(case.invoice, case.customer, case.policy).policy

    def storyteller(self, case: Case) -> Storyteller:
        """Who words the journal of a case."""
        policy = self.policy_of(case)
        return self.storyteller_with(policy)

    def storyteller_with(self, policy: Policy | None) -> Storyteller:
        """Who words journals under a policy; without one steps are called by their names."""

        def label(step: str) -> str:
            return label_of(step, policy, self.language) if policy else step

        return Storyteller(self.language, self.creditor.time_zone, label)


def take_a_seat(creditor_id: str | None) -> Desk:
    """Read settings and registers, and choose the creditor.

    Args:
        creditor_id: as the person named it; none: the only one that is configured.

    Raises:
        ConfigurationError: settings or files cannot be used.
        UnknownCreditorError: no such creditor.
        CommandFaultError: several are configured, and none was named.
    """
    settings = load_settings()
    registers = load_registers(settings)
    return Desk(settings, registers, _chosen(registers.creditors, creditor_id))


def find_case(conn: sa.Connection, desk: Desk, text: str) -> CaseKey:
    """The case that a person means: by the invoice's id, else by the number that both parties know.

    Raises:
        CommandFaultError: there is none, or the number is that of several.
    """
    key = CaseKey(desk.creditor.creditor_id, text)
    if cases.load(conn, key) is not None:
        return key
    rows = cases.list_cases(conn, creditor_id=desk.creditor.creditor_id)
    same = [row.key for row in rows if row.number == text]
    if not same:
        raise CommandFaultError(desk.word("invoice_unknown", invoice=text))
    if len(same) > 1:
        ids = ", ".join(found.invoice_id for found in same)
        raise CommandFaultError(desk.word("invoice_several", invoice=text, ids=ids))
    return same[0]


def load_case(conn: sa.Connection, desk: Desk, text: str) -> Case:
    """The case that a person means.

    Raises:
        CommandFaultError: there is none, or the number is that of several.
    """
    key = find_case(conn, desk, text)
    case = cases.load(conn, key)
    if case is None:
        raise CommandFaultError(desk.word("invoice_unknown", invoice=text))
    return case


def _chosen(register: CreditorRegister, creditor_id: str | None) -> Creditor:
    if creditor_id is not None:
        return register.get(creditor_id)
    if len(register.creditors) > 1:
        known = ", ".join(sorted(register.creditors))
        first = next(iter(register.creditors.values()))
        raise CommandFaultError(word("creditor_which", first.language, known=known))
    return next(iter(register.creditors.values()))
