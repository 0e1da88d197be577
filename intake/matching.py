"""Which open invoices a payment is for: what is sure, what a person must decide, and why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import combinations

from pydantic import BaseModel, ConfigDict

from dunning.money import Money
from dunning.party import Language, OpaqueId
from intake.bank import BankLine
from intake.candidates import Candidates, Item
from intake.phrases import Phrase
from intake.wording import say

_LARGEST_SUBSET = 4
_SUBSET_OF = 12
"""Beyond so many open invoices almost any amount is the sum of some of them."""


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

    By the numbers it names first, then by payer (name or SIREN) and amount, then by amount alone. Sure are
    only: named invoices whose balances add up to the amount; a part of a named invoice that comes from its
    customer; and without a number, a known payer whose amount is one balance or everything owed. Among
    equal balances of one customer the oldest is paid first (C. civ. art. 1342-10). A sure proposal lowers
    the balance for the lines after it.

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
        self._remaining = {item.invoice_id: item.balance for item in items}
        self._language = language

    def propose(self, line: BankLine) -> Proposal:
        """The proposal for one line; booked at once in the running balances where it is sure."""
        words = " ".join(filter(None, (line.text, line.reference, line.counterparty)))
        named = self._candidates.named(words)
        proposal = self._by_number(line, words, named) if named else self._by_payer(line, words)
        if proposal.sure:
            for allocation in proposal.allocations:
                self._remaining[allocation.invoice_id] -= allocation.amount
        return proposal

    def _by_number(self, line: BankLine, words: str, named: Sequence[Item]) -> Proposal:
        fitting = [item for item in named if item.balance.currency == line.amount.currency]
        if not fitting:
            return self._unsure(line, Phrase.MATCH_OTHER_CURRENCY, named)
        unpaid = self._unpaid(fitting)
        if not unpaid:
            return self._unsure(line, Phrase.MATCH_TWICE, fitting)
        if len({item.customer_id for item in unpaid}) > 1:
            return self._among_customers(line, words, unpaid)
        return self._of_one_customer(line, words, unpaid)

    def _of_one_customer(self, line: BankLine, words: str, unpaid: Sequence[Item]) -> Proposal:
        owed = self._sum(unpaid)
        if owed == line.amount:
            phrase = Phrase.MATCH_EXACT if len(unpaid) == 1 else Phrase.MATCH_SUM
            return self._sure(line, phrase, unpaid)
        instalment = self._instalment(line, unpaid)
        if instalment is not None:
            return self._sure(line, Phrase.MATCH_EXACT, [instalment])
        if line.amount > owed:
            return self._unsure(line, Phrase.MATCH_OVER, unpaid, allocate=True)
        known_payer = {item.customer_id for item in self._candidates.of_payer(words)}
        if len({item.number for item in unpaid}) == 1 and unpaid[0].customer_id in known_payer:
            return self._sure(line, Phrase.MATCH_PART, unpaid)
        return self._unsure(line, Phrase.MATCH_PART, unpaid, allocate=True)

    def _instalment(self, line: BankLine, unpaid: Sequence[Item]) -> Item | None:
        """The oldest due date of one number whose balance is the amount."""
        if len({item.number for item in unpaid}) > 1:
            return None
        equal = [item for item in unpaid if self._remaining[item.invoice_id] == line.amount]
        return min(equal, key=_age, default=None)

    def _among_customers(self, line: BankLine, words: str, named: Sequence[Item]) -> Proposal:
        """One number may be used for two customers: the payer tells which."""
        payers = {item.customer_id for item in self._candidates.of_payer(words)}
        own = [item for item in named if item.customer_id in payers]
        if len({item.customer_id for item in own}) == 1 and self._sum(own) == line.amount:
            phrase = Phrase.MATCH_EXACT if len(own) == 1 else Phrase.MATCH_SUM
            return self._sure(line, phrase, own)
        exact = self._sum(named) == line.amount
        return self._unsure(line, Phrase.MATCH_OTHER_PAYER, named, allocate=exact)

    def _by_payer(self, line: BankLine, words: str) -> Proposal:
        items = self._unpaid(
            item for item in self._candidates.of_payer(words) if item.balance.currency == line.amount.currency
        )
        if not items:
            return self._by_amount(line)
        if len({item.customer_id for item in items}) > 1:
            return self._unsure(line, Phrase.MATCH_SEVERAL, items)
        return self._of_known_payer(line, items)

    def _of_known_payer(self, line: BankLine, items: Sequence[Item]) -> Proposal:
        equal = [item for item in items if self._remaining[item.invoice_id] == line.amount]
        if len(equal) == 1:
            return self._sure(line, Phrase.MATCH_AMOUNT_AND_NAME, equal)
        if equal:
            return self._sure(line, Phrase.MATCH_OLDEST, equal[:1])
        if self._sum(items) == line.amount:
            return self._sure(line, Phrase.MATCH_ACCOUNT, items)
        subset = self._only_subset(line, items)
        if subset:
            return self._unsure(line, Phrase.MATCH_SUBSET, subset, allocate=True)
        return self._unsure(line, Phrase.MATCH_NAME_ONLY, items, allocate=True)

    def _only_subset(self, line: BankLine, items: Sequence[Item]) -> Sequence[Item] | None:
        """The one combination of balances that gives the amount, if there is just one."""
        if len(items) > _SUBSET_OF:
            return None
        found = [
            subset
            for size in range(2, min(_LARGEST_SUBSET, len(items)) + 1)
            for subset in combinations(items, size)
            if self._sum(subset) == line.amount
        ]
        return found[0] if len(found) == 1 else None

    def _by_amount(self, line: BankLine) -> Proposal:
        equal = [
            item
            for item in self._candidates.of_amount(line.amount)
            if self._remaining[item.invoice_id] == line.amount
        ]
        if not equal:
            return self._unsure(line, Phrase.MATCH_NONE, ())
        if len(equal) > 1:
            return self._unsure(line, Phrase.MATCH_SEVERAL, equal)
        return self._unsure(line, Phrase.MATCH_AMOUNT_ONLY, equal, allocate=True)

    def _unpaid(self, items: Iterable[Item]) -> list[Item]:
        """Those that no earlier line pays, the oldest first."""
        return sorted((item for item in items if self._remaining[item.invoice_id].is_positive), key=_age)

    def _sum(self, items: Sequence[Item]) -> Money:
        total = self._remaining[items[0].invoice_id]
        for item in items[1:]:
            total += self._remaining[item.invoice_id]
        return total

    def _allocate(self, line: BankLine, items: Sequence[Item]) -> tuple[tuple[Allocation, ...], Money]:
        rest = line.amount
        allocations = []
        for item in sorted(items, key=_age):
            part = min(rest, self._remaining[item.invoice_id])
            if part.is_positive:
                allocations.append(Allocation(invoice_id=item.invoice_id, amount=part))
                rest -= part
        return tuple(allocations), rest

    def _sure(self, line: BankLine, phrase: Phrase, items: Sequence[Item]) -> Proposal:
        return self._proposal(line, phrase, items, sure=True, allocate=True)

    def _unsure(
        self, line: BankLine, phrase: Phrase, items: Sequence[Item], *, allocate: bool = False
    ) -> Proposal:
        return self._proposal(line, phrase, items, sure=False, allocate=allocate)

    def _proposal(
        self, line: BankLine, phrase: Phrase, items: Sequence[Item], *, sure: bool, allocate: bool
    ) -> Proposal:
        allocations, rest = self._allocate(line, items) if allocate else ((), line.amount)
        numbers = ", ".join(dict.fromkeys(item.number for item in items))
        same_currency = bool(items) and items[0].balance.currency == line.amount.currency
        balance = self._sum(items) if same_currency else ""
        return Proposal(
            line=line,
            sure=sure,
            phrase=phrase,
            reason=say(phrase, self._language, numbers=numbers, balance=balance),
            allocations=allocations,
            unallocated=rest,
            candidates=tuple(item.invoice_id for item in items),
        )


def _age(item: Item) -> tuple[date, str]:
    return item.due_date, item.invoice_id
