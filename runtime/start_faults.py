"""The faults that keep a process from starting and that a person can mend; each message says how."""

from __future__ import annotations

from ledger.books import BooksUnreachableError
from runtime.configuration_error import ConfigurationError
from runtime.connection import TemporalConfigError, TemporalUnreachableError
from runtime.law_files import LawFileError
from runtime.search_attributes import SearchAttributesError

START_FAULTS: tuple[type[Exception], ...] = (
    BooksUnreachableError,
    ConfigurationError,
    LawFileError,
    SearchAttributesError,
    TemporalConfigError,
    TemporalUnreachableError,
)
"""Shown by their message alone: a traceback would hide it."""
