"""Days on which somebody has to look whether a document still holds."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.create_table(
        "reviews",
        sa.Column("document_id", sa.String(40), primary_key=True),
        sa.Column("due", sa.Date, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("reviews")
