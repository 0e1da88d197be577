from dunning.reports_links import LinkGiven, link_conversion
from tests.dunning.report_cases import at, day, paid, receivable


def link(late: int = 1, *, opened: bool = False) -> LinkGiven:
    """A link made at noon so many days past due."""
    return LinkGiven(given_at=at(late), given_on=day(late), opened=opened)


def test_conversion_is_paid_through_the_page_of_what_got_a_link() -> None:
    """A transfer after the link, and a card payment before it, are not its fruit."""
    many = [
        receivable("F-1", "100", paid(3, "40", by_card_page=True), paid(4, "60", by_card_page=True)),
        receivable("F-2", "100", paid(3, "100")),
        receivable("F-3", "100", paid(0, "100", by_card_page=True)),
        receivable("F-4", "100"),
        receivable("F-5", "100", paid(3, "100", by_card_page=True)),
    ]
    links = {"F-1": link(opened=True), "F-2": link(opened=True), "F-3": link(), "F-4": link()}
    (line,) = link_conversion(many, links, day(0), day(9))
    assert (line.invoices, line.opened, line.paid, line.share) == (4, 2, 1, 0.25)
    assert str(line.cash) == "100.00 EUR"


def test_links_count_in_the_period_in_which_they_were_made() -> None:
    """Later payments are not known at its end; other periods and currencies stand apart."""
    many = [
        receivable("F-1", "100", paid(11, "100", by_card_page=True)),
        receivable("F-2", "100"),
        receivable("F-3", "100", currency="USD"),
    ]
    found = link_conversion(many, {"F-1": link(), "F-2": link(10), "F-3": link(9)}, day(0), day(9))
    assert [(line.currency, line.invoices, line.paid) for line in found] == [("EUR", 1, 0), ("USD", 1, 0)]
