"""What is left to pay on open invoices while the lines of a statement are matched one after the other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import combinations

from dunning.money import Money
from intake.candidates import Item

_LARGEST_SUBSET = 4
_SUBSET_OF = 12
"""Beyond so many open invoices almost any amount is the sum of some of them."""


class Balances:
    """Balances that shrink as lines are found to pay them."""

    def __init__(self, items: Iterable[Item]) -> None:
        """Begin with what is open."""
        self._left = {item.invoice_id: item.balance for item in items}

    def pay(self, invoice_id: str, amount: Money) -> None:
        """Lower a balance for the lines that follow."""
        self._left[invoice_id] -= amount

    def unpaid(self, items: Iterable[Item]) -> list[Item]:
        """Those that no earlier line pays, the oldest first."""
        return sorted((item for item in items if self._left[item.invoice_id].is_positive), key=age)

    def equal_to(self, amount: Money, items: Iterable[Item]) -> list[Item]:
        """Those on which exactly this is left."""
        return [item for item in items if self._left[item.invoice_id] == amount]

    def total(self, items: Sequence[Item]) -> Money:
        """What is left on one or more invoices of one currency."""
        total = self._left[items[0].invoice_id]
        for item in items[1:]:
            total += self._left[item.invoice_id]
        return total

    def only_subset(self, amount: Money, items: Sequence[Item]) -> Sequence[Item] | None:
        """The one combination of balances that gives the amount, if there is just one."""
        if len(items) > _SUBSET_OF:
            return None
        found = [
            subset
            for size in range(2, min(_LARGEST_SUBSET, len(items)) + 1)
            for subset in combinations(items, size)
            if self.total(subset) == amount
        ]
        return found[0] if len(found) == 1 else None

    def shares(self, amount: Money, items: Iterable[Item]) -> tuple[list[tuple[str, Money]], Money]:
        """How an amount pays invoices, the oldest first, and what of it is left over."""
        rest = amount
        shares = []
        for item in sorted(items, key=age):
            part = min(rest, self._left[item.invoice_id])
            if part.is_positive:
                shares.append((item.invoice_id, part))
                rest -= part
        return shares, rest


def age(item: Item) -> tuple[date, str]:
    """Sorts the oldest debt first."""
    return item.due_date, item.invoice_id
