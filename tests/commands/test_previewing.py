from __future__ import annotations

from email import message_from_bytes, policy
from pathlib import Path

import pytest

from tests.commands.terminal_of_tests import Typist

HEADER = "number;customer_id;customer_name;customer_kind;siren;email;amount;currency;issue_date;due_date"
ONE = "F-1;C1;Atelier Bois;business;732829320;compta@bois.example;1204.50;EUR;2026-02-01;2026-03-03"


@pytest.fixture
def portfolio(tmp_path: Path) -> Path:
    """One invoice of a business, due on a Tuesday."""
    return written(tmp_path, ONE)


def written(folder: Path, *rows: str, header: str = HEADER) -> Path:
    """A portfolio of these rows."""
    path = folder / "portfolio.csv"
    path.write_text("\n".join((header, *rows)) + "\n", encoding="utf-8")
    return path


def test_nominal_steps_stand_on_their_own_dates(lonely: Typist, portfolio: Path) -> None:
    """Without a day, every step of the policy is shown on the date that the policy gives it."""
    (invoice,) = lonely.json("preview", portfolio)

    assert (invoice["invoice"], invoice["policy"]) == ("F-1", "standard-business")
    days = [(step["step"], step["level"], step["channel"], step["at"][:10]) for step in invoice["steps"]]
    assert days == [
        ("courtesy", 0, "email", "2026-02-27"),
        ("reminder-1", 1, "email", "2026-03-05"),
        ("reminder-2", 2, "email", "2026-03-10"),
        ("reminder-3", 3, "email", "2026-03-17"),
        ("call", 4, "call", "2026-04-02"),
        ("formal-notice", 5, "email", "2026-04-17"),
        ("hand-over", 6, "hand_over", "2026-06-01"),
    ]


def test_instants_carry_the_offset_of_the_creditor(lonely: Typist, portfolio: Path) -> None:
    """An instant is one hour from UTC before the clocks change, two after it; the local time stays."""
    (invoice,) = lonely.json("preview", portfolio)
    at = {step["step"]: step["at"] for step in invoice["steps"]}

    assert at["reminder-3"].endswith("+01:00")
    assert at["call"].endswith("+02:00")
    assert at["reminder-3"][11:19] == at["call"][11:19]


def test_a_step_has_exactly_the_agreed_fields(lonely: Typist, portfolio: Path) -> None:
    """Programs rely on these keys and no others."""
    (invoice,) = lonely.json("preview", portfolio)

    assert list(invoice) == ["invoice", "policy", "steps"]
    assert {tuple(step) for step in invoice["steps"]} == {("step", "level", "channel", "at")}


def test_as_of_shows_the_first_wave_of_a_backlog(lonely: Typist, portfolio: Path) -> None:
    """An invoice first seen late starts at its first reminder that day; the later ones keep their spacing."""
    (invoice,) = lonely.json("preview", portfolio, "--as-of", "2026-06-01")

    steps = [(step["step"], step["at"][:10]) for step in invoice["steps"]]
    assert steps == [
        ("reminder-1", "2026-06-01"),
        ("reminder-2", "2026-06-08"),
        ("reminder-3", "2026-06-15"),
        ("call", "2026-07-01"),
        ("formal-notice", "2026-07-16"),
        ("hand-over", "2026-08-31"),
    ]


def test_as_of_goes_on_after_the_last_contact_of_the_file(lonely: Typist, tmp_path: Path) -> None:
    """Where the file states level and day of the last contact, dunning goes on above it."""
    header = f"{HEADER};last_contact_level;last_contact_date"
    (invoice,) = lonely.json(
        "preview", written(tmp_path, f"{ONE};2;2026-03-10", header=header), "--as-of", "2026-03-12"
    )

    assert invoice["steps"][0]["step"] == "reminder-3"


def test_credits_are_netted_before_any_contact(lonely: Typist, tmp_path: Path) -> None:
    """An invoice that a credit of the same customer covers is not chased at all."""
    credit = "A-1;C1;Atelier Bois;business;732829320;compta@bois.example;-1204.50;EUR;2026-02-10;2026-02-10"
    (invoice,) = lonely.json("preview", written(tmp_path, ONE, credit))

    assert invoice["steps"] == []


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        (ONE.replace("1204.50", "0.00"), "amount", "montant nul"),
        (ONE.replace("2026-03-03", ""), "due_date", "date absente"),
        (ONE.replace("EUR", "XXQ"), "currency", "XXQ"),
        (ONE.replace("compta@bois.example", "compta@@bois"), "email", "adresse e-mail"),
    ],
)
def test_a_bad_line_is_shown_with_its_reason(
    lonely: Typist, tmp_path: Path, row: str, column: str, reason: str
) -> None:
    """Each line that cannot be used is named with line, column, value and reason; the others are planned."""
    good = ONE.replace("F-1", "F-2").replace("C1", "C2")
    file = written(tmp_path, row, good)

    told = lonely("preview", file)
    assert told.code == 1
    assert "2" in told.out
    assert column in told.words
    assert reason in told.words
    as_json = lonely("preview", file, "--json")
    assert [invoice["invoice"] for invoice in as_json.value] == ["F-2"]
    assert as_json.code == 1
    assert reason in as_json.words


def test_it_needs_no_server_and_leaves_nothing_behind(lonely: Typist, portfolio: Path) -> None:
    """Neither books nor Temporal are touched: the ledger's folder is not even made."""
    assert lonely("preview", portfolio).code == 0

    assert not (portfolio.parent / "books").exists()


def test_an_unknown_policy_is_refused_by_name(lonely: Typist, portfolio: Path) -> None:
    """The message names what was asked for and what there is."""
    told = lonely("preview", portfolio, "--policy", "gentle")

    assert told.code == 1
    assert "gentle" in told.words
    assert "standard-business" in told.words


@pytest.mark.parametrize("day", ["tomorrow", "2026-02-30", "31/31/2026"])
def test_an_impossible_day_is_a_wrong_call(lonely: Typist, portfolio: Path, day: str) -> None:
    """A day that does not exist ends with exit code 2 and an example of a right one."""
    told = lonely("preview", portfolio, "--as-of", day)

    assert told.code == 2
    assert "2026-01-31" in told.words


def test_a_missing_file_is_named(lonely: Typist, tmp_path: Path) -> None:
    """A file that is not there is an error in words, without a traceback."""
    told = lonely("preview", tmp_path / "nowhere.csv")

    assert told.code == 1
    assert "nowhere.csv" in told.words
    assert "Traceback" not in told.words


def test_out_writes_every_message_as_it_would_be_sent(
    lonely: Typist, portfolio: Path, tmp_path: Path
) -> None:
    """The folder holds each e-mail as bytes and in both parts, call sheets, and a page that leads to them."""
    folder = tmp_path / "messages"

    assert lonely("preview", portfolio, "--out", folder).code == 0

    names = sorted(path.name for path in (folder / "F-1").iterdir())
    assert names[:3] == ["1-courtesy.eml", "1-courtesy.html", "1-courtesy.txt"]
    assert "5-call.md" in names
    assert not [name for name in names if "hand-over" in name]
    email = message_from_bytes((folder / "F-1" / "2-reminder-1.eml").read_bytes(), policy=policy.default)
    assert email["Subject"] == "Relance retard de paiement : facture F-1".replace(" :", "\u00a0:")
    assert "compta@bois.example" in email["To"]
    index = (folder / "index.html").read_text(encoding="utf-8")
    assert all(f"F-1/{name}" in index for name in names)
    assert "Mise en demeure" in index


def test_out_writes_without_an_address_what_can_be_written(lonely: Typist, tmp_path: Path) -> None:
    """A customer without e-mail gets no .eml, and the page says what will happen."""
    folder = tmp_path / "messages"

    lonely("preview", written(tmp_path, ONE.replace("compta@bois.example", "")), "--out", folder)

    assert not list(folder.rglob("*.eml"))
    assert list(folder.rglob("*.html"))
    assert "adresse e-mail" in (folder / "index.html").read_text(encoding="utf-8")


def test_out_takes_no_folder_that_holds_something(lonely: Typist, portfolio: Path) -> None:
    """Nothing that is there is overwritten."""
    told = lonely("preview", portfolio, "--out", portfolio.parent)

    assert told.code == 1
    assert "vide" in told.words


def test_names_of_customers_are_no_markup(lonely: Typist, tmp_path: Path) -> None:
    """A hostile name stands in the page and in the table as the letters that it is."""
    folder = tmp_path / "messages"
    name = "<script>alert(1)</script> [bold]{{7*7}}"

    told = lonely("preview", written(tmp_path, ONE.replace("Atelier Bois", name)), "--out", folder)

    index = (folder / "index.html").read_text(encoding="utf-8")
    assert "<script>alert" not in index
    assert "&lt;script&gt;" in index
    assert "[bold]{{7*7}}" in told.words
