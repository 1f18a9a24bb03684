"""Index generations, and what a generation that is not in use knows of each document."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "generations",
        sa.Column("name", sa.String(120), primary_key=True),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("fingerprint", sa.JSON, nullable=False),
        sa.Column("embedder", sa.Text, nullable=False),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.Column("switched_at", sa.DateTime),
    )
    op.create_table(
        "generation_documents",
        sa.Column(
            "generation",
            sa.String(120),
            sa.ForeignKey("generations.name", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("document_id", sa.String(40), primary_key=True),
        sa.Column("of_revision", sa.String(40), nullable=False),
        sa.Column("of_head", sa.String(64), nullable=False),
        sa.Column("revision", sa.String(40), nullable=False),
        sa.Column("passages", sa.Integer, nullable=False),
        sa.Column("pages", sa.Integer, nullable=False),
        sa.Column("warnings", sa.JSON, nullable=False),
        sa.Column("failed", sa.Boolean, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("outline", sa.JSON, nullable=False),
        sa.Column("vocabulary", sa.LargeBinary, nullable=False),
    )


def downgrade() -> None:
    for table in ("generation_documents", "generations"):
        op.drop_table(table)
