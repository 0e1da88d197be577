"""The tables of the books."""

from __future__ import annotations

import sqlalchemy as sa

from ledger.types import DecimalText, FreeText, UtcDateTime

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

_Row = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def _case() -> tuple[sa.Column[str], sa.Column[str]]:
    return (
        sa.Column("creditor_id", sa.String(64), nullable=False),
        sa.Column("invoice_id", sa.String(64), nullable=False),
    )


customers = sa.Table(
    "customers",
    metadata,
    sa.Column("creditor_id", sa.String(64), primary_key=True),
    sa.Column("customer_id", sa.String(64), primary_key=True),
    sa.Column("profile", sa.JSON, nullable=False),
    sa.Column("email_bounced", sa.Boolean, nullable=False, default=False),
    sa.Column("updated_at", UtcDateTime, nullable=False),
)
"""``profile`` is the Customer as JSON; a bounced address is not written to until it changes."""

invoices = sa.Table(
    "invoices",
    metadata,
    sa.Column("creditor_id", sa.String(64), primary_key=True),
    sa.Column("invoice_id", sa.String(64), primary_key=True),
    sa.Column("customer_id", sa.String(64), nullable=False),
    sa.Column("number", sa.Text, nullable=False),
    sa.Column("amount", DecimalText, nullable=False),
    sa.Column("currency", sa.String(3), nullable=False),
    sa.Column("issue_date", sa.Date, nullable=False),
    sa.Column("due_date", sa.Date, nullable=False),
    sa.Column("description", FreeText),
    sa.Column("order_number", FreeText),
    sa.Column("document", FreeText),
    sa.Column("policy", sa.String(41)),
    sa.Column("policy_fixed", sa.Boolean, nullable=False, default=False),
    sa.Column("cycle", sa.Integer, nullable=False, default=1),
    sa.Column("escalation_cycle", sa.Integer, nullable=False, default=1),
    sa.Column("status", sa.String(24), nullable=False),
    sa.Column("level", sa.Integer, nullable=False, default=-1),
    sa.Column("balance", DecimalText, nullable=False),
    sa.Column("next_step", sa.String(48)),
    sa.Column("next_action_at", UtcDateTime),
    sa.Column("accessories_asked", DecimalText),
    sa.Column("presumed_paid", sa.Boolean, nullable=False, default=False),
    sa.Column("opened_at", UtcDateTime, nullable=False),
    sa.Column("closed_at", UtcDateTime),
    sa.Column("updated_at", UtcDateTime, nullable=False),
    sa.Index(None, "creditor_id", "customer_id"),
    sa.Index(None, "creditor_id", "number"),
    sa.Index(None, "creditor_id", "status"),
)
"""Facts of the claim, and the read model (status, level, balance, next action) that lists read.

``cycle`` parts legitimate repetitions in the send ledger: it rises with a reopening, a new due date,
a payment plan. Attempts of cycles from ``escalation_cycle`` on count for the escalation.
"""

payments = sa.Table(
    "payments",
    metadata,
    sa.Column("id", _Row, primary_key=True),
    *_case(),
    sa.Column("event_id", sa.String(255), nullable=False),
    sa.Column("amount", DecimalText, nullable=False),
    sa.Column("currency", sa.String(3), nullable=False),
    sa.Column("received_on", sa.Date, nullable=False),
    sa.Column("method", sa.String(16), nullable=False),
    sa.Column("reference", FreeText),
    sa.Column("counted", sa.Boolean, nullable=False, default=True),
    sa.Column("booked_at", UtcDateTime, nullable=False),
    sa.UniqueConstraint("creditor_id", "invoice_id", "event_id"),
)
"""``counted`` is false for money in another currency: kept, with a task, but not deducted."""

credit_notes = sa.Table(
    "credit_notes",
    metadata,
    sa.Column("id", _Row, primary_key=True),
    *_case(),
    sa.Column("event_id", sa.String(255), nullable=False),
    sa.Column("amount", DecimalText, nullable=False),
    sa.Column("currency", sa.String(3), nullable=False),
    sa.Column("issued_on", sa.Date, nullable=False),
    sa.Column("reference", FreeText),
    sa.Column("counted", sa.Boolean, nullable=False, default=True),
    sa.Column("booked_at", UtcDateTime, nullable=False),
    sa.UniqueConstraint("creditor_id", "invoice_id", "event_id"),
)

customer_credits = sa.Table(
    "customer_credits",
    metadata,
    sa.Column("creditor_id", sa.String(64), primary_key=True),
    sa.Column("credit_id", sa.String(255), primary_key=True),
    sa.Column("customer_id", sa.String(64), nullable=False),
    sa.Column("amount", DecimalText, nullable=False),
    sa.Column("remaining", DecimalText, nullable=False),
    sa.Column("currency", sa.String(3), nullable=False),
    sa.Column("reference", FreeText),
    sa.Column("booked_at", UtcDateTime, nullable=False),
    sa.Index(None, "creditor_id", "customer_id"),
)
"""Credits and deposits of a customer that no invoice has taken yet."""

arrangements = sa.Table(
    "arrangements",
    metadata,
    sa.Column("id", _Row, primary_key=True),
    *_case(),
    sa.Column("arrangement_id", sa.String(255), nullable=False),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("state", sa.String(8), nullable=False),
    sa.Column("content", sa.JSON, nullable=False),
    sa.Column("agreed_at", UtcDateTime, nullable=False),
    sa.Column("ended_at", UtcDateTime),
    sa.Column("last_payment_id", _Row, nullable=False, default=0),
    sa.Column("last_credit_note_id", _Row, nullable=False, default=0),
    sa.UniqueConstraint("creditor_id", "invoice_id", "arrangement_id"),
)
"""Payment plans, promises, holds; at most one active of each kind per invoice.

The last payment and credit note known when it was agreed part what counts towards it from what came before:
instants cannot, because facts that are booked together share one.
"""

approvals = sa.Table(
    "approvals",
    metadata,
    sa.Column("creditor_id", sa.String(64), primary_key=True),
    sa.Column("invoice_id", sa.String(64), primary_key=True),
    sa.Column("cycle", sa.Integer, primary_key=True),
    sa.Column("step", sa.String(48), primary_key=True),
    sa.Column("approved_by", FreeText),
    sa.Column("approved_at", UtcDateTime, nullable=False),
)

sends = sa.Table(
    "sends",
    metadata,
    sa.Column("id", _Row, primary_key=True),
    *_case(),
    sa.Column("cycle", sa.Integer, nullable=False),
    sa.Column("step", sa.String(48), nullable=False),
    sa.Column("channel", sa.String(24), nullable=False),
    sa.Column("level", sa.Integer, nullable=False),
    sa.Column("reminder", sa.Boolean, nullable=False, default=True),
    sa.Column("state", sa.String(12), nullable=False),
    sa.Column("attempt_token", sa.String(255)),
    sa.Column("acted_on", sa.Date),
    sa.Column("acted_at", UtcDateTime),
    sa.Column("message_id", sa.String(255)),
    sa.Column("response", FreeText),
    sa.Column("evidence", sa.LargeBinary),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.UniqueConstraint("creditor_id", "invoice_id", "cycle", "step", "channel"),
)
"""One row per act, whatever the number of tries. ``evidence`` is the message as sent, byte for byte."""

payables = sa.Table(
    "payables",
    metadata,
    sa.Column("token", sa.String(64), primary_key=True),
    *_case(),
    sa.Column("cycle", sa.Integer, nullable=False),
    sa.Column("instalment", sa.Integer, nullable=False, default=0),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.UniqueConstraint("creditor_id", "invoice_id", "cycle", "instalment"),
)
"""What a pay token stands for: an invoice (instalment 0) or one instalment of it."""

payment_pages = sa.Table(
    "payment_pages",
    metadata,
    sa.Column("token", sa.String(64), primary_key=True),
    sa.Column("link_number", sa.Integer, primary_key=True),
    sa.Column("kind", sa.String(8), nullable=False),
    sa.Column("amount", DecimalText, nullable=False),
    sa.Column("currency", sa.String(3), nullable=False),
    sa.Column("provider_id", sa.String(255)),
    sa.Column("url", sa.Text),
    sa.Column("state", sa.String(8), nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("expires_at", UtcDateTime),
)
"""Pages asked of the payment provider; the row is written before the call, its number is the key."""

tasks = sa.Table(
    "tasks",
    metadata,
    sa.Column("id", _Row, primary_key=True),
    sa.Column("dedupe_key", sa.String(255), nullable=False, unique=True),
    sa.Column("kind", sa.String(32), nullable=False),
    sa.Column("creditor_id", sa.String(64), nullable=False),
    sa.Column("invoice_id", sa.String(64)),
    sa.Column("customer_id", sa.String(64)),
    sa.Column("details", sa.JSON, nullable=False),
    sa.Column("sheet", FreeText),
    sa.Column("round", sa.Integer, nullable=False, default=1),
    sa.Column("state", sa.String(8), nullable=False),
    sa.Column("due_on", sa.Date),
    sa.Column("opened_at", UtcDateTime, nullable=False),
    sa.Column("done_at", UtcDateTime),
    sa.Column("outcome", sa.String(24)),
    sa.Column("note", FreeText),
    sa.Index(None, "state", "kind"),
    sa.Index(None, "creditor_id", "invoice_id"),
    sa.Index(None, "creditor_id", "customer_id"),
)
"""What waits for a person: calls, approvals, and whatever could not be processed."""

journal = sa.Table(
    "journal",
    metadata,
    sa.Column("id", _Row, primary_key=True),
    *_case(),
    sa.Column("event_id", sa.String(255)),
    sa.Column("fact", sa.String(32), nullable=False, default=""),
    sa.Column("kind", sa.String(40), nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("actor", sa.String(64), nullable=False),
    sa.Column("details", sa.JSON, nullable=False),
    sa.UniqueConstraint("creditor_id", "invoice_id", "event_id", "fact"),
    sa.Index(None, "creditor_id", "invoice_id", "id"),
)
"""Append-only: everything sent, received, decided.

A fact is deduplicated by its event id and its kind: a provider tells of one payment, pending and then
received, under one id.
"""

inbox = sa.Table(
    "inbox",
    metadata,
    sa.Column("id", _Row, primary_key=True),
    sa.Column("provider", sa.String(16), nullable=False),
    sa.Column("event_id", sa.String(255), nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Column("state", sa.String(8), nullable=False),
    sa.Column("tries", sa.Integer, nullable=False, default=0),
    sa.Column("problem", FreeText),
    sa.Column("received_at", UtcDateTime, nullable=False),
    sa.Column("next_try_at", UtcDateTime, nullable=False),
    sa.Column("done_at", UtcDateTime),
    sa.UniqueConstraint("provider", "event_id"),
    sa.Index(None, "state", "next_try_at"),
)
"""Webhook events as received, before anything is made of them."""

bank_lines = sa.Table(
    "bank_lines",
    metadata,
    sa.Column("creditor_id", sa.String(64), primary_key=True),
    sa.Column("line_key", sa.String(128), primary_key=True),
    sa.Column("received_on", sa.Date, nullable=False),
    sa.Column("amount", DecimalText, nullable=False),
    sa.Column("currency", sa.String(3), nullable=False),
    sa.Column("text", FreeText, nullable=False),
    sa.Column("state", sa.String(8), nullable=False),
    sa.Column("booked_at", UtcDateTime, nullable=False),
)
"""Lines of bank statements that were read, so that overlapping files change nothing."""

book_states = sa.Table(
    "book_states",
    metadata,
    sa.Column("creditor_id", sa.String(64), primary_key=True),
    sa.Column("payments_known_to", sa.Date),
)
"""To which day payments are known where they come by file; older books defer contacts."""

leases = sa.Table(
    "leases",
    metadata,
    sa.Column("name", sa.String(64), primary_key=True),
    sa.Column("holder", sa.String(64), nullable=False),
    sa.Column("until", UtcDateTime, nullable=False),
)
"""Loops that only one process may run at a time."""
