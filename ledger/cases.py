"""Cases in the books: taking them in, reading, listing, writing what was planned, closing."""

from __future__ import annotations

from ledger.case_lists import CaseOrder, CaseRow, OpenItem, customer_items, list_cases, open_items
from ledger.case_reading import Case, load
from ledger.closing import close
from ledger.customers import mark_bounced
from ledger.read_model import ask_accessories, presume_paid, save_plan, set_level
from ledger.registration import Registration, register
from ledger.standing import UnknownCaseError

__all__ = [
    "Case",
    "CaseOrder",
    "CaseRow",
    "OpenItem",
    "Registration",
    "UnknownCaseError",
    "ask_accessories",
    "close",
    "customer_items",
    "list_cases",
    "load",
    "mark_bounced",
    "open_items",
    "presume_paid",
    "register",
    "save_plan",
    "set_level",
]
