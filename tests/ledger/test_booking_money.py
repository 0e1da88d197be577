from dunning import facts
from dunning.arrangement import ArrangementState
from dunning.case import DunningStatus
from dunning.facts import BookingOutcome
from dunning.invoice import Payment
from dunning.journal import EntryKind, TaskKind
from ledger import cases
from ledger.booking import keep_refused
from ledger.books import Books
from ledger.keys import CaseKey
from ledger.schema import arrangements
from tests.ledger.desk import KEY, Desk, eur, invoice


def _close(desk: Desk, status: DunningStatus, kind: EntryKind) -> None:
    with desk.books.write() as conn:
        cases.close(conn, KEY, status, desk.now, kind=kind, details={})


def test_a_part_payment_lowers_the_balance(books: Books) -> None:
    """A part payment is deducted to the cent, counted and journalled with what remains."""
    desk = Desk(books)
    desk.register()
    assert desk.pay("333.33").outcome is BookingOutcome.BOOKED
    assert desk.balance() == "666.67 EUR"
    assert desk.last(EntryKind.PAYMENT).details["balance"] == "666.67 EUR"
    assert desk.kinds_of_tasks() == []


def test_the_same_payment_counts_once(books: Books) -> None:
    """A payment told twice, even by different messages, is deducted once."""
    desk = Desk(books)
    desk.register()
    desk.pay("100", "pi_1")
    assert desk.pay("100", "pi_1").outcome is BookingOutcome.DUPLICATE
    told_again = facts.PaymentReceived(
        event_id="evt_2", payment=Payment(event_id="pi_1", amount=eur("100"), received_on=desk.today)
    )
    assert desk.book(told_again).outcome is BookingOutcome.DUPLICATE
    assert desk.balance() == "900.00 EUR"
    assert desk.story() == [EntryKind.OPENED, EntryKind.PAYMENT]


def test_a_pending_payment_and_its_arrival_may_share_an_id(books: Books) -> None:
    """A payment announced and received under one provider's id is received all the same."""
    desk = Desk(books)
    desk.register()
    desk.book(facts.PaymentPending(event_id="pi_1", amount=eur("1000")))
    assert desk.pay("1000", "pi_1").outcome is BookingOutcome.BOOKED
    assert desk.balance() == "0.00 EUR"


def test_a_pending_payment_holds_five_business_days_and_a_failed_one_no_longer(books: Books) -> None:
    """Money on its way is waited for until the fifth business day, unless it fails."""
    desk = Desk(books)
    desk.register()
    desk.book(facts.PaymentPending(event_id="pi_1", amount=eur("1000")))
    hold = desk.case().facts.hold
    assert hold is not None
    assert str(hold.until) == "2026-03-09"
    desk.book(facts.PaymentPending(event_id="pi_1-failed", failed=True))
    assert desk.case().facts.hold is None
    assert desk.story()[-2:] == [EntryKind.PAYMENT_FAILED, EntryKind.RESUMED]


def test_a_pending_payment_does_not_shorten_a_longer_hold(books: Books) -> None:
    """A dispute's hold has no end; money on its way does not give it one, nor does its failure end it."""
    desk = Desk(books)
    desk.register()
    desk.hold(reason="expert opinion")
    desk.book(facts.PaymentPending(event_id="pi_1"))
    desk.book(facts.PaymentPending(event_id="pi_1-failed", failed=True))
    hold = desk.case().facts.hold
    assert hold is not None
    assert (hold.until, hold.reason) == (None, "expert opinion")


def test_money_in_another_currency_is_kept_for_a_person(books: Books) -> None:
    """Dollars do not pay euros: kept in the journal and on a task, not deducted."""
    desk = Desk(books)
    desk.register()
    booked = desk.pay("1000", currency="USD")
    assert (booked.outcome, booked.refusal) == (BookingOutcome.KEPT, "other_currency")
    assert desk.balance() == "1000.00 EUR"
    assert desk.story()[1] is EntryKind.PAYMENT_OTHER_CURRENCY
    assert desk.kinds_of_tasks() == [TaskKind.OTHER_CURRENCY]
    assert desk.case().payments == ()


def test_a_payment_of_nothing_is_kept_for_a_person(books: Books) -> None:
    """A zero or negative amount is no payment; a person sees it, once."""
    desk = Desk(books)
    desk.register()
    assert desk.pay("0", "zero").outcome is BookingOutcome.KEPT
    assert desk.pay("-5").outcome is BookingOutcome.KEPT
    assert desk.pay("0", "zero").outcome is BookingOutcome.DUPLICATE
    assert desk.balance() == "1000.00 EUR"
    assert desk.kinds_of_tasks() == [TaskKind.REFUSED_FACT, TaskKind.REFUSED_FACT]


def test_the_excess_of_an_overpayment_becomes_a_task(books: Books) -> None:
    """Money beyond the balance is counted, and its excess given to a person."""
    desk = Desk(books)
    desk.register()
    assert desk.pay("1200").outcome is BookingOutcome.BOOKED
    assert desk.balance() == "-200.00 EUR"
    assert desk.last(EntryKind.OVERPAID).details == {"amount": "200.00 EUR"}
    assert [task.details["amount"] for task in desk.tasks(TaskKind.OVERPAYMENT)] == ["200.00 EUR"]


def test_accessories_that_were_asked_are_no_overpayment(books: Books) -> None:
    """Who pays the penalties and the 40 euros that a formal notice asked for does not overpay."""
    desk = Desk(books)
    desk.register()
    with books.write() as conn:
        cases.ask_accessories(conn, KEY, eur("52.50"), desk.now)
    desk.pay("1000")
    desk.pay("52.50")
    assert desk.kinds_of_tasks() == []
    desk.pay("1")
    assert [task.details["amount"] for task in desk.tasks(TaskKind.OVERPAYMENT)] == ["1.00 EUR"]


def test_a_payment_in_full_keeps_what_was_agreed(books: Books) -> None:
    """Nothing remains: plan and promise are kept, a hold ends; the status is the planning's to set."""
    desk = Desk(books)
    desk.register()
    desk.agree_plan((10, "600"), (40, "400"))
    desk.pay("1000")
    assert desk.case().facts.instalments == ()
    assert desk.story()[-1] is EntryKind.PLAN_KEPT
    assert desk.case().status is DunningStatus.PENDING
    with books.read() as conn:
        states = list(conn.execute(arrangements.select().with_only_columns(arrangements.c.state)).scalars())
    assert states == [ArrangementState.KEPT]


def test_money_after_hand_over_or_write_off_settles(books: Books) -> None:
    """A case given up or handed over is settled by the payment that brings its balance to nothing."""
    for status, kind in (
        (DunningStatus.HANDED_OVER, EntryKind.HANDED_OVER),
        (DunningStatus.WRITTEN_OFF, EntryKind.WRITTEN_OFF),
    ):
        desk = Desk(books)
        key = CaseKey("acme", f"F-{status.value}")
        desk.register(invoice(invoice_id=key.invoice_id, number=key.invoice_id))
        with books.write() as conn:
            cases.close(conn, key, status, desk.now, kind=kind, details={})
        desk.pay("400", f"first-{status}", key=key)
        assert desk.case(key).status is status
        assert desk.entries(key)[-1].details["after"] == status.value
        desk.pay("600", f"second-{status}", key=key)
        assert desk.case(key).status is DunningStatus.SETTLED
        assert desk.story(key)[-1] is EntryKind.SETTLED
        assert desk.kinds_of_tasks() == []


def test_money_after_settlement_is_an_overpayment(books: Books) -> None:
    """A second payment of a settled invoice is the customer's money."""
    desk = Desk(books)
    desk.register()
    desk.pay("1000")
    _close(desk, DunningStatus.SETTLED, EntryKind.SETTLED)
    desk.pay("1000")
    assert [task.details["amount"] for task in desk.tasks(TaskKind.OVERPAYMENT)] == ["1000.00 EUR"]
    assert desk.case().status is DunningStatus.SETTLED


def test_money_for_a_cancelled_invoice_is_owed_back(books: Books) -> None:
    """Nothing was owed on a cancelled invoice, so all of the payment is excess."""
    desk = Desk(books)
    desk.register()
    desk.cancel()
    desk.pay("1000")
    assert [task.details["amount"] for task in desk.tasks(TaskKind.OVERPAYMENT)] == ["1000.00 EUR"]


def test_a_presumed_payment_stays_presumed_until_resumed(books: Books) -> None:
    """A part payment of a case that an import no longer lists does not start dunning for the rest."""
    desk = Desk(books)
    desk.register()
    with books.write() as conn:
        assert cases.presume_paid(conn, KEY, desk.now)
        assert not cases.presume_paid(conn, KEY, desk.now)
    desk.pay("400")
    assert desk.case().facts.presumed_paid
    assert desk.kinds_of_tasks() == [TaskKind.PRESUMED_PAID]
    desk.resume()
    assert not desk.case().facts.presumed_paid
    assert desk.kinds_of_tasks() == []
    with books.write() as conn:
        assert cases.presume_paid(conn, KEY, desk.now)
    assert desk.kinds_of_tasks() == [TaskKind.PRESUMED_PAID]


def test_a_credit_note_lowers_the_balance_and_its_excess_is_a_task(books: Books) -> None:
    """Credit notes count like payments; more credit than debt is a task; another currency too."""
    desk = Desk(books)
    desk.register()
    desk.credit("250.50")
    assert desk.balance() == "749.50 EUR"
    assert desk.credit("10", "USD").outcome is BookingOutcome.KEPT
    desk.credit("800")
    assert desk.balance() == "-50.50 EUR"
    assert [task.details["amount"] for task in desk.tasks(TaskKind.OVERPAYMENT)] == ["50.50 EUR"]
    assert len(desk.case().credit_notes) == 2


def test_a_refund_is_a_person_s_decision(books: Books) -> None:
    """Money that went back is journalled and given to a person; the claim does not change by itself."""
    desk = Desk(books)
    desk.register()
    desk.pay("1000")
    refund = facts.PaymentRefunded(event_id="re_1", amount=eur("1000"), refunded_on=desk.today)
    assert desk.book(refund).outcome is BookingOutcome.BOOKED
    assert desk.balance() == "0.00 EUR"
    assert desk.kinds_of_tasks() == [TaskKind.REFUND]


def test_a_fact_about_an_unknown_invoice_is_refused_and_booked_once_it_is_known(books: Books) -> None:
    """Kept as a task while the invoice is unknown; told again after it arrived, it is booked."""
    desk = Desk(books)
    payment = facts.PaymentReceived(
        event_id="pi_1", payment=Payment(event_id="pi_1", amount=eur("10"), received_on=desk.today)
    )
    booked = desk.book(payment)
    assert (booked.outcome, booked.refusal) == (BookingOutcome.REFUSED, "unknown_invoice")
    with books.write() as conn:
        keep_refused(conn, KEY, payment, booked, desk.now)
        keep_refused(conn, KEY, payment, booked, desk.now)
    assert desk.kinds_of_tasks() == [TaskKind.REFUSED_FACT]
    desk.register()
    assert desk.book(payment).outcome is BookingOutcome.BOOKED
