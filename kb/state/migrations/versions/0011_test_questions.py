"""The operator's own test questions, and how they went each time that they were asked."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_table(
        "test_questions",
        sa.Column("probe_id", sa.String(80), primary_key=True),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("audience", sa.String(80), nullable=False),
        sa.Column("expected", sa.JSON, nullable=False),
        sa.Column("created_at", sa.DateTime, nullable=False),
    )
    op.create_table(
        "test_runs",
        sa.Column("run_id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("began_at", sa.DateTime, nullable=False),
        sa.Column("finished_at", sa.DateTime, nullable=False),
        sa.Column("cause", sa.String(12), nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("verdicts", sa.JSON, nullable=False),
    )


def downgrade() -> None:
    for name in ("test_runs", "test_questions"):
        op.drop_table(name)
