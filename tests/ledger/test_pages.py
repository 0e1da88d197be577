from datetime import timedelta

from dunning.money import Money
from ledger import cases, pages
from ledger.books import Books
from ledger.pages import OpenPage, PageIntent, PageKind
from tests.ledger.desk import KEY, Desk, eur


def _next(desk: Desk, token: str, amount: str, kind: PageKind = PageKind.LINK) -> PageIntent:
    with desk.books.write() as conn:
        return pages.next_page(conn, token, kind=kind, amount=eur(amount), now=desk.now)


def _token(desk: Desk, instalment: int = 0, cycle: int = 1) -> str:
    with desk.books.write() as conn:
        return pages.token_for(conn, KEY, cycle=cycle, instalment=instalment, now=desk.now)


def _made(desk: Desk, intent: PageIntent, hours: int | None = None) -> None:
    expires_at = desk.now + timedelta(hours=hours) if hours else None
    with desk.books.write() as conn:
        pages.record_page(
            conn,
            intent.token,
            intent.link_number,
            provider_id=f"plink_{intent.link_number}",
            url=f"https://pay.example/{intent.link_number}",
            expires_at=expires_at,
        )


def _outdated(desk: Desk) -> list[OpenPage]:
    with desk.books.read() as conn:
        return pages.outdated_pages(conn, KEY)


def test_a_payable_has_one_unguessable_token(books: Books) -> None:
    """Asked again it is the same; an instalment or a cycle has its own; a guess stands for nothing."""
    desk = Desk(books)
    desk.register()
    token = _token(desk)
    assert _token(desk) == token
    assert len({token, _token(desk, instalment=1), _token(desk, cycle=2)}) == 3
    assert len(token) == 32
    with books.read() as conn:
        found = pages.payable(conn, token)
        assert found is not None
        assert (found.case, found.cycle, found.instalment) == (KEY, 1, 0)
        assert pages.payable(conn, "guess") is None


def test_an_open_page_of_the_same_amount_is_used_again(books: Books) -> None:
    """The same kind and amount reuse the open page; another amount or kind takes a new number."""
    desk = Desk(books)
    desk.register()
    token = _token(desk)
    first = _next(desk, token, "1000")
    assert (first.link_number, first.url) == (1, None)
    _made(desk, first)
    again = _next(desk, token, "1000")
    assert (again.link_number, again.url) == (1, "https://pay.example/1")
    assert _next(desk, token, "900").link_number == 2
    assert _next(desk, token, "1000", PageKind.CHECKOUT).link_number == 3


def test_a_page_whose_call_never_came_back_keeps_its_number(books: Books) -> None:
    """The provider's idempotency gives the same page for the same number, so no second one is made."""
    desk = Desk(books)
    desk.register()
    token = _token(desk)
    assert _next(desk, token, "1000").link_number == 1
    desk.later(minutes=5)
    assert _next(desk, token, "1000").link_number == 1


def test_an_expired_page_is_not_used_again(books: Books) -> None:
    """A checkout session that ran out is replaced by one with a new number."""
    desk = Desk(books)
    desk.register()
    token = _token(desk)
    _made(desk, _next(desk, token, "1000", PageKind.CHECKOUT), hours=24)
    desk.later(hours=25)
    renewed = _next(desk, token, "1000", PageKind.CHECKOUT)
    assert (renewed.link_number, renewed.url) == (2, None)


def test_pages_of_another_amount_are_outdated(books: Books) -> None:
    """After a part payment the page of the old balance goes, and one switched off never opens again."""
    desk = Desk(books)
    desk.register()
    token = _token(desk)
    intent = _next(desk, token, "1000")
    _made(desk, intent)
    assert _outdated(desk) == []
    desk.pay("100")
    assert [page.provider_id for page in _outdated(desk)] == ["plink_1"]
    with books.write() as conn:
        assert len(pages.pages_to_switch_off(conn, KEY)) == 1
        assert pages.pages_to_switch_off(conn, KEY, keep_amounts=[Money.of("1000", "EUR")]) == []
        pages.mark_off(conn, token, 1)
        assert pages.pages_to_switch_off(conn, KEY) == []
    _made(desk, intent)
    assert _outdated(desk) == []
    assert _next(desk, token, "1000").link_number == 2


def test_the_page_of_an_instalment_follows_its_plan(books: Books) -> None:
    """It is right while that much is missing on the instalment, and outdated once the plan is over."""
    desk = Desk(books)
    desk.register()
    desk.agree_plan((10, "400"), (40, "600"))
    token = _token(desk, instalment=1, cycle=desk.case().facts.cycle)
    _made(desk, _next(desk, token, "400"))
    assert _outdated(desk) == []
    desk.pay("100")
    assert len(_outdated(desk)) == 1


def test_a_plan_outdates_the_link_for_the_whole(books: Books) -> None:
    """Once instalments are agreed an old message's link asks for too much; a page just opened may stay."""
    desk = Desk(books)
    desk.register()
    token = _token(desk)
    _made(desk, _next(desk, token, "1000"))
    desk.agree_plan((10, "400"), (40, "600"))
    assert [page.kind for page in _outdated(desk)] == [PageKind.LINK]
    with books.write() as conn:
        pages.mark_off(conn, token, 1)
    _made(desk, _next(desk, token, "1000", PageKind.CHECKOUT), hours=24)
    assert _outdated(desk) == []


def test_asked_accessories_may_be_on_the_page(books: Books) -> None:
    """A page for balance plus what a formal notice asked for is as right as one for the balance."""
    desk = Desk(books)
    desk.register()
    with books.write() as conn:
        cases.ask_accessories(conn, KEY, eur("40"), desk.now)
    token = _token(desk)
    _made(desk, _next(desk, token, "1040"))
    assert _outdated(desk) == []
