from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import text
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter

from embedded.server_process import free_port
from ledger.books import Books
from ledger.keys import CaseKey
from tests.doors.deployment import today
from tests.web.counter import known
from tests.web.site import API_KEYS, Site, bare_dependencies, bare_site_on, site_on

_HEADERS = {"authorization": f"Bearer {API_KEYS[0]}"}
_ADDRESS = "/api/invoices/acme/F-api"


def _body(**changes: Any) -> dict[str, Any]:
    """An invoice as a billing system describes it."""
    invoice: dict[str, Any] = {
        "number": "F-2026-0042",
        "amount": "1204.50",
        "currency": "EUR",
        "issue_date": today().isoformat(),
        "due_date": (today() + timedelta(days=30)).isoformat(),
    }
    customer = {"customer_id": "C-7", "name": "Menuiserie Lenoir", "kind": "business"}
    email = {"email": "compta@lenoir.example"}
    return {"invoice": invoice | changes.pop("invoice", {}), "customer": customer | email, **changes}


def _paid(amount: str = "204.50", **changes: Any) -> dict[str, Any]:
    message = {"event_id": "erp:1", "amount": amount, "received_on": today().isoformat()}
    return {"fact": "payment_received", "message": message | changes}


async def _put(http: httpx.AsyncClient, body: object, address: str = _ADDRESS) -> httpx.Response:
    return await http.put(address, json=body, headers=_HEADERS)


async def _tell(http: httpx.AsyncClient, body: object, address: str = _ADDRESS) -> httpx.Response:
    return await http.post(f"{address}/facts", json=body, headers=_HEADERS)


async def _show(http: httpx.AsyncClient, address: str = _ADDRESS) -> httpx.Response:
    return await http.get(address, headers=_HEADERS)


def _words(answer: httpx.Response, status: int) -> str:
    """The error of a refusal, which always has the same form."""
    assert answer.status_code == status, answer.text
    refusal = answer.json()
    assert set(refusal) == {"error", "what_to_do"}
    assert all(refusal.values())
    return str(refusal["error"])


async def test_an_invoice_is_registered_and_its_run_started(either_site: Site) -> None:
    """201 with the id of the run; the same again 200, nothing changed; other figures 200, changed."""
    http = either_site.http
    first = await _put(http, _body())
    assert (first.status_code, first.json()) == (
        201,
        {"registration": "new", "workflow_id": "dunning:acme:F-api"},
    )
    again = await _put(http, _body())
    assert (again.status_code, again.json()["registration"]) == (200, "unchanged")
    corrected = await _put(http, _body(invoice={"amount": "1000.00"}))
    assert (corrected.status_code, corrected.json()["registration"]) == (200, "changed")
    case = await either_site.deployment.until(
        lambda case: case.status == "dunning" and case.next_step == "courtesy", CaseKey("acme", "F-api")
    )
    assert str(case.balance) == "1000.00 EUR"


async def test_facts_reach_books_and_run(site: Site) -> None:
    """A payment told twice is booked once; the answer says which it was."""
    await _put(site.http, _body())
    first, again = await _tell(site.http, _paid()), await _tell(site.http, _paid())
    assert (first.status_code, first.json()["outcome"]) == (200, "booked")
    assert (again.status_code, again.json()["outcome"]) == (200, "duplicate")
    shown = (await _show(site.http)).json()
    assert (shown["balance"], shown["currency"], shown["amount"]) == ("1000.00", "EUR", "1204.50")
    cancelled = {"fact": "invoice_cancelled", "message": {"event_id": "erp:2", "reason": "doublon"}}
    assert (await _tell(site.http, cancelled)).status_code == 200
    case = await site.deployment.until(lambda case: case.status.closed, CaseKey("acme", "F-api"))
    assert case.status == "cancelled"


async def test_status_and_story_are_told_in_words(site: Site) -> None:
    """Where it stands, what comes next, what happened; money as decimal strings."""
    await _put(site.http, _body())
    await _tell(site.http, _paid())
    await site.deployment.until(lambda case: case.next_action_at is not None, CaseKey("acme", "F-api"))
    shown = (await _show(site.http)).json()
    assert shown["status"] == "dunning"
    assert shown["number"] == "F-2026-0042"
    assert shown["next_action"] == shown["planned"][0]
    kinds = [line["kind"] for line in shown["story"]]
    assert kinds[0] == "opened"
    assert "policy_chosen" in kinds
    paid = next(line for line in shown["story"] if line["kind"] == "payment")
    assert paid["details"]["amount"] == "204.50 EUR"
    assert "204,50" in paid["text"]


async def test_an_instalment_plan_that_does_not_add_up_is_refused(site: Site) -> None:
    """409 with the reason in words, and nothing changed."""
    await _put(site.http, _body())
    due_on = (today() + timedelta(days=10)).isoformat()
    plan = {"event_id": "erp:9", "instalments": [{"due_on": due_on, "amount": "10.00"}]}
    answer = await _tell(site.http, {"fact": "payment_plan_agreed", "message": plan})
    assert "10,00" in _words(answer, 409)
    assert "plan_agreed" not in await site.deployment.story(CaseKey("acme", "F-api"))


async def test_a_fact_that_a_person_must_look_at_is_accepted(site: Site) -> None:
    """Money in another currency is kept: 202, with the reason."""
    await _put(site.http, _body())
    answer = await _tell(site.http, _paid(currency="USD"))
    assert (answer.status_code, answer.json()["outcome"]) == (202, "kept")
    assert answer.json()["reason"]


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"due_date": None}, "due_date"),
        ({"amount": "0.00"}, "more than zero"),
        ({"amount": "-5.00"}, "more than zero"),
        ({"amount": "1,50"}, "amount"),
        ({"currency": "XXX"}, "XXX"),
        ({"due_date": "2020-01-01"}, "before it was issued"),
        ({"due_date": "31/12/2026"}, "due_date"),
        ({"duedate": "2026-12-31"}, "duedate"),
    ],
)
async def test_an_invoice_that_makes_no_sense_is_refused(
    shop: Site, change: dict[str, Any], fault: str
) -> None:
    """422 names the field; the books stay as they are."""
    assert fault in _words(await _put(shop.http, _body(invoice=change)), 422)
    assert _words(await _show(shop.http), 404)


async def test_other_things_that_cannot_be_taken(shop: Site) -> None:
    """A malformed address, an unknown policy, a kind nobody knows, no JSON at all: each in words."""
    broken = _body()
    broken["customer"]["email"] = "nobody at home"
    words = _words(await _put(shop.http, broken), 422)
    assert "e-mail" in words
    assert "standard-business" in _words(await _put(shop.http, _body(policy="gentle")), 422)
    assert _words(await _put(shop.http, _body(surprise=1)), 422)
    assert _words(await shop.http.put(_ADDRESS, content=b"{", headers=_HEADERS), 422)
    assert _words(await shop.http.put(_ADDRESS, content=b"x" * 70_000, headers=_HEADERS), 413)
    key = known(shop.books)
    address = f"/api/invoices/acme/{key.invoice_id}"
    assert "payment_received" in _words(
        await _tell(shop.http, {"fact": "money", "message": {}}, address), 422
    )
    asking = {"fact": "books_changed", "message": {"event_id": "e"}}
    assert "payment_received" in _words(await _tell(shop.http, asking, address), 422)
    assert "event_id" in _words(await _tell(shop.http, _paid(event_id=""), address), 422)
    assert "amount" in _words(await _tell(shop.http, _paid(amount="a lot"), address), 422)


async def test_what_nobody_registered_is_not_found(shop: Site) -> None:
    """Unknown invoice, unknown creditor, ids that can be none, addresses that lead nowhere: 404 in words."""
    assert "F-api" in _words(await _show(shop.http), 404)
    assert "F-api" in _words(await _tell(shop.http, _paid()), 404)
    assert "nobody" in _words(await _put(shop.http, _body(), "/api/invoices/nobody/F-1"), 404)
    assert _words(await _show(shop.http, "/api/invoices/acme/%00"), 404)
    assert _words(await _show(shop.http, "/api/invoices/acme/a:b"), 404)
    assert _words(await _show(shop.http, "/api/nothing"), 404)
    assert _words(await shop.http.delete(_ADDRESS, headers=_HEADERS), 405)


async def test_only_a_key_opens(shop: Site) -> None:
    """Both keys of a rotation do; none, another, another scheme do not, and nothing is read before."""
    for key in API_KEYS:
        opened = await shop.http.get(_ADDRESS, headers={"authorization": f"bearer {key}"})
        assert _words(opened, 404)
    for header in ("", "Bearer", "Bearer wrong", f"Basic {API_KEYS[0]}", f"Bearer {API_KEYS[0]}x"):
        answer = await shop.http.get(_ADDRESS, headers={"authorization": header})
        assert "key" in _words(answer, 401)
        assert answer.headers["www-authenticate"] == "Bearer"
    refused = await shop.http.put(_ADDRESS, content=b"{", headers={"authorization": "Bearer wrong"})
    assert _words(refused, 401)


async def test_without_a_configured_key_nobody_comes_in(site: Site) -> None:
    """A deployment that forgot the keys is closed, not open."""
    async with bare_site_on(bare_dependencies(site.books, site.deployment.doors)) as http:
        answer = await http.get(_ADDRESS, headers={"authorization": "Bearer x"})
    assert "no key is configured" in _words(answer, 401)
    assert "DUNNING_API_KEYS" in answer.json()["what_to_do"]


@pytest.fixture
async def lonely(books: Books) -> AsyncIterator[Site]:
    """A web app whose Temporal is away."""
    address = f"127.0.0.1:{free_port()}"
    client = await Client.connect(address, data_converter=pydantic_data_converter, lazy=True)
    async with site_on(books, client) as running:
        yield running


async def test_without_temporal_the_books_take_it_and_the_answer_says_so(lonely: Site) -> None:
    """503 asks to repeat; what was told is booked, and repeating it changes nothing."""
    assert "in the books" in _words(await _put(lonely.http, _body()), 503)
    assert "in the books" in _words(await _tell(lonely.http, _paid()), 503)
    assert "in the books" in _words(await _tell(lonely.http, _paid()), 503)
    shown = await _show(lonely.http)
    assert (shown.status_code, shown.json()["balance"], shown.json()["status"]) == (200, "1000.00", "pending")


async def test_readiness_names_what_is_away(lonely: Site, site: Site, tmp_path: Path) -> None:
    """Alive is not ready: each part says how it is, and an address is not told to strangers."""
    assert (await lonely.http.get("/health")).json() == {"status": "ok"}
    away = await lonely.http.get("/ready")
    assert away.status_code == 503
    assert away.json()["ledger"] == "ok"
    assert "Temporal" in away.json()["temporal"]
    ready = await site.http.get("/ready")
    assert (ready.status_code, ready.json()) == (200, {"ledger": "ok", "temporal": "ok"})
    assert str(tmp_path) not in away.text


async def test_a_fault_of_the_program_is_answered_in_words(shop: Site) -> None:
    """A program gets the same form of answer as ever, and no inside of ours."""
    known(shop.books, invoice_id="F-api")
    with shop.books.write() as conn:
        conn.execute(text("ALTER TABLE journal RENAME TO elsewhere"))
    assert "fault" in _words(await _show(shop.http), 500)
