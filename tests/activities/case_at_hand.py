"""One case in real books, with the registers of the example, for tests of single activities."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from activities.dependencies import Dependencies
from dunning.clock import DemoClock
from dunning.invoice import Invoice
from dunning.money import Money
from dunning.party import Customer, CustomerKind
from ledger import cases
from ledger.books import Books
from ledger.cases import Case
from ledger.keys import CaseKey
from runtime.composition import load_registers
from runtime.settings import Settings
from runtime.unconfigured_mail import UnconfiguredMail
from workflows.assignments import StepRequest

KEY = CaseKey("atelier-lumen", "F-1")
OPENED = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


@dataclass(frozen=True)
class CaseAtHand:
    """What an activity works with, and the case that it works on: due on Friday, 13 March 2026."""

    dependencies: Dependencies

    def request(
        self,
        step: str,
        level: int,
        act: str,
        *,
        planned_at: datetime,
        now: datetime,
        speed: float | None = None,
    ) -> StepRequest:
        """The request to carry out a step; with a speed, under a demonstration's clock."""
        clock = DemoClock(business_start=OPENED, real_start=OPENED, speed=speed) if speed else None
        return StepRequest(
            creditor_id=KEY.creditor_id,
            invoice_id=KEY.invoice_id,
            cycle=1,
            step=step,
            level=level,
            act=act,
            planned_at=planned_at,
            now=now,
            clock=clock,
        )

    def case(self) -> Case:
        """As the books have it."""
        with self.dependencies.books.read() as conn:
            case = cases.load(conn, KEY)
        assert case is not None
        return case


@contextmanager
def case_at_hand(folder: Path) -> Iterator[CaseAtHand]:
    """A business that owes 1,200 euros."""
    registers = load_registers(Settings(_env_file=None))
    books = Books.open(f"sqlite:///{folder / 'ledger.sqlite'}")
    invoice = Invoice(
        creditor_id=KEY.creditor_id,
        invoice_id=KEY.invoice_id,
        number="F-1",
        customer_id="C-1",
        amount=Money.of("1200.00", "EUR"),
        issue_date=date(2026, 2, 11),
        due_date=date(2026, 3, 13),
    )
    customer = Customer(
        customer_id="C-1", name="Garage Dupont", kind=CustomerKind.BUSINESS, email="compta@dupont.example"
    )
    with books.write() as conn:
        cases.register(conn, invoice, customer, OPENED)
    try:
        yield CaseAtHand(
            Dependencies(
                books=books,
                policies=registers.policies,
                creditors=registers.creditors,
                law=registers.law,
                templates=registers.templates,
                mail=UnconfiguredMail(),
            )
        )
    finally:
        books.close()
