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
from intake.values import plain

_COMMON = (
    "sa sas sasu sarl eurl snc sci scp scop selarl gie gaec ste societe ets etablissements cie compagnie"
    " groupe association asso m mr mme mlle monsieur madame et de du des la le les l d en au aux ltd gmbh"
    " inc llc plc sprl srl france vir virement sepa recu inst instantane cheque chq remise payment"
)
_FORMS = frozenset(_COMMON.split())
"""Words that tell no customer from another."""
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
        for item in items:
            for key in keys(item.number):
                self._by_key[key].append(item)
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

    def of_payer(self, text: str) -> list[Item]:
        """The invoices of the customers whose SIREN, or every telling word of whose name, a text shows.

        Where one name holds another (*Martin* in *Boulangerie Martin*), the longer one is meant.
        """
        found = {
            item.invoice_id: item
            for digits in _SIREN.findall(text)
            for item in self._by_siren.get(digits, ())
        }
        if found:
            return list(found.values())
        words = frozenset(plain(text).split())
        names = {name for word in words for name in self._names_with.get(word, ()) if name <= words}
        meant = [name for name in names if not any(name < other for other in names)]
        return [item for name in meant for item in self._by_words[name]]

    def of_amount(self, amount: Money) -> list[Item]:
        """The invoices whose balance is this amount."""
        return self._by_amount.get((amount.amount, amount.currency), [])


def telling_words(name: str) -> frozenset[str]:
    """The words of a name that tell it from others: no legal forms, titles or small words."""
    return frozenset(word for word in plain(name).split() if word not in _FORMS and len(word) > 1)
