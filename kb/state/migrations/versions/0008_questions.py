"""Questions, daily counts, the work list, the audit log, pauses."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "questions",
        sa.Column("answer_id", sa.String(32), primary_key=True),
        sa.Column("asked_at", sa.DateTime, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("way", sa.String(8), nullable=False),
        sa.Column("site", sa.Text, nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("audience", sa.String(8), nullable=False),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("asked_as", sa.Text, nullable=False),
        sa.Column("outcome", sa.String(12), nullable=False),
        sa.Column("cited", sa.JSON, nullable=False),
        sa.Column("first_ms", sa.Integer),
        sa.Column("total_ms", sa.Integer),
        sa.Column("helpful", sa.Boolean),
        sa.Column("comment", sa.Text, nullable=False),
    )
    op.create_index("ix_questions_asked_at", "questions", ["asked_at"])
    op.create_table(
        "daily_counts",
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("measure", sa.String(12), primary_key=True),
        sa.Column("value", sa.String(12), primary_key=True),
        sa.Column("number", sa.Integer, nullable=False),
    )
    op.create_table(
        "work_items",
        sa.Column("item_id", sa.String(16), primary_key=True),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("kept", sa.Boolean, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("assignee", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("times", sa.Integer, nullable=False),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.Column("last_at", sa.DateTime, nullable=False),
        sa.Column("person", sa.JSON, nullable=False),
        sa.Column("model", sa.Text, nullable=False),
        sa.Column("vector", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_work_items_state", "work_items", ["kind", "state"])
    op.create_table(
        "audit",
        sa.Column("entry_id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("at", sa.DateTime, nullable=False),
        *(
            sa.Column(name, sa.String(40) if name == "verb" else sa.Text, nullable=False)
            for name in ("who", "verb", "object", "before", "after")
        ),
    )
    op.create_index("ix_audit_at", "audit", ["at"])
    op.create_table(
        "pauses",
        sa.Column("pause_id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("since", sa.DateTime, nullable=False),
        sa.Column("until", sa.DateTime),
        sa.Column("reason", sa.Text, nullable=False),
    )


def downgrade() -> None:
    for table in ("pauses", "audit", "work_items", "daily_counts", "questions"):
        op.drop_table(table)
