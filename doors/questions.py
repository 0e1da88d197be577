"""Asks a run how its case stands, and the books where no worker answers."""

from __future__ import annotations

from typing import TypeVar

from doors.refusals import TemporalAwayError, UnknownInvoiceError
from doors.reports import status_report, timeline_report
from doors.runs import Runs
from dunning.registers import CreditorRegister
from ledger import cases, sends
from ledger.books import Books
from ledger.cases import Case
from ledger.keys import CaseKey
from workflows.contract import Message, QueryName, StatusReport, TimelineReport

_Report = TypeVar("_Report", bound=Message)


class Questions:
    """The two queries of a case, answered also while workers are away."""

    def __init__(self, books: Books, runs: Runs, creditors: CreditorRegister) -> None:
        """Ask these runs first, then these books; creditors decide zone and language."""
        self._books = books
        self._runs = runs
        self._creditors = creditors

    async def status(self, key: CaseKey) -> StatusReport:
        """Where the case stands.

        Raises:
            UnknownInvoiceError: neither books nor runs know the invoice.
        """
        report = await self._asked(key, QueryName.STATUS, StatusReport)
        if report is not None:
            return report
        case = await self._known_case(key)
        creditor = self._creditors.get(key.creditor_id)
        return status_report(case, creditor.time_zone, creditor.language)

    async def timeline(self, key: CaseKey) -> TimelineReport:
        """What was done and what is planned.

        Raises:
            UnknownInvoiceError: neither books nor runs know the invoice.
        """
        report = await self._asked(key, QueryName.TIMELINE, TimelineReport)
        if report is not None:
            return report
        case = await self._known_case(key)
        acts = await self._books.reading(lambda conn: sends.of_this_case(conn, key))
        creditor = self._creditors.get(key.creditor_id)
        return timeline_report(case, acts, creditor.time_zone, creditor.language)

    async def _asked(self, key: CaseKey, name: QueryName, report: type[_Report]) -> _Report | None:
        try:
            return await self._runs.query(key, name, report)
        except TemporalAwayError:
            return None

    async def _known_case(self, key: CaseKey) -> Case:
        case = await self._books.reading(lambda conn: cases.load(conn, key))
        if case is None:
            raise UnknownInvoiceError(key)
        return case
