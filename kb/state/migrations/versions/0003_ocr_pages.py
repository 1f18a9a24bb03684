"""How many pages of a document were read by text recognition."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_TABLES = ("documents", "generation_documents")


def upgrade() -> None:
    for table in _TABLES:
        op.add_column(table, sa.Column("ocr_pages", sa.Integer, nullable=False, server_default="0"))


def downgrade() -> None:
    for table in _TABLES:
        with op.batch_alter_table(table) as batch:
            batch.drop_column("ocr_pages")
