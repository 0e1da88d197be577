from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import pytest

from bench.matching_truth import SHARES, Case, Made, Payment, made
from bench.statement_files import as_camt, as_cfonb, as_csv
from intake.matching import Proposal, match
from intake.statements import read_bank_file

_PRECISION = 0.995
_RECALL = 0.7
"""Well below what is measured: fewer would be given to a person for no reason."""


@dataclass
class Score:
    """What was booked without a person, and how much of it was right."""

    lines: Counter[Case] = field(default_factory=Counter)
    sure: Counter[Case] = field(default_factory=Counter)
    wrong: list[tuple[Payment, Proposal]] = field(default_factory=list)
    payable: int = 0
    proposed: int = 0
    """Given to a person with the right invoices already proposed."""

    @property
    def precision(self) -> float:
        """Share of the sure ones that are right."""
        return 1 - len(self.wrong) / self.sure.total()

    @property
    def recall(self) -> float:
        """Share of the payable lines that are booked rightly without a person."""
        return (self.sure.total() - len(self.wrong)) / self.payable


def score(data: Made, write: Callable[[Sequence[Payment]], bytes]) -> Score:
    """Write the transfers as a bank's file, read it, match it and compare with the truth."""
    lines = read_bank_file(write(data.payments)).lines
    told = Score()
    for payment, proposal in zip(data.payments, match(lines, data.items), strict=True):
        shares = {part.invoice_id: part.amount.amount for part in proposal.allocations}
        is_right = shares == payment.truth
        told.lines[payment.case] += 1
        told.payable += bool(payment.truth)
        if proposal.sure:
            told.sure[payment.case] += 1
            if not is_right or proposal.unallocated.is_positive:
                told.wrong.append((payment, proposal))
        elif payment.truth and is_right:
            told.proposed += 1
    return told


@pytest.mark.parametrize("write", [as_camt, as_cfonb, as_csv])
def test_what_is_sure_is_right(
    write: Callable[[Sequence[Payment]], bytes], capsys: pytest.CaptureFixture[str]
) -> None:
    """Of a thousand lines with known truth, what is booked without a person is right, in every format."""
    told = score(made(2026), write)

    with capsys.disabled():
        print(  # noqa: T201 - the figures are what this test is for
            f"\n{write.__name__}: {told.lines.total()} lines, {told.sure.total()} sure,"
            f" {len(told.wrong)} wrong: precision {told.precision:.4f}, recall {told.recall:.3f};"
            f" {told.proposed} more proposed rightly to a person"
        )
        for case in Case:
            print(f"    {case:20} {told.lines[case]:4} lines {told.sure[case]:4} sure")  # noqa: T201
    assert told.lines == SHARES
    assert told.precision >= _PRECISION, told.wrong
    assert told.recall >= _RECALL


@pytest.mark.parametrize("seed", range(5))
def test_the_figures_are_no_stroke_of_luck(seed: int) -> None:
    """Other made files give the same."""
    told = score(made(seed), as_camt)
    assert told.precision >= _PRECISION, told.wrong
    assert told.recall >= _RECALL


def test_no_line_that_pays_nothing_is_booked() -> None:
    """Strangers, closed invoices and second payments are always for a person."""
    told = score(made(2026), as_csv)
    assert not any(told.sure[case] for case in (Case.NOISE, Case.CLOSED_INVOICE, Case.TWICE))
