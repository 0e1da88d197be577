"""A thousand made bank lines whose invoices are known, to measure what matching books by itself."""
# ruff: noqa: PLR2004 - a share of made data is the figure itself

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from random import Random

from stdnum.iso7064 import mod_97_10

from dunning.money import Money
from intake.matching import OpenItem
from intake.references import body_of

_TODAY = date(2026, 6, 1)
_TRADES = (
    "Boulangerie Garage Menuiserie Pharmacie Transports Électricité Plomberie Couverture Imprimerie Hôtel"
    " Restaurant Cabinet Clinique Librairie Fleuriste Brasserie Maçonnerie Serrurerie Optique Agence"
)
_FAMILIES = (
    "Martin Bernard Dubois Thomas Robert Richard Petit Durand Leroy Moreau Simon Laurent Lefèvre Michel"
    " Garcia David Bertrand Roux Vincent Fournier Morel Girard André Mercier Dupont Lambert Bonnet François"
    " Martinez Legrand Garnier Faure Rousseau Blanc Guérin Müller Henry Roussel Nicolas Perrin Morin Mathieu"
    " Clément Gauthier Dumont Lopez Fontaine Chevalier Robin Masson Sanchez Noël Lemaire Duval Denis Rivière"
)
_FIRST_NAMES = "Claire Paul Sophie Jean Marie Luc Anne Pierre Julie Marc Élise Hugo Camille Louis Emma Léo"
_TOWNS = "Lyon Lille Nantes Rennes Dijon Nancy Tours Metz Brest Pau Nîmes Caen Vannes Laval Évreux Albi"
_FORMS = ("SARL", "SAS", "SA", "EURL", "", "", "Ets")
_PRICES = ("49.00", "99.00", "120.00", "360.00")
"""Subscriptions: many invoices of one amount, where a wrong digit finds a wrong invoice that fits."""
_STRANGERS = (
    "TRESOR PUBLIC",
    "AXA FRANCE IARD",
    "CPAM DU RHONE",
    "URSSAF",
    "EDF REMBOURSEMENT",
    "STRIPE PAYOUT",
)


class Case(StrEnum):
    """What makes a line easy or hard, with how many of a thousand lines are such."""

    NUMBER = "number"
    REFERENCE = "RF reference"
    MISCOPIED_REFERENCE = "RF miscopied"
    NAME_AND_AMOUNT = "name and amount"
    SEVERAL = "several named"
    ACCOUNT = "whole account"
    TYPING_ERROR = "typing error"
    PART = "part payment"
    OVER = "overpayment"
    HOMONYM = "homonym"
    THIRD_PARTY = "third party"
    CLOSED_INVOICE = "closed invoice"
    TWICE = "paid twice"
    NOISE = "noise"


SHARES = {
    Case.NUMBER: 270,
    Case.REFERENCE: 80,
    Case.MISCOPIED_REFERENCE: 20,
    Case.NAME_AND_AMOUNT: 130,
    Case.SEVERAL: 90,
    Case.ACCOUNT: 30,
    Case.TYPING_ERROR: 110,
    Case.PART: 70,
    Case.OVER: 40,
    Case.HOMONYM: 30,
    Case.THIRD_PARTY: 30,
    Case.CLOSED_INVOICE: 30,
    Case.TWICE: 20,
    Case.NOISE: 50,
}


@dataclass(frozen=True, slots=True)
class Payment:
    """A transfer as its payer made it, and what it is for."""

    case: Case
    amount: Decimal
    payer: str
    message: str
    truth: dict[str, Decimal]
    """What each open invoice gets; nothing for money that pays none."""
    day: date = _TODAY
    end_to_end: str = ""
    creditor_reference: str = ""


@dataclass(frozen=True, slots=True)
class Made:
    """Open invoices and the transfers that meet them, in the order of the statement."""

    items: list[OpenItem]
    payments: list[Payment]


def made(seed: int) -> Made:
    """Make a thousand transfers, always the same ones for one seed.

    Every transfer has a customer of its own with one to four open invoices; the invoices that nobody pays
    stay as temptations.
    """
    return _Maker(Random(seed)).make()  # noqa: S311 - a draw that anybody can repeat


class _Maker:
    def __init__(self, random: Random) -> None:
        self._random = random
        self._next = 100
        self._makers: dict[Case, Callable[[list[OpenItem]], Payment]] = {
            Case.NUMBER: self._number,
            Case.REFERENCE: self._reference,
            Case.MISCOPIED_REFERENCE: self._miscopied,
            Case.NAME_AND_AMOUNT: self._name,
            Case.SEVERAL: self._several,
            Case.ACCOUNT: self._account,
            Case.TYPING_ERROR: self._typing_error,
            Case.PART: self._part,
            Case.OVER: self._over,
            Case.HOMONYM: self._name,
            Case.THIRD_PARTY: self._third_party,
            Case.CLOSED_INVOICE: self._closed,
            Case.TWICE: self._number,
            Case.NOISE: self._noise,
        }

    def make(self) -> Made:
        cases = [case for case, count in SHARES.items() for _ in range(count)]
        customers = [self._customer(place, case) for place, case in enumerate(cases)]
        by_case = list(zip(cases, customers, strict=True))
        made_ones = (replace(self._makers[case](items), case=case) for case, items in by_case)
        payments = [self._identified(payment) for payment in made_ones]
        firsts = [payment for payment in payments if payment.case is Case.NUMBER][: SHARES[Case.TWICE]]
        others = [payment for payment in payments if payment.case is not Case.TWICE]
        self._random.shuffle(others)
        again = [replace(first, case=Case.TWICE, truth={}) for first in firsts]
        items = [item for _, mine in by_case for item in mine]
        self._random.shuffle(items)
        return Made(items, others + again)

    def _customer(self, place: int, case: Case) -> list[OpenItem]:
        name = self._name_of_customer()
        if case is Case.HOMONYM:
            name = f"Garage {_FAMILIES.split()[place % 12]}"
        least = 2 if case in {Case.SEVERAL, Case.ACCOUNT} else 1
        count = self._random.randint(least, 4)
        price = self._random.choice(_PRICES) if self._random.random() < 0.3 else None
        return [self._invoice(place, name, price) for _ in range(count)]

    def _invoice(self, place: int, name: str, price: str | None) -> OpenItem:
        self._next += self._random.choice((1, 1, 1, 2, 3))
        amount = price or f"{self._random.randint(2000, 900_000) / 100:.2f}"
        number = f"FA-2026-{self._next:05d}"
        return OpenItem(
            invoice_id=number,
            number=number,
            customer_id=f"C{place}",
            customer_name=name,
            balance=Money.of(amount, "EUR"),
            due_date=date(2026, 1, 1) + timedelta(days=self._next % 140),
        )

    def _name_of_customer(self) -> str:
        pick = self._random.choice
        family = pick(_FAMILIES.split())
        kind = self._random.random()
        if kind < 0.07:
            return f"{family} {pick(_FORMS)}".strip()
        if kind < 0.25:
            return f"{pick(_FIRST_NAMES.split())} {family}"
        town = pick(_TOWNS.split()) if kind > 0.5 else ""
        return " ".join(f"{pick(_FORMS)} {pick(_TRADES.split())} {family} {town}".split())

    def _identified(self, payment: Payment) -> Payment:
        """Some payers' programs give each transfer a number of its own."""
        given = f"{self._random.randrange(10**11):011d}" if self._random.random() < 0.2 else ""
        return replace(payment, end_to_end=given)

    def _typed(self, number: str) -> str:
        _, year, count = number.split("-")
        forms = (
            number,
            f"FA{year}{count}",
            f"fa {year} {count}",
            f"FA-{year}-{int(count)}",
            f"Fact. {number}",
        )
        return self._random.choice(forms)

    def _payment(self, items: list[OpenItem], message: str, payer: str | None = None) -> Payment:
        """These invoices paid in full by their customer."""
        truth = {item.invoice_id: item.balance.amount for item in items}
        name = payer if payer is not None else items[0].customer_name
        return Payment(Case.NUMBER, sum(truth.values(), Decimal(0)), name.upper(), message, truth)

    def _any(self, items: list[OpenItem]) -> list[OpenItem]:
        return [self._random.choice(items)]

    def _number(self, items: list[OpenItem]) -> Payment:
        chosen = self._any(items)
        word = self._random.choice(("", "FACTURE ", "REGLEMENT ", "votre facture n° "))
        return self._payment(chosen, f"{word}{self._typed(chosen[0].number)}")

    def _reference(self, items: list[OpenItem]) -> Payment:
        chosen = self._any(items)
        body = body_of(chosen[0].number)
        reference = f"RF{mod_97_10.calc_check_digits(body + 'RF')}{body}"
        paid = self._payment(chosen, "")
        if self._random.random() < 0.5:
            return replace(paid, creditor_reference=reference)
        grouped = " ".join(reference[at : at + 4] for at in range(0, len(reference), 4))
        return replace(paid, message=f"REF {grouped} MERCI")

    def _miscopied(self, items: list[OpenItem]) -> Payment:
        paid = self._reference(items)
        wrong = self._slip(paid.creditor_reference or paid.message.replace(" ", "")[3:-5], first=4)
        return replace(paid, creditor_reference=wrong, message="")

    def _name(self, items: list[OpenItem]) -> Payment:
        """No number; among equal balances the oldest is meant (C. civ. art. 1342-10)."""
        amount = self._random.choice(items).balance
        oldest = min(
            (item for item in items if item.balance == amount), key=lambda one: (one.due_date, one.invoice_id)
        )
        return self._payment([oldest], self._random.choice(("", "MERCI", "REGLEMENT FACTURE", "SOLDE")))

    def _several(self, items: list[OpenItem]) -> Payment:
        chosen = self._random.sample(items, self._random.randint(2, len(items)))
        joint = self._random.choice((" ", ", ", " ET ", "+"))
        return self._payment(chosen, joint.join(self._typed(item.number) for item in chosen))

    def _account(self, items: list[OpenItem]) -> Payment:
        return self._payment(items, self._random.choice(("", "SOLDE DE TOUT COMPTE", "VOS FACTURES")))

    def _slip(self, words: str, first: int = 0) -> str:
        """One digit wrong, left out or doubled, or two neighbours swapped."""
        digits = [at for at, character in enumerate(words) if character.isdigit() and at >= first]
        at = self._random.choice(digits[-4:])
        kind = self._random.randrange(4)
        if kind == 0:
            return f"{words[:at]}{words[at + 1 :]}"
        if kind == 1:
            return f"{words[:at]}{words[at]}{words[at:]}"
        if kind == 2 and words[at - 1] != words[at]:
            return f"{words[: at - 1]}{words[at]}{words[at - 1]}{words[at + 1 :]}"
        other = (int(words[at]) + self._random.randint(1, 9)) % 10
        return f"{words[:at]}{other}{words[at + 1 :]}"

    def _typing_error(self, items: list[OpenItem]) -> Payment:
        """One number in a transfer is typed wrongly; a quarter of the payers cannot be recognised either."""
        chosen = items[: self._random.choice((1, 1, 1, 2))]
        typed = [self._slip(chosen[0].number), *(self._typed(item.number) for item in chosen[1:])]
        hidden = self._random.random() < 0.25
        return self._payment(chosen, " ".join(typed), "SERVICE COMPTABLE" if hidden else None)

    def _part(self, items: list[OpenItem]) -> Payment:
        paid = self._number(items)
        share = Decimal(self._random.choice(("0.3", "0.5", "0.9")))
        amount = (paid.amount * share).quantize(Decimal("0.01"))
        return replace(paid, amount=amount, truth=dict.fromkeys(paid.truth, amount))

    def _over(self, items: list[OpenItem]) -> Payment:
        paid = self._number(items)
        return replace(paid, amount=paid.amount + Decimal(self._random.randint(1, 9000)) / 100)

    def _third_party(self, items: list[OpenItem]) -> Payment:
        chosen = self._any(items)
        return self._payment(chosen, self._typed(chosen[0].number), "FINANCIERE DES LILAS")

    def _closed(self, items: list[OpenItem]) -> Payment:
        """An invoice of long ago is named; the open one of the same price is not meant."""
        count = self._random.randint(100, 99999)
        forms = (
            f"FA-2025-{count:05d}",
            f"FA2025{count:05d}",
            f"FACTURE F25/{count % 1000}",
            f"FACT N° {count}",
        )
        paid = self._payment(self._any(items), self._random.choice(forms))
        return replace(paid, truth={})

    def _noise(self, items: list[OpenItem]) -> Payment:
        """Money that pays no invoice: strangers, some with a customer's name within theirs and its amount."""
        chosen = self._any(items)
        kind = self._random.random()
        if kind < 0.5:
            paid = self._payment(chosen, "REMBOURSEMENT", self._random.choice(_STRANGERS))
            amount = paid.amount if kind < 0.25 else Decimal(self._random.randint(1000, 99999)) / 100
            return replace(paid, amount=amount, truth={})
        stranger = f"{chosen[0].customer_name} {self._random.choice(('VOYAGES', 'ET ASSOCIES', 'INVEST'))}"
        return replace(self._payment(chosen, "LOYER", stranger), truth={})
