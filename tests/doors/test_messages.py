from datetime import date

import pytest

from doors.inbound import TELLABLE, fact_of_message
from doors.messages import message_of
from dunning import facts
from dunning.arrangement import Instalment
from dunning.facts import CallOutcome, Fact
from dunning.invoice import CreditNote
from dunning.money import Money
from dunning.party import CustomerKind, Language
from tests.doors.deployment import payment
from workflows.assignments import PendingFact
from workflows.contract import SignalName
from workflows.told_facts import fact_of

_DAY = date(2026, 12, 14)
_EUR = Money.of("100.00", "EUR")
_PERSON = "Odile Petit"

_FACTS: list[tuple[Fact, SignalName]] = [
    (payment("100.00"), SignalName.PAYMENT_RECEIVED),
    (
        facts.PaymentPlanAgreed(
            event_id="e", instalments=(Instalment(number=1, due_on=_DAY, amount=_EUR),), note=_PERSON
        ),
        SignalName.PAYMENT_PLAN_AGREED,
    ),
    (
        facts.CreditNoteIssued(
            event_id="e",
            credit_note=CreditNote(event_id="e", amount=_EUR, issued_on=_DAY, reference=_PERSON),
        ),
        SignalName.CREDIT_NOTE_ISSUED,
    ),
    (
        facts.InvoiceCorrected(event_id="e", amount=_EUR, due_date=_DAY, description=_PERSON),
        SignalName.INVOICE_CORRECTED,
    ),
    (facts.InvoiceCorrected(event_id="e", description=_PERSON), SignalName.INVOICE_CORRECTED),
    (facts.InvoiceCancelled(event_id="e", reason=_PERSON), SignalName.INVOICE_CANCELLED),
    (
        facts.CustomerChanged(
            event_id="e", name=_PERSON, kind=CustomerKind.CONSUMER, language=Language.ENGLISH
        ),
        SignalName.CUSTOMER_CHANGED,
    ),
    (
        facts.CallCompleted(event_id="e", task_id=7, outcome=CallOutcome.NO_ANSWER, note=_PERSON),
        SignalName.CALL_COMPLETED,
    ),
]


@pytest.mark.parametrize(("fact", "name"), _FACTS)
def test_a_told_fact_is_known_to_the_books_under_its_own_name(fact: Fact, name: SignalName) -> None:
    """The signal leads back to the same event id and kind of fact, which the books then know already."""
    told, message = message_of(fact)
    assert told == name
    content = message.model_dump(mode="json", exclude={"event_id"}, exclude_none=True)
    again = fact_of(PendingFact(name=told, event_id=message.event_id, content=content))
    assert again is not None
    assert (again.event_id, again.fact) == (fact.event_id, fact.fact)


@pytest.mark.parametrize("fact", [fact for fact, _ in _FACTS])
def test_what_people_wrote_stays_in_the_books(fact: Fact) -> None:
    """Names, notes, references and descriptions never enter a history."""
    _, message = message_of(fact)
    assert _PERSON not in message.model_dump_json()


@pytest.mark.parametrize(
    "fact",
    [
        facts.PaymentPending(event_id="e", amount=_EUR),
        facts.PaymentRefunded(event_id="e", amount=_EUR, refunded_on=_DAY),
        facts.NoteTaken(event_id="e", text=_PERSON),
        facts.HoldPlaced(event_id="e", reason=_PERSON),
    ],
)
def test_a_fact_without_a_signal_only_asks_to_look_again(fact: Fact) -> None:
    """Its run learns the kind of the fact, and reads the rest in the books."""
    name, message = message_of(fact)
    assert name is SignalName.BOOKS_CHANGED
    assert _PERSON not in message.model_dump_json()


def test_a_message_of_a_billing_system_is_read_like_a_signal() -> None:
    """Amounts come as decimal strings; the fact says that billing told it."""
    fact = fact_of_message(
        SignalName.PAYMENT_RECEIVED,
        {"event_id": "erp:1", "amount": "12.50", "received_on": "2026-12-14", "method": "transfer"},
    )
    assert isinstance(fact, facts.PaymentReceived)
    assert (fact.payment.amount, fact.actor) == (Money.of("12.50", "EUR"), "billing")


@pytest.mark.parametrize(
    ("message", "fault"),
    [
        ({"amount": "12.50", "received_on": "2026-12-14"}, "event_id"),
        ({"event_id": "erp:1", "received_on": "2026-12-14"}, "amount"),
        ({"event_id": "erp:1", "amount": "1,5", "received_on": "2026-12-14"}, "amount"),
        ({"event_id": "erp:1", "amount": "1.50", "currency": "XXX", "received_on": "2026-12-14"}, "XXX"),
        ({"event_id": "erp:1", "amount": "1.50", "received_on": "14/12/2026"}, "received_on"),
    ],
)
def test_a_message_that_makes_no_sense_is_refused_in_words(message: dict[str, str], fault: str) -> None:
    """The field is named, so that the sender can mend it."""
    with pytest.raises(ValueError, match=fault):
        fact_of_message(SignalName.PAYMENT_RECEIVED, message)


def test_a_signal_that_tells_no_fact_is_refused() -> None:
    """Asking to look again is no fact; the answer lists those that are."""
    assert SignalName.BOOKS_CHANGED not in TELLABLE
    with pytest.raises(ValueError, match="payment_received"):
        fact_of_message(SignalName.BOOKS_CHANGED, {"event_id": "e"})
