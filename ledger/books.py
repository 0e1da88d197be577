"""The books: one database, opened once per process, read and written in short transactions."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from ledger.engines import MOST_CONNECTIONS, engine_for, reader, writer
from ledger.faults import BooksBusyError, BooksUnreachableError, fault_of, in_words
from ledger.migration import upgrade

__all__ = ["Books", "BooksBusyError", "BooksUnreachableError"]

_Result = TypeVar("_Result")
_PAUSES = (0.05, 0.2, 0.5, 1.0)
"""Seconds before each further try of work that met another writer."""


class Books:
    """Access to the ledger, for threads and for coroutines."""

    def __init__(self, engine: sa.Engine) -> None:
        """Take an engine made by ``engine_for``."""
        self._engine = engine
        self._writer = writer(engine)
        self._reader = reader(engine)
        self._threads = ThreadPoolExecutor(MOST_CONNECTIONS, thread_name_prefix="ledger")

    @classmethod
    def open(cls, url: str) -> Books:
        """Open the books, create them where there are none, and bring their tables up to date.

        Args:
            url: ``sqlite:///folder/ledger.sqlite`` or ``postgresql://user:password@host/database``.

        Raises:
            BooksUnreachableError: in words for the person who configured the address.
        """
        engine = engine_for(url)
        books = cls(engine)
        try:
            books._retried(lambda: upgrade(engine))
        except BaseException:
            books.close()
            raise
        return books

    @property
    def engine(self) -> sa.Engine:
        """The engine, for tools that look at the tables themselves."""
        return self._engine

    @contextmanager
    def write(self) -> Iterator[sa.Connection]:
        """A transaction that may write; committed at the end, rolled back on an error.

        Raises:
            BooksBusyError: another writer was in the way; the work may be tried again.
            BooksUnreachableError: the database cannot be used.
        """
        with self._told_in_words(), self._writer.begin() as connection:
            yield connection

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """A transaction that sees the books as they were at one moment, and cannot write.

        Raises:
            BooksUnreachableError: the database cannot be used.
        """
        with self._told_in_words(), self._reader.begin() as connection:
            yield connection

    async def writing(self, work: Callable[[sa.Connection], _Result]) -> _Result:
        """Run work in a thread, in a transaction that may write; again where it met another writer.

        Work that was begun is finished, also when its awaiter is cancelled. It may run more than once,
        so it must not do anything but write to the books.

        Raises:
            BooksUnreachableError: the database cannot be used, or stayed busy.
        """
        return await self._in_thread(lambda: self._retried(lambda: self._written(work)))

    async def reading(self, work: Callable[[sa.Connection], _Result]) -> _Result:
        """Run work in a thread, in a transaction that only reads.

        Raises:
            BooksUnreachableError: the database cannot be used, or stayed busy.
        """
        return await self._in_thread(lambda: self._retried(lambda: self._read(work)))

    def close(self) -> None:
        """Finish what was begun and close the connections."""
        self._threads.shutdown(wait=True)
        self._engine.dispose()

    async def _in_thread(self, work: Callable[[], _Result]) -> _Result:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)

    def _written(self, work: Callable[[sa.Connection], _Result]) -> _Result:
        with self.write() as connection:
            return work(connection)

    def _read(self, work: Callable[[sa.Connection], _Result]) -> _Result:
        with self.read() as connection:
            return work(connection)

    def _retried(self, work: Callable[[], _Result]) -> _Result:
        for pause in _PAUSES:
            try:
                with self._told_in_words():
                    return work()
            except BooksBusyError:
                time.sleep(pause)
        with self._told_in_words():
            return work()

    @contextmanager
    def _told_in_words(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            fault = fault_of(error)
            if fault is None:
                raise
            raise in_words(error, fault, self._engine.url) from error
