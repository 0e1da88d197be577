from datetime import date

import pytest

from dunning.case import DunningStatus
from dunning.money import Money
from dunning.reports_dso import DsoLine, dso
from tests.dunning.report_cases import day, receivable

MARCH_END = date(2026, 3, 31)


def sold(**months: str) -> dict[str, dict[date, Money]]:
    """Turnover of months of 2026 in euros: jan="100"."""
    numbers = {"nov": (2025, 11), "dec": (2025, 12), "jan": (2026, 1), "feb": (2026, 2), "mar": (2026, 3)}
    return {
        "EUR": {date(*numbers[name], 1): Money.of(amount, "EUR") for name, amount in months.items()},
    }


def line(owed: str, turnover: dict[str, dict[date, Money]], today: date = MARCH_END) -> DsoLine:
    """The line of one invoice that is open."""
    (found,) = dso([receivable("F-1", owed)], turnover, today, 3)
    return found


def test_the_simple_figure_is_receivables_by_turnover_and_days() -> None:
    """45,000 owed of 90,000 sold in the 90 days of a quarter: 45 days."""
    found = line("45000", sold(jan="40000", feb="20000", mar="30000"))
    assert (found.simple, str(found.turnover), found.missing) == (45.0, "90000.00 EUR", None)


def test_count_back_deducts_months_until_the_balance_is_used_up() -> None:
    """March (31 days) and February (28) whole, then 10,000 of January's 40,000: 7.75 of its 31 days."""
    found = line("60000", sold(jan="40000", feb="20000", mar="30000"))
    assert found.count_back == pytest.approx(31 + 28 + 31 / 4, abs=0.06)


def test_a_month_that_sold_nothing_is_counted_whole() -> None:
    """Its days passed while the money was owed."""
    found = line("15000", sold(jan="30000", feb="0", mar="0"))
    assert found.count_back == 31 + 28 + 15.5


def test_the_last_month_counts_as_far_as_it_has_come() -> None:
    """On 15 March it has 15 days, and the turnover of 15 days."""
    found = line("5000", sold(jan="31000", feb="28000", mar="15000"), date(2026, 3, 15))
    assert (found.count_back, found.simple) == (5.0, 5.0)


@pytest.mark.parametrize(
    ("owed", "turnover", "missing", "computed"),
    [
        ("100", {}, "2026-03", (False, False)),
        ("100", sold(jan="1", feb="1"), "2026-03", (False, False)),
        ("100", sold(jan="50", mar="200"), "2026-02", (False, True)),
        ("900", sold(jan="50", feb="50", mar="50"), "2025-12", (True, False)),
        ("100", sold(jan="0", feb="0", mar="0"), "2025-12", (False, False)),
    ],
)
def test_what_is_not_known_is_not_computed(
    owed: str, turnover: dict[str, dict[date, Money]], missing: str, computed: tuple[bool, bool]
) -> None:
    """Nothing is guessed for a missing month, nothing divided by nothing; the missing month is named."""
    found = line(owed, turnover)
    assert found.missing == missing
    assert (found.simple is not None, found.count_back is not None) == computed


def test_presumed_paid_is_no_receivable_and_handed_over_is_one() -> None:
    """What a full import left out is probably paid; what an agency collects is still owed."""
    (found,) = dso(
        [
            receivable("F-1", "100", presumed_paid=True),
            receivable("F-2", "70", status=DunningStatus.HANDED_OVER, closed_on=day(1)),
        ],
        sold(mar="100"),
        MARCH_END,
        1,
    )
    assert str(found.receivables) == "70.00 EUR"


def test_each_currency_has_its_own_turnover() -> None:
    """Euros sold say nothing about dollars owed."""
    euros, dollars = dso(
        [receivable("F-1", "50"), receivable("F-2", "50", currency="USD")], sold(mar="100"), MARCH_END, 1
    )
    assert (euros.currency, euros.simple) == ("EUR", 15.5)
    assert (dollars.currency, dollars.simple, dollars.missing) == ("USD", None, "2026-03")
