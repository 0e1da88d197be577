from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from html.parser import HTMLParser
from pathlib import Path

import pytest

from commands.report_sheet import Cells, cell
from commands.report_words import known
from dunning.case import SendState
from dunning.facts import CallOutcome
from dunning.party import Language
from dunning.policy import Channel
from dunning.reports_ageing import Age
from dunning.reports_delay import Delayed
from ledger.books import Books
from tests.commands.report_office import DAY, Office, csv_of
from tests.commands.terminal_of_tests import Typist


@pytest.fixture
def office(lonely: Typist) -> Iterator[Office]:
    """Books with nothing in them; today is 2 March 2026."""
    books = Books.open(lonely.deployment.variables["DUNNING_LEDGER_URL"])
    yield Office(lonely, books)
    books.close()


def test_ageing_is_told_in_all_three_forms(office: Office) -> None:
    """Table, JSON and CSV have the same figures; a person reads them in French."""
    key = office.register("F-1")
    office.register("F-2", due_date=date(2026, 4, 1))
    office.desk.pay("250", key=key)

    told = office.typist.json("report", "ageing", *DAY)
    assert [(line["age"], line["amount"]) for line in told if line["invoices"]] == [
        ("not-due", "1000.00"),
        ("1-30", "750.00"),
    ]
    assert [line["amount"] for line in csv_of(office, "ageing", *DAY)] == [line["amount"] for line in told]
    words = office.typist("report", "ageing", *DAY).words
    for said in ("Balance âgée au 02/03/2026", "1 à 30 jours", "750,00 €", "42,9 %"):
        assert said in words


def test_an_earlier_day_is_told_as_it_was(office: Office) -> None:
    """A payment of today is not known on an earlier day."""
    key = office.register("F-1")
    office.desk.pay("250", key=key)
    told = office.typist.json("report", "ageing", "--as-of", "2026-03-01")
    assert [line["amount"] for line in told if line["invoices"]] == ["1000.00"]


def test_empty_books_have_nothing_to_report(office: Office) -> None:
    """No line, and no failure."""
    assert office.typist.json("report", "ageing", *DAY) == []
    assert "Rien à montrer" in office.typist("report", "ageing", *DAY).words


@pytest.mark.parametrize(
    "arguments",
    [("--as-of", "soon"), ("--as-of", "02/03/0026"), ("--as-of", "9999-12-31"), ("--json", "--csv")],
)
def test_a_wrong_call_is_refused(office: Office, arguments: tuple[str, ...]) -> None:
    """Exit code 2, and nothing on standard output."""
    told = office.typist("report", "ageing", *arguments)
    assert (told.code, told.out) == (2, "")


TURNOVER = ("--turnover", "2026-01=6200.00", "--turnover", "2026-02=500,00 EUR", "--turnover", "2026-03=0.00")


def test_dso_needs_all_turnover(office: Office) -> None:
    """Without it nothing is computed, and a person is told which month is missing and what to do."""
    office.register("F-1")
    assert office.typist.json("report", "dso", *DAY) == [
        {
            "currency": "EUR",
            "receivables": "1000.00",
            "months": 3,
            "turnover": None,
            "simple": None,
            "count_back": None,
            "missing": "2026-03",
        }
    ]
    words = office.typist("report", "dso", *DAY).words
    assert "non calculable" in words
    assert "--turnover 2026-03=MONTANT" in words
    assert csv_of(office, "dso", *DAY)[0]["simple"] == ""


def test_dso_with_turnover_is_computed(office: Office, tmp_path: Path) -> None:
    """From options or a file, the same: 2 days of March, 28 of February, 500 of January's 6,200."""
    office.register("F-1")
    (told,) = office.typist.json("report", "dso", *DAY, *TURNOVER)
    assert (told["count_back"], told["missing"]) == (32.5, None)
    assert told["simple"] == pytest.approx(1000 / 6700 * 61, abs=0.05)
    file = tmp_path / "ca.csv"
    file.write_text("Mois;CA TTC\n2026-01;6 200,00\n02/2026;500,00\n2026-03-01;0\n", encoding="utf-8")
    assert office.typist.json("report", "dso", *DAY, "--turnover", str(file)) == [told]


@pytest.mark.parametrize(
    ("given", "code", "said"),
    [
        (["nowhere.csv"], 2, "2026-01=12000.00"),
        (["2026-13=5"], 1, "n'est pas un mois"),
        (["2026-01=much"], 1, "2026-01=much"),
        (["2026-01=5 EUR", "2026-01=6 EUR"], 1, "deux fois"),
        (["2026-01=5"], 1, "devise inconnue"),
    ],
)
def test_turnover_that_cannot_be_read_is_refused_in_words(
    office: Office, given: list[str], code: int, said: str
) -> None:
    """The option is named, and what is wrong with it; two currencies are owed, so that one must be named."""
    office.register("F-1")
    office.register("F-2", amount={"amount": "5.00", "currency": "USD"})
    options = [part for one in given for part in ("--turnover", one)]
    told = office.typist("report", "dso", *DAY, *options, "--json")
    assert (told.code, told.out) == (code, "")
    assert said in told.words


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("a;b\n1;2\n", "ca.csv"),
        ("mois;CA TTC\nsoon;5\n", "ca.csv:2"),
        ("mois;CA TTC\n2026-01;\n", "ca.csv:2"),
        ("mois;CA TTC;devise\n2026-01;5;???\n", "ca.csv:2"),
    ],
)
def test_a_turnover_file_with_a_fault_is_refused_with_its_line(
    office: Office, tmp_path: Path, content: str, said: str
) -> None:
    """File and line are named."""
    file = tmp_path / "ca.csv"
    file.write_text(content, encoding="utf-8")
    told = office.typist("report", "dso", *DAY, "--turnover", str(file), "--json")
    assert (told.code, told.out) == (1, "")
    assert said in told.words


def test_days_late_are_weighted_by_amount(office: Office) -> None:
    """A payment of 250, 28 days late, and the rest, as many days overdue."""
    office.desk.pay("250", key=office.register("F-1"))
    told = office.typist.json("report", "days-late", *DAY)
    assert [(line["money"], line["amount"], line["days_late"]) for line in told] == [
        ("paid", "250.00", 28.0),
        ("overdue", "750.00", 28.0),
    ]
    words = office.typist("report", "days-late", *DAY, "--days", "30").words
    assert "du 01/02/2026 au 02/03/2026" in words
    assert [line["money"] for line in csv_of(office, "days-late", *DAY)] == ["paid", "overdue"]


def test_recovery_is_told_by_step_and_by_policy(office: Office) -> None:
    """A quarter came within the days of the first reminder; after its days are over."""
    key = office.register("F-1")
    office.take_step(key, "reminder-1")
    office.desk.later(days=3)
    office.desk.pay("250", key=key)
    later = ("--as-of", "2026-04-01")
    (line,) = office.typist.json("report", "recovery", *later)
    assert (line["step"], line["reached"], line["cash"], line["share"]) == (
        "reminder-1",
        "1000.00",
        "250.00",
        0.25,
    )
    (line,) = csv_of(office, "recovery", "--by", "policy", *later)
    assert (line["policy"], line["cash"], line["running"]) == ("'-", "250.00", "0")
    (line,) = office.typist.json("report", "recovery", *later, "--within", "60")
    assert (line["invoices"], line["running"], line["share"]) == (0, 1, None)
    assert "ne pas additionner" in office.typist("report", "recovery", *later).words


def test_a_text_that_is_a_formula_is_made_harmless(office: Office) -> None:
    """A spreadsheet would run what begins with an equals sign; negative figures stay figures."""
    key = office.register("F-1")
    office.take_step(key, '=HYPERLINK("http://evil.example")')
    (line,) = csv_of(office, "recovery", "--as-of", "2026-04-01")
    assert line["step"].startswith("'=")
    office.desk.pay("100", key=office.register("F-2", due_date=date(2026, 4, 1)))
    paid = csv_of(office, "days-late", "--as-of", "2026-03-02")[0]
    assert paid["days_past_due"] == "-30.0"


class _Page(HTMLParser):
    """What a page consists of."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.widths: list[float] = []
        self.links: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in {"src", "href"}]
        if tag == "rect":
            self.widths.append(float(dict(attrs)["width"] or 0))


def test_a_page_has_the_figures_and_bars_by_currency(office: Office, tmp_path: Path) -> None:
    """One chart for each currency, bars as long as the amounts, nothing fetched; JSON is printed too."""
    office.register("F-1", due_date=date(2026, 2, 2))
    key = office.register("F-2", due_date=date(2026, 4, 1))
    office.register("F-3", amount={"amount": "80.00", "currency": "USD"})
    office.desk.pay("500", key=key)
    file = tmp_path / "ageing.html"
    assert office.typist.json("report", "ageing", *DAY, "--html", str(file))
    text = file.read_text(encoding="utf-8")
    found = _Page(text)
    assert (found.tags.count("svg"), found.tags.count("table"), found.links) == (2, 1, [])
    longest = max(found.widths)
    assert [round(width / longest, 2) for width in found.widths] == [0.5, 1, 0, 0, 0, 0, 1, 0, 0, 0]
    assert "script" not in found.tags
    for said in ("Balance âgée au 02/03/2026", "1\u00a0000,00\u00a0€", "80,00\u00a0$"):
        assert said in text


def test_a_page_escapes_what_the_books_say(office: Office, tmp_path: Path) -> None:
    """A step called like a tag is shown, not run."""
    office.take_step(office.register("F-1"), "<script>alert(1)</script>")
    file = tmp_path / "recovery.html"
    office.typist.json("report", "recovery", "--as-of", "2026-04-01", "--html", str(file))
    text = file.read_text(encoding="utf-8")
    assert "script" not in _Page(text).tags
    assert "&lt;script&gt;" in text


def test_a_page_that_cannot_be_written_is_refused_in_words(office: Office, tmp_path: Path) -> None:
    """The file is named, and nothing is printed as if all went well."""
    office.register("F-1")
    told = office.typist("report", "ageing", *DAY, "--json", "--html", str(tmp_path / "none" / "page.html"))
    assert (told.code, told.out) == (1, "")
    assert "page.html" in told.words


@pytest.mark.parametrize(
    "report", ["ageing", "dso", "days-late", "recovery", "promises", "contacts", "links", "expected-cash"]
)
def test_every_report_has_a_page(office: Office, tmp_path: Path, report: str) -> None:
    """With nothing in the books it says so."""
    file = tmp_path / "page.html"
    assert office.typist.json("report", report, *DAY, "--html", str(file)) == []
    assert "Rien à montrer" in file.read_text(encoding="utf-8")


@pytest.mark.parametrize("language", list(Language))
def test_every_value_of_a_report_has_a_word(language: Language) -> None:
    """In both languages; a channel of another time is told by its name."""
    values: dict[str, list[StrEnum]] = {
        "age": list(Age),
        "money": list(Delayed),
        "channel": list(Channel),
        "outcome": [*CallOutcome, SendState.ACCEPTED, SendState.REFUSED, SendState.UNKNOWN],
    }
    for key, words in values.items():
        for value in words:
            assert known(f"{key}.{value}"), f"{key}.{value}"
            assert cell(value, Cells.WORD, key, language)
    assert cell("pigeon", Cells.WORD, "channel", language) == "pigeon"
