"""The legal claim on the command line: the worked examples, JSON and portfolios."""

from pathlib import Path
from typing import Any

from tests.commands.claim_cases import AUGUST, BASE, PAID_IN_AUGUST, claim_file, portfolio
from tests.commands.terminal_of_tests import Typist

FIELDS = (
    "invoice",
    "principal",
    "interest",
    "fixed_costs",
    "total",
    "lines",
    "limitation_date",
    "missing_rates",
)


def lines_of(found: dict[str, Any]) -> list[tuple[Any, ...]]:
    """The lines of a claim, without their names."""
    return [tuple(line.values()) for line in found["lines"]]


FIRST_LINE = ("2025-06-01", "2025-06-30", 30, "1200.00", "13.15", "12.97")


def test_a_business_at_the_default_rate(lonely: Typist, tmp_path: Path) -> None:
    """First worked example: two semesters, two lines, 31.34 and the 40 euros; exactly the agreed fields."""
    file = claim_file(tmp_path, BASE | PAID_IN_AUGUST)
    (found,) = lonely.json("claim", file, *AUGUST)

    assert tuple(found) == FIELDS
    assert tuple(found["lines"][0]) == ("from", "to", "days", "base", "rate", "amount")
    assert lines_of(found) == [
        FIRST_LINE,
        ("2025-07-01", "2025-08-15", 46, "1200.00", "12.15", "18.37"),
    ]
    assert (found["invoice"], found["principal"], found["interest"]) == ("F-1", "0.00", "31.34")
    assert (found["fixed_costs"], found["total"], found["missing_rates"]) == ("40.00", "71.34", [])


def test_a_public_buyer_at_the_frozen_rate(lonely: Typist, tmp_path: Path) -> None:
    """Second worked example: one line at 11.15 %, 27.86 and the 40 euros; four full years to claim."""
    file = claim_file(tmp_path, BASE | PAID_IN_AUGUST | {"kind": "public"})
    (found,) = lonely.json("claim", file, *AUGUST)

    assert lines_of(found) == [("2025-06-01", "2025-08-15", 76, "1200.00", "11.15", "27.86")]
    assert (found["interest"], found["fixed_costs"], found["total"]) == ("27.86", "40.00", "67.86")
    assert found["limitation_date"] == "2029-12-31"


def test_a_consumer_after_the_formal_notice(lonely: Typist, tmp_path: Path) -> None:
    """Third worked example: legal interest from the day after its presentation, and nothing else."""
    content = BASE | PAID_IN_AUGUST | {"kind": "consumer", "formal_notice_date": "2025-07-15"}
    (found,) = lonely.json("claim", claim_file(tmp_path, content), *AUGUST)

    assert lines_of(found) == [("2025-07-16", "2025-08-15", 31, "1200.00", "2.76", "2.81")]
    assert (found["interest"], found["fixed_costs"], found["total"]) == ("2.81", "0.00", "2.81")


def test_a_part_payment_that_goes_to_interest_and_costs_first(lonely: Typist, tmp_path: Path) -> None:
    """Fourth worked example: 752.97 of the principal remain, and nothing else is owed that day."""
    content = BASE | {
        "payments": [{"date": "2025-06-30", "amount": 500.00}],
        "allocation": "interest_and_costs_first",
    }
    (found,) = lonely.json("claim", claim_file(tmp_path, content), "--as-of", "2025-06-30")

    assert lines_of(found) == [FIRST_LINE]
    assert (found["principal"], found["total"]) == ("752.97", "752.97")
    assert (found["interest"], found["fixed_costs"]) == ("12.97", "40.00")
    assert found["limitation_date"] == "2030-06-30"


def test_a_list_of_claims_and_what_may_be_left_out(lonely: Typist, tmp_path: Path) -> None:
    """Without number and issue date a claim is called by its place and its limitation is said to be late."""
    bare = {"kind": "unknown", "amount": 100, "due_date": "2026-05-31"}
    told = lonely("claim", claim_file(tmp_path, [BASE, bare]), "--as-of", "2026-11-22", "--json")

    assert told.code == 0
    assert [each["invoice"] for each in told.value] == ["F-1", "2"]
    assert told.value[0]["missing_rates"] == ["2026-S2"]
    assert told.value[0]["lines"][-1]["to"] == "2026-06-30"
    assert (told.value[1]["total"], told.value[1]["limitation_date"]) == ("100.00", "2028-05-31")
    assert "2 : ni issue_date" in told.words


def test_null_is_the_same_as_left_out(lonely: Typist, tmp_path: Path) -> None:
    """Programs write null for what they do not have."""
    empty = {"payments": None, "credit_notes": None, "formal_notice_date": None, "contract_rate": None}
    with_nulls = lonely.json("claim", claim_file(tmp_path, BASE | empty | {"currency": None}), *AUGUST)
    assert with_nulls == lonely.json("claim", claim_file(tmp_path, BASE), *AUGUST)


def test_credit_notes_currency_and_contract_rate(lonely: Typist, tmp_path: Path) -> None:
    """What was credited bears no interest, the contract's rate replaces the default, yen have no cents."""
    content = BASE | {
        "amount": 120000,
        "currency": "JPY",
        "contract_rate": 15,
        "credit_notes": [{"date": "2025-07-01", "amount": 20000}],
    }
    (found,) = lonely.json("claim", claim_file(tmp_path, content), *AUGUST)

    assert {line["rate"] for line in found["lines"]} == {"15"}
    assert {line["base"] for line in found["lines"]} == {"100000"}
    assert (found["principal"], found["fixed_costs"]) == ("100000", "0")


def test_a_person_reads_the_lines_in_words(lonely: Typist, tmp_path: Path) -> None:
    """Table, lines with their rate's basis, where interest stopped, and why nothing more is asked."""
    consumer = BASE | {"invoice": "F-2", "kind": "consumer"}
    told = lonely("claim", claim_file(tmp_path, [BASE, consumer]), "--as-of", "2026-11-22")

    assert told.code == 0
    for words in (
        "Créances au 22/11/2026",
        "F-1 : du 01/06/2025 au 30/06/2025, 30 jours à 13,15 % (taux BCE + 10 points) sur 1 200,00 €",
        "F-1 : intérêts arrêtés au 30/06/2026 ; taux inconnu(s) : 2026-S2.",
        "F-2 : aucun intérêt.",
        "F-2 : les intérêts ne courent qu'après la mise en demeure.",
        "F-2 : prescription le 01/05/2027, il faut agir avant.",
    ):
        assert words in told.words


def test_an_english_creditor_reads_english(lonely: Typist, tmp_path: Path) -> None:
    """The same sentences in the language of whoever sits at the terminal."""
    creditor = Path(lonely.deployment.variables["DUNNING_CREDITOR_FILE"])
    text = creditor.read_text(encoding="utf-8")
    assert "language: fr" in text
    creditor.write_text(text.replace("language: fr", "language: en"), encoding="utf-8")
    told = lonely("claim", claim_file(tmp_path, BASE), "--as-of", "2025-06-30")

    assert told.code == 0, told.words
    assert "30 days at 13.15% (ECB rate + 10 points) on €1,200.00: €12.97." in told.words


def test_the_columns_of_a_portfolio_are_payments(lonely: Typist, tmp_path: Path) -> None:
    """Settled without an amount is paid in full that day; a paid amount came on the settled date."""
    file = portfolio(
        tmp_path,
        "A;C;Client;business;1200.00;EUR;2025-05-01;2025-05-31;;2025-08-15;",
        "B;C;Client;business;1200.00;EUR;2025-05-01;2025-05-31;500.00;2025-06-30;",
        "D;C;Client;business;1200.00;EUR;2025-05-01;2025-05-31;;;",
    )
    full, part, none = lonely.json("claim", file, *AUGUST)

    assert (full["invoice"], full["principal"], full["interest"]) == ("A", "0.00", "31.34")
    assert (part["principal"], [line["base"] for line in part["lines"]]) == ("700.00", ["1200.00", "700.00"])
    assert (none["principal"], none["interest"], none["total"]) == ("1200.00", "31.34", "1271.34")


def test_a_payment_after_the_day_is_not_seen(lonely: Typist, tmp_path: Path) -> None:
    """As of a day before the settlement everything is still owed."""
    file = portfolio(tmp_path, "A;C;Client;business;1200.00;EUR;2025-05-01;2025-05-31;;2025-08-15;")
    (found,) = lonely.json("claim", file, "--as-of", "2025-06-30")

    assert (found["principal"], found["interest"]) == ("1200.00", "12.97")


def test_money_of_an_unknown_day_bears_no_interest(lonely: Typist, tmp_path: Path) -> None:
    """Never more is asked than is owed: it counts as received on the due date, and that is said."""
    file = portfolio(tmp_path, "A;C;Client;business;1200.00;EUR;2025-05-01;2025-05-31;500.00;;")
    told = lonely("claim", file, "--as-of", "2025-06-30", "--json")

    assert told.value[0]["lines"][0]["base"] == "700.00"
    assert "A : 500,00 € payés à une date inconnue" in told.words


def test_a_credit_of_the_portfolio_reduces_the_invoice_it_names(lonely: Typist, tmp_path: Path) -> None:
    """As the import nets it, so the claim does."""
    file = portfolio(
        tmp_path,
        "A;C;Client;business;1200.00;EUR;2025-05-01;2025-05-31;;;",
        "AV-1;C;Client;business;-200.00;EUR;2025-06-10;2025-06-10;;;A",
    )
    (found,) = lonely.json("claim", file, "--as-of", "2025-06-30")

    assert (found["principal"], found["lines"][0]["base"]) == ("1000.00", "1000.00")


def test_a_bad_line_is_told_and_the_others_are_computed(lonely: Typist, tmp_path: Path) -> None:
    """Standard output stays the JSON of what could be read; the exit code says that a line was left out."""
    file = portfolio(
        tmp_path,
        "A;C;Client;business;1200.00;EUR;2025-05-01;2025-05-31;;;",
        "B;C;Client;business;1200.00;EUR;2025-06-01;2025-05-31;;;",
    )
    told = lonely("claim", file, *AUGUST, "--json")

    assert told.code == 1
    assert [each["invoice"] for each in told.value] == ["A"]
    assert "due_date" in told.err
