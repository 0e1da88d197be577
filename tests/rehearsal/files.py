"""Files of invoices for rehearsals, and what is made of them."""

from __future__ import annotations

from typing import Any

from dunning.registers import PolicyRegister
from intake.mapping import ColumnMapping
from intake.portfolio import Portfolio, PortfolioOptions, read_portfolio
from rehearsal.scenario import Scenario, scenario_of
from runtime.composition import Registers, load_registers
from runtime.settings import Settings

_HEADER = "Facture;Client;Date;Échéance;Montant;Payé;E-mail;Type;Soldée;Niveau relance;Dernière relance\n"
_MAPPING = ColumnMapping(
    columns={
        "number": "Facture",
        "customer_name": "Client",
        "issue_date": "Date",
        "due_date": "Échéance",
        "amount": "Montant",
        "paid": "Payé",
        "email": "E-mail",
        "customer_kind": "Type",
        "settled_date": "Soldée",
        "last_contact_level": "Niveau relance",
        "last_contact_date": "Dernière relance",
    },
    constants={"currency": "EUR"},
)


def registers() -> Registers:
    """Those of a fresh checkout."""
    return load_registers(Settings())


def approved(given: Registers) -> PolicyRegister:
    """The policies as a rehearsal applies them."""
    return given.policies.without_approvals()


def row(
    number: str,
    issued: str,
    due: str,
    settled: str = "",
    amount: str = "100,00",
    paid: str = "",
    email: str = "compta@blanc.example",
    last: tuple[str, str] = ("", ""),
    customer: str = "Garage Blanc",
) -> str:
    """One line of a file; dates as 31/12/2025."""
    cells = (number, customer, issued, due, amount, paid, email, "entreprise", settled, *last)
    return ";".join(cells) + "\n"


def portfolio(*rows: str) -> Portfolio:
    """The file of these lines."""
    options = PortfolioOptions(creditor_id="atelier-lumen", mapping=_MAPPING)
    return read_portfolio((_HEADER + "".join(rows)).encode(), options, "invoices.csv")


def scenario(*rows: str, **options: Any) -> Scenario:
    """The course of events of these lines."""
    read = portfolio(*rows)
    assert not read.rejected, read.rejected
    creditor = registers().creditors.get("atelier-lumen")
    return scenario_of(read, creditor, **options)
