"""The claims: parties, invoices, what was paid, agreed and told about them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from ledger.types import DecimalText, FreeText, UtcDateTime

revision = "claims"
down_revision = None
branch_labels = None
depends_on = None

_Row = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "customers",
        sa.Column("creditor_id", sa.String(length=64), nullable=False),
        sa.Column("customer_id", sa.String(length=64), nullable=False),
        sa.Column("profile", sa.JSON(), nullable=False),
        sa.Column("email_bounced", sa.Boolean(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("creditor_id", "customer_id", name=op.f("pk_customers")),
    )
    op.create_table(
        "invoices",
        sa.Column("creditor_id", sa.String(length=64), nullable=False),
        sa.Column("invoice_id", sa.String(length=64), nullable=False),
        sa.Column("customer_id", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("amount", DecimalText(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("issue_date", sa.Date(), nullable=False),
        sa.Column("due_date", sa.Date(), nullable=False),
        sa.Column("description", FreeText(), nullable=True),
        sa.Column("order_number", FreeText(), nullable=True),
        sa.Column("document", FreeText(), nullable=True),
        sa.Column("policy", sa.String(length=41), nullable=True),
        sa.Column("policy_fixed", sa.Boolean(), nullable=False),
        sa.Column("cycle", sa.Integer(), nullable=False),
        sa.Column("escalation_cycle", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("balance", DecimalText(), nullable=False),
        sa.Column("next_step", sa.String(length=48), nullable=True),
        sa.Column("next_action_at", UtcDateTime(), nullable=True),
        sa.Column("accessories_asked", DecimalText(), nullable=True),
        sa.Column("presumed_paid", sa.Boolean(), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("creditor_id", "invoice_id", name=op.f("pk_invoices")),
    )
    op.create_index(
        op.f("ix_invoices_creditor_id_customer_id"), "invoices", ["creditor_id", "customer_id"], unique=False
    )
    op.create_index(
        op.f("ix_invoices_creditor_id_number"), "invoices", ["creditor_id", "number"], unique=False
    )
    op.create_index(
        op.f("ix_invoices_creditor_id_status"), "invoices", ["creditor_id", "status"], unique=False
    )
    op.create_table(
        "payments",
        sa.Column("id", _Row, nullable=False),
        sa.Column("creditor_id", sa.String(length=64), nullable=False),
        sa.Column("invoice_id", sa.String(length=64), nullable=False),
        sa.Column("event_id", sa.String(length=255), nullable=False),
        sa.Column("amount", DecimalText(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("method", sa.String(length=16), nullable=False),
        sa.Column("reference", FreeText(), nullable=True),
        sa.Column("counted", sa.Boolean(), nullable=False),
        sa.Column("booked_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payments")),
        sa.UniqueConstraint(
            "creditor_id", "invoice_id", "event_id", name=op.f("uq_payments_creditor_id_invoice_id_event_id")
        ),
    )
    op.create_table(
        "credit_notes",
        sa.Column("id", _Row, nullable=False),
        sa.Column("creditor_id", sa.String(length=64), nullable=False),
        sa.Column("invoice_id", sa.String(length=64), nullable=False),
        sa.Column("event_id", sa.String(length=255), nullable=False),
        sa.Column("amount", DecimalText(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("reference", FreeText(), nullable=True),
        sa.Column("counted", sa.Boolean(), nullable=False),
        sa.Column("booked_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credit_notes")),
        sa.UniqueConstraint(
            "creditor_id",
            "invoice_id",
            "event_id",
            name=op.f("uq_credit_notes_creditor_id_invoice_id_event_id"),
        ),
    )
    op.create_table(
        "customer_credits",
        sa.Column("creditor_id", sa.String(length=64), nullable=False),
        sa.Column("credit_id", sa.String(length=255), nullable=False),
        sa.Column("customer_id", sa.String(length=64), nullable=False),
        sa.Column("amount", DecimalText(), nullable=False),
        sa.Column("remaining", DecimalText(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("reference", FreeText(), nullable=True),
        sa.Column("booked_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("creditor_id", "credit_id", name=op.f("pk_customer_credits")),
    )
    op.create_index(
        op.f("ix_customer_credits_creditor_id_customer_id"),
        "customer_credits",
        ["creditor_id", "customer_id"],
        unique=False,
    )
    op.create_table(
        "arrangements",
        sa.Column("id", _Row, nullable=False),
        sa.Column("creditor_id", sa.String(length=64), nullable=False),
        sa.Column("invoice_id", sa.String(length=64), nullable=False),
        sa.Column("arrangement_id", sa.String(length=255), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("agreed_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("last_payment_id", _Row, nullable=False),
        sa.Column("last_credit_note_id", _Row, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_arrangements")),
        sa.UniqueConstraint(
            "creditor_id",
            "invoice_id",
            "arrangement_id",
            name=op.f("uq_arrangements_creditor_id_invoice_id_arrangement_id"),
        ),
    )
    op.create_table(
        "approvals",
        sa.Column("creditor_id", sa.String(length=64), nullable=False),
        sa.Column("invoice_id", sa.String(length=64), nullable=False),
        sa.Column("cycle", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=48), nullable=False),
        sa.Column("approved_by", FreeText(), nullable=True),
        sa.Column("approved_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("creditor_id", "invoice_id", "cycle", "step", name=op.f("pk_approvals")),
    )
    op.create_table(
        "journal",
        sa.Column("id", _Row, nullable=False),
        sa.Column("creditor_id", sa.String(length=64), nullable=False),
        sa.Column("invoice_id", sa.String(length=64), nullable=False),
        sa.Column("event_id", sa.String(length=255), nullable=True),
        sa.Column("fact", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal")),
        sa.UniqueConstraint(
            "creditor_id",
            "invoice_id",
            "event_id",
            "fact",
            name=op.f("uq_journal_creditor_id_invoice_id_event_id_fact"),
        ),
    )
    op.create_index(
        op.f("ix_journal_creditor_id_invoice_id_id"),
        "journal",
        ["creditor_id", "invoice_id", "id"],
        unique=False,
    )
