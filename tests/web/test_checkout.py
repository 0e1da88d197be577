from dataclasses import replace
from decimal import Decimal
from typing import Any

import httpx
import pytest
from temporalio.client import Client

from dunning import facts
from dunning.case import DunningStatus
from dunning.journal import EntryKind
from dunning.money import Money
from ledger import cases, pages
from ledger.books import Books
from tests.doors.deployment import doors_on, now, payment
from tests.web.counter import EUR, agree_plan, book, known
from tests.web.site import Site, bare_dependencies, bare_site_on


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (DunningStatus.CANCELLED, "a été annulée"),
        (DunningStatus.HANDED_OVER, "ne peut plus être payée"),
        (DunningStatus.WRITTEN_OFF, "ne peut plus être payée"),
    ],
)
async def test_a_closed_case_takes_no_payment_here(shop: Site, status: DunningStatus, words: str) -> None:
    """The page says how things stand and whom to ask; the checkout leads back to it."""
    key = known(shop.books)
    token = await shop.token(key)
    with shop.books.write() as conn:
        cases.close(conn, key, status, now(), kind=EntryKind.CANCELLED, details={})
    assert words in (await shop.http.get(f"/pay/{token}")).text
    answer = await shop.http.post(f"/pay/{token}/checkout")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/pay/{token}")
    assert shop.sandbox.counts.sessions == 0


async def test_an_instalment_shows_what_is_missing_on_it(shop: Site) -> None:
    """Its own amount and date; paid, it says so, while the next one waits."""
    key = known(shop.books)
    agree_plan(shop.books, key)
    first, second = await shop.token(key, 1), await shop.token(key, 2)
    book(shop.books, key, payment("500.00"))
    assert "Cette échéance est réglée" in (await shop.http.get(f"/pay/{first}")).text
    page = (await shop.http.get(f"/pay/{second}")).text
    assert "Échéance 2 sur 3" in page
    assert "300,00\u00a0€" in page
    await shop.http.post(f"/pay/{second}/checkout")
    (session,) = shop.sandbox.objects.all_of("checkout.session")
    assert (session["amount_total"], session["metadata"]["instalment"]) == (30000, "2")


async def test_the_token_of_a_broken_plan_stands_for_the_invoice(shop: Site) -> None:
    """The link of an old message still works; what it opens belongs to the invoice as a whole."""
    key = known(shop.books)
    agree_plan(shop.books, key)
    token = await shop.token(key, 1)
    corrected = facts.InvoiceCorrected(event_id="erp:1", amount=Money.of("1000.00", EUR))
    book(shop.books, key, corrected)
    assert "1\u00a0000,00\u00a0€" in (await shop.http.get(f"/pay/{token}")).text
    await shop.http.post(f"/pay/{token}/checkout")
    (session,) = shop.sandbox.objects.all_of("checkout.session")
    assert session["amount_total"] == 100000
    assert "instalment" not in session["metadata"]
    outdated = await shop.books.reading(lambda conn: pages.outdated_pages(conn, key))
    assert outdated == []


async def test_a_session_is_opened_for_todays_balance_and_used_again(shop: Site) -> None:
    """Two clicks are one session; after a part payment the next click asks for the rest."""
    key = known(shop.books)
    token = await shop.token(key)
    first, second = [await shop.http.post(f"/pay/{token}/checkout") for _ in range(2)]
    assert first.status_code == 303
    assert first.headers["location"] == second.headers["location"]
    assert first.headers["location"].startswith(shop.sandbox.address)
    book(shop.books, key, payment("204.50"))
    third = await shop.http.post(f"/pay/{token}/checkout")
    assert third.headers["location"] != first.headers["location"]
    amounts = [session["amount_total"] for session in shop.sandbox.objects.all_of("checkout.session")]
    assert sorted(amounts) == [100000, 120450]


async def test_above_the_card_limit_there_is_no_card(shop: Site) -> None:
    """Cards cost fees: a large balance is paid by transfer, also by whoever knows the address of the form."""
    key = known(shop.books, amount=Money.of("3000.01", EUR))
    token = await shop.token(key)
    page = (await shop.http.get(f"/pay/{token}")).text
    assert "<form" not in page
    assert "FR76" in page
    assert (await shop.http.post(f"/pay/{token}/checkout")).headers["location"] == f"/pay/{token}"


async def test_a_provider_that_is_away_leaves_the_transfer(shop: Site) -> None:
    """503 in words, with the bank account; once the provider is back the same click works."""
    key = known(shop.books)
    token = await shop.token(key)
    await shop.sandbox._server.stop()
    answer = await shop.http.post(f"/pay/{token}/checkout")
    assert answer.status_code == 503
    assert "indisponible pour le moment" in answer.text
    assert "FR76" in answer.text
    assert "<form" not in answer.text


async def test_coming_back_from_the_provider(shop: Site) -> None:
    """Done: thanks, and patience; cancelled: how to go on; settled meanwhile: nothing more to pay."""
    key = known(shop.books)
    token = await shop.token(key)
    done = await shop.http.get(f"/pay/{token}/return?checkout=done")
    assert "Merci" in done.text
    assert "<form" not in done.text
    cancelled = await shop.http.get(f"/pay/{token}/return?checkout=cancelled")
    assert 'role="alert"' in cancelled.text
    assert "<form" in cancelled.text
    book(shop.books, key, payment("1204.50"))
    assert "plus rien à payer" in (await shop.http.get(f"/pay/{token}/return?checkout=done")).text
    assert (await shop.http.get("/pay/unknown/return?checkout=done")).status_code == 404
    assert (await shop.http.post("/pay/unknown/checkout")).status_code == 404


async def test_the_public_address_is_where_the_payer_comes_back(books: Books, dev_client: Client) -> None:
    """Behind a proxy the request's own address would lead nowhere."""
    asked: list[Any] = []

    class _Provider:
        async def open_session(self, request: Any) -> Any:
            asked.append(request)
            raise httpx.HTTPError("not reached")

    key = known(books)
    with books.write() as conn:
        token = pages.token_for(conn, key, cycle=1, now=now())
    dependencies = replace(
        bare_dependencies(books, doors_on(books, dev_client)),
        pages=_Provider(),  # type: ignore[arg-type]
        public_url="https://pay.lumen.example/",
    )
    async with bare_site_on(dependencies) as http:
        assert (await http.post(f"/pay/{token}/checkout")).status_code == 500
    assert asked[0].return_url == f"https://pay.lumen.example/pay/{token}/return"
    assert asked[0].amount == Money.of(Decimal("1204.50"), EUR)
