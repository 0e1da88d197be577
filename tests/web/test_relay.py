import asyncio
import random
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter

from dunning.journal import TaskKind
from embedded.dev_server import DevServer, Ports
from embedded.server_process import free_port
from embedded.stripe_customer import pay_as_customer
from embedded.stripe_webhooks import DeliveryFaults
from ledger import inbox, leases
from ledger.books import Books
from ledger.cases import Registration
from ledger.keys import CaseKey
from tests.doors.deployment import customer_of, deployed, doors_on, eventually, invoice, now
from tests.web.site import Site, bare_dependencies, event_of, session_event, site_on, stripe_at
from web.app import relay_of
from web.inbox_events import pause_before_next
from workflows.search_attributes import ALL as SEARCH_ATTRIBUTES


async def _tasks(site: Site) -> dict[TaskKind, dict[str, object]]:
    return {task.kind: task.details for task in await site.deployment.open_tasks()}


async def test_an_event_for_an_unknown_invoice_is_kept_and_opens_a_task(either_site: Site) -> None:
    """The money stays visible: the event is parked, a person is told amount and payment, once."""
    site = either_site
    event = session_event(CaseKey("acme", "F-nobody"))
    await site.deliver(event)
    await site.deliver(event_of("checkout.session.async_payment_succeeded", event["data"]["object"]))
    await site.quiet()
    assert set((await site.inbox_states()).values()) == {"parked"}
    (task,) = await site.deployment.open_tasks()
    assert task.kind is TaskKind.UNMATCHED_PAYMENT
    assert task.details["amount"] == "204.50 EUR"
    assert task.details["invoice"] == "F-nobody"


@pytest.mark.parametrize(
    "metadata", [{}, {"creditor_id": "stranger", "invoice_id": "F-1"}, {"invoice_id": ""}]
)
async def test_money_that_names_no_invoice_of_ours_goes_to_a_person(
    site: Site, metadata: dict[str, str]
) -> None:
    """A payment made some other way at Stripe is not lost in the inbox."""
    await site.deployment.registered(invoice_id="F-1")
    await site.deliver(session_event(CaseKey("acme", "F-1"), metadata=metadata))
    await site.quiet()
    assert TaskKind.UNMATCHED_PAYMENT in await _tasks(site)
    assert (await site.deployment.case(CaseKey("acme", "F-1"))).payments == ()


async def test_another_currency_is_kept_and_not_deducted(either_site: Site) -> None:
    """Dollars do not pay euros: the balance stays, a person decides."""
    site = either_site
    key = await site.deployment.registered()
    await site.deliver(session_event(key, currency="usd"))
    await site.quiet()
    case = await site.deployment.case(key)
    assert str(case.balance) == "1204.50 EUR"
    assert TaskKind.OTHER_CURRENCY in await _tasks(site)
    assert set((await site.inbox_states()).values()) == {"parked"}


async def test_more_than_is_owed_settles_and_opens_a_task(site: Site) -> None:
    """The excess belongs to the customer: the case ends, and a person gives it back."""
    key = await site.deployment.registered()
    await site.deliver(session_event(key, amount_total=130450))
    await site.deployment.until(lambda case: case.status.closed, key)
    await site.quiet()
    assert (await _tasks(site))[TaskKind.OVERPAYMENT]["amount"] == "100.00 EUR"


async def test_nothing_was_paid(site: Site) -> None:
    """A session over zero is kept for a person; the books take no payment of nothing."""
    key = await site.deployment.registered()
    await site.deliver(session_event(key, amount_total=0))
    await site.quiet()
    assert TaskKind.REFUSED_FACT in await _tasks(site)
    assert set((await site.inbox_states()).values()) == {"parked"}


async def test_an_event_about_something_else_is_done_in_silence(site: Site) -> None:
    """Customers, charges, subscriptions: no task, no booking."""
    await site.deliver(event_of("customer.created", {"id": "cus_1", "object": "customer"}))
    await site.deliver(session_event(CaseKey("acme", "F-nobody"), payment_status="unpaid"))
    await site.quiet()
    assert set((await site.inbox_states()).values()) == {"done"}
    assert await site.deployment.open_tasks() == []


async def test_an_event_that_makes_no_sense_goes_to_a_person(site: Site) -> None:
    """One of ours with fields missing is parked, and the task says which."""
    key = await site.deployment.registered()
    await site.deliver(session_event(key, amount_total=None))
    await site.deliver(session_event(key))
    await site.quiet()
    assert set((await site.inbox_states()).values()) == {"parked", "done"}
    assert "amount" in str((await _tasks(site))[TaskKind.UNREADABLE_MESSAGE]["problem"])


async def test_a_refund_finds_its_invoice_and_a_person(site: Site) -> None:
    """A refund names no invoice: the payment that it is about leads there."""
    key = await site.deployment.registered()
    await pay_as_customer(f"{site.server.address}/pay/{await site.token(key)}")
    await site.deployment.until(lambda case: case.status.closed, key)
    (session,) = site.sandbox.objects.all_of("checkout.session")
    site.sandbox.refund(session["payment_intent"], 10000)

    async def refund_known() -> bool | None:
        return True if "refunded" in await site.deployment.story(key) else None

    await eventually(refund_known)
    await site.quiet()
    details = (await _tasks(site))[TaskKind.REFUND]
    assert details["amount"] == "100.00 EUR"


async def test_news_of_a_debit_that_comes_after_its_money_changes_nothing(site: Site) -> None:
    """Stripe delivers in any order: no hold is placed for a payment that has arrived."""
    key = await site.deployment.registered()
    paid = session_event(key, kind="checkout.session.async_payment_succeeded")
    await site.deliver(paid)
    await site.quiet()
    pending = paid["data"]["object"] | {"payment_status": "unpaid"}
    await site.deliver(event_of("checkout.session.completed", pending))
    await site.quiet()
    case = await site.deployment.case(key)
    assert case.facts.hold is None
    assert len(case.payments) == 1


async def test_many_deliveries_doubled_and_shuffled_count_once(either_site: Site) -> None:
    """Twenty customers, each delivery twice, late and out of order: every invoice settled exactly once."""
    site = either_site
    site.sandbox.sender.faults = DeliveryFaults(copies=2, shuffle=0.5)
    keys = await asyncio.gather(*(site.deployment.registered() for _ in range(20)))
    tokens = [await site.token(key) for key in keys]
    random.Random(0).shuffle(tokens)
    await asyncio.gather(*(pay_as_customer(f"{site.server.address}/pay/{token}") for token in tokens))
    cases = [await site.deployment.until(lambda case: case.status.closed, key) for key in keys]
    assert [len(case.payments) for case in cases] == [1] * 20
    await site.quiet()
    assert await site.deployment.open_tasks() == []


async def test_a_payment_survives_an_outage_of_temporal(books: Books, tmp_path: Path) -> None:
    """A web app started while Temporal is down books at once; when it is back the run is told by itself."""
    ports = Ports(grpc=free_port(), ui=free_port())
    state = tmp_path / "temporal.sqlite"

    def server() -> DevServer:
        return DevServer(search_attributes=SEARCH_ATTRIBUTES, database=state, ports=ports)

    first = server()
    await asyncio.to_thread(first.start)
    client = await Client.connect(first.address, data_converter=pydantic_data_converter)
    taken = invoice()
    key = CaseKey("acme", taken.invoice_id)
    try:
        assert await doors_on(books, client).register(taken, customer_of(taken)) is Registration.NEW
    finally:
        await asyncio.to_thread(first.stop)
    late = await Client.connect(first.address, data_converter=pydantic_data_converter, lazy=True)
    async with site_on(books, late) as site:
        assert (await site.deliver(session_event(key, amount_total=120450))).status_code == 200
        assert (await site.http.get("/ready")).status_code == 503
        case = await site.deployment.until(lambda case: not case.balance.is_positive, key)
        assert case.status == "pending"
        assert await site.waiting() == 1
        async with server(), deployed(books, client):
            case = await site.deployment.until(lambda case: case.status.closed, key)
            await site.quiet()
            assert case.status == "settled"
            assert len(case.payments) == 1


async def test_missed_events_are_fetched_into_the_same_inbox(books: Books, dev_client: Client) -> None:
    """What no webhook brought is asked for at the start, and not taken twice."""
    async with deployed(books, dev_client), site_on(books, dev_client) as site:
        site.sandbox.sender.faults = DeliveryFaults(lose=True)
        key = await site.deployment.registered()
        await pay_as_customer(f"{site.server.address}/pay/{await site.token(key)}")
        stripe = stripe_at(site.sandbox.address)
        dependencies = bare_dependencies(books, site.deployment.doors)
        relay = relay_of(replace(dependencies, events=stripe))
        assert relay is not None
        assert (await site.deployment.case(key)).payments == ()
        fetched = await relay.fetch_missed(now() - timedelta(days=3))
        assert fetched >= 1
        assert await relay.fetch_missed(now() - timedelta(days=3)) == 0
        await stripe.aclose()
        await site.deployment.until(lambda case: case.status.closed, key)


async def test_only_one_relay_works_at_a_time(books: Books, dev_client: Client) -> None:
    """While another process holds the lease, events wait; a lease that ran out is taken over."""
    stripe = stripe_at("http://127.0.0.1:1")
    relay = relay_of(replace(bare_dependencies(books, doors_on(books, dev_client)), events=stripe))
    assert relay is not None
    irrelevant = b'{"id":"evt_1","object":"event","type":"x","created":1,"data":{"object":{}}}'
    with books.write() as conn:
        inbox.receive(conn, "stripe", "evt_1", irrelevant, now())
        leases.take(conn, "inbox-relay", "another process", now(), now() + timedelta(seconds=1))
    assert await relay.turn() == 0
    await asyncio.sleep(1)
    assert await relay.turn() == 1
    assert await relay.turn() == 0
    await stripe.aclose()


async def test_a_stripe_that_is_away_is_asked_again(books: Books, dev_client: Client) -> None:
    """A refund that cannot be traced now waits with a reason, and holds nothing else up."""
    stripe = stripe_at("http://127.0.0.1:1")
    relay = relay_of(replace(bare_dependencies(books, doors_on(books, dev_client)), events=stripe))
    assert relay is not None
    refund = (
        b'{"id":"evt_1","object":"event","type":"refund.created","created":1,"data":{"object":'
        b'{"id":"re_1","amount":100,"currency":"eur","status":"succeeded","payment_intent":"pi_1"}}}'
    )
    with books.write() as conn:
        inbox.receive(conn, "stripe", "evt_1", refund, now())
    assert await relay.turn() == 1
    with books.read() as conn:
        assert inbox.due(conn, "stripe", now(), 10) == []
        (waiting,) = inbox.due(conn, "stripe", now() + timedelta(minutes=1), 10)
    assert waiting.tries == 1
    assert waiting.problem
    await stripe.aclose()


def test_pauses_double_up_to_the_longest() -> None:
    """A second, two, four …, never more than the longest, however often it failed."""
    longest = timedelta(seconds=15)
    pauses = [pause_before_next(tries, longest).total_seconds() for tries in (0, 1, 2, 3, 4, 1000)]
    assert pauses == [1, 2, 4, 8, 15, 15]
