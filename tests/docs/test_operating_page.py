"""The operator's page names everything that an operator may meet, in a form that works."""

from __future__ import annotations

import re

import pytest

from dunning.case import DunningStatus
from dunning.facts import CallOutcome
from dunning.journal import TaskKind
from dunning.party import Language
from dunning.phrases import phrase
from runtime.yaml_files import CHECKOUT
from workflows import contract
from workflows.contract import Message, SignalName, UpdateName

_PAGE = (CHECKOUT / "docs" / "operating.md").read_text(encoding="utf-8")
_ROW = re.compile(r"^\| `([\w-]+)` \|(.*)\|$", re.MULTILINE)


def _table(heading: str) -> dict[str, list[str]]:
    """The rows of a section's table, by the name in their first cell."""
    section = _PAGE.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    return {name: [cell.strip() for cell in cells.split(" | ")] for name, cells in _ROW.findall(section)}


_MODELS: dict[str, type[Message]] = {
    UpdateName.AGREE_PAYMENT_PLAN: contract.AgreePaymentPlan,
    UpdateName.PROMISE_TO_PAY: contract.PromiseToPay,
    UpdateName.HOLD: contract.Hold,
    UpdateName.RESUME: contract.Resume,
    UpdateName.APPROVE: contract.Approve,
    UpdateName.WRITE_OFF: contract.WriteOff,
    SignalName.PAYMENT_RECEIVED: contract.PaymentReceived,
    SignalName.PAYMENT_PLAN_AGREED: contract.PaymentPlanAgreed,
    SignalName.CREDIT_NOTE_ISSUED: contract.CreditNoteIssued,
    SignalName.INVOICE_CORRECTED: contract.InvoiceCorrected,
    SignalName.INVOICE_CANCELLED: contract.InvoiceCancelled,
    SignalName.CUSTOMER_CHANGED: contract.CustomerChanged,
    SignalName.CALL_COMPLETED: contract.CallCompleted,
    SignalName.BOOKS_CHANGED: contract.BooksChanged,
}


@pytest.mark.parametrize("status", DunningStatus)
def test_every_status_is_explained(status: DunningStatus) -> None:
    """The page has a row for each status, with the words that a French creditor reads."""
    assert _table("What each status means")[status][0].startswith(phrase(f"status.{status}", Language.FRENCH))


@pytest.mark.parametrize("kind", TaskKind)
def test_every_task_is_explained(kind: TaskKind) -> None:
    """The page says of each task what to do, and how it closes."""
    what, closes = _table("Tasks and how to close them")[kind]
    assert what
    assert closes in {"by itself", "`task-done`"}


@pytest.mark.parametrize("outcome", CallOutcome)
def test_every_outcome_of_a_call_is_explained(outcome: CallOutcome) -> None:
    """The page says what follows from each outcome."""
    assert _table("The morning")[outcome][0]


@pytest.mark.parametrize("name", [*UpdateName, *SignalName])
def test_every_message_has_an_example_that_is_taken(name: str) -> None:
    """The JSON that a person would copy from the page fits its message, without an unknown field."""
    model = _MODELS[name]
    heading = "Giving a command" if name in set(UpdateName) else "Telling a fact"
    example = _table(heading)[name][0].strip("`")
    given = model.model_validate_json(example)
    shown = set(re.findall(r'"(\w+)":', example))
    assert shown <= set(model.model_fields) | set(contract.InstalmentFields.model_fields)
    assert given.model_fields_set
