import re
from dataclasses import replace

import pytest
from sqlalchemy import text
from temporalio.client import Client

from dunning.facts import PaymentPending
from dunning.money import Money
from dunning.party import Language
from dunning.registers import CreditorRegister
from ledger import cases, pages
from ledger.books import Books
from tests.doors.deployment import CREDITOR, doors_on, now, payment
from tests.web.counter import EUR, book, known
from tests.web.site import Site, bare_dependencies, bare_site_on
from web.page_words import WORDS, preferred_language


async def test_the_page_says_what_is_owed_and_how_to_pay(shop: Site) -> None:
    """Creditor, invoice, today's balance, transfer instructions, a card button; the customer is not named."""
    key = known(shop.books)
    book(shop.books, key, payment("204.50"))
    answer = await shop.http.get(f"/pay/{await shop.token(key)}")
    assert answer.status_code == 200
    page = answer.text
    for words in ("Atelier Lumen", "1\u00a0000,00\u00a0€", "FR76 3000 6000 0112 3456 7890 189", "AGRIFRPP"):
        assert words in page
    assert "Payer par carte" in page
    assert "Claire Moreau" in page
    assert "Lenoir" not in page


async def test_the_page_speaks_the_customers_language(shop: Site) -> None:
    """An English customer of a French creditor reads English, whatever the browser prefers."""
    key = known(shop.books, language=Language.ENGLISH)
    answer = await shop.http.get(f"/pay/{await shop.token(key)}", headers={"accept-language": "fr"})
    assert '<html lang="en">' in answer.text
    assert "Pay by bank transfer" in answer.text
    assert "€1,204.50" in answer.text


async def test_the_page_is_nobody_elses_business(shop: Site) -> None:
    """Not stored, not indexed, not framed, no address handed on, no script."""
    key = known(shop.books)
    for address in (f"/pay/{await shop.token(key)}", "/pay/unknown"):
        headers = (await shop.http.get(address)).headers
        assert headers["cache-control"] == "no-store"
        assert headers["referrer-policy"] == "no-referrer"
        assert "noindex" in headers["x-robots-tag"]
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe-inline" not in policy


@pytest.mark.parametrize("address", ["/pay/unknown", "/pay/" + "x" * 500, "/pay/a/b/c", "/pay/%00"])
async def test_an_unknown_token_gets_a_page_in_words(shop: Site, address: str) -> None:
    """404 in the browser's language, without a hint at what exists."""
    known(shop.books)
    answer = await shop.http.get(address, headers={"accept-language": "en-GB,fr;q=0.5"})
    assert answer.status_code == 404
    assert "no such payment page" in answer.text
    assert "Atelier Lumen" not in answer.text


async def test_what_a_number_contains_is_shown_as_text(shop: Site) -> None:
    """Words of other programs never become HTML."""
    key = known(shop.books, number="<script>alert(1)</script>")
    page = (await shop.http.get(f"/pay/{await shop.token(key)}")).text
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


async def test_a_settled_invoice_says_thank_you(shop: Site) -> None:
    """Nothing more to pay: no amount, no button, no bank account."""
    key = known(shop.books)
    token = await shop.token(key)
    book(shop.books, key, payment("1204.50"))
    page = (await shop.http.get(f"/pay/{token}")).text
    assert "Il n'y a plus rien à payer" in page.replace("&#39;", "'")
    assert "<form" not in page
    assert "FR76" not in page


async def test_what_a_formal_notice_asked_for_is_part_of_the_amount(shop: Site) -> None:
    """The page asks for the sum that the notice printed, and says what it contains."""
    key = known(shop.books)
    with shop.books.write() as conn:
        cases.ask_accessories(conn, key, Money.of("47.32", EUR), now())
    page = (await shop.http.get(f"/pay/{await shop.token(key)}")).text
    assert "1\u00a0251,82\u00a0€" in page
    assert "dont 47,32\u00a0€ de pénalités et frais" in page


async def test_a_payment_on_its_way_is_not_asked_for_again(shop: Site) -> None:
    """While a debit is under way the page offers nothing to pay."""
    key = known(shop.books)
    token = await shop.token(key)
    book(shop.books, key, PaymentPending(event_id="stripe:pi_1", amount=Money.of("1204.50", EUR)))
    page = (await shop.http.get(f"/pay/{token}")).text
    assert "en route" in page
    assert "<form" not in page


async def test_books_out_of_reach_get_a_page_in_words(shop: Site) -> None:
    """A customer never meets a traceback."""
    key = known(shop.books)
    token = await shop.token(key)
    with shop.books.write() as conn:
        conn.execute(text("ALTER TABLE payables RENAME TO elsewhere"))
    answer = await shop.http.get(f"/pay/{token}")
    assert answer.status_code == 500
    assert "indisponible" in answer.text
    assert "payables" not in answer.text


async def test_a_creditor_that_is_no_longer_configured(books: Books, dev_client: Client) -> None:
    """The page is unavailable, and says nothing of the invoice."""
    key = known(books)
    with books.write() as conn:
        token = pages.token_for(conn, key, cycle=1, now=now())
    other = CREDITOR.model_copy(update={"creditor_id": "other"})
    dependencies = replace(
        bare_dependencies(books, doors_on(books, dev_client)), creditors=CreditorRegister({"other": other})
    )
    async with bare_site_on(dependencies) as http:
        answer = await http.get(f"/pay/{token}")
    assert answer.status_code == 503
    assert "F-2026" not in answer.text


async def test_without_a_provider_the_page_shows_the_transfer(books: Books, dev_client: Client) -> None:
    """A deployment without Stripe still has a pay page; without a limit and a cheque it says less."""
    key = known(books)
    with books.write() as conn:
        token = pages.token_for(conn, key, cycle=1, now=now())
    bare = CREDITOR.model_copy(update={"card_limit": None, "cheque_payable_to": None, "court": None})
    dependencies = replace(
        bare_dependencies(books, doors_on(books, dev_client)), creditors=CreditorRegister({"acme": bare})
    )
    async with bare_site_on(dependencies) as http:
        page = (await http.get(f"/pay/{token}")).text
    assert "FR76" in page
    assert "<form" not in page
    assert "chèque" not in page


def test_every_phrase_exists_in_both_languages() -> None:
    """The two books have the same keys with the same details."""
    french, english = WORDS[Language.FRENCH], WORDS[Language.ENGLISH]
    assert french.keys() == english.keys()
    details = re.compile(r"\{(\w+)\}")
    for key, phrase in french.items():
        assert set(details.findall(phrase)) == set(details.findall(english[key])), key


@pytest.mark.parametrize(
    ("header", "language"),
    [("", "fr"), ("en-GB,en;q=0.9", "en"), ("de,en;q=0.5", "en"), ("fr-CA", "fr"), (";;,,", "fr")],
)
def test_the_browsers_language_is_understood(header: str, language: str) -> None:
    """The first language that the pages know; French where none is."""
    assert preferred_language(header) == language
