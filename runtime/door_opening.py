"""Puts the doors to the cases together: books, a Temporal client, a clock."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import NamedTuple

from temporalio.client import Client

from doors.doors import Doors
from dunning.clock import DemoClock
from dunning.registers import CreditorRegister
from ledger.books import Books
from runtime.clock import clock_of
from runtime.composition import opened_books
from runtime.connection import connect
from runtime.settings import Settings


class OpenedDoors(NamedTuple):
    """The doors, and the books that they lead to."""

    books: Books
    doors: Doors


@asynccontextmanager
async def opened_doors(
    settings: Settings, creditors: CreditorRegister, demo: DemoClock | None = None
) -> AsyncIterator[OpenedDoors]:
    """The doors to the cases, which need books and Temporal alone.

    Raises:
        TemporalUnreachableError: nobody answers; asked first, so that nothing is booked that no run hears of.
        BooksUnreachableError: the ledger cannot be used.
    """
    client = await connect()
    with opened_books(settings) as books:
        yield OpenedDoors(books, doors_of(books, client, creditors, demo))


def doors_of(
    books: Books, client: Client, creditors: CreditorRegister, demo: DemoClock | None = None
) -> Doors:
    """Doors on books and a client that are open already."""
    return Doors(books, client, clock_of(demo).now, creditors=creditors, demo_clock=demo)
