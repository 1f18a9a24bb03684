"""Mails and archives that were taken in whole; documents found by content."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "containers",
        sa.Column("uri", sa.Text, primary_key=True),
        sa.Column("content_hash", sa.String(64), nullable=False),
        sa.Column("processing", sa.String(64), nullable=False),
        sa.Column("documents", sa.Integer, nullable=False),
    )
    op.create_index("ix_documents_content_hash", "documents", ["content_hash"])


def downgrade() -> None:
    op.drop_index("ix_documents_content_hash", "documents")
    op.drop_table("containers")
