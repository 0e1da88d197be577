from datetime import datetime, time
from itertools import pairwise

from demo import script
from demo.script import scenes
from demo.surroundings import EXAMPLES
from dunning.calendar import BusinessCalendar
from dunning.party import CustomerKind, Language
from dunning.policy import Hours
from intake.bank import read_bank_csv
from intake.matching import OpenItem, match
from intake.portfolio import Portfolio, PortfolioOptions, read_portfolio


def portfolio() -> Portfolio:
    """The example as `import` reads it."""
    return read_portfolio(script.PORTFOLIO, PortfolioOptions(creditor_id="atelier-lumen"))


def test_the_example_portfolio_is_read_without_a_doubt() -> None:
    """Every row of the file that newcomers see first is taken as it stands."""
    read = portfolio()

    assert len(read.entries) >= 12
    assert [*read.rejected, *read.notices, *read.skipped, *read.credits] == []


def test_the_example_holds_every_kind_of_customer() -> None:
    """Businesses, a consumer, a public buyer, one of unknown kind; one who reads English; one copy."""
    entries = portfolio().entries

    assert {entry.customer.kind for entry in entries} == set(CustomerKind)
    assert {entry.customer.language for entry in entries} == set(Language)
    documents = [entry.invoice.document for entry in entries if entry.invoice.document]
    assert [(EXAMPLES / "documents" / name).is_file() for name in documents] == [True]


def test_the_bank_file_pays_three_invoices_and_leaves_one_line_to_a_person() -> None:
    """The example of a bank's file matches the example of a portfolio."""
    items = [
        OpenItem(
            invoice_id=entry.invoice.invoice_id,
            number=entry.invoice.number,
            customer_id=entry.customer.customer_id,
            customer_name=entry.customer.name,
            siren=entry.customer.siren,
            balance=entry.balance,
            due_date=entry.invoice.due_date,
        )
        for entry in portfolio().entries
    ]

    proposals = match(read_bank_csv(script.BANK_FILE).lines, items)

    assert [proposal.sure for proposal in proposals].count(True) == 3
    assert [proposal.sure for proposal in proposals].count(False) == 1


def test_scenes_follow_the_calendar_and_name_invoices_of_the_file() -> None:
    """A scene out of order, outside the story or about nobody would never be played as written."""
    numbers = {entry.invoice.number for entry in portfolio().entries}
    moments = [datetime.combine(scene.day, scene.moment) for scene in scenes()]

    assert all(earlier <= later for earlier, later in pairwise(moments))
    assert moments[0] > script.START
    assert moments[-1].date() < script.LAST_MORNING
    assert {scene.about for scene in scenes()} <= numbers | {script.BANK_FILE.name}


def test_the_worker_dies_on_a_business_day() -> None:
    """The kill falls between contacts of one day."""
    calendar = BusinessCalendar(window=(Hours(opens=time(9), closes=time(18)),))

    assert calendar.is_business_day(script.KILL_DAY)
