from __future__ import annotations

from pathlib import Path

import pytest

from tests.commands.terminal_of_tests import Typist

HEADER = "number;customer_id;customer_name;customer_kind;amount;currency;issue_date;due_date;settled_date"


def row(number: str, customer: str, issued: str, due: str, settled: str = "", amount: str = "100.00") -> str:
    """A line of a portfolio."""
    return f"{number};{customer};Client {customer};business;{amount};EUR;{issued};{due};{settled}"


LATE = [
    row("L-1", "L", "2026-01-01", "2026-01-31", "2026-02-12"),
    row("L-2", "L", "2026-02-01", "2026-03-03", "2026-03-18"),
    row("L-3", "L", "2026-03-01", "2026-03-31", "2026-04-10"),
    row("L-4", "L", "2026-05-01", "2026-05-31", "2026-06-20"),
]
PUNCTUAL = [
    row("P-1", "P", "2026-01-05", "2026-02-04", "2026-02-01"),
    row("P-2", "P", "2026-02-05", "2026-03-07", "2026-03-01"),
    row("P-3", "P", "2026-03-05", "2026-04-04", "2026-03-30"),
    row("P-4", "P", "2026-05-05", "2026-06-04"),
]
DAY = ("--as-of", "2026-05-10")


def written(folder: Path, *rows: str) -> Path:
    """A portfolio of these rows."""
    path = folder / "histories.csv"
    path.write_text("\n".join((HEADER, *rows)) + "\n", encoding="utf-8")
    return path


def test_open_invoices_are_judged_by_the_settled_ones(lonely: Typist, tmp_path: Path) -> None:
    """One object for each open invoice, with exactly the agreed fields; what is settled later is open."""
    found = lonely.json("risk", written(tmp_path, *LATE, *PUNCTUAL), *DAY)

    assert [each["invoice"] for each in found] == ["L-4", "P-4"]
    assert {tuple(each) for each in found} == {("invoice", "probability_late", "expected_days_late")}
    late, punctual = found
    assert 0.6 < late["probability_late"] < 1
    assert 0 < punctual["probability_late"] < 0.4
    assert late["expected_days_late"] > 0
    assert punctual["expected_days_late"] == 0


def test_what_happened_later_is_not_seen(lonely: Typist, tmp_path: Path) -> None:
    """A settlement after the day changes nothing, whether the file has it or not."""
    with_it = lonely.json("risk", written(tmp_path, *LATE, *PUNCTUAL), *DAY)
    without = [line.replace("2026-06-20", "") for line in LATE]

    assert lonely.json("risk", written(tmp_path, *without, *PUNCTUAL), *DAY) == with_it


def test_an_invoice_issued_later_is_judged_too(lonely: Typist, tmp_path: Path) -> None:
    """Everything in the file that is not settled by the day gets its forecast."""
    later = row("L-5", "L", "2026-06-01", "2026-07-01")
    found = lonely.json("risk", written(tmp_path, *LATE, later), *DAY)

    assert [each["invoice"] for each in found] == ["L-4", "L-5"]


def test_an_overdue_invoice_is_late(lonely: Typist, tmp_path: Path) -> None:
    """Past its due date and open, it is late for certain and by at least a day more."""
    found = lonely.json("risk", written(tmp_path, *LATE, *PUNCTUAL), "--as-of", "2026-06-10")

    punctual = found[-1]
    assert punctual["invoice"] == "P-4"
    assert punctual["probability_late"] == 1
    assert punctual["expected_days_late"] >= 7


def test_nothing_open_is_an_empty_list(lonely: Typist, tmp_path: Path) -> None:
    """A file whose invoices are all settled is no error."""
    file = written(tmp_path, *LATE)

    assert lonely.json("risk", file, "--as-of", "2026-12-31") == []
    assert "Aucune facture ouverte" in lonely("risk", file, "--as-of", "2026-12-31").words


def test_a_person_reads_class_and_reasons(lonely: Typist, tmp_path: Path) -> None:
    """The table tells the customer's class and why, when payment is expected, and that it excludes nobody."""
    told = lonely("risk", written(tmp_path, *LATE, *PUNCTUAL), *DAY)

    assert told.code == 0
    for words in ("élevé", "en retard", "faible", "toutes à", "n'exclut personne", "10/05/2026"):
        assert words in told.words
    assert told.words.index("L-4") < told.words.index("P-4")


def test_a_file_without_settled_invoices_is_refused_in_words(lonely: Typist, tmp_path: Path) -> None:
    """There is nothing to learn from: the message names the file, the day and the column that is missing."""
    told = lonely("risk", written(tmp_path, PUNCTUAL[-1]), *DAY, "--json")

    assert told.code == 1
    assert told.out == ""
    for words in ("histories.csv", "10/05/2026", "settled_date"):
        assert words in told.words


def test_a_history_that_begins_later_is_refused(lonely: Typist, tmp_path: Path) -> None:
    """Settled invoices of a later time are none."""
    told = lonely("risk", written(tmp_path, *LATE), "--as-of", "2025-01-01", "--json")

    assert told.code == 1
    assert "01/01/2025" in told.words


@pytest.mark.parametrize(
    ("line", "column"),
    [
        (row("B-1", "L", "2026-05-01", ""), "due_date"),
        (row("B-1", "L", "2026-05-01", "2026-05-31", "soon"), "settled_date"),
        (row("B-1", "L", "2026-05-01", "2026-05-31", amount="0.00"), "amount"),
    ],
)
def test_a_bad_line_is_told_and_the_others_are_judged(
    lonely: Typist, tmp_path: Path, line: str, column: str
) -> None:
    """Standard output stays the JSON of what could be read; the exit code says that a line was left out."""
    told = lonely("risk", written(tmp_path, *LATE, line), *DAY, "--json")

    assert told.code == 1
    assert [each["invoice"] for each in told.value] == ["L-4"]
    assert column in told.err


def test_a_settled_invoice_without_its_day_is_left_aside(lonely: Typist, tmp_path: Path) -> None:
    """Nothing remains of it and nobody knows since when: neither open nor a lesson, and that is said."""
    path = tmp_path / "balances.csv"
    lines = [
        f"{HEADER};balance",
        *(f"{line};" for line in LATE),
        f"{row('Z-1', 'L', '2026-01-02', '2026-02-01')};0.00",
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    told = lonely("risk", path, *DAY, "--json")

    assert [each["invoice"] for each in told.value] == ["L-4"]
    assert "1 facture(s) soldée(s) sans date" in told.words


def test_few_settled_invoices_are_told(lonely: Typist, tmp_path: Path) -> None:
    """Who reads a forecast learned from a handful of invoices knows it."""
    assert "3 facture(s) réglée(s) seulement" in lonely("risk", written(tmp_path, *LATE), *DAY).words


@pytest.mark.parametrize("day", ["tomorrow", "2026-02-30"])
def test_an_impossible_day_is_a_wrong_call(lonely: Typist, tmp_path: Path, day: str) -> None:
    """Exit code 2 and an example of a right one."""
    told = lonely("risk", written(tmp_path, *LATE), "--as-of", day)

    assert told.code == 2
    assert "2026-01-31" in told.words


def test_a_missing_file_is_named(lonely: Typist, tmp_path: Path) -> None:
    """No traceback."""
    told = lonely("risk", tmp_path / "nowhere.csv", *DAY)

    assert told.code == 1
    assert "nowhere.csv" in told.words
    assert "Traceback" not in told.words


def test_it_needs_no_server_and_leaves_nothing_behind(lonely: Typist, tmp_path: Path) -> None:
    """Neither books nor Temporal are touched."""
    assert lonely("risk", written(tmp_path, *LATE), *DAY).code == 0

    assert not (tmp_path / "books").exists()
