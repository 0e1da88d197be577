"""The acts: what is sent, asked of persons, taken in from outside."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from ledger.types import DecimalText, FreeText, UtcDateTime

revision = "acts"
down_revision = "claims"
branch_labels = None
depends_on = None

_Row = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "sends",
        sa.Column("id", _Row, nullable=False),
        sa.Column("creditor_id", sa.String(length=64), nullable=False),
        sa.Column("invoice_id", sa.String(length=64), nullable=False),
        sa.Column("cycle", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=48), nullable=False),
        sa.Column("channel", sa.String(length=24), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("reminder", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("attempt_token", sa.String(length=255), nullable=True),
        sa.Column("acted_on", sa.Date(), nullable=True),
        sa.Column("acted_at", UtcDateTime(), nullable=True),
        sa.Column("message_id", sa.String(length=255), nullable=True),
        sa.Column("response", FreeText(), nullable=True),
        sa.Column("evidence", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sends")),
        sa.UniqueConstraint(
            "creditor_id",
            "invoice_id",
            "cycle",
            "step",
            "channel",
            name=op.f("uq_sends_creditor_id_invoice_id_cycle_step_channel"),
        ),
    )
    op.create_table(
        "payables",
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("creditor_id", sa.String(length=64), nullable=False),
        sa.Column("invoice_id", sa.String(length=64), nullable=False),
        sa.Column("cycle", sa.Integer(), nullable=False),
        sa.Column("instalment", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_payables")),
        sa.UniqueConstraint(
            "creditor_id",
            "invoice_id",
            "cycle",
            "instalment",
            name=op.f("uq_payables_creditor_id_invoice_id_cycle_instalment"),
        ),
    )
    op.create_table(
        "payment_pages",
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("link_number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("amount", DecimalText(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("provider_id", sa.String(length=255), nullable=True),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("token", "link_number", name=op.f("pk_payment_pages")),
    )
    op.create_table(
        "tasks",
        sa.Column("id", _Row, nullable=False),
        sa.Column("dedupe_key", sa.String(length=255), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("creditor_id", sa.String(length=64), nullable=False),
        sa.Column("invoice_id", sa.String(length=64), nullable=True),
        sa.Column("customer_id", sa.String(length=64), nullable=True),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("sheet", FreeText(), nullable=True),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("done_at", UtcDateTime(), nullable=True),
        sa.Column("outcome", sa.String(length=24), nullable=True),
        sa.Column("note", FreeText(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tasks")),
        sa.UniqueConstraint("dedupe_key", name=op.f("uq_tasks_dedupe_key")),
    )
    op.create_index(
        op.f("ix_tasks_creditor_id_customer_id"), "tasks", ["creditor_id", "customer_id"], unique=False
    )
    op.create_index(
        op.f("ix_tasks_creditor_id_invoice_id"), "tasks", ["creditor_id", "invoice_id"], unique=False
    )
    op.create_index(op.f("ix_tasks_state_kind"), "tasks", ["state", "kind"], unique=False)
    op.create_table(
        "inbox",
        sa.Column("id", _Row, nullable=False),
        sa.Column("provider", sa.String(length=16), nullable=False),
        sa.Column("event_id", sa.String(length=255), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("problem", FreeText(), nullable=True),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.Column("next_try_at", UtcDateTime(), nullable=False),
        sa.Column("done_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbox")),
        sa.UniqueConstraint("provider", "event_id", name=op.f("uq_inbox_provider_event_id")),
    )
    op.create_index(op.f("ix_inbox_state_next_try_at"), "inbox", ["state", "next_try_at"], unique=False)
    op.create_table(
        "bank_lines",
        sa.Column("creditor_id", sa.String(length=64), nullable=False),
        sa.Column("line_key", sa.String(length=128), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("amount", DecimalText(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("text", FreeText(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("booked_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("creditor_id", "line_key", name=op.f("pk_bank_lines")),
    )
    op.create_table(
        "book_states",
        sa.Column("creditor_id", sa.String(length=64), nullable=False),
        sa.Column("payments_known_to", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("creditor_id", name=op.f("pk_book_states")),
    )
    op.create_table(
        "leases",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("holder", sa.String(length=64), nullable=False),
        sa.Column("until", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_leases")),
    )
