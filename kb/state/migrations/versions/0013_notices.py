"""What the operator was told of by mail, so that a restart tells nothing twice."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.create_table(
        "notices",
        sa.Column("subject", sa.String(64), primary_key=True),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("state", sa.String(64), nullable=False),
        sa.Column("told_at", sa.DateTime, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("notices")
