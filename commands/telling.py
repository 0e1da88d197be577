"""Bringing one fact or one command to a case, and reading where the case stands afterwards."""

from __future__ import annotations

from dataclasses import dataclass, replace

import sqlalchemy as sa

from commands import terminal
from commands.desk import Desk, find_case
from commands.faults import CommandFaultError
from commands.reading import tasks_of
from doors.refusals import RunNotToldError
from dunning.facts import Booking, BookingOutcome, Fact
from dunning.phrases import phrase
from ledger import cases
from ledger.books import Books
from ledger.cases import Case
from ledger.keys import CaseKey
from ledger.standing import UnknownCaseError
from ledger.tasks import Task
from runtime.composition import opened_books
from runtime.door_opening import opened_doors
from workflows.contract import Message, UpdateName


@dataclass(frozen=True)
class Afterwards:
    """A case as it stands once the books have what was told, and what waits for a person."""

    case: Case
    tasks: list[Task]
    known_before: bool = False
    """Whether the fact was known already, so that nothing changed."""


def means(desk: Desk, invoice: str) -> Case:
    """The case that a person means, as it stands now.

    Raises:
        CommandFaultError: there is none, or the number is that of several.
    """
    with opened_books(desk.settings) as books, books.read() as conn:
        key = find_case(conn, desk, invoice)
        return _loaded(cases.load(conn, key), key)


async def tell(desk: Desk, key: CaseKey, fact: Fact) -> Afterwards:
    """Book a fact and let the run know; one that is known already changes nothing.

    Raises:
        CommandFaultError: the rules do not allow it, or it was kept for a person; in words.
    """
    async with opened_doors(desk.settings, desk.registers.creditors) as (books, doors):
        try:
            booked = await doors.tell(key, fact)
        except RunNotToldError as error:
            booked = error.booking
            terminal.say_aside(desk.word("temporal_away", reason=error))
        _judge(desk, booked)
        after = await _afterwards(books, key)
        return replace(after, known_before=booked.outcome is BookingOutcome.DUPLICATE)


async def command(desk: Desk, key: CaseKey, name: UpdateName, message: Message) -> Afterwards:
    """Have the run carry a command out; it is done once the books agree.

    Raises:
        CommandRefusedError: the rules do not allow it, in words.
        NoWorkerError: no worker answered in time.
    """
    async with opened_doors(desk.settings, desk.registers.creditors) as (books, doors):
        await doors.command(key, name, message)
        return await _afterwards(books, key)


def _judge(desk: Desk, booked: Booking) -> None:
    match booked.outcome:
        case BookingOutcome.REFUSED:
            raise CommandFaultError(_reason(desk, booked))
        case BookingOutcome.KEPT:
            raise CommandFaultError(desk.word("booking_kept", reason=_reason(desk, booked)))
        case BookingOutcome.DUPLICATE | BookingOutcome.BOOKED:
            pass


def _reason(desk: Desk, booked: Booking) -> str:
    return phrase(f"refusal.{booked.refusal}", desk.language, **booked.details)


async def _afterwards(books: Books, key: CaseKey) -> Afterwards:
    def read(conn: sa.Connection) -> Afterwards:
        case = _loaded(cases.load(conn, key), key)
        return Afterwards(case, tasks_of(conn, case))

    return await books.reading(read)


def _loaded(case: Case | None, key: CaseKey) -> Case:
    if case is None:
        raise UnknownCaseError(key)
    return case
