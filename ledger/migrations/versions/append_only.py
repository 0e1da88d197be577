"""The journal is written once: neither changed nor deleted."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "append_only"
down_revision = "acts"
branch_labels = None
depends_on = None

_SQLITE = """
CREATE TRIGGER journal_no_{event} BEFORE {event} ON journal
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END
"""

_POSTGRESQL_FUNCTION = """
CREATE FUNCTION journal_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'the journal is append-only'; END $$
"""

_POSTGRESQL_TRIGGER = """
CREATE TRIGGER journal_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON journal
FOR EACH STATEMENT EXECUTE FUNCTION journal_is_append_only()
"""


def upgrade() -> None:
    """Have the database itself refuse, whoever asks."""
    if op.get_bind().dialect.name == "sqlite":
        for event in ("UPDATE", "DELETE"):
            op.execute(sa.text(_SQLITE.format(event=event)))
        return
    op.execute(sa.text(_POSTGRESQL_FUNCTION))
    op.execute(sa.text(_POSTGRESQL_TRIGGER))
