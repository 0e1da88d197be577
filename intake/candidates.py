"""Open invoices found quickly by the numbers, payers and amounts that a bank line shows."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Hashable, Sequence
from datetime import date
from decimal import Decimal
from typing import Protocol

from dunning.money import Money
from intake.numbers import keys, keys_in, names_number
from intake.numbers_near import alikes, announced_in, shape, shapes_in
from intake.payers import telling_words
from intake.references import body_of, references_in
from intake.values import plain

_SIREN = re.compile(r"(?<!\d)(\d{9})(?:\d{5})?(?!\d)")
_LONE_WORD = 4
"""Letters that a name of a single telling word needs to be looked for."""


class Item(Protocol):
    """What is needed of an open invoice, whoever keeps it: `OpenItem` here, or the ledger's own."""

    @property
    def invoice_id(self) -> str: ...  # noqa: D102
    @property
    def number(self) -> str: ...  # noqa: D102
    @property
    def customer_id(self) -> str: ...  # noqa: D102
    @property
    def customer_name(self) -> str: ...  # noqa: D102
    @property
    def siren(self) -> str | None: ...  # noqa: D102
    @property
    def balance(self) -> Money: ...  # noqa: D102
    @property
    def due_date(self) -> date: ...  # noqa: D102


class Candidates:
    """Indexes of open invoices, so that a line is compared with a few of them only."""

    def __init__(self, items: Sequence[Item]) -> None:
        """Index the items once; thousands of lines may follow."""
        self._by_key: dict[Hashable, list[Item]] = defaultdict(list)
        self._by_amount: dict[tuple[Decimal, str], list[Item]] = defaultdict(list)
        self._by_siren: dict[str, list[Item]] = defaultdict(list)
        self._by_words: dict[frozenset[str], list[Item]] = defaultdict(list)
        self._names_with: dict[str, set[frozenset[str]]] = defaultdict(set)
        self._by_body: dict[str, list[Item]] = defaultdict(list)
        self._shapes = {shape(item.number) for item in items}
        for item in items:
            for key in keys(item.number):
                self._by_key[key].append(item)
            self._by_body[body_of(item.number)].append(item)
            self._by_amount[item.balance.amount, item.balance.currency].append(item)
            if item.siren:
                self._by_siren[item.siren].append(item)
            self._index_name(item)

    def _index_name(self, item: Item) -> None:
        words = telling_words(item.customer_name)
        if not words or (len(words) == 1 and len(next(iter(words))) < _LONE_WORD):
            return
        self._by_words[words].append(item)
        for word in words:
            self._names_with[word].add(words)

    def named(self, text: str) -> list[Item]:
        """The invoices whose numbers a text names."""
        near = {item.invoice_id: item for key in keys_in(text) for item in self._by_key.get(key, ())}
        return [item for item in near.values() if names_number(text, item.number)]

    def referenced(self, text: str, *, valid: bool = True) -> list[Item]:
        """The invoices whose structured references stand in a text, with check digits that fit or do not."""
        bodies = {reference.body for reference in references_in(text) if reference.is_valid is valid}
        found = {item.invoice_id: item for body in bodies for item in self._by_body.get(body, ())}
        return list(found.values())

    def unknown_numbers(self, text: str) -> list[str]:
        """What a text gives as an invoice number or reference, but is of none that is open."""
        numbers = dict.fromkeys((*shapes_in(text, self._shapes), *announced_in(text)))
        unknown = [found for found in numbers if not self.named(found)]
        return unknown or [reference.body for reference in references_in(text)][-1:]

    def near(self, number: str) -> list[Item]:
        """The invoices whose numbers are one slip of the fingers away: one digit wrong, or two swapped."""
        return [item for body in alikes(body_of(number)) for item in self._by_body.get(body, ())]

    def of_siren(self, text: str) -> list[Item]:
        """The invoices of the customers whose SIREN or SIRET a text shows."""
        found = {
            item.invoice_id: item
            for digits in _SIREN.findall(text)
            for item in self._by_siren.get(digits, ())
        }
        return list(found.values())

    def of_payer(self, text: str) -> list[Item]:
        """The invoices of the customers whose SIREN, or every telling word of whose name, a text shows.

        Where one name holds another (*Martin* in *Boulangerie Martin*), the longer one is meant.
        """
        registered = self.of_siren(text)
        if registered:
            return registered
        words = frozenset(plain(text).split())
        names = {name for word in words for name in self._names_with.get(word, ()) if name <= words}
        meant = [name for name in names if not any(name < other for other in names)]
        return [item for name in meant for item in self._by_words[name]]

    def of_amount(self, amount: Money) -> list[Item]:
        """The invoices whose balance is this amount."""
        return self._by_amount.get((amount.amount, amount.currency), [])
