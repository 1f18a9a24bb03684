"""The Slack bot: answers that grow in a thread, and where what one person sees is sent."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    for name, length in (("stream", 40), ("respond", 500)):
        empty = sa.text("''")
        column = sa.Column(name, sa.String(length), nullable=False, server_default=empty)
        op.add_column("slack_posts", column)


def downgrade() -> None:
    with op.batch_alter_table("slack_posts") as table:
        table.drop_column("respond")
        table.drop_column("stream")
