"""The story that the demonstration plays: who does what on which day, for the example portfolio."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal

from demo.scenes import (
    Deed,
    Scene,
    billing_tells,
    caller_notes,
    manager_approves,
    operator_commands,
    pays_by_link,
    pays_instalment,
    plan_of,
    transfer_arrives,
    transfers_arrive,
)
from demo.surroundings import EXAMPLES
from dunning.facts import CallOutcome
from embedded.stripe_hosted import HowToPay
from workflows.contract import (
    CreditNoteIssued,
    CustomerChanged,
    Hold,
    InvoiceCorrected,
    PaymentPlanAgreed,
    PromiseToPay,
    SignalName,
    UpdateName,
)

PORTFOLIO = EXAMPLES / "portfolio.csv"
BANK_FILE = EXAMPLES / "bank.csv"

START = datetime(2026, 2, 27, 18, 30)  # noqa: DTZ001 - local time of the creditor
"""A Friday evening: the accountant imports the portfolio, Monday is the first day of contacts."""
LAST_MORNING = date(2026, 6, 2)
"""Not before this day does the demonstration end; the rates of the law are known for all of it."""

TOLD_CASE = "F-2026-0147"
"""The customer whose story is told beside the table."""
TOLD_STEPS = ("reminder-2", "reminder-3")
"""Of that customer: the transfer comes minutes before the first of these that it can still catch."""
TRANSFER_TEXT = "VIR IMPRIMERIE LACROIX F-2026-0147"
TRANSFER_AMOUNT = "1 836,00"

NEVER_PAYS = "F-2026-0107"

KILL_DAY, KILL_TIME = date(2026, 4, 24), time(14, 30)
"""One contact was made in the morning, others follow in the afternoon and on the days after."""

BOUNCING = "factures@transports-morel.example"

MORNING, _NOON, _AFTERNOON, _EVENING = time(8, 30), time(12), time(14, 30), time(20)


def scenes() -> tuple[Scene, ...]:
    """All that people do, in the order of the calendar; the told transfer and the kill are not among it."""
    march = (
        _scene((2026, 3, 12), _EVENING, "F-2026-0138", _corrected()),
        _scene((2026, 3, 12), _EVENING, "F-2026-0128", _promise("F-2026-0128", date(2026, 3, 20))),
        _scene((2026, 3, 13), _NOON, "F-2026-0126", _plan()),
        _scene((2026, 3, 16), _EVENING, "F-2026-0131", _promise("F-2026-0131", date(2026, 3, 24))),
        _scene((2026, 3, 17), MORNING, "F-2026-0140", _new_address()),
        _scene((2026, 3, 17), _NOON, "F-2026-0115", pays_by_link("F-2026-0115", HowToPay.DEBIT)),
        _scene((2026, 3, 19), _NOON, "F-2026-0133", _hold()),
        _scene((2026, 3, 23), _AFTERNOON, "F-2026-0140", pays_by_link("F-2026-0140")),
        _scene((2026, 3, 23), _EVENING, BANK_FILE.name, transfers_arrive(BANK_FILE)),
        _scene((2026, 3, 24), MORNING, "F-2026-0136", _credit_note()),
        _scene((2026, 3, 26), _EVENING, "F-2026-0123", pays_by_link("F-2026-0123")),
        _scene((2026, 3, 27), _NOON, "F-2026-0126", _instalment(1)),
        _scene((2026, 3, 28), _NOON, "F-2026-0136", pays_by_link("F-2026-0136")),
        _scene((2026, 3, 30), _EVENING, NEVER_PAYS, _nobody("répondeur, message laissé")),
        _scene((2026, 3, 31), _EVENING, "F-2026-0131", pays_by_link("F-2026-0131")),
        _scene((2026, 3, 31), _EVENING, NEVER_PAYS, _nobody("ne décroche pas")),
    )
    april = (
        _scene((2026, 4, 1), _EVENING, NEVER_PAYS, _nobody("ne décroche pas")),
        _scene((2026, 4, 4), _NOON, "F-2026-0133", pays_by_link("F-2026-0133")),
        _scene((2026, 4, 8), _NOON, "F-2026-0126", _instalment(2)),
        _scene((2026, 4, 13), _EVENING, "F-2026-0121", _disputed()),
        _scene((2026, 4, 13), _EVENING, "F-2026-0145", _promised_on_the_phone()),
        _scene((2026, 4, 14), MORNING, NEVER_PAYS, manager_approves(NEVER_PAYS)),
        _scene(
            (2026, 4, 17),
            MORNING,
            "F-2026-0145",
            transfer_arrives("VIR GROUPE VALMONT HOTELS F-2026-0145", "12 480,00"),
        ),
        _scene((2026, 4, 17), _NOON, "F-2026-0126", _instalment(3)),
        # The worker is dead at this moment: the webhook is kept, and what was due is not sent.
        _scene((2026, 4, 24), time(15), "F-2026-0138", pays_by_link("F-2026-0138")),
    )
    may = (
        _scene((2026, 5, 7), _AFTERNOON, "F-2026-0142", pays_by_link("F-2026-0142")),
        _scene((2026, 5, 28), _EVENING, "F-2026-0150", _busy()),
        _scene((2026, 5, 29), MORNING, NEVER_PAYS, manager_approves(NEVER_PAYS)),
    )
    return march + april + may


def _scene(day: tuple[int, int, int], moment: time, about: str, deed: Deed) -> Scene:
    return Scene(day=date(*day), moment=moment, deed=deed, about=about)


def _promise(invoice_id: str, until: date) -> Deed:
    return operator_commands(invoice_id, UpdateName.PROMISE_TO_PAY, PromiseToPay(until=until))


def _plan() -> Deed:
    instalments = plan_of(
        (date(2026, 3, 27), "800.00"), (date(2026, 4, 8), "800.00"), (date(2026, 4, 17), "800.00")
    )
    message = PaymentPlanAgreed(event_id="billing:plan-0126", instalments=instalments)
    return billing_tells("F-2026-0126", SignalName.PAYMENT_PLAN_AGREED, message)


def _instalment(number: int) -> Deed:
    return pays_instalment(
        "F-2026-0126", f"échéance {number} sur 3", f"VIR MENUISERIE ROUX F-2026-0126 ECH {number}", "800,00"
    )


def _corrected() -> Deed:
    message = InvoiceCorrected(
        event_id="billing:correction-0138", amount=Decimal("1290.00"), due_date=date(2026, 4, 17)
    )
    return billing_tells("F-2026-0138", SignalName.INVOICE_CORRECTED, message)


def _credit_note() -> Deed:
    message = CreditNoteIssued(
        event_id="billing:credit-0136",
        amount=Decimal("180.00"),
        issued_on=date(2026, 3, 24),
        reference="A-2026-014",
    )
    return billing_tells("F-2026-0136", SignalName.CREDIT_NOTE_ISSUED, message)


def _new_address() -> Deed:
    message = CustomerChanged(event_id="billing:address-335", email="comptabilite@transports-morel.example")
    return billing_tells("F-2026-0140", SignalName.CUSTOMER_CHANGED, message)


def _hold() -> Deed:
    hold = Hold(until=date(2026, 4, 2), reason="responsable absente jusqu'au 1er avril")
    return operator_commands("F-2026-0133", UpdateName.HOLD, hold)


def _nobody(note: str) -> Deed:
    return caller_notes(NEVER_PAYS, CallOutcome.NO_ANSWER, note)


def _busy() -> Deed:
    return caller_notes("F-2026-0150", CallOutcome.NO_ANSWER, "le patron rappellera, dit la vendeuse")


def _disputed() -> Deed:
    return caller_notes("F-2026-0121", CallOutcome.DISPUTE, "deux appliques arrivées cassées")


def _promised_on_the_phone() -> Deed:
    return caller_notes(
        "F-2026-0145", CallOutcome.PROMISE, "virement validé en comptabilité", until=date(2026, 4, 17)
    )
