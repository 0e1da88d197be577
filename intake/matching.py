"""Which open invoices a payment is for: what is sure, what a person must decide, and why."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date

from pydantic import BaseModel, ConfigDict

from dunning.money import Money
from dunning.party import Language, OpaqueId
from intake.balances import Balances, age
from intake.bank import BankLine
from intake.candidates import Candidates, Item
from intake.numbers_near import codes_in
from intake.payers import bears_name, names_month
from intake.phrases import Phrase
from intake.wording import say

_BREAK = " ||| "
"""Between the fields of a line: wider than the gap that a number, or a word before it, may bridge."""


class OpenItem(BaseModel):
    """An open invoice, as far as matching is concerned."""

    model_config = ConfigDict(frozen=True)

    invoice_id: OpaqueId
    number: str
    customer_id: OpaqueId
    customer_name: str
    siren: str | None = None
    balance: Money
    due_date: date


class Allocation(BaseModel):
    """The part of a payment that goes to one invoice."""

    model_config = ConfigDict(frozen=True)

    invoice_id: OpaqueId
    amount: Money


class Proposal(BaseModel):
    """What to do with one bank line."""

    model_config = ConfigDict(frozen=True)

    line: BankLine
    sure: bool
    """Whether it may be booked without a person."""
    phrase: Phrase
    reason: str
    """Why, in words."""
    allocations: tuple[Allocation, ...] = ()
    unallocated: Money
    """What no invoice takes up."""
    candidates: tuple[str, ...] = ()
    """Invoices that a person may want to look at."""


def match(
    lines: Iterable[BankLine], open_items: Sequence[Item], language: Language = Language.FRENCH
) -> list[Proposal]:
    """Propose for each line which invoices it pays.

    By structured references first, then by the numbers it names, then by payer (name or SIREN) and amount,
    then by amount alone. Sure are only: invoices named without contradiction whose balances add up to the
    amount; a part of an invoice named by a valid structured reference, or by its own customer; and without
    a number, a customer's exact name or SIREN with an amount that is one balance or everything owed. Among
    equal balances of one customer the oldest is paid first, unless the text tells which (C. civ. art.
    1342-10). A sure proposal lowers the balance for the lines after it.

    Args:
        lines: money that came in, in the order of the file.
        open_items: what is open; never changed.
        language: of the reasons.
    """
    matcher = _Matcher(open_items, language)
    return [matcher.propose(line) for line in lines]


class _Matcher:
    def __init__(self, items: Sequence[Item], language: Language) -> None:
        self._candidates = Candidates(items)
        self._balances = Balances(items)
        self._language = language

    def propose(self, line: BankLine) -> Proposal:
        """The proposal for one line; booked at once in the running balances where it is sure."""
        words = _words(line)
        referenced = self._candidates.referenced(words)
        named = referenced or self._candidates.named(words)
        proposal = (
            self._by_number(line, words, named, checked=bool(referenced))
            if named
            else self._by_payer(line, words)
        )
        if proposal.sure:
            for allocation in proposal.allocations:
                self._balances.pay(allocation.invoice_id, allocation.amount)
        return proposal

    def _by_number(self, line: BankLine, words: str, named: Sequence[Item], *, checked: bool) -> Proposal:
        """For invoices named by numbers; `checked` where check digits vouch for them."""
        fitting = [item for item in named if item.balance.currency == line.amount.currency]
        if not fitting:
            return self._unsure(line, Phrase.MATCH_OTHER_CURRENCY, named)
        unpaid = self._balances.unpaid(fitting)
        if not unpaid:
            return self._unsure(line, Phrase.MATCH_TWICE, fitting)
        if len({item.customer_id for item in unpaid}) > 1:
            return self._among_customers(line, words, unpaid)
        return self._of_one_customer(line, words, unpaid, checked=checked)

    def _of_one_customer(
        self, line: BankLine, words: str, unpaid: Sequence[Item], *, checked: bool
    ) -> Proposal:
        paid = self._exactly_paid(line, unpaid)
        if paid:
            doubt = None if checked else self._doubt(line, words, paid)
            if doubt:
                return self._unsure(line, doubt, paid, allocate=True)
            return self._sure(line, Phrase.MATCH_EXACT if len(paid) == 1 else Phrase.MATCH_SUM, paid)
        payers = self._payers(line, words)
        own = self._same_currency(
            line, (item for item in payers if item.customer_id == unpaid[0].customer_id)
        )
        if line.amount > self._balances.total(unpaid):
            return self._more_than_named(line, unpaid, own)
        return self._less_than_named(line, unpaid, own, vouched=bool(own) or (checked and not payers))

    def _more_than_named(self, line: BankLine, unpaid: Sequence[Item], own: Sequence[Item]) -> Proposal:
        if own and self._balances.total(own) == line.amount:
            return self._sure(line, Phrase.MATCH_ACCOUNT, own)
        return self._unsure(line, Phrase.MATCH_OVER, unpaid, allocate=True)

    def _less_than_named(
        self, line: BankLine, unpaid: Sequence[Item], own: Sequence[Item], *, vouched: bool
    ) -> Proposal:
        """A part of what is named; `vouched` where its customer pays, or check digits name it."""
        other = self._other_paid(line, unpaid, own)
        if other:
            return self._unsure(line, Phrase.MATCH_PART_OR_OTHER, unpaid, allocate=True, also=other)
        if vouched and len({item.number for item in unpaid}) == 1:
            return self._sure(line, Phrase.MATCH_PART if own else Phrase.MATCH_REFERENCE, unpaid)
        return self._unsure(line, Phrase.MATCH_PART, unpaid, allocate=True)

    def _exactly_paid(self, line: BankLine, unpaid: Sequence[Item]) -> Sequence[Item]:
        """All of the named invoices, or the oldest due date of one number, that the amount pays exactly."""
        if self._balances.total(unpaid) == line.amount:
            return unpaid
        one_number = len({item.number for item in unpaid}) == 1
        return sorted(self._balances.equal_to(line.amount, unpaid), key=age)[:1] if one_number else ()

    def _doubt(self, line: BankLine, words: str, paid: Sequence[Item]) -> Phrase | None:
        """Why numbers and amount that fit may still be a slip of the payer's fingers."""
        payers = {item.customer_id for item in self._payers(line, words)}
        if payers:
            return None if paid[0].customer_id in payers else Phrase.MATCH_UNLIKE_PAYER
        for item in paid:
            near = self._candidates.near(item.number)
            if self._balances.equal_to(self._balances.total([item]), near):
                return Phrase.MATCH_NEAR_NUMBER
        return None

    def _other_paid(self, line: BankLine, named: Sequence[Item], own: Sequence[Item]) -> Sequence[Item]:
        """Other invoices of the customer that the amount pays exactly: the number may be a wrong one."""
        ids = {item.invoice_id for item in named}
        others = [item for item in own if item.invoice_id not in ids]
        equal = self._balances.equal_to(line.amount, others)
        return equal or self._balances.only_subset(line.amount, others) or ()

    def _among_customers(self, line: BankLine, words: str, named: Sequence[Item]) -> Proposal:
        """One number may be used for two customers: the payer tells which."""
        payers = {item.customer_id for item in self._payers(line, words)}
        own = [item for item in named if item.customer_id in payers]
        if len({item.customer_id for item in own}) == 1 and self._balances.total(own) == line.amount:
            phrase = Phrase.MATCH_EXACT if len(own) == 1 else Phrase.MATCH_SUM
            return self._sure(line, phrase, own)
        exact = self._balances.total(named) == line.amount
        return self._unsure(line, Phrase.MATCH_OTHER_PAYER, named, allocate=exact)

    def _by_payer(self, line: BankLine, words: str) -> Proposal:
        items = self._same_currency(line, self._payers(line, words))
        if not items:
            return self._by_amount(line, words)
        if len({item.customer_id for item in items}) > 1:
            return self._unsure(line, Phrase.MATCH_SEVERAL, items)
        phrase, paid = self._paid_by_customer(line, items)
        if phrase in {Phrase.MATCH_SUBSET, Phrase.MATCH_NAME_ONLY}:
            return self._unsure(line, phrase, paid, allocate=True)
        unknown = ", ".join(
            self._candidates.unknown_numbers(words)
            or line.creditor_references
            or codes_in(line.text, bare=line.counterparty is not None)
        )
        doubt = Phrase.MATCH_UNKNOWN_NUMBER if unknown else self._doubt_of_payer(line, words, items[0])
        if doubt is None and phrase is Phrase.MATCH_OLDEST and _tells_which(line.text):
            doubt = phrase
        if doubt:
            return self._unsure(line, doubt, paid, allocate=True, unknown=unknown)
        return self._sure(line, phrase, paid)

    def _doubt_of_payer(self, line: BankLine, words: str, item: Item) -> Phrase | None:
        if self._candidates.of_siren(words) or bears_name(item.customer_name, line.counterparty, line.text):
            return None
        return Phrase.MATCH_LOOSE_NAME

    def _paid_by_customer(self, line: BankLine, items: Sequence[Item]) -> tuple[Phrase, Sequence[Item]]:
        """What a customer pays who names no invoice."""
        equal = self._balances.equal_to(line.amount, items)
        if equal:
            phrase = Phrase.MATCH_AMOUNT_AND_NAME if len(equal) == 1 else Phrase.MATCH_OLDEST
            return phrase, equal[:1]
        if self._balances.total(items) == line.amount:
            return Phrase.MATCH_ACCOUNT, items
        subset = self._balances.only_subset(line.amount, items)
        return (Phrase.MATCH_SUBSET, subset) if subset else (Phrase.MATCH_NAME_ONLY, items)

    def _by_amount(self, line: BankLine, words: str) -> Proposal:
        miscopied = self._same_currency(line, self._candidates.referenced(words, valid=False))
        if miscopied:
            return self._unsure(line, Phrase.MATCH_WRONG_REFERENCE, miscopied, allocate=True)
        equal = self._balances.equal_to(line.amount, self._candidates.of_amount(line.amount))
        if not equal:
            return self._unsure(line, Phrase.MATCH_NONE, ())
        if len(equal) > 1:
            return self._unsure(line, Phrase.MATCH_SEVERAL, equal)
        return self._unsure(line, Phrase.MATCH_AMOUNT_ONLY, equal, allocate=True)

    def _payers(self, line: BankLine, words: str) -> list[Item]:
        """The invoices of who pays: by the payer's field where it tells, else by all that is written."""
        told = self._candidates.of_payer(line.counterparty) if line.counterparty else []
        return told or self._candidates.of_payer(words)

    def _same_currency(self, line: BankLine, items: Iterable[Item]) -> list[Item]:
        return self._balances.unpaid(item for item in items if item.balance.currency == line.amount.currency)

    def _sure(self, line: BankLine, phrase: Phrase, items: Sequence[Item]) -> Proposal:
        return self._proposal(line, phrase, items, allocate=True).model_copy(update={"sure": True})

    def _unsure(
        self,
        line: BankLine,
        phrase: Phrase,
        items: Sequence[Item],
        *,
        allocate: bool = False,
        also: Sequence[Item] = (),
        unknown: str = "",
    ) -> Proposal:
        proposal = self._proposal(line, phrase, items, allocate=allocate, unknown=unknown)
        more = tuple(item.invoice_id for item in also)
        return proposal.model_copy(update={"candidates": proposal.candidates + more})

    def _proposal(
        self, line: BankLine, phrase: Phrase, items: Sequence[Item], *, allocate: bool, unknown: str = ""
    ) -> Proposal:
        shares, rest = self._balances.shares(line.amount, items) if allocate else ([], line.amount)
        numbers = ", ".join(dict.fromkeys(item.number for item in items))
        same_currency = bool(items) and items[0].balance.currency == line.amount.currency
        balance = self._balances.total(items) if same_currency else ""
        return Proposal(
            line=line,
            sure=False,
            phrase=phrase,
            reason=say(phrase, self._language, numbers=numbers, balance=balance, unknown=unknown),
            allocations=tuple(Allocation(invoice_id=one, amount=part) for one, part in shares),
            unallocated=rest,
            candidates=tuple(item.invoice_id for item in items),
        )


def _words(line: BankLine) -> str:
    """All that a line says, with a break between its fields that no number crosses."""
    fields = (line.text, line.reference, *line.creditor_references, line.counterparty)
    return _BREAK.join(filter(None, fields))


def _tells_which(text: str) -> bool:
    """Whether a text may name a month or a document, so that not simply the oldest is meant."""
    return bool(re.search(r"\d", text)) or names_month(text)
