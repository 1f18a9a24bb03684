"""Sources of documents, and the pages that were fetched for them."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "sources",
        sa.Column("source_id", sa.String(16), primary_key=True),
        sa.Column("kind", sa.String(10), nullable=False),
        *(
            sa.Column(name, sa.JSON, nullable=False)
            for name in ("places", "sitemaps", "include", "exclude", "hosts")
        ),
        *(sa.Column(name, sa.Boolean, nullable=False) for name in ("public", "prune", "watch")),
        sa.Column("every_minutes", sa.Integer, nullable=False),
        sa.Column("next_at", sa.DateTime),
        sa.Column("last_job", sa.String(16), nullable=False),
        sa.Column("created_at", sa.DateTime, nullable=False),
    )
    op.create_table(
        "pages",
        sa.Column(
            "source_id",
            sa.String(16),
            sa.ForeignKey("sources.source_id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("url", sa.Text, primary_key=True),
        sa.Column("uri", sa.Text, nullable=False),
        sa.Column("etag", sa.Text, nullable=False),
        sa.Column("last_modified", sa.Text, nullable=False),
    )


def downgrade() -> None:
    for table in ("pages", "sources"):
        op.drop_table(table)
