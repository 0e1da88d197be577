import asyncio
from datetime import timedelta

import pytest
from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.contrib.pydantic import pydantic_data_converter

from doors.refusals import (
    CommandRefusedError,
    NoWorkerError,
    RunNotStartedError,
    RunNotToldError,
    UnknownInvoiceError,
)
from dunning.case import DunningStatus
from dunning.facts import BookingOutcome, CustomerChanged, NoteTaken
from dunning.registers import UnknownCreditorError
from embedded.server_process import free_port
from ledger.books import Books
from ledger.cases import Registration
from ledger.keys import CaseKey
from tests.doors.deployment import Deployment, customer_of, doors_on, eventually, invoice, payment
from workflows import contract
from workflows.contract import Hold, Resume, UpdateName


async def _nowhere() -> Client:
    """A client of a server that is not there."""
    address = f"127.0.0.1:{free_port()}"
    return await Client.connect(address, data_converter=pydantic_data_converter, lazy=True)


async def test_a_registered_invoice_has_a_run_that_names_no_person(deployment: Deployment) -> None:
    """The run starts with ids alone; its summary shows number and amount, its details the dates."""
    taken = invoice()
    registration = await deployment.doors.register(taken, customer_of(taken))
    key = CaseKey("acme", taken.invoice_id)
    case = await deployment.until(lambda case: case.status is DunningStatus.DUNNING, key)
    assert registration is Registration.NEW
    assert case.next_step == "courtesy"
    description = await deployment.handle(key).describe()
    summary, details = await description.static_summary(), await description.static_details()
    assert summary == f"Facture {taken.number} – 1\u00a0204,50\u00a0€"
    assert "échéance le" in details
    history = (await deployment.handle(key).fetch_history()).to_json()
    assert "Lenoir" not in history
    assert "lenoir" not in history


async def test_registering_twice_changes_nothing_and_heals_a_missing_run(deployment: Deployment) -> None:
    """The second time finds the run, or starts it where somebody ended it."""
    taken = invoice()
    key = CaseKey("acme", taken.invoice_id)
    await deployment.doors.register(taken, customer_of(taken))
    first = (await deployment.handle(key).describe()).run_id
    assert await deployment.doors.register(taken, customer_of(taken)) is Registration.UNCHANGED
    assert (await deployment.handle(key).describe()).run_id == first
    await deployment.handle(key).terminate("an accident")
    await deployment.doors.register(taken, customer_of(taken))
    again = await deployment.handle(key).describe()
    assert again.run_id != first
    assert again.status is WorkflowExecutionStatus.RUNNING


async def test_a_changed_invoice_replans_its_run(deployment: Deployment) -> None:
    """A due date that moved moves the next action, without a second run."""
    taken = invoice()
    key = CaseKey("acme", taken.invoice_id)
    await deployment.doors.register(taken, customer_of(taken))
    before = await deployment.until(lambda case: case.next_action_at is not None, key)
    moved = taken.model_copy(update={"due_date": taken.due_date + timedelta(days=30)})
    assert await deployment.doors.register(moved, customer_of(moved)) is Registration.CHANGED
    assert before.next_action_at is not None
    earlier = before.next_action_at
    await deployment.until(
        lambda case: case.next_action_at is not None and case.next_action_at > earlier, key
    )


async def test_a_payment_is_booked_and_ends_the_run(deployment: Deployment) -> None:
    """The whole amount settles the case; telling it twice books it once and disturbs nobody."""
    key = await deployment.registered()
    told = payment("1204.50")
    assert (await deployment.doors.tell(key, told)).outcome is BookingOutcome.BOOKED
    result = await asyncio.wait_for(deployment.handle(key).result(), 20)
    assert result["status"] == "settled"
    assert (await deployment.doors.tell(key, told)).outcome is BookingOutcome.DUPLICATE
    case = await deployment.case(key)
    assert case.status is DunningStatus.SETTLED
    assert [paid.event_id for paid in case.payments] == ["bank:1"]


async def test_a_part_payment_reaches_the_run_as_its_own_signal(deployment: Deployment) -> None:
    """The rest stays due, and operators read in the history that money came."""
    key = await deployment.registered()
    await deployment.doors.tell(key, payment("204.50"))
    report = await eventually(lambda: _status(deployment, key, "1\u00a0000,00\u00a0€"))
    assert report.status is DunningStatus.DUNNING
    assert await deployment.signals(key) == ["payment_received"]


async def _status(deployment: Deployment, key: CaseKey, balance: str) -> contract.StatusReport | None:
    report = await deployment.doors.query_status(key)
    return report if report.balance == balance else None


async def test_a_fact_starts_the_missing_run_of_an_open_case(deployment: Deployment) -> None:
    """A signal that finds no run is no error: the case is open, so a run starts together with the signal."""
    key = await deployment.registered()
    await deployment.handle(key).terminate("an accident")
    await deployment.doors.tell(key, payment("1204.50"))
    assert (await asyncio.wait_for(deployment.handle(key).result(), 20))["status"] == "settled"


async def test_a_fact_without_a_signal_of_its_own_wakes_the_run(deployment: Deployment) -> None:
    """A note is told as a change of the books, and its text stays there."""
    key = await deployment.registered()
    await deployment.doors.tell(key, NoteTaken(event_id="note:1", text="Mme Petit rappelle lundi"))
    assert await deployment.signals(key) == ["books_changed"]
    assert "Petit" not in (await deployment.handle(key).fetch_history()).to_json()
    assert "note" in await deployment.story(key)


async def test_new_particulars_of_a_customer_stay_out_of_the_history(deployment: Deployment) -> None:
    """The run is told that the customer changed; the address itself is in the books alone."""
    key = await deployment.registered()
    await deployment.doors.tell(key, CustomerChanged(event_id="crm:7", email="neuf@lenoir.example"))
    assert await deployment.signals(key) == ["customer_changed"]
    assert "neuf@" not in (await deployment.handle(key).fetch_history()).to_json()
    assert (await deployment.case(key)).customer.email == "neuf@lenoir.example"


async def test_a_fact_about_an_unknown_invoice_is_refused(deployment: Deployment) -> None:
    """Nothing is booked, no run is started; the caller learns why."""
    key = CaseKey("acme", "F-unknown")
    refused = await deployment.doors.tell(key, payment("10.00"))
    assert (refused.outcome, refused.refusal) == (BookingOutcome.REFUSED, "unknown_invoice")
    with pytest.raises(UnknownCreditorError):
        await deployment.doors.tell(CaseKey("nobody", "F-1"), payment("10.00"))


async def test_a_command_answers_once_the_books_agree(deployment: Deployment) -> None:
    """Held means held in the books too; the same command under the same id is carried out once."""
    key = await deployment.registered()
    hold = Hold(reason="litige")
    answer = await deployment.doors.command(key, UpdateName.HOLD, hold, update_id="hold-1")
    assert answer.status is DunningStatus.HELD
    assert (await deployment.case(key)).facts.hold is not None
    await deployment.doors.command(key, UpdateName.HOLD, hold, update_id="hold-1")
    assert (await deployment.story(key)).count("held") == 1


async def test_a_refused_command_says_why(deployment: Deployment) -> None:
    """The refusal of the books comes back in words, and nothing changes."""
    key = await deployment.registered()
    with pytest.raises(CommandRefusedError) as refused:
        await deployment.doors.command(key, UpdateName.RESUME, Resume())
    assert str(refused.value)
    assert "_" not in str(refused.value)
    assert (await deployment.case(key)).status is DunningStatus.DUNNING


async def test_a_command_starts_the_missing_run_of_an_open_case(deployment: Deployment) -> None:
    """An operator need not know that the run was lost."""
    key = await deployment.registered()
    await deployment.handle(key).terminate("an accident")
    answer = await deployment.doors.command(key, UpdateName.HOLD, Hold())
    assert answer.status is DunningStatus.HELD


async def test_a_command_on_a_closed_case_is_refused_in_words(deployment: Deployment) -> None:
    """A closed case has no run; the answer says that it is closed, in the creditor's language."""
    key = await deployment.registered()
    await deployment.doors.tell(key, payment("1204.50"))
    await asyncio.wait_for(deployment.handle(key).result(), 20)
    with pytest.raises(CommandRefusedError, match="clos"):
        await deployment.doors.command(key, UpdateName.HOLD, Hold())


async def test_a_command_on_an_unknown_invoice_names_it(deployment: Deployment) -> None:
    """No run is started for an id that nobody registered."""
    with pytest.raises(UnknownInvoiceError, match="F-unknown"):
        await deployment.doors.command(CaseKey("acme", "F-unknown"), UpdateName.HOLD, Hold())
    with pytest.raises(UnknownInvoiceError):
        await deployment.doors.query_status(CaseKey("acme", "F-unknown"))
    with pytest.raises(UnknownInvoiceError):
        await deployment.doors.start(CaseKey("acme", "F-unknown"))


async def test_status_and_timeline_come_from_the_run(deployment: Deployment) -> None:
    """While a worker runs, the run itself tells what is planned, in words."""
    key = await deployment.registered()
    status, timeline = await deployment.doors.query_status(key), await deployment.doors.timeline(key)
    assert status.next_action == timeline.planned[0]
    assert len(timeline.planned) > 1


async def test_without_temporal_a_fact_is_booked_and_the_caller_told(books: Books) -> None:
    """The booking stands; once Temporal is back, telling again reaches the run."""
    doors = doors_on(books, await _nowhere())
    taken = invoice()
    key = CaseKey("acme", taken.invoice_id)
    with pytest.raises(RunNotStartedError, match="in the books") as not_started:
        await doors.register(taken, customer_of(taken))
    assert not_started.value.registration is Registration.NEW
    with pytest.raises(RunNotToldError) as not_told:
        await doors.tell(key, payment("204.50"))
    assert not_told.value.booking.outcome is BookingOutcome.BOOKED
    status = await doors.query_status(key)
    assert status.balance == "1\u00a0000,00\u00a0€"
    assert (await doors.timeline(key)).done == ()
    with pytest.raises(NoWorkerError, match="may still be carried out"):
        await doors.command(key, UpdateName.HOLD, Hold())


async def test_without_a_worker_a_command_ends_in_words(books: Books, dev_client: Client) -> None:
    """A person does not wait for ever; the books answer what they can meanwhile."""
    doors = doors_on(books, dev_client)
    taken = invoice()
    key = CaseKey("acme", taken.invoice_id)
    await doors.register(taken, customer_of(taken))
    try:
        with pytest.raises(NoWorkerError):
            await doors.command(key, UpdateName.HOLD, Hold(), patience=1)
        assert (await doors.query_status(key)).status is DunningStatus.PENDING
    finally:
        await dev_client.get_workflow_handle(contract.workflow_id(*key)).terminate()
