from datetime import date

import pytest

from dunning.case import DunningStatus, SendState
from dunning.journal import EntryKind, TaskKind
from dunning.party import CustomerKind
from dunning.refusal import Refusal
from ledger import cases, sends
from ledger.books import Books
from ledger.cases import Registration
from ledger.keys import CaseKey, SendKey
from tests.ledger.desk import CREDITOR, KEY, Desk, customer, eur, invoice


def test_a_new_invoice_opens_a_case(books: Books) -> None:
    """It waits for its first plan, with its whole amount owed and the first line of its story written."""
    desk = Desk(books)
    assert desk.register(policy="firm", actor="import") is Registration.NEW
    case = desk.case()
    assert (case.invoice, case.customer) == (invoice(), customer())
    assert (case.status, case.level, case.balance) == (DunningStatus.PENDING, -1, eur("1000"))
    assert (case.policy, case.policy_fixed, case.facts.cycle) == ("firm", True, 1)
    entry = desk.last(EntryKind.OPENED)
    assert (entry.actor, entry.details["amount"]) == ("import", "1000.00 EUR")


def test_registering_twice_changes_nothing(books: Books) -> None:
    """An import that runs again leaves no trace."""
    desk = Desk(books)
    desk.register()
    desk.later(days=1)
    assert desk.register() is Registration.UNCHANGED
    assert desk.story() == [EntryKind.OPENED]


def test_other_figures_are_a_correction(books: Books) -> None:
    """What differs is replaced and journalled; what the newer telling leaves out stays."""
    desk = Desk(books)
    desk.register(invoice(description="Plan de travail"))
    assert desk.register(invoice(amount=eur("900"))) is Registration.CHANGED
    case = desk.case()
    assert (case.balance, case.invoice.description) == (eur("900"), "Plan de travail")
    assert desk.last(EntryKind.CORRECTED).details == {
        "amount": {"before": "1000.00 EUR", "after": "900.00 EUR"}
    }


def test_figures_may_come_and_go_and_come_again(books: Books) -> None:
    """Each telling that differs from the books is taken, also one that was told before."""
    desk = Desk(books)
    desk.register()
    for amount in ("900", "1000", "900", "1000"):
        assert desk.register(invoice(amount=eur(amount))) is Registration.CHANGED
        assert desk.case().balance == eur(amount)


def test_a_correction_that_cannot_be_applied_becomes_one_task(books: Books) -> None:
    """A closed case stays closed, another currency is not converted; a daily import asks once, not daily."""
    desk = Desk(books)
    desk.register()
    dollars = invoice(amount={"amount": "1000", "currency": "USD"})
    for _ in range(2):
        assert desk.register(dollars) is Registration.UNCHANGED
    desk.cancel()
    for _ in range(2):
        assert desk.register(invoice(amount=eur("1"))) is Registration.UNCHANGED
    assert desk.kinds_of_tasks() == [TaskKind.REFUSED_FACT, TaskKind.REFUSED_FACT]
    assert desk.case().status is DunningStatus.CANCELLED


def test_an_invoice_does_not_change_its_customer(books: Books) -> None:
    """Another customer under a known invoice is a mistake for a person to look at."""
    desk = Desk(books)
    desk.register()
    other = customer(customer_id="C-2")
    for _ in range(2):
        assert desk.register(invoice(customer_id="C-2"), other) is Registration.UNCHANGED
    assert desk.case().customer.customer_id == "C-1"
    assert desk.kinds_of_tasks() == [TaskKind.REFUSED_FACT]


def test_new_particulars_of_a_customer_are_taken_over(books: Books) -> None:
    """The journal names fields, never what stands in them; empty fields and defaults change nothing."""
    desk = Desk(books)
    desk.register(customer_=customer(phone="01 23 45 67 89", language="en"))
    assert desk.register(customer_=customer(email="new@lenoir.example")) is Registration.CHANGED
    known = desk.case().customer
    assert (known.email, known.phone, known.language) == ("new@lenoir.example", "01 23 45 67 89", "en")
    assert desk.last(EntryKind.CUSTOMER_CHANGED).details == {"fields": ["email"]}


def test_a_second_invoice_may_bring_new_particulars(books: Books) -> None:
    """They count for all invoices of the customer."""
    desk = Desk(books)
    desk.register()
    desk.register(invoice(invoice_id="F-2", number="F-2"), customer(phone="0123456789"))
    assert desk.case().customer.phone == "0123456789"
    assert desk.story(CaseKey(CREDITOR, "F-2")) == [EntryKind.OPENED, EntryKind.CUSTOMER_CHANGED]


def test_what_is_missing_is_asked_for_once_per_customer(books: Books) -> None:
    """An address and the kind are asked for once, however many invoices; a SIREN answers the kind."""
    desk = Desk(books)
    nobody = customer(email=None, kind=CustomerKind.UNKNOWN)
    desk.register(customer_=nobody)
    desk.register(invoice(invoice_id="F-2", number="F-2"), nobody)
    assert sorted(desk.kinds_of_tasks()) == [TaskKind.FIND_ADDRESS, TaskKind.FIND_KIND]
    desk.register(
        customer_=customer(customer_id="C-1", email="a@lenoir.example", kind="unknown", siren="732829320")
    )
    assert desk.kinds_of_tasks() == []


def test_a_policy_name_that_no_policy_can_have_is_refused(books: Books) -> None:
    """A name longer than any policy's is refused in words instead of failing in one of the databases."""
    with pytest.raises(Refusal, match="unknown_policy"):
        Desk(books).register(policy="x" * 42)


def test_an_earlier_contact_counts(books: Books) -> None:
    """Level and date of a reminder sent before the import stand as an accepted attempt."""
    desk = Desk(books)
    desk.register(last_contact=(1, date(2026, 2, 10)))
    attempt = desk.case().facts.attempts[0]
    assert (attempt.level, attempt.on, attempt.state) == (1, date(2026, 2, 10), SendState.ACCEPTED)
    assert desk.register(last_contact=(1, date(2026, 2, 10))) is Registration.UNCHANGED
    assert len(desk.case().facts.attempts) == 1


def test_a_refused_address_is_asked_for_once_and_a_new_one_frees_what_was_refused(books: Books) -> None:
    """After a 550 nothing goes to that address; with a new one the refused steps of open cases wait again."""
    desk = Desk(books)
    desk.register()
    other = CaseKey(CREDITOR, "F-2")
    desk.register(invoice(invoice_id="F-2", number="F-2"))
    for key in (KEY, other):
        send = SendKey(key, 1, "reminder-1", "email")
        with books.write() as conn:
            sends.reserve(conn, send, level=1, reminder=True, now=desk.now)
            sends.start_submitting(conn, send, "t", desk.now)
            sends.refuse(conn, send, "t", on=desk.today, now=desk.now, response="550 unknown")
            cases.mark_bounced(conn, key, desk.now)
    assert desk.case(other).email_bounced
    assert desk.kinds_of_tasks() == [TaskKind.FIND_ADDRESS]
    assert desk.case().facts.attempts[0].state is SendState.REFUSED
    with books.write() as conn:
        cases.close(conn, other, DunningStatus.WRITTEN_OFF, desk.now, kind=EntryKind.WRITTEN_OFF, details={})
    desk.register(customer_=customer(email="new@lenoir.example"))
    assert not desk.case().email_bounced
    assert desk.case().facts.attempts == ()
    assert desk.case(other).facts.attempts[0].state is SendState.REFUSED
    assert desk.kinds_of_tasks() == []
    with books.write() as conn:
        assert cases.mark_bounced(conn, KEY, desk.now, address="compta@lenoir.example") is None
        assert cases.mark_bounced(conn, KEY, desk.now, address="new@lenoir.example") is not None
    assert desk.kinds_of_tasks() == [TaskKind.FIND_ADDRESS]
