"""The Slack bot: posts taken on, who sees and may do what, the askers' own questions."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.create_table(
        "slack_posts",
        sa.Column("channel", sa.String(40), primary_key=True),
        sa.Column("ts", sa.String(40), primary_key=True),
        sa.Column("thread", sa.String(40), nullable=False),
        sa.Column("reply", sa.String(40), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("owner", sa.String(40), nullable=False),
        sa.Column("seen_at", sa.DateTime, nullable=False),
    )
    op.create_index("ix_slack_posts_state", "slack_posts", ["state", "seen_at"])
    op.create_table(
        "slack_mappings",
        sa.Column("slack_id", sa.String(40), primary_key=True),
        sa.Column("audience", sa.String(80), primary_key=True),
    )

    op.create_table("slack_admins", sa.Column("slack_id", sa.String(40), primary_key=True))
    op.create_table(
        "slack_recent",
        sa.Column("recent_id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("slack_user", sa.String(40), nullable=False, index=True),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("asked_at", sa.DateTime, nullable=False),
    )


def downgrade() -> None:
    for table in ("slack_recent", "slack_admins", "slack_mappings", "slack_posts"):
        op.drop_table(table)
