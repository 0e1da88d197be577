"""Decisions and facts that a person brings, from `pay` and `plan` to `write-off` and `note`."""

from __future__ import annotations

import asyncio
import hashlib
from typing import Annotated

import typer

from commands import terminal
from commands.arguments import CreditorId, InvoiceId, Json, Note, read_amount, read_day, read_instalment
from commands.case_view import case_object, show_case
from commands.desk import Desk, take_a_seat
from commands.telling import Afterwards, command, means, tell
from dunning.facts import NoteTaken, PaymentReceived
from dunning.invoice import Payment, PaymentMethod
from dunning.money import Money
from workflows import contract
from workflows.contract import Message, UpdateName

app = typer.Typer()

_Reason = Annotated[str, typer.Option("--reason", help="Why; it stands in the story of the invoice.")]
_UNTIL = typer.Option("--until", metavar="DATE", help="The day on which dunning goes on, such as 2026-01-31.")


@app.command()
def pay(  # noqa: PLR0913, PLR0917 - what is known of a payment
    invoice: InvoiceId,
    amount: Annotated[str, typer.Argument(help="What was received, such as 1204.50.")],
    currency: Annotated[str | None, typer.Option(help="The invoice's by default.")] = None,
    on: Annotated[
        str | None, typer.Option("--on", metavar="DATE", help="When it was received; today by default.")
    ] = None,
    reference: Annotated[str, typer.Option(help="The bank's; tells two equal payments of a day apart.")] = "",
    method: Annotated[PaymentMethod, typer.Option(help="How it came.")] = PaymentMethod.TRANSFER,
    creditor: CreditorId = None,
    as_json: Json = False,
) -> None:
    """Book a payment. The balance falls at once; nothing is sent after the invoice is paid.

    The same amount, date and reference is the same payment, however often it is told. Money in another
    currency, or more than is owed, is kept and given to a person.
    """
    desk = take_a_seat(creditor)
    number, day = read_amount(amount), read_day(on) if on else desk.today()
    case = means(desk, invoice)
    money = Money.of(number, currency or case.balance.currency)
    identity = f"{money}:{day.isoformat()}:{reference}"
    event_id = f"operator:{hashlib.sha256(identity.encode()).hexdigest()[:32]}"
    payment = Payment(
        event_id=event_id, amount=money, received_on=day, method=method, reference=reference or None
    )
    fact = PaymentReceived(event_id=event_id, actor="operator", payment=payment)
    after = asyncio.run(tell(desk, case.key, fact))
    if after.known_before:
        terminal.say_aside(desk.word("already_known"))
    _show(desk, after, as_json=as_json)


@app.command()
def plan(
    invoice: InvoiceId,
    instalment: Annotated[
        list[str],
        typer.Option("--instalment", metavar="DATE=AMOUNT", help="Such as 2026-01-31=500.00; repeated."),
    ],
    note: Note = "",
    creditor: CreditorId = None,
    as_json: Json = False,
) -> None:
    """Agree on a payment plan: instalments in the future that add up to the balance."""
    desk = take_a_seat(creditor)
    parts = sorted(map(read_instalment, instalment))
    case = means(desk, invoice)
    message = contract.AgreePaymentPlan(
        instalments=tuple(
            contract.InstalmentFields(due_on=part.due_on, amount=part.amount) for part in parts
        ),
        currency=case.balance.currency,
        note=note,
    )
    _command(desk, invoice, UpdateName.AGREE_PAYMENT_PLAN, message, as_json=as_json)


@app.command()
def promise(
    invoice: InvoiceId,
    until: Annotated[str, typer.Option("--until", metavar="DATE", help="By when the customer will pay.")],
    amount: Annotated[
        str | None, typer.Option("--amount", help="What it promised; everything that is owed by default.")
    ] = None,
    note: Note = "",
    creditor: CreditorId = None,
    as_json: Json = False,
) -> None:
    """Note a promise to pay: nothing is sent before its day. A broken one resumes one level firmer."""
    desk = take_a_seat(creditor)
    day, number = read_day(until), read_amount(amount) if amount else None
    case = means(desk, invoice)
    message = contract.PromiseToPay(until=day, amount=number, currency=case.balance.currency, note=note)
    _command(desk, invoice, UpdateName.PROMISE_TO_PAY, message, as_json=as_json)


@app.command()
def hold(
    invoice: InvoiceId,
    until: Annotated[str | None, _UNTIL] = None,
    reason: _Reason = "",
    creditor: CreditorId = None,
    as_json: Json = False,
) -> None:
    """Pause an invoice: until the day given, when dunning goes on, or until someone resumes it."""
    desk = take_a_seat(creditor)
    message = contract.Hold(until=read_day(until) if until else None, reason=reason)
    _command(desk, invoice, UpdateName.HOLD, message, as_json=as_json)


@app.command()
def resume(
    invoice: InvoiceId,
    note: Note = "",
    creditor: CreditorId = None,
    as_json: Json = False,
) -> None:
    """Go on: end a hold, a presumed payment that did not come, a block whose cause was mended."""
    desk = take_a_seat(creditor)
    _command(desk, invoice, UpdateName.RESUME, contract.Resume(note=note), as_json=as_json)


@app.command()
def approve(
    invoice: InvoiceId,
    step: Annotated[
        str | None, typer.Option("--step", help="Name of the step; the one that waits by default.")
    ] = None,
    by: Annotated[str, typer.Option("--by", help="Who approves; it stands in the story.")] = "",
    creditor: CreditorId = None,
    as_json: Json = False,
) -> None:
    """Approve the formal notice or the hand-over that waits for a person."""
    desk = take_a_seat(creditor)
    message = contract.Approve(step=step, approved_by=by)
    _command(desk, invoice, UpdateName.APPROVE, message, as_json=as_json)


@app.command("write-off")
def write_off(
    invoice: InvoiceId,
    reason: _Reason = "",
    creditor: CreditorId = None,
    as_json: Json = False,
) -> None:
    """Give the claim up: dunning ends, links are switched off."""
    desk = take_a_seat(creditor)
    _command(desk, invoice, UpdateName.WRITE_OFF, contract.WriteOff(reason=reason), as_json=as_json)


@app.command()
def note(
    invoice: InvoiceId,
    text: Annotated[str, typer.Argument(help="What was said or agreed, in your words.")],
    creditor: CreditorId = None,
    as_json: Json = False,
) -> None:
    """Note any other exchange with the customer; it stands in the story and on the next call sheet."""
    desk = take_a_seat(creditor)
    case = means(desk, invoice)
    identity = f"{desk.now().isoformat()}:{text}"
    event_id = f"note:{hashlib.sha256(identity.encode()).hexdigest()[:32]}"
    fact = NoteTaken(event_id=event_id, actor="operator", text=text)
    _show(desk, asyncio.run(tell(desk, case.key, fact)), as_json=as_json)


def _command(desk: Desk, invoice: str, name: UpdateName, message: Message, *, as_json: bool) -> None:
    case = means(desk, invoice)
    _show(desk, asyncio.run(command(desk, case.key, name, message)), as_json=as_json)


def _show(desk: Desk, after: Afterwards, *, as_json: bool) -> None:
    if as_json:
        terminal.show_json(case_object(desk, after.case, after.tasks))
    else:
        show_case(desk, after.case, after.tasks)
