"""What can go wrong in a command, put into words in one place: no traceback for what a person can mend."""

from __future__ import annotations

from pydantic import ValidationError
from pydantic_core import ErrorDetails
from temporalio.service import RPCError

from commands.words import word
from doors.refusals import CommandRefusedError, NoWorkerError, TemporalAwayError, UnknownInvoiceError
from dunning.party import Language
from dunning.phrases import has_phrase, phrase
from dunning.refusal import Refusal
from dunning.registers import UnknownCreditorError, UnknownPolicyError
from intake.wording import IntakeError
from ledger.standing import UnknownCaseError
from rendering.templates import TemplateFaultError
from runtime.start_faults import START_FAULTS


class CommandFaultError(Exception):
    """The command cannot do what was asked; the message is for the person at the terminal."""


KNOWN_FAULTS: tuple[type[Exception], ...] = (
    *START_FAULTS,
    CommandFaultError,
    CommandRefusedError,
    IntakeError,
    OSError,
    Refusal,
    RPCError,
    TemplateFaultError,
    TemporalAwayError,
    UnknownCaseError,
    UnknownCreditorError,
    UnknownInvoiceError,
    UnknownPolicyError,
    ValidationError,
)
"""Everything else is a fault of the program, and says so."""


def words_of(error: Exception, language: Language) -> str:
    """The sentence that a person reads.

    Args:
        error: one of ``KNOWN_FAULTS``.
        language: of the reader, as far as it is known.
    """
    return _in_language(error, language) or _in_english(error)


def _in_language(error: Exception, language: Language) -> str | None:
    match error:
        case IntakeError():
            return error.in_words(language)
        case Refusal() if has_phrase(f"refusal.{error.key}"):
            return phrase(f"refusal.{error.key}", language, **error.details)
        case NoWorkerError():
            return word("no_worker", language, reason=error.__cause__ or error)
        case _:
            return None


def _in_english(error: Exception) -> str:
    """What concerns who runs the program rather than who uses it, and comes from deeper rooms."""
    match error:
        case ValidationError():
            return "; ".join(_fault(detail) for detail in error.errors(include_url=False))
        case RPCError():
            return f"Temporal: {error.message}"
        case OSError() if error.strerror and error.filename:
            return f"{error.filename}: {error.strerror}"
        case _:
            return str(error)


def _fault(detail: ErrorDetails) -> str:
    place = ".".join(str(part) for part in detail["loc"])
    message = detail["msg"].removeprefix("Value error, ")
    return f"{place}: {message}" if place else message
