"""How often a job failed for a while, and how often its process died, apart from how often it began."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    for name in ("failures", "deaths"):
        op.add_column("jobs", sa.Column(name, sa.Integer, nullable=False, server_default="0"))


def downgrade() -> None:
    for name in ("failures", "deaths"):
        op.drop_column("jobs", name)
