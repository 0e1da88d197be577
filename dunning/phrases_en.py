"""The English phrase book."""

from __future__ import annotations

ENGLISH: dict[str, str] = {
    "channel.call": "call",
    "channel.email": "e-mail",
    "channel.hand_over": "hand-over",
    "pay.label": "Invoice {number}",
    "problem.unknown_invoice": (
        "The books do not know this invoice, and the start message does not describe it: "
        "import it, or start with invoice and customer."
    ),
    "refusal.case_closed": "The case is closed; nothing was changed.",
    "refusal.hold_far": "A hold lasts a year at most; {until} is too far ahead.",
    "refusal.hold_past": "A hold must end after today; {until} has passed.",
    "refusal.other_currency": "{amount}: the invoice is in {expected}.",
    "refusal.plan_amount": "Instalment {number} must be more than zero, not {amount}.",
    "refusal.plan_currency": "Instalment {number} is not in the currency of the invoice ({expected}).",
    "refusal.plan_empty": "A payment plan has at least one instalment.",
    "refusal.plan_order": "Instalment {number} comes before the one above it: order them by date.",
    "refusal.plan_past": "Instalment {number} of {due_on} does not lie in the future.",
    "refusal.plan_sum": "The instalments add up to {total}, the balance is {balance}: they must be equal.",
    "refusal.plan_too_long": "{count} instalments: {most} at most.",
    "refusal.promise_amount": "The promise of {amount} must lie between zero and the balance of {balance}.",
    "refusal.promise_far": "A promise reaches {days} days ahead at most; {until} is too far.",
    "refusal.promise_past": "The promised date, {until}, has passed.",
    "step.instalment": "Instalment reminder",
    "step.instalment_of": "Reminder of instalment {number}",
    "step.review": "Check of the promise",
    "step.review_of": "Check of instalment {number}",
}
